#pragma once
/// @file
/// @brief Memory for the tables of a search, up to a limit.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <new>

namespace mpilock::testing {

/// Counts what it hands out. A table that grows needs the old and the new memory together, and both
/// count.
class limited_memory final : public std::pmr::memory_resource {
 public:
  explicit limited_memory(std::uint64_t most) : most_(most) {}

  std::uint64_t most_used() const { return most_used_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (bytes > most_ - used_) throw std::bad_alloc();
    void* const fresh = std::pmr::new_delete_resource()->allocate(bytes, alignment);
    used_ += bytes;
    most_used_ = std::max(most_used_, used_);
    return fresh;
  }
  void do_deallocate(void* old, std::size_t bytes, std::size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(old, bytes, alignment);
    used_ -= bytes;
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::uint64_t most_;
  std::uint64_t used_ = 0;
  std::uint64_t most_used_ = 0;
};

}  // namespace mpilock::testing
