#pragma once
/// @file
/// @brief One rank writes, then all ranks get what it made.
/// @ingroup controller

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "mpilock/controller/ballot.hpp"
#include "mpilock/controller/type_hash.hpp"
#include "mpilock/controller/type_name.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/codec.hpp"
#include "mpilock/vocabulary/deadline.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock {

/// The scope of a `single_write`: opened by all ranks together, ended by all ranks together in
/// `collect`. Between the two the writer, for whom `guard()` is true, holds the write lock.
///
/// A fence that dies uncollected, because of an exception or by mistake, does not wait for anybody:
/// it lets go of the lock and casts this rank's ballot in the other ranks' `collect`, which throws.
template <class State>
class fence {
 public:
  /// Collective; the writer waits for the lock. Used by `basic_window_controller::single_write`.
  fence(State& state, int writer, call_site from = {}) : link_{&state}, writer_(writer) {
    state.require_no_fence("single_write");
    detail::uninterrupted idle(state);
    state.require_nobody_left(state.agree(opening_ballot(), idle));
    state.open_fence = &link_;
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
      : link_{std::exchange(from.link_.state, nullptr)},
        writer_(from.writer_),
        holds_(std::exchange(from.holds_, false)),
        became_(from.became_),
        bytes_(std::move(from.bytes_)),
        type_(from.type_) {
    if (link_.state != nullptr) link_.state->open_fence = &link_;
  }
  fence& operator=(fence&&) = delete;

  /// Never throws, never waits for other ranks. Does nothing once the controller is closed, at
  /// MPI_Finalize say.
  ~fence() {
    if (link_.state != nullptr) leave();
  }

  /// Local. True on the writer alone.
  bool guard() const noexcept { return link_.state != nullptr && link_.state->rank() == writer_; }
  /// Local. The rank that writes.
  int writer() const noexcept { return writer_; }

  /// Local, on the writer: what every rank will get. Needs `codec<T>`; `<mpilock/boost_mpi.hpp>`
  /// adds all that Boost.Serialization knows.
  /// @throws usage_error on another rank, after `collect`, or the second time
  template <class T>
  void share(const T& value) {
    static_assert(
        shareable<T>,
        "mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for "
        "Boost.Serialization, or specialise mpilock::codec");
    require_open("share");
    if (!guard())
      complain("share() on rank " + std::to_string(link_.state->rank()) + ", but rank " +
               std::to_string(writer_) + " writes; ask guard() first");
    if (became_ != outcome::nothing)
      complain("share() for the second time in one fence; share once");
    bytes_.clear();  // of a share() that failed half-way
    codec<T>::encode(value, bytes_);
    became_ = outcome::shared;
    type_ = detail::type_hash<T>();
  }

  /// Collective: ends the fence. All ranks leave together, with the value that the writer shared.
  /// @throws writer_failed if the writer left its fence early; mismatch_error if another rank did,
  /// or the ranks ask for different types; usage_error if nothing of this type was shared, or on
  /// the second call; unavailable_error, on every rank, if one of them has no memory for the value.
  /// usage_error on this rank alone, and the fence stays open, if another rank writes and this one
  /// holds a lock, for whose end the writer may be waiting
  template <class T = void>
  T collect() {
    static_assert(
        std::is_void_v<T> || shareable<T>,
        "mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for "
        "Boost.Serialization, or specialise mpilock::codec");
    require_open("collect");
    require_nothing_held();
    finish<T>();
    if constexpr (!std::is_void_v<T>) {
      byte_reader reader(bytes_);
      return codec<T>::decode(reader);
    }
  }

  /// Collective, on the writer: runs `body`, shares its result and ends the fence. An exception
  /// goes to all ranks: here as itself, elsewhere as `writer_failed`.
  template <class Body>
  auto write(Body&& body) -> std::remove_cvref_t<std::invoke_result_t<Body&>> {
    using result = std::remove_cvref_t<std::invoke_result_t<Body&>>;
    std::exception_ptr failure;
    std::optional<std::conditional_t<std::is_void_v<result>, char, result>> value;
    try {
      if constexpr (std::is_void_v<result>) {
        body();
      } else {
        share(value.emplace(body()));
      }
    } catch (const std::exception& reason) {
      failure = std::current_exception();
      fail(reason.what());
    } catch (...) {
      failure = std::current_exception();
      fail("an exception that is not a std::exception");
    }
    try {
      finish<result>();
    } catch (...) {
      if (!failure) throw;
    }
    if (failure) std::rethrow_exception(failure);
    if constexpr (!std::is_void_v<result>) return std::move(*value);
  }

 private:
  /// What became of the writer's side.
  enum class outcome : std::int64_t { nothing, shared, failed, abandoned };

  void fail(const std::string& reason) {
    bytes_.clear();
    codec<std::string>::encode(reason, bytes_);
    became_ = outcome::failed;
  }

  /// After it, `bytes_` is the writer's on every rank.
  template <class T>
  void finish() {
    constexpr std::string_view wanted = detail::type_name<T>();
    State& state = *link_.state;
    auto mine = closing_ballot();
    mine.argument = detail::type_hash<T>();
    mine.statement = wanted;
    std::string no_memory = "no memory for the shared value; share it in parts";
    // If memory runs out above, the fence is still open, and its destructor tells the others.
    let_go();  // before the others can leave
    const bool writes = guard();
    end();
    detail::uninterrupted idle(state);
    const detail::tally all = state.agree(std::move(mine), idle);
    if (all.left_fence >= 0 && all.outcome == static_cast<std::int64_t>(outcome::abandoned))
      throw writer_failed(writer_, "it left its fence without collect(), probably by an exception");
    state.require_nobody_left(all);
    distribute(state.comm(), static_cast<std::size_t>(all.size), writes, no_memory, idle);
    idle.rethrow();
    require_result<T>(state, all, writes);
  }

  /// Collective: the writer's bytes go to all ranks. No rank may leave the others in it. So a small
  /// value goes through memory that each rank has; for a larger one all agree first that they have
  /// room.
  template <class Idle>
  void distribute(const detail::communicator& comm, std::size_t size, bool writes,
                  std::string& no_memory, Idle& idle) {
    if (comm.size() == 1) return;
    std::array<std::byte, 4096> small;
    if (size <= small.size()) {
      const auto bytes = std::span(small).first(size);
      if (writes) std::ranges::copy(bytes_, bytes.begin());
      comm.broadcast(bytes, writer_, idle);
      if (!writes) bytes_.assign(bytes.begin(), bytes.end());
      return;
    }
    try {
      bytes_.resize(size);
      no_memory.clear();
    } catch (const std::exception&) {  // bad_alloc or length_error
    }
    require_everywhere(comm, no_memory, idle);
    comm.broadcast(bytes_, writer_, idle);
  }

  template <class T>
  void require_result(State& state, const detail::tally& all, bool writes) {
    if (all.outcome == static_cast<std::int64_t>(outcome::failed)) {
      byte_reader reader(bytes_);
      if (!writes) throw writer_failed(writer_, codec<std::string>::decode(reader));
    } else if (!std::is_void_v<T> && all.type != detail::type_hash<T>()) {
      const std::string what = all.type == 0 ? "nothing" : "another type";
      throw usage_error("mpilock '" + state.name() + "': collect<" +
                        std::string(detail::type_name<T>()) + ">(), but the writer, rank " +
                        std::to_string(writer_) + ", shared " + what +
                        "; share() and collect<>() the same type");
    }
  }

  detail::ballot opening_ballot() const {
    detail::ballot mine{.call = detail::collective::single_write};
    mine.argument = writer_;
    mine.statement = "writer " + std::to_string(writer_);
    const State& state = *link_.state;
    if (writer_ < 0 || writer_ >= state.size()) {
      mine.against = detail::objection::usage;
      mine.complaint = "writer " + std::to_string(writer_) +
                       " is not a rank of this controller; give 0 … " +
                       std::to_string(state.size() - 1);
    } else if (!guard() && state.lock().is_held()) {
      mine.against = detail::objection::usage;
      mine.complaint = std::string("single_write() by rank ") + std::to_string(writer_) +
                       " while this rank " + state.lock().describe() +
                       ", for whose end the writer would wait; release it first";
    }
    return mine;
  }

  detail::ballot closing_ballot() const {
    detail::ballot mine{.call = detail::collective::collect};
    mine.size = static_cast<std::int64_t>(bytes_.size());
    mine.outcome = static_cast<std::int64_t>(became_);
    mine.type = type_;
    mine.epoch = static_cast<std::int64_t>(link_.state->epoch());
    return mine;
  }

  void require_open(const char* call) const {
    if (link_.state == nullptr)
      throw usage_error(std::string("mpilock: ") + call +
                        "() on a fence that has ended, or whose controller has been closed; open "
                        "another one with single_write()");
    link_.state->require_open();
  }

  /// The writer may wait for the end of what this rank has entered since the fence was opened.
  void require_nothing_held() const {
    if (!guard() && link_.state->lock().is_held())
      complain("collect() while this rank " + std::string(link_.state->lock().describe()) +
               ", for whose end the writer, rank " + std::to_string(writer_) +
               ", may be waiting; release it first");
  }

  [[noreturn]] void complain(const std::string& text) const {
    throw usage_error("mpilock '" + link_.state->name() + "': " + text);
  }

  void let_go() {
    if (std::exchange(holds_, false)) link_.state->release(access::write);
  }

  void end() noexcept { std::exchange(link_.state, nullptr)->open_fence = nullptr; }

  void leave() noexcept {
    State& state = *link_.state;
    became_ = guard() ? outcome::abandoned : outcome::nothing;
    try {
      let_go();
      state.ranks().depart(closing_ballot(), detail::departure::from_fence);
    } catch (...) {  // MPI fails while an exception may be under way: nobody could be told
    }
    end();
  }

  typename State::fence_link link_;  // leads nowhere once the fence has ended
  int writer_;
  bool holds_ = false;
  outcome became_ = outcome::nothing;
  byte_buffer bytes_;
  std::int64_t type_ = 0;
};

}  // namespace mpilock
