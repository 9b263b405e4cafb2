#pragma once
/// @file
/// @brief What a controller is made of, behind its interface.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iomanip>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include "mpilock/controller/activity.hpp"
#include "mpilock/controller/congregation.hpp"
#include "mpilock/controller/exit_watch.hpp"
#include "mpilock/controller/fence_link.hpp"
#include "mpilock/controller/founding.hpp"
#include "mpilock/controller/options.hpp"
#include "mpilock/controller/section_watch.hpp"
#include "mpilock/engine/reentrant_lock.hpp"
#include "mpilock/mpi/process_registry.hpp"
#include "mpilock/mpi/stall_alarm.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/observing/counters.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock::detail {

/// The communicator, the lock and the progress policy of one rank, and in which order they live and
/// die: policy within lock within communicator.
template <class Backend, class FairnessPolicy, class ProgressPolicy>
class controller_state final : public open_controller {
 public:
  using lock_type = typename Backend::template lock<FairnessPolicy>;

  /// Collective.
  controller_state(MPI_Comm users, int root, options chosen)
      : options_(std::move(chosen)), root_(root), ranks_(found(users, options_.name, [&](int size) {
          return founding_ballot<Backend, FairnessPolicy, ProgressPolicy>(size, root, options_);
        })) {
    try {
      constexpr bool has_thread = ProgressPolicy::thread_level == MPI_THREAD_MULTIPLE;
      if (size() > 1) {
        lock_type& lock = lock_.engine().emplace(lock_site(ranks_.comm(), root_, has_thread));
        backend_name_ = lock.name();
        watch_if_asked();
        go_into_service(lock);
      } else {
        watch_if_asked();
        progress_.emplace(nothing_);
        process_registry::of_this_process().add(ranks_.key(), *this);
      }
    } catch (const unavailable_error&) {  // agreed on: it fails on every rank
      progress_.reset();
      standing_by idle;
      if (lock_.engine()) lock_.engine()->free(idle);
      if (watch_) watch_->free(idle);
      dismantle();
      ranks_.comm().free(idle);
      throw;
    } catch (...) {  // on this rank alone: it tells the others, which come here, too
      dismantle();
      quietly([this] {
        ranks_.depart(closing_ballot(), departure::from_controller);
        standing_by idle;
        ranks_.comm().free(idle);
      });
      throw;
    }
  }

  ~controller_state() override {
    fence_.lose();
    if (!freed_) process_registry::of_this_process().remove(*this);
  }

  /// @return false if the deadline passed first
  [[gnu::always_inline]] bool acquire(access kind, deadline until, const call_site& from) {
    if (is_special_) [[unlikely]]
      return acquire_watched(kind, until, from);
    return named([&] { return lock_.arrive(kind); }) || acquire_slowly(kind, until, nullptr);
  }

  /// Does nothing if the section was ended by a destructor or MPI_Finalize: its guard outlived it.
  void release(access kind) {
    if (is_special_) [[unlikely]]
      if (!may_release(kind)) return;
    named([&] { lock_.release(kind); });
  }

  /// Whether another rank waits to write while this one is inside.
  bool write_requested() {
    require_open();
    return lock_.engine() && lock_.is_held() && lock_.engine()->writer_waits();
  }

  /// Makes a read section of a write section.
  void downgrade(call_site from) {
    require_open();
    if (watch_) watch_->make_room(access::read);
    named([&] { lock_.downgrade(); });
    if (watch_) watch_->downgrade(from);
  }

  /// Makes a write section of a read section. @return false if the deadline passed first
  bool upgrade(deadline until, call_site from, bool& others_wrote) {
    const std::uint64_t before = epoch() + (lock_.is_held(access::write) ? 0 : 1);
    const bool is_done = acquire(access::write, until, from);
    others_wrote = epoch() + (is_done ? 0 : 1) != before;
    if (is_done) release(access::read);
    return is_done;
  }

  /// @throws usage_error if a guard that was given to `call` has no section of this controller's
  void require_guarded(bool is_ours, const char* call) const {
    require_open();
    if (!is_ours)
      throw usage_error("mpilock '" + options_.name + "': " + call +
                        "() of a guard that owns no section of this controller; give it the guard "
                        "that the section was entered with");
  }

  /// Collective. Throws on every rank alike unless all want the same and nobody objects; a rank
  /// that has left early instead is named in the tally.
  /// @param idle never throws, or is `uninterrupted`
  template <class Idle>
  tally agree(ballot mine, Idle& idle) {
    exit_watch::watch();
    const activity::scope now(doing_, to_string(mine.call));
    mine.epoch = static_cast<std::int64_t>(epoch());
    const tally all = ranks_.agree(mine, idle);
    learn_epoch(all);
    return all;
  }

  /// Collective. Where a rank has gone by an exception, what all must free together waits for
  /// MPI_Finalize.
  void close() {
    uninterrupted idle(*this);
    while (!freed_ && !ranks_.is_deserted()) close_once(idle);
    set_closed();
    idle.rethrow();
  }

