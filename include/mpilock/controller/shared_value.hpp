#pragma once
/// @file
/// @brief The value that the writer of a fence shares, on its way to all ranks.
/// @ingroup controller

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "mpilock/controller/ballot.hpp"
#include "mpilock/controller/type_hash.hpp"
#include "mpilock/controller/type_name.hpp"
#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/vocabulary/codec.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// What became of the writer's side of a fence.
enum class outcome : std::int64_t { nothing, shared, failed, abandoned };

/// Refuses to compile unless `T` can be shared.
template <class T>
constexpr void require_shareable() {
  static_assert(!borrowed_text<T>,
                "mpilock: text is shared as a std::string: give std::string to collect<>()");
  static_assert(!refers_elsewhere<T> || borrowed_text<T>,
                "mpilock: a pointer, view or span means nothing on another rank: share what it "
                "refers to, for instance a std::vector");
  static_assert(shareable<T> || refers_elsewhere<T>,
                "mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for "
                "Boost.Serialization, or specialise mpilock::codec");
}

/// What a result of a user's function is shared as.
template <class Result>
using shared_form = std::conditional_t<borrowed_text<Result>, std::string, Result>;

/// The result in that form. @throws usage_error for a null pointer to text
template <class Result>
shared_form<std::remove_cvref_t<Result>> shared_form_of(Result&& result) {
  if constexpr (std::is_convertible_v<Result, const char*>) {
    if (static_cast<const char*>(result) == nullptr)
      throw usage_error("mpilock: a null pointer was given as the text to share");
  }
  return shared_form<std::remove_cvref_t<Result>>(std::forward<Result>(result));
}

/// The value is encoded. After `distribute` it is the same on every rank. If the writer has failed,
/// its reason stands in place of the value.
class shared_value {
 public:
  template <class T>
  void share(const T& value) {
    bytes_.clear();  // of a share() that failed half-way
    codec<T>::encode(value, bytes_);
    became_ = outcome::shared;
    type_ = type_hash<T>();
  }

  void fail(const std::string& reason) {
    bytes_.clear();
    codec<std::string>::encode(reason, bytes_);
    became_ = outcome::failed;
  }

  /// The fence ends without `collect`.
  void leave(bool writes) noexcept { became_ = writes ? outcome::abandoned : outcome::nothing; }

  bool is_nothing_yet() const noexcept { return became_ == outcome::nothing; }

  template <class T>
  T decode() const {
    byte_reader reader(bytes_);
    return codec<T>::decode(reader);
  }

  /// Into the ballot that ends the fence.
  void announce(ballot& mine) const noexcept {
    mine.size = static_cast<std::int64_t>(bytes_.size());
    mine.outcome = static_cast<std::int64_t>(became_);
    mine.type = type_;
  }

  /// Collective: the writer's bytes go to all ranks. No rank may leave the others in it. So a small
  /// value goes through memory that each rank has; for a larger one all agree first that they have
  /// room.
  /// @param no_memory what a rank says that has no room; made before the call, which takes memory
  template <class Idle>
  void distribute(const communicator& comm, int writer, std::size_t size, std::string& no_memory,
                  Idle& idle) {
    if (comm.size() == 1) return;
    const bool writes = comm.rank() == writer;
    std::array<std::byte, 4096> small;
    if (size <= small.size()) {
      const auto bytes = std::span(small).first(size);
      if (writes) std::ranges::copy(bytes_, bytes.begin());
      comm.broadcast(bytes, writer, idle);
      if (!writes) bytes_.assign(bytes.begin(), bytes.end());
      return;
    }
    try {
      bytes_.resize(size);
      no_memory.clear();
    } catch (const std::exception&) {  // bad_alloc or length_error
    }
    require_everywhere(comm, no_memory, idle);
    comm.broadcast(bytes_, writer, idle);
  }

  /// @throws writer_failed, except on the writer, if the writer has failed; usage_error if it has
  /// shared nothing, or another type
  template <class T>
  void require(const tally& all, int writer, bool writes, const std::string& name) const {
    if (all.outcome == static_cast<std::int64_t>(outcome::failed)) {
      if (!writes) throw writer_failed(writer, decode<std::string>());
    } else if (!std::is_void_v<T> && all.type != type_hash<T>()) {
      const std::string what = all.type == 0 ? "nothing" : "another type";
      throw usage_error("mpilock '" + name + "': collect<" + std::string(type_name<T>()) +
                        ">(), but the writer, rank " + std::to_string(writer) + ", shared " + what +
                        "; share() and collect<>() the same type");
    }
  }

 private:
  byte_buffer bytes_;
  outcome became_ = outcome::nothing;
  std::int64_t type_ = 0;
};

}  // namespace mpilock::detail
