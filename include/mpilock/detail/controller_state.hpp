#pragma once
/// @file
/// @brief What a controller is made of, behind its interface.

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>

#include "mpilock/detail/activity.hpp"
#include "mpilock/detail/congregation.hpp"
#include "mpilock/detail/founding.hpp"
#include "mpilock/detail/open_controllers.hpp"
#include "mpilock/detail/waiting.hpp"
#include "mpilock/engine/reentrant_lock.hpp"
#include "mpilock/lock_site.hpp"
#include "mpilock/options.hpp"
#include "mpilock/progress_source.hpp"

namespace mpilock::detail {

/// The communicator, the lock and the progress policy of one rank, and in which order they live and
/// die: policy within lock within communicator.
template <class Backend, class FairnessPolicy, class ProgressPolicy>
class controller_state final : public open_controller {
 public:
  using lock_type = typename Backend::template lock<FairnessPolicy>;

  /// Collective.
  controller_state(MPI_Comm users, int root, options chosen)
      : options_(std::move(chosen)), root_(root), ranks_(congregate(users, options_.name)) {
    try {
      standing_by idle;
      ranks_.agree(
          founding_ballot<Backend, FairnessPolicy, ProgressPolicy>(size(), root_, options_.name),
          idle);
      constexpr bool has_thread = ProgressPolicy::thread_level == MPI_THREAD_MULTIPLE;
      if (size() > 1) {
        lock_type& lock = lock_.lock().emplace(lock_site{ranks_.comm(), root_, has_thread});
        backend_name_ = lock.name();
        start_progress(lock);
      } else {
        progress_.emplace(nothing_);
      }
      open_controllers::of_this_process().add(*this);
    } catch (const mpi_error&) {  // on this rank alone: nothing can be freed together
      dismantle();
      throw;
    } catch (const error&) {  // agreed on: it fails on every rank
      dismantle();
      ranks_.comm().free();
      throw;
    } catch (...) {
      dismantle();
      throw;
    }
  }

  ~controller_state() override {
    if (!freed_) open_controllers::of_this_process().remove(*this);
  }

  /// @return false if the deadline passed first
  bool acquire(access kind, deadline until) {
    require_open();
    return named([&] { return lock_.arrive(kind); }) || acquire_slowly(kind, until);
  }

  /// Does nothing if the section was ended by a destructor or MPI_Finalize: its guard outlived it.
  void release(access kind) {
    if (closed_) [[unlikely]] {
      if (is_forfeit_) return;
      require_open();
    }
    named([&] { lock_.release(kind); });
  }

  /// Whether another rank waits to write while this one is inside.
  bool write_requested() {
    require_open();
    return lock_.lock() && lock_.is_held() && lock_.lock()->writer_waits();
  }

  /// Makes a read section of a write section.
  void downgrade() {
    require_open();
    named([&] { lock_.downgrade(); });
  }

