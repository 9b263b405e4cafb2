#pragma once
/// @file
/// @brief One rank writes, then all ranks get what it made.
/// @ingroup controller

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "mpilock/controller/ballot.hpp"
#include "mpilock/controller/fence_ballots.hpp"
#include "mpilock/controller/fence_link.hpp"
#include "mpilock/controller/shared_value.hpp"
#include "mpilock/controller/status.hpp"
#include "mpilock/controller/type_hash.hpp"
#include "mpilock/controller/type_name.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock {

/// The scope of a `single_write`. All ranks open it together, and end it together in `collect`.
/// Between the two, the writer holds the write lock; `guard()` is true on the writer alone.
///
/// A fence may be destroyed before `collect`, by an exception or by mistake. It waits for no rank
/// then: it releases the lock and casts this rank's ballot in the `collect` of the other ranks,
/// which throws.
template <class State>
class fence {
 public:
  /// Collective; the writer waits for the lock. Used by `basic_window_controller::single_write`.
  fence(State& state, int writer, call_site from = {})
      : state_(state), link_(state.fence()), writer_(writer), from_(from) {
    state.require_no_fence("single_write");
    auto idle = state.in_collective(detail::business::single_write, from);
    state.require_nobody_left(state.agree(detail::opening_ballot(state, writer), idle));
    link_.open();
    try {
      idle.rethrow();
      holds_ = guard() && state.acquire(access::write, deadline::never(), from);
    } catch (...) {
      leave();
      throw;
    }
  }

  /// Local. The duty to collect goes along; the fence that is left behind counts as ended.
  fence(fence&& from) noexcept
      : state_(from.state_),
        link_(std::move(from.link_)),
        writer_(from.writer_),
        from_(from.from_),
        holds_(std::exchange(from.holds_, false)),
        value_(std::move(from.value_)) {}
  fence& operator=(fence&&) = delete;

  /// Never throws, never waits for other ranks. Does nothing once the controller is closed, at
  /// MPI_Finalize say.
  ~fence() {
    if (link_.is_set()) leave();
  }

  /// Local. True on the writer alone.
  bool guard() const noexcept { return link_.is_set() && state_.rank() == writer_; }
  /// Local. The rank that writes.
  int writer() const noexcept { return writer_; }

  /// Local, on the writer: what every rank will get. Needs `codec<T>`; `<mpilock/boost_mpi.hpp>`
  /// adds all that Boost.Serialization knows.
  /// @throws usage_error on another rank, after `collect`, or the second time
  template <class T>
  void share(const T& value) {
    detail::require_shareable<T>();
    require_open("share");
    if (!guard())
      complain("share() on rank " + std::to_string(state_.rank()) + ", but rank " +
               std::to_string(writer_) + " writes; ask guard() first");
    if (!value_.is_nothing_yet()) complain("share() for the second time in one fence; share once");
    value_.share(value);
  }

  /// The same for text, which every rank gets as a `std::string`.
  void share(const char* text) { share(detail::shared_form_of(text)); }
  /// The same for text, which every rank gets as a `std::string`.
  void share(std::string_view text) { share(std::string(text)); }

  /// Collective: ends the fence. All ranks leave together, with the value that the writer shared.
  /// @throws writer_failed if the writer left its fence early; mismatch_error if another rank did,
  /// or the ranks ask for different types; usage_error if nothing of this type was shared, or on
  /// the second call; unavailable_error, on every rank, if one of them has no memory for the value.
  /// usage_error on this rank alone, and the fence stays open, if another rank writes and this one
  /// holds a lock, for whose end the writer may be waiting
  template <class T = void>
  T collect(call_site from = call_site::current()) {
    if constexpr (!std::is_void_v<T>) detail::require_shareable<T>();
    require_open("collect");
    require_nothing_held();
    finish<T>(from);
    if constexpr (!std::is_void_v<T>) return value_.template decode<T>();
  }

  /// Collective, on the writer: runs `body`, shares its result and ends the fence. An exception
  /// goes to all ranks: here as itself, elsewhere as `writer_failed`.
  template <class Body>
  auto write(Body&& body, call_site from = call_site::current()) {
    using result = detail::shared_form<std::remove_cvref_t<std::invoke_result_t<Body&>>>;
    std::exception_ptr failure;
    std::optional<std::conditional_t<std::is_void_v<result>, char, result>> value;
    try {
      if constexpr (std::is_void_v<result>) {
        body();
      } else {
        share(value.emplace(detail::shared_form_of(body())));
      }
    } catch (const std::exception& reason) {
      failure = std::current_exception();
      value_.fail(reason.what());
    } catch (...) {
      failure = std::current_exception();
      value_.fail("an exception that is not a std::exception");
    }
    try {
      finish<result>(from);
    } catch (...) {
      if (!failure) throw;
    }
    if (failure) std::rethrow_exception(failure);
    if constexpr (!std::is_void_v<result>) return std::move(*value);
  }

 private:
  /// After it, `value_` is the writer's on every rank.
  template <class T>
  void finish(const call_site& from) {
    constexpr std::string_view wanted = detail::type_name<T>();
    auto mine = detail::closing_ballot(state_, value_);
    mine.argument = detail::type_hash<T>();
    mine.statement = wanted;
    std::string no_memory = "no memory for the shared value; share it in parts";
    // If memory runs out above, the fence is still open, and its destructor tells the others.
    let_go();  // before the others can leave
    const bool writes = guard();
    link_.end();
    auto idle = state_.in_collective(detail::business::collect, from);
    const detail::tally all = state_.agree(std::move(mine), idle);
    if (all.left_fence >= 0 && all.outcome == static_cast<std::int64_t>(detail::outcome::abandoned))
      throw writer_failed(writer_, "it left its fence without collect(), probably by an exception");
    state_.require_nobody_left(all);
    value_.distribute(state_.ranks().comm(), writer_, static_cast<std::size_t>(all.size), no_memory,
                      idle);
    idle.rethrow();
    value_.template require<T>(all, writer_, writes, state_.name());
  }

  void require_open(const char* call) const {
    if (!link_.is_set())
      throw usage_error(std::string("mpilock: ") + call +
                        "() on a fence that has ended, or whose controller has been closed; open "
                        "another one with single_write()");
    state_.require_open();
  }

  /// The writer may wait for the end of what this rank has entered since the fence was opened.
  void require_nothing_held() const {
    if (!guard() && state_.lock().is_held())
      complain("collect() while this rank " + std::string(state_.lock().describe()) +
               ", for whose end the writer, rank " + std::to_string(writer_) +
               ", may be waiting; release it first");
  }

  [[noreturn]] void complain(const std::string& text) const {
    throw usage_error("mpilock '" + state_.name() + "': " + text);
  }

  void let_go() {
    if (std::exchange(holds_, false))
      state_.release(access::write, {"the end of single_write()", from_});
  }

  void leave() noexcept {
    value_.leave(guard());
    try {
      let_go();
      state_.ranks().depart(detail::closing_ballot(state_, value_), detail::departure::from_fence);
    } catch (...) {  // MPI fails while an exception may be under way: nobody could be told
    }
    link_.end();
  }

  State& state_;             // may be gone once the link is no longer set
  detail::fence_link link_;  // set until the fence ends
  int writer_;
  call_site from_;
  bool holds_ = false;
  detail::shared_value value_;
};

}  // namespace mpilock
