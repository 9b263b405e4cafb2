#pragma once
/// @file
/// @brief How ranks find out together that a collective call makes sense, before anyone acts on it.
/// @ingroup controller

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// The collective calls of a controller.
enum class collective : std::int64_t { sync = 1, barrier, single_write, collect, close };

constexpr const char* to_string(collective call) noexcept {
  constexpr std::array names{"?", "sync", "barrier", "single_write", "collect", "close"};
  return names[static_cast<std::size_t>(call)];
}

/// The reason of a rank against going on. The gravest reason of all ranks decides what is thrown.
enum class objection : std::int64_t { none = 0, unavailable, usage };

/// Why a rank casts a ballot without staying for the answer.
enum class departure : std::int64_t {
  none = 0,
  from_fence,      ///< its fence died uncollected; its next call will match the others' next
  from_controller  ///< its controller was destroyed by an exception; it won't call again
};

/// What one rank says when it enters a collective call. One exchange of minima compares all
/// ballots: a value on which all must agree goes in as itself and negated, one of which the
/// greatest counts goes in negated.
struct ballot {
  collective call;
  std::int64_t argument = 0;  ///< must be the same everywhere: the writer, a hash of the policies …
  objection against = objection::none;
  departure leaves = departure::none;
  std::string statement{};   ///< shown if the ranks disagree: what this rank asked for
  std::string complaint{};   ///< shown if there is an objection; empty where there is none
  std::int64_t size = 0;     ///< the writer's: bytes to come
  std::int64_t outcome = 0;  ///< the writer's: what became of its fence
  std::int64_t type = 0;     ///< the writer's: a hash of what it shares
  std::int64_t epoch = 0;    ///< write sections granted so far, as far as this rank knows
  bool has_thread = false;   ///< in `sync`, which compares it: this rank serves from a thread

  using minima = std::array<std::int64_t, 11>;

  minima pack(int rank) const noexcept {
    const auto what = static_cast<std::int64_t>(call);
    const std::int64_t name = -(std::int64_t{rank} + 1);
    return {what,
            -what,
            argument,
            -argument,
            -static_cast<std::int64_t>(against),
            leaves == departure::from_fence ? name : 0,
            leaves == departure::from_controller ? name : 0,
            -size,
            -outcome,
            -type,
            -epoch};
  }
};

/// The ballots of all ranks, taken together.
struct tally {
  explicit tally(const ballot::minima& least) noexcept
      : same_call(least[0] == -least[1]),
        same_argument(least[2] == -least[3]),
        against(static_cast<objection>(-least[4])),
        left_fence(static_cast<int>(-least[5]) - 1),
        left_controller(static_cast<int>(-least[6]) - 1),
        size(-least[7]),
        outcome(-least[8]),
        type(-least[9]),
        epoch(-least[10]) {}

  bool same_call;
  bool same_argument;
  objection against;
  int left_fence;       ///< the highest rank that left a fence early, or -1
  int left_controller;  ///< the highest rank that is gone for good, or -1
  std::int64_t size;
  std::int64_t outcome;
  std::int64_t type;
  std::int64_t epoch;  ///< of all ranks' the greatest: exact, since each knows its own sections
};

/// Throws on every rank alike if the ranks disagree or one of them objects. The second exchange, of
/// texts, happens only then; every rank takes part, since all have read the same tally.
/// @param comm the ranks: `communicator`, or in `sync` the user's
template <class Ranks, class Idle>
void require_agreement(const Ranks& comm, const ballot& mine, const tally& all,
                       const std::string& name, Idle& idle) {
  const std::string title = "mpilock '" + name + "': ";
  if (!all.same_call) {
    const auto said = comm.gather_texts(std::string(to_string(mine.call)) + "()", idle);
    throw mismatch_error(title + "the ranks are in different collective calls: " +
                         odd_ones_out(said) + "; call the same one on every rank");
  }
  if (all.against != objection::none) {
    const auto text = title + complaints(comm.gather_texts(mine.complaint, idle));
    if (all.against == objection::usage) throw usage_error(text);
    throw unavailable_error(text);
  }
  if (!all.same_argument) {
    const auto said = comm.gather_texts(mine.statement, idle);
    throw mismatch_error(title + "the ranks disagree in " + to_string(mine.call) +
                         "(): " + odd_ones_out(said) + "; give the same on every rank" +
                         (mine.call == collective::sync
                              ? ", and a name to a lock that is made at several places"
                              : ""));
  }
}

/// A positive number that stands for a text in a ballot (FNV-1a, 62 bits of it).
constexpr std::int64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char each : text) {
    hash ^= static_cast<unsigned char>(each);
    hash *= 0x100000001b3;
  }
  return static_cast<std::int64_t>(hash >> 2) + 1;
}

}  // namespace mpilock::detail
