#pragma once
/// @file
/// @brief What a controller is made of, behind its interface.
/// @ingroup controller

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "mpilock/controller/activity.hpp"
#include "mpilock/controller/ballot.hpp"
#include "mpilock/controller/construction.hpp"
#include "mpilock/controller/environment.hpp"
#include "mpilock/controller/exit_watch.hpp"
#include "mpilock/controller/fence_link.hpp"
#include "mpilock/controller/life.hpp"
#include "mpilock/controller/life_events.hpp"
#include "mpilock/controller/lock_service.hpp"
#include "mpilock/controller/options.hpp"
#include "mpilock/controller/participants.hpp"
#include "mpilock/controller/section_end.hpp"
#include "mpilock/controller/sections.hpp"
#include "mpilock/controller/slow_path.hpp"
#include "mpilock/controller/status.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/process_registry.hpp"
#include "mpilock/observing/counters.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// The parts of a controller on one rank. They die in the reverse of the order in which they stand
/// below, so that the policy dies before the lock, and the lock before the communicator.
template <class Backend, class FairnessPolicy, class ProgressPolicy>
class controller_state final : public open_controller {
  using service_type = lock_service<Backend, FairnessPolicy, ProgressPolicy>;

 public:
  /// Collective.
  controller_state(MPI_Comm users, int root, options chosen, const call_site& from)
      : options_(environment().complete(std::move(chosen))),
        root_(root),
        made_at_(from),
        ranks_(found(users, options_, from, [&](int size) {
          return construction_ballot<Backend, FairnessPolicy, ProgressPolicy>(size, root, options_,
                                                                              from);
        })) {
    if (size() == 1) warn_if_alone_by_mistake(users, options_);
    events_.found(root);
  }

  /// @name Sections: see sections.hpp
  /// @{
  [[gnu::always_inline]] bool acquire(access kind, deadline until, const call_site& from) {
    return sections_.acquire(kind, until, from);
  }
  [[gnu::always_inline]] void release(access kind) { sections_.release(kind); }
  void release(access kind, const section_end& end) { sections_.release(kind, end); }
  void downgrade(const section_end& end) { sections_.downgrade(end); }
  bool upgrade(deadline until, call_site from, bool& others_wrote) {
    return sections_.upgrade(until, from, others_wrote);
  }
  /// Whether another rank waits to write while this one is inside.
  bool write_requested() {
    require_open();
    auto& lock = sections_.lock();
    return lock.lock_end() && lock.is_held() && lock.lock_end()->writer_waits();
  }
  /// @}

  /// @name Ends: see life_events.hpp
  /// @{
  void close(const call_site& from) { events_.close(from); }
  void close_silently() noexcept { events_.close_silently(); }
  void abandon() noexcept { events_.abandon(); }
  void close_at_finalize() noexcept override { events_.close_at_finalize(); }
  bool is_closed() const noexcept { return life_.is_closed(); }
  bool is_freed() const noexcept { return life_.is_freed(); }
  /// @}

  /// Collective. Throws on every rank alike unless all want the same and nobody objects; a rank
  /// that has left early instead is named in the tally.
  /// @param idle what `in_collective` gives
  template <class Idle>
  tally agree(ballot mine, Idle& idle) {
    exit_watch::watch();
    const activity::scope now(doing_, to_string(mine.call));
    mine.epoch = static_cast<std::int64_t>(epoch());
    const tally all = ranks_.agree(mine, idle);
    sections_.learn_epoch(all.epoch);
    return all;
  }

  /// For a collective call, as long as it lasts.
  auto in_collective(business what, const call_site& from) {
    return slow_path_.in_collective(what, from);
  }
  /// Local: what a rank does that comes by only now and then, and keeps the core.
  void progress() { service_.progress(); }

  void describe(std::ostream& out) const override {
    out << service_.title() + ", rank " + std::to_string(rank()) + " of " + std::to_string(size()) +
               ": " + lock().describe() + ", " + doing_.what() + "\n";
  }

  bool is_awaited_by(MPI_Comm of, int rank) const override {
    return !life_.is_closed() && ranks_.comm().is_awaited_by(of, rank);
  }

  /// Local: what this rank knows, and with a board what all have noted.
  void report(std::ostream& out) {
    require_open();
    describe(out);
    if (auto& watch = slow_path_.watch(); watch && watch->notes())
      watch->notes()->report(out, service_);
    else if (size() > 1)
      out << "  set options.stall_report to see what the other ranks hold and wait for\n";
  }

  void require_open() const { life_.require_open(); }

  /// @throws usage_error if a guard that was given to `call` has no section of this controller's
  void require_guarded(bool is_ours, const char* call) const {
    require_open();
    if (!is_ours)
      throw usage_error("mpilock '" + name() + "': " + call +
                        "() of a guard that owns no section of this controller; give it the guard "
                        "that the section was entered with");
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
    if (life_.fence().has_open_fence())
      throw usage_error("mpilock '" + name() + "': rank " + std::to_string(rank()) + " calls " +
                        call + "() inside a single_write; collect() its fence first");
  }
  fence_holder& fence() noexcept { return life_.fence(); }

  int rank() const noexcept { return ranks_.comm().rank(); }
  int size() const noexcept { return ranks_.comm().size(); }
  int root() const noexcept { return root_; }
  const std::string& name() const noexcept { return options_.name; }
  std::string_view backend_name() const noexcept { return service_.backend_name(); }
  const auto& lock() const noexcept { return sections_.lock(); }
  std::uint64_t epoch() const noexcept { return sections_.epoch(); }
  counters count() const noexcept { return slow_path_.count(); }
  participants& ranks() noexcept { return ranks_; }

 private:
  options options_;
  int root_;
  call_site made_at_;
  participants ranks_;
  activity doing_;
  sections<service_type> sections_{life_, slow_path_};
  service_type service_{options_.name, ranks_.comm(), sections_.lock()};
  slow_path<service_type> slow_path_{options_, life_, service_, sections_.lock(), doing_};
  life life_{options_.name, sections_.to_bar()};
  life_events<service_type> events_{*this,      life_,    ranks_,  sections_,
                                    slow_path_, service_, made_at_};
};

}  // namespace mpilock::detail