  /// Collective, for a destructor: lets go of what is held, and stays until all ranks close; those
  /// that are elsewhere learn so from the ballot.
  void close_silently() noexcept {
    quietly([this] {
      release_all();
      while (!closed_) patiently([this] { close(); });
    });
  }

  /// For a destructor while an exception is under way here: lets go of what is held and tells the
  /// others, without waiting for them.
  void abandon() noexcept {
    quietly([this] {
      release_all();
      ranks_.depart(closing_ballot(), departure::from_controller);
    });
  }

  /// Collective with the others' `close`, destructor or MPI_Finalize.
  void close_at_finalize() noexcept override {
    quietly([this] {
      release_all();
      while (!freed_) {
        ranks_.forget_desertion();
        uninterrupted idle(*this);
        patiently([&] { close_once(idle); });
      }
    });
  }

  /// Local: what a rank does between two looks in a collective call. Whatever its policy, it serves
  /// this lock: the ranks that it waits for may need it first.
  void idle() {
    if (lock_.engine()) lock_.engine()->advance();
    waiting(*progress_).idle();
  }

  /// Local: the same for a rank that comes by only now and then, and keeps the core.
  void progress() {
    if (lock_.engine()) lock_.engine()->progress();
    process_registry::of_this_process().serve();
  }

  void describe(std::ostream& out) const override {
    out << title() + ", rank " + std::to_string(rank()) + " of " + std::to_string(size()) + ": " +
               lock_.describe() + ", " + doing_.what() + "\n";
  }

  /// Local: what this rank knows, and with a board what all have noted.
  void report(std::ostream& out) {
    require_open();
    describe(out);
    if (watch_ && watch_->notes())
      watch_->notes()->report(out, *this);
    else if (size() > 1)
      out << "  set options.stall_report to see what the other ranks hold and wait for\n";
  }

  counters count() const noexcept {
    counters now = waited_;
    now.reads.sections = lock_.entered(access::read);
    now.writes.sections = lock_.entered(access::write);
    return now;
  }

  void require_open() const {
    if (closed_) [[unlikely]]
      throw_closed();
  }
  [[noreturn, gnu::noinline]] void throw_closed() const {
    throw closed_error("mpilock '" + options_.name + "' is closed; make a new controller");
  }

  /// @throws mismatch_error on every rank that is still here
  void require_nobody_left(const tally& all) const {
    if (all.left_fence >= 0)
      throw mismatch_error("mpilock '" + name() + "': rank " + std::to_string(all.left_fence) +
                           " left a fence without collect(), probably by an exception");
  }

  /// @throws usage_error if a fence is open on this rank
  void require_no_fence(const char* call) const {
    require_open();
    if (fence_.has_open_fence())
      throw usage_error("mpilock '" + options_.name + "': rank " + std::to_string(rank()) +
                        " calls " + call + "() inside a single_write; collect() its fence first");
  }

  /// Adds this controller's name to what a layer below complains about.
  template <class Action>
  [[gnu::always_inline]] decltype(auto) named(Action&& action) const {
    try {
      return action();
    } catch (const usage_error& failure) {
      complain(failure.what());
    }
  }
  [[noreturn, gnu::noinline]] void complain(const std::string& what) const {
    throw usage_error("mpilock '" + options_.name + "': " + what);
  }

  int rank() const noexcept { return ranks_.comm().rank(); }
  int size() const noexcept { return ranks_.comm().size(); }
  int root() const noexcept { return root_; }
  bool is_closed() const noexcept { return closed_; }
  bool is_freed() const noexcept { return freed_; }
  const std::string& name() const noexcept { return options_.name; }
  std::string_view backend_name() const noexcept { return backend_name_; }
  const reentrant_lock<lock_type>& lock() const noexcept { return lock_; }
  congregation& ranks() noexcept { return ranks_; }

  /// Exact while a lock is held and after every collective call that succeeds: it compares what all ranks
  /// know.
  std::uint64_t epoch() const noexcept { return std::max(lock_.epoch(), agreed_epoch_); }

  fence_holder& fence() noexcept { return fence_; }

 private:
  void learn_epoch(const tally& all) noexcept {
    agreed_epoch_ = std::max(agreed_epoch_, static_cast<std::uint64_t>(all.epoch));
  }

  /// Collective, the last step of construction. What fails on one rank is told to all, so that no rank
  /// has a controller that another one lacks.
  void go_into_service(lock_type& lock) {
    std::string failure;
    try {
      progress_.emplace(lock);
      process_registry::of_this_process().add(ranks_.key(), *this);
    } catch (const std::system_error& why) {
      failure = "no thread could be started (" + std::string(why.what()) +
                "); allow this process more threads, or choose polling_progress";
    } catch (const std::exception& why) {
      failure = std::string(ProgressPolicy::name) + " could not begin: " + why.what();
    } catch (...) {
      failure = std::string(ProgressPolicy::name) + " could not begin";
    }
    standing_by idle;
    require_everywhere(ranks_.comm(), failure, idle);
  }

  void dismantle() noexcept {
    process_registry::of_this_process().remove(*this);
    progress_.reset();
    lock_.engine().reset();
  }

