#pragma once
/// @file
/// @brief What the ranks note of themselves, and the reports that one of them makes of it.
/// @ingroup controller

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "mpilock/controller/stall_duty.hpp"
#include "mpilock/controller/status.hpp"
#include "mpilock/controller/status_text.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/note_board.hpp"
#include "mpilock/observing/event.hpp"

namespace mpilock::detail {

/// This rank's own note, and the board where the others' notes are.
class rank_notes {
 public:
  /// Collective. @throws unavailable_error on every rank if the board can't be had
  explicit rank_notes(const communicator& comm)
      : comm_(comm),
        board_(comm, "leave out stall_report, or choose an MPI transport with one-sided support") {}

  /// Local. The rank waits for this or in this, or no longer if it is empty.
  void note_wait(const occupation& wait) {
    mine_.waits = wait;
    board_.note(mine_);
  }
  /// Local. The rank waits no longer.
  /// @param most the outermost of those sections that allow most, or null if the rank holds nothing
  void note_holding(const event* most) {
    mine_.waits = {};
    if (most == nullptr)
      mine_.holds = {};
    else if (mine_.holds.what != occupation::about(most->kind))
      mine_.holds = occupation::of(occupation::about(most->kind), most->from);
    board_.note(mine_);
  }

  /// Local, but for a look at each rank's note. One line per rank that holds or waits.
  template <class Idle>
  void report(std::ostream& out, Idle& idle) {
    describe(out, read_all(idle));
  }

  /// For a rank that waits: reports on std::cerr, if it is the one to do so and the time has come.
  /// @param title what reports call the controller
  /// @return how long to wait before it looks again
  template <class Idle>
  std::chrono::nanoseconds report_stall(std::chrono::nanoseconds patience, const std::string& title,
                                        Idle& idle) {
    auto all = read_all(idle);
    auto& mine = all[static_cast<std::size_t>(comm_.rank())];
    const std::int64_t now = occupation::time();
    if (report_due(all, comm_.rank(), patience.count()) <= now) {
      mine->reported = mine_.reported = now;
      board_.note(mine_);  // first: the others need not wait for the text
      std::ostringstream text;
      text << title << ": " << describe_stall(comm_.rank(), all) << '\n';
      describe(text, all);
      std::cerr << text.str() << std::flush;
    }
    return std::chrono::nanoseconds(report_due(all, comm_.rank(), patience.count()) - now);
  }

  /// Collective.
  template <class Idle>
  void free(Idle& idle) {
    board_.free(idle);
  }

 private:
  /// The notes of all ranks, with nothing for a rank that doesn't answer.
  template <class Idle>
  std::vector<std::optional<status>> read_all(Idle& idle) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    std::vector<std::optional<status>> all;
    all.reserve(static_cast<std::size_t>(comm_.size()));
    for (int rank = 0; rank < comm_.size(); ++rank)
      if (rank != comm_.rank()) board_.ask(rank);
    for (int rank = 0; rank < comm_.size(); ++rank)
      all.push_back(rank == comm_.rank() ? mine_ : board_.read(rank, patience, idle));
    return all;
  }

  const communicator& comm_;
  note_board<status> board_;
  status mine_;
};

}  // namespace mpilock::detail
