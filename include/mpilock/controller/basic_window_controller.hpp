#pragma once
/// @file
/// @brief The controller: reader and writer locks between the ranks of a communicator.
/// @ingroup controller

#include <mpi.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "mpilock/controller/controller_state.hpp"
#include "mpilock/controller/exit_watch.hpp"
#include "mpilock/controller/fence.hpp"
#include "mpilock/controller/options.hpp"
#include "mpilock/controller/shared_timed_lockable.hpp"
#include "mpilock/controller/status.hpp"
#include "mpilock/mpi/process_registry.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/observing/counters.hpp"
#include "mpilock/policy/backend.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/progress_policy.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock {

/// A reader-writer lock that the ranks of a communicator share.
///
/// - to enter: @ref shared_timed_lockable::read "read()",
///   @ref shared_timed_lockable::write "write()"
/// - to change the mode: @ref shared_timed_lockable::upgrade "upgrade()",
///   @ref shared_timed_lockable::downgrade "downgrade()"
/// - to write for all ranks: `single_write()`
///
/// It meets the standard's SharedTimedMutex requirements, so the standard's guards work on it. A
/// rank is one owner: its locks nest, and the caller serialises calls by several threads of a rank.
/// Writes before a release are seen after the next acquire. Before the release, the user flushes
/// one-sided operations of the user's own, and flushes and closes files.
///
/// Calls are local unless they say "collective", which means that all ranks call it, in the same
/// order. Every exception derives from `mpilock::error`. All calls but `close` and `closed` throw
/// `usage_error` on a moved-from controller; after `close`, all but these two and the plain
/// questions throw `closed_error`. Calls that reach MPI throw `mpi_error` if it fails.
/// A guard does not follow a controller that is moved, so move it only while this rank holds
/// nothing.
template <class Backend, class FairnessPolicy, class ProgressPolicy>
class basic_window_controller
    : public shared_timed_lockable<
          basic_window_controller<Backend, FairnessPolicy, ProgressPolicy>> {
  static_assert(require_fairness_policy<FairnessPolicy>());
  static_assert(require_backend<Backend, FairnessPolicy>());
  static_assert(require_progress_policy<ProgressPolicy>());
  using state = detail::controller_state<Backend, FairnessPolicy, ProgressPolicy>;

 public:
  using backend = Backend;                 ///< where the lock's state lives and how ranks wait
  using fairness_policy = FairnessPolicy;  ///< which rank may enter, and which is next
  using progress_policy = ProgressPolicy;  ///< what a rank does for others while it is idle
  using fence_type = fence<state>;         ///< the scope that `single_write()` opens

  /// Collective over `comm`, which is duplicated and may be freed afterwards.
  /// @throws usage_error for a communicator or root that can't be; mismatch_error, on every rank,
  /// if they ask for different things; unavailable_error, on every rank, if it can't be done here
  explicit basic_window_controller(MPI_Comm comm, int root = 0, options chosen = {},
                                   call_site from = call_site::current())
      : state_(std::make_unique<state>(comm, root, std::move(chosen), from)) {
    detail::exit_watch::controller_is_made();
  }

  /// Local. The one that is left behind can be closed, assigned to and destroyed, nothing else.
  basic_window_controller(basic_window_controller&&) noexcept = default;
  /// First does what the destructor does: collective, unless this one is closed or moved from.
  basic_window_controller& operator=(basic_window_controller&& from) noexcept {
    if (this != &from) {
      finish();
      state_ = std::move(from.state_);
      exceptions_ = from.exceptions_;
    }
    return *this;
  }

  /// Collective like `close`, unless an exception is under way or the process is inside exit(3):
  /// then it waits for no rank, and the memory is given back in MPI_Finalize, if that still comes.
  /// Never throws.
  ~basic_window_controller() { finish(); }

  /// Collective. `body` runs on the root alone, under a write lock; every rank gets its result.
  /// @throws writer_failed on the other ranks if `body` throws; its exception goes on at the root
  template <class Body>
  requires std::is_invocable_v<Body&>
  auto single_write(Body&& body, call_site from = call_site::current()) {
    return single_write(root(), std::forward<Body>(body), from);
  }

  /// Collective. The same on another rank; `writer` must be the same everywhere.
  template <class Body>
  requires std::is_invocable_v<Body&>
  auto single_write(int writer, Body&& body, call_site from = call_site::current()) {
    auto scope = single_write(writer, from);
    if (scope.guard()) return scope.write(body, from);
    using result = std::remove_cvref_t<std::invoke_result_t<Body&>>;
    return scope.template collect<detail::shared_form<result>>(from);
  }

  /// Collective. The same as a scope: the writer waits for the write lock, the others don't.
  [[nodiscard]] fence_type single_write(call_site from = call_site::current()) {
    return single_write(root(), from);
  }
  /// Collective.
  [[nodiscard]] fence_type single_write(int writer, call_site from = call_site::current()) {
    return fence_type(self(), writer, from);
  }

  /// Lets MPI make progress, and serves the ranks that wait for this rank. To be called now and
  /// then by a root that computes for long, where the progress policy has no thread.
  void progress() {
    self().require_open();
    self().progress();
  }

  /// Collective. Serves the others while it waits, and yields.
  void barrier(call_site from = call_site::current()) {
    self().require_no_fence("barrier");
    auto idle = self().in_collective(detail::business::barrier, from);
    self().require_nobody_left(self().agree({.call = detail::collective::barrier}, idle));
    idle.rethrow();
  }

  /// How many write sections have been granted so far: exact while this rank holds a lock and after
  /// every collective call that succeeds, else as of its last acquire, release or collective call.
  /// Costs no communication.
  std::uint64_t epoch() const { return self().epoch(); }

  /// @name Seeing what it does
  /// More is in `mpilock/observing`. @{

  /// What this rank has entered and waited for so far. Local.
  mpilock::counters counters() const { return self().count(); }
  /// Writes what this rank holds and does, and with `options::stall_report` also what the others
  /// hold and wait for, a line for each rank that does. Local: of a rank that answers nothing
  /// within a second it says so.
  void report(std::ostream& out) const { self().report(out); }
  /// @}

  /// Collective. Gives everything back; a second call does nothing.
  /// @throws usage_error on every rank, and stays open, if one of them holds a lock
  void close(call_site from = call_site::current()) {
    if (state_ == nullptr || state_->is_closed()) return;
    state_->require_no_fence("close");
    state_->close(from);
  }

  /// This rank in the controller's own communicator: the same number as in the user's.
  int rank() const { return self().rank(); }
  /// How many ranks share the lock. If it is one, nothing is sent and no window made.
  int size() const { return self().size(); }
  /// The rank that hosts what there is to host, and writes where `single_write` names no writer.
  int root() const { return self().root(); }
  /// Whether this end has been closed, at MPI_Finalize say, or moved away.
  bool closed() const noexcept { return state_ == nullptr || state_->is_closed(); }
  /// `options::name`: what messages call this controller.
  const std::string& name() const { return self().name(); }
  /// Which backend it is in the end; with `automatic`, the one that the ranks agreed on.
  std::string_view backend_name() const { return self().backend_name(); }

 private:
  friend class shared_timed_lockable<basic_window_controller>;

  state& self() const {
    if (state_ == nullptr) [[unlikely]]
      throw_gone();
    return *state_;
  }
  [[noreturn, gnu::noinline, gnu::cold]] static void throw_gone() {
    throw usage_error(
        "mpilock: this controller has been moved from, or was destroyed before its guard; use the "
        "one it was moved to, and let guards end before their controller");
  }

  void finish() noexcept {
    if (state_ == nullptr) return;
    if (detail::exit_watch::is_forked()) return static_cast<void>(state_.release());
    if (!state_->is_closed() && !detail::mpi_finalized()) {
      const bool unwinds = std::uncaught_exceptions() > exceptions_;
      if (detail::exit_watch::process_exits()) {  // MPI_Finalize closes it, if that still comes
      } else if (unwinds) {
        state_->abandon();
      } else {
        state_->close_silently();
      }
    }
    if (state_->is_freed() || detail::mpi_finalized())
      state_.reset();
    else
      detail::process_registry::of_this_process().adopt(std::move(state_));
  }

  std::unique_ptr<state> state_;
  int exceptions_ =
      std::uncaught_exceptions();  // when it was made: more mean that the stack unwinds
};

}  // namespace mpilock