  /// Where somebody may be in the way.
  [[gnu::noinline]] bool acquire_slowly(access kind, deadline until, stall_alarm* alarm) {
    exit_watch::watch();
    const activity::scope now(doing_, kind == access::read ? "enters to read" : "enters to write");
    waiting idle(*progress_, alarm);
    const bool is_inside = named([&] { return lock_.settle(kind, until, idle); });
    if (idle.has_begun()) {
      auto& count = kind == access::read ? waited_.reads : waited_.writes;
      ++count.waits;
      count.waited += idle.so_far();
    }
    return is_inside;
  }

  /// Where somebody watches, or the controller is closed.
  [[gnu::noinline]] bool acquire_watched(access kind, deadline until, const call_site& from) {
    require_open();
    stall_alarm alarm(options_.stall_report,
                      [&](auto so_far) { return report_stall(kind, from, so_far); });
    const event wish = watch_->request(kind, from);
    bool is_inside = false;
    try {
      is_inside = named([&] { return lock_.arrive(kind); }) ||
                  acquire_slowly(kind, until, watch_->notes() ? &alarm : nullptr);
    } catch (...) {
      watch_->refuse(wish);
      throw;
    }
    is_inside ? watch_->grant(wish) : watch_->refuse(wish);
    return is_inside;
  }

  [[gnu::noinline]] bool may_release(access kind) {
    if (closed_ && is_forfeit_) return false;
    require_open();
    watch_->release(kind);
    return true;
  }

  /// Collective, if there is a board to be made.
  void watch_if_asked() {
    const bool reports = options_.stall_report > std::chrono::nanoseconds::zero();
    if (!reports && options_.observers.empty()) return;
    watch_.emplace(options_, ranks_.comm(), root_, reports);
    is_special_ = true;
  }

  /// @return how long to wait before this rank looks again
  std::chrono::nanoseconds report_stall(access kind, const call_site& from,
                                        std::chrono::nanoseconds so_far) {
    std::ostringstream headline;
    headline << title() << ": rank " << rank() << " has waited to " << to_string(kind) << " for "
             << std::fixed << std::setprecision(1) << std::chrono::duration<double>(so_far).count()
             << " s, " << from.file << ':' << from.line << '\n';
    return watch_->notes()->report_stall(options_.stall_report, headline.str(), *this);
  }

  std::string title() const {
    return "mpilock '" + options_.name + "' (" + std::string(backend_name()) + ")";
  }

  void set_closed() noexcept {
    fence_.lose();
    closed_ = is_special_ = true;
  }

  struct nothing_to_serve final : progress_source {
    bool advance() override { return false; }
    bool hosts() const noexcept override { return false; }
  };

  ballot closing_ballot() const {
    ballot mine{.call = collective::close, .epoch = static_cast<std::int64_t>(epoch())};
    if (lock_.is_held()) {
      mine.against = objection::usage;
      mine.complaint = std::string("close() while it ") + lock_.describe() + "; release it first";
    }
    return mine;
  }

  void release_all() {
    is_forfeit_ = is_forfeit_ || lock_.is_held();
    for (const access kind : {access::write, access::read})
      while (lock_.is_held(kind)) {
        if (watch_) watch_->release(kind);
        lock_.release(kind);
      }
  }

  /// One attempt. The ballots of fences left early come on top of their ranks' calls, so another
  /// attempt follows them.
  template <class Idle>
  void close_once(Idle& idle) {
    const ballot mine = closing_ballot();
    const tally all = ranks_.compare(mine, idle);
    learn_epoch(all);
    if (all.left_fence >= 0 || all.left_controller >= 0) return;
    ranks_.require(mine, all, idle);
    free();
  }

  template <class Action>
  static void patiently(Action&& action) {
    try {
      action();
    } catch (const mismatch_error&) {  // some rank is in another call
    } catch (const usage_error&) {     // or holds a lock; it will come back
    }
  }

  /// If MPI itself fails, nothing more can be given back, and there is nobody to tell.
  template <class Action>
  void quietly(Action&& action) noexcept {
    try {
      action();
    } catch (...) {
    }
    set_closed();
  }

  /// Collective. The reverse of the constructor.
  void free() {
    progress_.reset();
    standing_by idle;
    if (lock_.engine()) lock_.engine()->free(idle);
    if (watch_) watch_->free(idle);
    ranks_.comm().free(idle);
    set_closed();
    freed_ = true;
    process_registry::of_this_process().remove(*this);
  }

  options options_;
  int root_;
  nothing_to_serve nothing_;
  congregation ranks_;
  reentrant_lock<lock_type> lock_;
  std::optional<ProgressPolicy> progress_;
  std::string_view backend_name_ = Backend::name;
  std::optional<section_watch> watch_;
  counters waited_;                 // waits alone; the lock counts sections
  std::uint64_t agreed_epoch_ = 0;  // as of the last collective call
  activity doing_;
  fence_holder fence_;
  bool is_special_ = false;  // closed, or watched: the one question that a plain passage asks
  bool closed_ = false;      // to the user
  bool freed_ = false;
  bool is_forfeit_ = false;
};

}  // namespace mpilock::detail
