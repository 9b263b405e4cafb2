#pragma once
/// @file
/// @brief What a controller does besides locking, if it has observers or reports stalls.

#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "mpilock/controller/options.hpp"
#include "mpilock/controller/stall_duty.hpp"
#include "mpilock/controller/status_board.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/observing/event.hpp"
#include "mpilock/observing/observer.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::detail {

/// Keeps the sections that are open on this rank, tells the observers of each, and notes on the board
/// what the rank holds and waits for.
class section_watch {
 public:
  /// Collective if there is to be a board: on every rank or on none.
  /// @throws unavailable_error on every rank if it can't be had
  section_watch(const options& chosen, const communicator& comm, int root, bool has_board)
      : observers_(chosen.observers), name_(chosen.name), comm_(comm), root_(root) {
    if (has_board && comm.size() > 1) board_.emplace(comm);
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
    if (board_ && !now.nested) note_wait(occupation::of(kind, from));
    return now;
  }

  void grant(event what) noexcept {
    what.when = clock::now();
    open_of(what.kind).push_back(what);
    if (board_ && !what.nested) note_holding();
    for (const auto& each : observers_) each->granted(what);
  }

  void refuse(event what) noexcept {
    what.when = clock::now();
    if (board_ && !what.nested) note_wait({});
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
    if (board_) note_holding();
  }

  /// A write section has become a read section, for which there is room.
  void downgrade(call_site from) noexcept {
    if (open_of(access::write).empty()) return;
    grant(request(access::read, from));
    release(access::write);
  }

  bool has_board() const noexcept { return board_.has_value(); }

  /// Local, but for a look at each rank's note. One line per rank that holds or waits.
  template <class Idle>
  void report(std::ostream& out, Idle& idle) {
    describe(out, notes(idle));
  }

  /// For a rank that waits: reports on std::cerr, if it is the one to do so and the time has come.
  /// @return how long to wait before it looks again
  template <class Idle>
  std::chrono::nanoseconds report_stall(std::chrono::nanoseconds patience,
                                        const std::string& headline, Idle& idle) {
    auto all = notes(idle);
    auto& mine = all[static_cast<std::size_t>(comm_.rank())];
    const std::int64_t now = occupation::time();
    if (report_due(all, comm_.rank(), patience.count()) <= now) {
      mine->reported = noted_.reported = now;
      board_->note(noted_);  // first: the others need not wait for the text
      std::ostringstream text;
      text << headline;
      describe(text, all);
      std::cerr << text.str() << std::flush;
    }
    return std::chrono::nanoseconds(report_due(all, comm_.rank(), patience.count()) - now);
  }

  /// Collective.
  template <class Idle>
  void free(Idle& idle) {
    if (board_) board_->free(idle);
    board_.reset();
  }

 private:
  using clock = std::chrono::steady_clock;

  std::vector<event>& open_of(access kind) { return open_[kind == access::write ? 1 : 0]; }

  void note_wait(const occupation& wait) {
    noted_.waits = wait;
    board_->note(noted_);
  }
  /// Of several sections the outermost that allows most.
  void note_holding() {
    const auto& most = open_[1].empty() ? open_[0] : open_[1];
    noted_.waits = {};
    if (most.empty()) {
      noted_.holds = {};
    } else if (noted_.holds.mode != (open_[1].empty() ? 1U : 2U)) {
      noted_.holds = occupation::of(most.front().kind, most.front().from);
    }
    board_->note(noted_);
  }

  /// What all ranks have noted; nothing of one that doesn't answer.
  template <class Idle>
  std::vector<std::optional<status>> notes(Idle& idle) {
    const auto patience = clock::now() + std::chrono::seconds(1);
    std::vector<std::optional<status>> all;
    all.reserve(static_cast<std::size_t>(comm_.size()));
    for (int rank = 0; rank < comm_.size(); ++rank)
      if (rank != comm_.rank()) board_->ask(rank);
    for (int rank = 0; rank < comm_.size(); ++rank)
      all.push_back(rank == comm_.rank() ? noted_ : board_->read(rank, patience, idle));
    return all;
  }

  static void describe(std::ostream& out, const std::vector<std::optional<status>>& all) {
    int idle = 0;
    for (int rank = 0; rank < static_cast<int>(all.size()); ++rank) {
      const auto& its = all[static_cast<std::size_t>(rank)];
      if (!its)
        out << "  rank " << rank << " does not answer: it computes without calling MPI\n";
      else if (its->holds.mode + its->waits.mode == 0)
        ++idle;
      else
        describe(out, rank, *its);
    }
    if (idle > 0)
      out << "  " << idle << (idle == 1 ? " rank neither holds" : " ranks neither hold") << " nor "
          << (idle == 1 ? "waits\n" : "wait\n");
  }

  static void describe(std::ostream& out, int rank, const status& its) {
    const char* separator = "  rank ";
    for (const auto& [what, verbs] :
         {std::pair(its.holds, "holds a %s lock"), std::pair(its.waits, "waits to %s")}) {
      if (what.mode == 0) continue;
      std::string text = verbs;
      text.replace(text.find("%s"), 2, what.mode == 2 ? "write" : "read");
      out << separator;
      if (separator[0] == ' ') out << rank << ' ';
      out << text << " for " << seconds_since(what.since) << " s, " << what.file.data() << ':'
          << what.line;
      separator = "; it ";
    }
    out << '\n';
  }

  static std::string seconds_since(std::int64_t begin) {
    const double seconds = static_cast<double>(occupation::time() - begin) / 1e9;
    const std::string text = std::to_string(seconds);
    return text.substr(0, text.find('.') + 2);
  }

  std::vector<std::shared_ptr<observer>> observers_;
  std::string name_;
  const communicator& comm_;
  int root_;
  std::optional<status_board> board_;
  status noted_;
  std::vector<event> open_[2];  // read sections, write sections
};

}  // namespace mpilock::detail
