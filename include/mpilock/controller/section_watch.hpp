#pragma once
/// @file
/// @brief What a controller does besides locking, if it has observers or reports stalls.
/// @ingroup controller

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mpilock/controller/options.hpp"
#include "mpilock/controller/rank_notes.hpp"
#include "mpilock/controller/status.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/observing/event.hpp"
#include "mpilock/observing/observer.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::detail {

/// Keeps the sections that are open on this rank, tells the observers of each, and notes on the
/// board what the rank holds and waits for.
class section_watch {
 public:
  /// Collective if there is to be a board: on every rank or on none.
  /// @throws unavailable_error on every rank if it can't be had
  section_watch(const options& chosen, const communicator& comm, int root, bool has_board)
      : observers_(chosen.observers), name_(chosen.name), comm_(comm), root_(root) {
    if (has_board && comm.size() > 1) notes_.emplace(comm);
  }

  /// So that what is entered can be remembered: the one thing here that may fail, and before
  /// anything is done. @throws std::bad_alloc
  void make_room(access kind) {
    auto& open = open_of(kind);
    if (open.size() == open.capacity()) open.reserve(2 * open.size() + 1);
  }

  /// A section is about to be asked for. @return what is to be told to the next functions
  /// @throws std::bad_alloc if it couldn't be remembered; nobody has been told then
  event request(access kind, call_site from) {
    make_room(kind);
    const bool writing = !open_[1].empty();
    const bool reading = !open_[0].empty();
    event now{
        .when = clock::now(), .rank = comm_.rank(), .root = root_, .kind = kind, .from = from};
    now.lock = name_;
    now.nested = writing || (kind == access::read && reading);
    now.upgraded = kind == access::write && reading && !writing;
    for (const auto& each : observers_) each->requested(now);
    if (notes_ && !now.nested) notes_->note_wait(occupation::of(occupation::about(kind), from));
    return now;
  }

  void grant(event what) noexcept {
    what.when = clock::now();
    open_of(what.kind).push_back(what);
    if (notes_ && !what.nested) note_holding();
    for (const auto& each : observers_) each->granted(what);
  }

  void refuse(event what) noexcept {
    what.when = clock::now();
    if (notes_ && !what.nested) notes_->note_wait({});
    for (const auto& each : observers_) each->refused(what);
  }

  /// The innermost section of the kind is about to end; nothing if there is none, which is an error
  /// that the lock reports.
  void release(access kind) noexcept {
    if (open_of(kind).empty()) return;
    event what = open_of(kind).back();
    what.when = clock::now();
    for (const auto& each : observers_) each->released(what);
    open_of(kind).pop_back();
    if (notes_) note_holding();
  }

  /// A write section has become a read section, for which there is room.
  void downgrade(call_site from) noexcept {
    if (open_of(access::write).empty()) return;
    grant(request(access::read, from));
    release(access::write);
  }

  /// There are none unless stalls are reported and the controller has several ranks.
  rank_notes* notes() noexcept { return notes_ ? &*notes_ : nullptr; }

  /// Collective.
  template <class Idle>
  void free(Idle& idle) {
    if (notes_) notes_->free(idle);
    notes_.reset();
  }

 private:
  using clock = std::chrono::steady_clock;

  std::vector<event>& open_of(access kind) { return open_[kind == access::write ? 1 : 0]; }

  /// Of several sections the outermost that allows most.
  void note_holding() {
    const auto& most = open_[1].empty() ? open_[0] : open_[1];
    notes_->note_holding(most.empty() ? nullptr : &most.front());
  }

  std::vector<std::shared_ptr<observer>> observers_;
  std::string name_;
  const communicator& comm_;
  int root_;
  std::optional<rank_notes> notes_;
  std::vector<event> open_[2];  // read sections, write sections
};

}  // namespace mpilock::detail
