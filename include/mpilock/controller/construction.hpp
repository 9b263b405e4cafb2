#pragma once
/// @file
/// @brief What must be true before a controller can be made, and what all ranks must agree on.
/// @ingroup controller

#include <mpi.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "mpilock/controller/ballot.hpp"
#include "mpilock/controller/environment.hpp"
#include "mpilock/controller/founding_wait.hpp"
#include "mpilock/controller/options.hpp"
#include "mpilock/controller/participants.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/duplicate.hpp"
#include "mpilock/mpi/lone_rank.hpp"
#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/mpi/process_registry.hpp"
#include "mpilock/mpi/users_ranks.hpp"
#include "mpilock/policy/progress_policy.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// What tells a controller from others: its name, or the place where it is made if it has none. So
/// ranks that make two controllers in different order don't get each other's. The path may differ
/// between programs, so the file's name counts alone.
inline std::string told_by(const options& chosen, const call_site& from) {
  if (chosen.name != options().name || from.line == 0) return "name '" + chosen.name + "'";
  const std::string_view file = from.file;
  return "no name, sync() at " + std::string(file.substr(file.rfind('/') + 1)) + ':' +
         std::to_string(from.line);
}

/// Local. Whether the policy serves other ranks from a thread on this rank.
template <class ProgressPolicy>
bool serves_from_thread() {
  if constexpr (tells_of_thread<ProgressPolicy>)
    return ProgressPolicy::has_thread();
  else
    return ProgressPolicy::thread_level == MPI_THREAD_MULTIPLE;
}

/// Says what this rank asks for, and whether it can be had as far as this rank can tell.
template <class Backend, class FairnessPolicy, class ProgressPolicy>
ballot construction_ballot(int size, int root, const options& chosen, const call_site& from) {
  constexpr int needed = ProgressPolicy::thread_level;
  ballot mine{.call = collective::sync, .has_thread = serves_from_thread<ProgressPolicy>()};
  mine.statement = "root " + std::to_string(root) + ", " + std::string(Backend::name) + ", " +
                   std::string(FairnessPolicy::name) + ", " + std::string(ProgressPolicy::name) +
                   ", " + told_by(chosen, from);
  if (chosen.stall_report.count() != 0)
    mine.statement += ", stall_report " + std::to_string(chosen.stall_report.count()) + " ns";
  mine.argument = hash_of(mine.statement);
  const environment variables;
  if (!variables.complaint().empty()) {
    mine.against = objection::usage;
    mine.complaint = variables.complaint();
  } else if (chosen.stall_report.count() < 0) {
    mine.against = objection::usage;
    mine.complaint = "stall_report " + std::to_string(chosen.stall_report.count()) +
                     " ns; give a time, or 0 for no reports";
  } else if (root < 0 || root >= size) {
    mine.against = objection::usage;
    mine.complaint = "root " + std::to_string(root) +
                     " is not a rank of this communicator; give 0 … " + std::to_string(size - 1);
  } else if (mpi_thread_level() < needed) {
    mine.against = objection::unavailable;
    mine.complaint = std::string(ProgressPolicy::name) + " needs " + thread_level_name(needed) +
                     ", but MPI runs with " + thread_level_name(mpi_thread_level()) +
                     "; ask MPI_Init_thread for more, or choose polling_progress";
  }
  return mine;
}

/// Collective: a duplicate that no controller has a share in yet.
/// @throws mpi_error on every rank, if MPI has none to give to one of them. Where it has given one
/// to some ranks only, that is lost: to free it takes all ranks.
template <class Idle>
duplicate new_duplicate(MPI_Comm users, const users_ranks& ranks, std::int64_t id, Idle& idle) {
  duplicate made;
  std::int64_t lowest = 0;
  std::string failure;
  try {
    made = duplicate::made_of(users, id);
  } catch (const mpi_error& why) {
    lowest = -std::int64_t{why.code()};
    failure = why.text();
  }
  ranks.all_reduce_min(std::span(&lowest, 1), idle);
  if (lowest != 0)
    throw mpi_error("MPI_Comm_dup_with_info", static_cast<int>(-lowest),
                    complaints(ranks.gather_texts(failure, idle)));
  return made;
}

/// Local. Warns of a lock over one rank that is probably a mistake, once in a process.
inline void warn_if_alone_by_mistake(MPI_Comm users, const options& chosen) {
  static std::atomic<bool> has_looked = false;
  if (chosen.alone || has_looked.exchange(true)) return;
  if (const std::string why = why_alone_by_mistake(users); !why.empty())
    std::cerr << "mpilock '" + chosen.name + "': " + why +
                     ". If this is what you want, set options::alone\n"
              << std::flush;
}

/// Collective over `users`: all ranks learn in one exchange whether they ask for the same, whether
/// they have a duplicate already, which channel of it is free, which key the controller gets, and
/// whether all serve from a thread. A rank that is alone needs no communicator of its own.
/// @param ballot_for says what this rank asks for, given the number of ranks
template <class BallotFor>
participants found(MPI_Comm users, const options& chosen, const call_site& from,
                   BallotFor&& ballot_for) {
  const std::string& name = chosen.name;
  const users_ranks ranks(users);
  auto& process = process_registry::of_this_process();
  process.hook_finalize();
  founding_wait idle(ranks.rank(), ranks.size(), chosen, from);
  duplicate shared;
  try {
    if (ranks.size() > 1) shared = duplicate::kept_for(users);
    const ballot mine = ballot_for(ranks.size());
    const auto said = mine.pack(ranks.rank());
    std::array<std::int64_t, said.size() + 5> values{};
    std::ranges::copy(said, values.begin());
    const auto own = std::span(values).template last<5>();
    own[0] = shared.id(), own[1] = -shared.id();
    own[2] = -std::int64_t{shared.next_channel()};
    own[3] = -process.next_key();
    own[4] = mine.has_thread ? 1 : 0;
    ranks.all_reduce_min(values, idle);

    ballot::minima least{};
    std::copy_n(values.begin(), least.size(), least.begin());
    require_agreement(ranks, mine, tally(least), name, idle);
    const std::int64_t key = -own[3];
    const bool all_have_threads = own[4] == 1;
    if (ranks.size() == 1) return {communicator(), name, key, all_have_threads};

    const bool all_have_it = own[0] != 0 && own[0] == -own[1];
    int channel = static_cast<int>(-own[2]);
    if (!all_have_it || channel > communicator::most_channels) {
      shared.give_back();
      shared = new_duplicate(users, ranks, key, idle);
      channel = 0;
    }
    shared.take_channel(channel);
    return {communicator(std::move(shared), channel, key, name), name, key, all_have_threads};
  } catch (...) {
    shared.give_back();
    throw;
  }
}

}  // namespace mpilock::detail
