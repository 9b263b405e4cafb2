#pragma once
/// @file
/// @brief The calls of MPI that a rank made during an action.

#include <map>
#include <ostream>
#include <string>

namespace costs {

/// Every call is in exactly one of the counts.
struct mpi_bill {
  std::map<int, int> operations;   ///< one-sided operations started, by target
  std::map<int, int> round_trips;  ///< flushes, by target
  int sent = 0;                    ///< messages
  int received = 0;                ///< messages
  /// Looks whether something has arrived, such as MPI_Iprobe and MPI_Test. A look is local: it runs
  /// this rank's progress engine and asks no other rank for anything, whatever message it looks
  /// for.
  int polls = 0;
  std::map<std::string, int> others;  ///< all other calls, by name

  int operations_at(int target) const { return at(operations, target); }
  int round_trips_at(int target) const { return at(round_trips, target); }
  /// Operations at all ranks but this one.
  int operations_beyond(int own) const { return sum(operations) - operations_at(own); }
  int round_trips_beyond(int own) const { return sum(round_trips) - round_trips_at(own); }
  int messages() const { return sent + received; }

  bool operator==(const mpi_bill&) const = default;

  /// The calls since `before`.
  mpi_bill since(const mpi_bill& before) const {
    mpi_bill rest = *this;
    reduce(rest.operations, before.operations);
    reduce(rest.round_trips, before.round_trips);
    rest.sent -= before.sent;
    rest.received -= before.received;
    rest.polls -= before.polls;
    reduce(rest.others, before.others);
    return rest;
  }

 private:
  /// Counts of 0 are left out, so that equal bills compare equal.
  template <class Counts>
  static void reduce(Counts& counts, const Counts& before) {
    for (const auto& [key, count] : before) counts[key] -= count;
    std::erase_if(counts, [](const auto& entry) { return entry.second == 0; });
  }
  static int at(const std::map<int, int>& counts, int key) {
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : found->second;
  }
  static int sum(const std::map<int, int>& counts) {
    int all = 0;
    for (const auto& [target, count] : counts) all += count;
    return all;
  }
};

/// For messages.
inline std::ostream& operator<<(std::ostream& out, const mpi_bill& bill) {
  for (const auto& [target, count] : bill.operations)
    out << count << " operations at rank " << target << ", ";
  for (const auto& [target, count] : bill.round_trips)
    out << count << " flushes of rank " << target << ", ";
  for (const auto& [routine, count] : bill.others) out << count << ' ' << routine << ", ";
  return out << bill.sent << " sent, " << bill.received << " received, " << bill.polls << " polls";
}

}  // namespace costs