  /// Makes a write section of a read section. @return false if the deadline passed first
  bool upgrade(deadline until, bool& others_wrote) {
    const std::uint64_t before = lock_.epoch() + (lock_.is_held(access::write) ? 0 : 1);
    const bool is_done = acquire(access::write, until);
    others_wrote = lock_.epoch() + (is_done ? 0 : 1) != before;
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
  /// that has left early instead is named in the verdict.
  verdict agree(const ballot& mine) {
    const activity::scope now(doing_, to_string(mine.call));
    return ranks_.agree(mine, *this);
  }

  /// Collective. Where a rank has gone by an exception, what all must free together waits for
  /// MPI_Finalize.
  void close() {
    while (!freed_ && !ranks_.is_deserted()) close_once();
    closed_ = true;
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
        patiently([this] { close_once(); });
      }
    });
  }

  /// Local: what a rank does between two looks in a collective call. Whatever its policy, it serves
  /// this lock: the ranks that it waits for may need it first.
  void idle() {
    if (lock_.lock()) lock_.lock()->advance();
    waiting(*progress_).idle();
  }

  /// Local: the same for a rank that comes by only now and then, and keeps the core.
  void give_turn() {
    if (lock_.lock()) lock_.lock()->attend();
    polled_sources::of_this_process().advance_all();
  }

  void describe(std::ostream& out) const override {
    out << "mpilock '" + options_.name + "' (" + std::string(backend_name()) + "), rank " +
               std::to_string(rank()) + " of " + std::to_string(size()) + ": " + lock_.describe() +
               ", " + doing_.what() + "\n";
  }

  void require_open() const {
    if (closed_) [[unlikely]]
      throw_closed();
  }
  [[noreturn, gnu::noinline]] void throw_closed() const {
    throw closed_error("mpilock '" + options_.name + "' is closed; make a new controller");
  }

  /// @throws mismatch_error on every rank that is still here
  void require_nobody_left(const verdict& all) const {
    if (all.left_fence >= 0)
      throw mismatch_error("mpilock '" + name() + "': rank " + std::to_string(all.left_fence) +
                           " left a fence without collect(), probably by an exception");
  }

  /// @throws usage_error if a fence is open on this rank
  void require_no_fence(const char* call) const {
    require_open();
    if (fence_is_open)
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
  communicator& comm() noexcept { return ranks_.comm(); }
  congregation& ranks() noexcept { return ranks_; }

  bool fence_is_open = false;

 private:
  /// Where a thread may be needed that a rank may not get, its failure is told to all.
  void start_progress(lock_type& lock) {
    if constexpr (ProgressPolicy::thread_level < MPI_THREAD_MULTIPLE) {
      progress_.emplace(lock);
    } else {
      std::string failure;
      try {
        progress_.emplace(lock);
      } catch (const std::system_error& why) {
        failure = "no thread could be started (" + std::string(why.what()) +
                  "); allow this process more threads, or choose polling_progress";
      }
      standing_by idle;
      require_everywhere(ranks_.comm(), failure, idle);
    }
  }

  void dismantle() noexcept {
    progress_.reset();
    lock_.lock().reset();
  }

  /// Where somebody may be in the way.
  [[gnu::noinline]] bool acquire_slowly(access kind, deadline until) {
    const activity::scope now(doing_, kind == access::read ? "enters to read" : "enters to write");
    waiting idle(*progress_);
    return named([&] { return lock_.settle(kind, until, idle); });
  }

  struct nothing_to_serve final : progress_source {
    bool advance() override { return false; }
    bool hosts() const noexcept override { return false; }
  };

  ballot closing_ballot() const {
    ballot mine{.call = collective::close};
    if (lock_.is_held()) {
      mine.against = objection::usage;
      mine.complaint = std::string("close() while it ") + lock_.describe() + "; release it first";
    }
    return mine;
  }

  void release_all() {
    is_forfeit_ = is_forfeit_ || lock_.is_held();
    for (const access kind : {access::write, access::read})
      while (lock_.is_held(kind)) lock_.release(kind);
  }

  /// One attempt. The ballots of fences left early come on top of their ranks' calls, so another
  /// attempt follows them.
  void close_once() {
    const ballot mine = closing_ballot();
    const verdict all = ranks_.compare(mine, *this);
    if (all.left_fence >= 0 || all.left_controller >= 0) return;
    ranks_.require(mine, all, *this);
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
    closed_ = true;
  }

  /// Collective. The reverse of the constructor.
  void free() {
    progress_.reset();
    standing_by idle;
    if (lock_.lock()) lock_.lock()->free(idle);
    ranks_.comm().free();
    closed_ = freed_ = true;
    open_controllers::of_this_process().remove(*this);
  }

  options options_;
  int root_;
  nothing_to_serve nothing_;
  congregation ranks_;
  reentrant_lock<lock_type> lock_;
  std::optional<ProgressPolicy> progress_;
  std::string_view backend_name_ = Backend::name;
  activity doing_;
  bool closed_ = false;  // to the user
  bool freed_ = false;
  bool is_forfeit_ = false;
};

}  // namespace mpilock::detail
