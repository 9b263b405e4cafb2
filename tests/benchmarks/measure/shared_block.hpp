#pragma once
/// @file
/// @brief An object of rank 0 that all ranks of the node have mapped.

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <stdexcept>

#include "contender.hpp"
#include "meeting.hpp"

namespace lockbench {

/// `Object` must be able to live at different addresses in different processes. It starts on a
/// cache line of its own.
template <class Object>
class shared_block {
 public:
  /// Collective: rank 0 makes the object.
  explicit shared_block(const launch_facts& here) : comm_(here.comm), maker_(here.rank == 0) {
    void* base = nullptr;
    const MPI_Aint size = maker_ ? sizeof(Object) + 2 * line : 0;
    const bool failed =
        MPI_Win_allocate_shared(size, 1, MPI_INFO_NULL, comm_, &base, &window_) != MPI_SUCCESS;
    if (greatest(comm_, failed ? 1 : 0) != 0)
      throw std::runtime_error("MPI_Win_allocate_shared failed");
    MPI_Aint size_there = 0;
    int unit = 0;
    MPI_Win_shared_query(window_, 0, &size_there, &unit, &base);
    // Mappings begin at a page, so this distance is the same in all of them.
    auto address = reinterpret_cast<std::uintptr_t>(base);
    address += (line - address % line) % line;
    object_ = reinterpret_cast<Object*>(address);
    if (maker_) ::new (object_) Object();
    meet(comm_);
  }
  shared_block(const shared_block&) = delete;
  shared_block& operator=(const shared_block&) = delete;

  Object& operator*() const noexcept { return *object_; }
  Object* operator->() const noexcept { return object_; }

  /// Collective.
  void free() {
    meet(comm_);
    if (maker_) object_->~Object();
    MPI_Win_free(&window_);
  }

 private:
  static constexpr std::size_t line = 64;

  MPI_Comm comm_;
  bool maker_;
  MPI_Win window_ = MPI_WIN_NULL;
  Object* object_ = nullptr;
};

}  // namespace lockbench
