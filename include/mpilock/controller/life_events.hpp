#pragma once
/// @file
/// @brief How the life of a controller begins, and the ways in which it ends.
/// @ingroup controller

#include <chrono>
#include <cstdint>
#include <string>

#include "mpilock/controller/ballot.hpp"
#include "mpilock/controller/life.hpp"
#include "mpilock/controller/participants.hpp"
#include "mpilock/controller/sections.hpp"
#include "mpilock/controller/slow_path.hpp"
#include "mpilock/controller/status.hpp"
#include "mpilock/mpi/process_registry.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/os/spaced_looks.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// What the events of a life do (see the table in life.hpp).
template <class Service>
class life_events {
 public:
  /// All of these must live longer.
  life_events(open_controller& controller, life& lived, participants& ranks,
              sections<Service>& entered, slow_path<Service>& otherwise, Service& service,
              const call_site& made_at)
      : controller_(controller),
        life_(lived),
        ranks_(ranks),
        sections_(entered),
        slow_path_(otherwise),
        service_(service),
        made_at_(made_at) {}
  ~life_events() {
    if (!life_.is_freed()) leave_registry();
  }
  life_events(const life_events&) = delete;
  life_events& operator=(const life_events&) = delete;

  /// Collective. The part of construction that follows once the ranks have agreed.
  void found(int root) {
    try {
      service_.build(root, ranks_.all_have_threads());
      slow_path_.watch_if_asked(ranks_.comm(), root, sections_.to_bar());
      service_.begin([&] { process_registry::of_this_process().add(ranks_.key(), controller_); });
      life_.go_on_to(life_stage::open);
    } catch (const unavailable_error&) {  // agreed on: it fails on every rank
      free_what_was_made();
      throw;
    } catch (...) {  // on this rank alone: it tells the others, which come here, too
      depart_from_construction();
      throw;
    }
  }

  /// Collective. Where a rank has departed, what all must free together waits for MPI_Finalize.
  /// @throws usage_error on every rank, if one holds a lock; after a departure on those that do
  void close(const call_site& from) {
    auto idle = slow_path_.in_collective(business::close, from);
    while (!life_.is_freed() && !ranks_.is_left()) close_once(idle);
    if (!life_.is_freed()) require_nothing_held();
    life_.go_on_to(life_stage::closed);
    idle.rethrow();
  }

  /// Collective, for a destructor. Ends the sections, and stays until all ranks close. A rank that
  /// is elsewhere learns from the ballot that this one closes. If ranks wait crosswise, this rank
  /// departs instead.
  void close_silently() noexcept {
    quietly([this] {
      slow_path_.end_sections();
      auto idle = slow_path_.in_collective(business::destructor, made_at_);
      while (!life_.is_freed() && !ranks_.is_left()) {
        spaced_looks crossing(std::chrono::milliseconds(1));
        if (ranks_.await_company(idle, [&](int rank) {
              return crossing.are_due() && process_registry::of_this_process().is_awaited_elsewhere(
                                               controller_, ranks_.comm().get(), rank);
            }))
          patiently([&] { close_once(idle); });
        else
          ranks_.depart(closing_ballot(), departure::from_controller);
      }
    });
  }

  /// Local, for a destructor while an exception is under way here. Ends the sections and departs.
  void abandon() noexcept {
    quietly([this] {
      slow_path_.end_sections();
      ranks_.depart(closing_ballot(), departure::from_controller);
    });
  }

  /// Collective with the others' `close`, destructor or MPI_Finalize.
  void close_at_finalize() noexcept {
    quietly([this] {
      slow_path_.end_sections();
      auto idle = slow_path_.in_collective(business::finalize, made_at_);
      while (!life_.is_freed()) {
        ranks_.forget_desertion();
        patiently([&] { close_once(idle); });
      }
    });
  }

 private:
  void require_nothing_held() const {
    const ballot mine = closing_ballot();
    if (mine.against != objection::none)
      slow_path_.complain("rank " + std::to_string(ranks_.comm().rank()) + ": " + mine.complaint);
  }

  void free_what_was_made() {
    standing_by idle;
    free_lock_and_watch(idle);
    dismantle();
    ranks_.comm().free(idle);
    life_.go_on_to(life_stage::freed);
  }

  void depart_from_construction() noexcept {
    dismantle();
    quietly([this] {
      ranks_.depart(closing_ballot(), departure::from_controller);
      standing_by idle;
      ranks_.comm().free(idle);
    });
  }

  /// Collective. One attempt. The ballot of a fence that was left early comes on top of its rank's
  /// calls, so that another attempt must follow it.
  template <class Idle>
  void close_once(Idle& idle) {
    const ballot mine = closing_ballot();
    const tally all = ranks_.compare(mine, idle);
    sections_.learn_epoch(all.epoch);
    if (all.left_fence >= 0 || all.left_controller >= 0) return;
    ranks_.require(mine, all, idle);
    free();
  }

  /// Collective. The reverse of the construction.
  void free() {
    standing_by idle;
    leave_registry();  // before other threads could meet what is freed
    free_lock_and_watch(idle);
    ranks_.comm().free(idle);
    life_.go_on_to(life_stage::freed);
  }

  void free_lock_and_watch(standing_by& idle) {
    service_.free(idle);
    if (slow_path_.watch()) slow_path_.watch()->free(idle);
  }

  void dismantle() noexcept {
    leave_registry();
    service_.dismantle();
  }

  void leave_registry() noexcept { process_registry::of_this_process().remove(controller_); }

  ballot closing_ballot() const {
    const auto& lock = sections_.lock();
    ballot mine{.call = collective::close, .epoch = static_cast<std::int64_t>(sections_.epoch())};
    if (lock.is_held()) {
      mine.against = objection::usage;
      mine.complaint = std::string("close() while it ") + lock.describe() + "; release it first";
    }
    return mine;
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
    life_.go_on_to(life_stage::closed);
  }

  open_controller& controller_;
  life& life_;
  participants& ranks_;
  sections<Service>& sections_;
  slow_path<Service>& slow_path_;
  Service& service_;
  call_site made_at_;
};

}  // namespace mpilock::detail
