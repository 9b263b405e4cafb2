#pragma once
/// @file
/// @brief The effect of a rank's next step on all others, under each model of memory.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mpilock/policy/overtaking.hpp"
#include "mpilock/testing/checker/world.hpp"
#include "mpilock/testing/program.hpp"
#include "mpilock/testing/property.hpp"

namespace mpilock::testing {

/// The structure of the lock under the checker.
struct machine_settings {
  int ranks = 2;
  int home = 0;                    ///< the rank that hosts the lock's state
  int stride = 0;                  ///< words per rank in a window; 0: no window
  bool lazy = false;               ///< operations on a rank land only while it is in MPI
  bool waits_locally = true;       ///< demands the property `local_waiting`
  bool loads_may_be_old = false;   ///< plain loads may return the value before the newest
  int words = 0;                   ///< the number of words
  int lock_word = -1;              ///< the word in which some bits count sections, if any …
  std::uint64_t section_bits = 0;  ///< … and these bits, which make no states differ
  std::uint64_t lasting_bits = 0;  ///< the bits of it that may stay when no rank is inside or waits
  int places_drawn = -1;           ///< the word that counts positions, if there is one
  std::vector<int> mailboxes{};    ///< of rank 0, rank 1, …, if there are any
  std::vector<std::vector<int>> tickets_in{};  ///< other words that may hold a rank's bare ticket
  std::vector<int> clear_at_rest{};            ///< words that are 0 when no rank is inside or waits
  /// The bounds that the policy promises. Overtaking that it doesn't bound is not counted.
  overtaking bounds{overtaking::unbounded, overtaking::unbounded};
};

/// The largest bound on overtaking that can be searched: a byte counts one more.
inline constexpr unsigned largest_counted_bound = 254;

/// The name of a word in reports.
inline std::string name_of_word(const machine_settings& settings, int word) {
  if (word == settings.lock_word) return "lock word";
  if (word == settings.places_drawn) return "places drawn";
  for (std::size_t rank = 0; rank < settings.mailboxes.size(); ++rank) {
    if (settings.mailboxes[rank] == word) return "mailbox " + std::to_string(rank);
    for (std::size_t kind = 0; kind < settings.tickets_in[rank].size(); ++kind)
      if (settings.tickets_in[rank][kind] == word)
        return (kind == 0 ? "read slot " : "write slot ") + std::to_string(rank);
  }
  return "word " + std::to_string(word);
}

/// One move, for reports.
struct step {
  int rank = 0;
  operation what{};
  bool begins_call = false;
  action call = action::read;
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  bool is_spontaneous = false;  ///< a time-out or spurious wake-up: no rank may rely on it
  bool throws = false;          ///< idling throws
  bool ends_nap = false;        ///< a nap is over, and no letter has arrived
  bool stops = false;           ///< the rank never moves again
  bool lands = false;           ///< an operation that was started earlier takes effect
};

/// Makes every move that a state allows.
class machine {
 public:
  using visitor = std::function<void(const step&, const world&, property)>;

  machine(machine_settings settings, program what, const rank_code& code)
      : settings_(std::move(settings)), program_(std::move(what)) {
    for (int rank = 0; rank < settings_.ranks; ++rank) code_.emplace_back(code, rank);
  }

  /// The access that a rank on its way in waits for.
  static access waits_to(const standing& its);

  /// Calls `visit(move, state after it, property that it breaks)`.
  void successors(const world& from, const visitor& visit) {
    visit_ = &visit;
    for (int rank = 0; rank < settings_.ranks; ++rank) {
      if (!from.ranks[index(rank)].is_stopped) moves_of(from, rank);
      landings_of(from, rank);
      if (program_.ranks_stop && may_stop(from, rank)) stop(from, rank);
    }
  }

  /// Whether a rank has stopped for ever.
  bool has_stopped(const world& now) const {
    return std::any_of(now.ranks.begin(), now.ranks.end(),
                       [](const world::rank& each) { return each.is_stopped; });
  }

  /// Whether states differ in what words held before.
  bool has_past() const { return settings_.loads_may_be_old && program_.loads_may_be_old; }

  const machine_settings& settings() const { return settings_; }
  const program& what_ranks_do() const { return program_; }
  const standing& at(const world& now, int rank) const {
    return code(rank).at(now.ranks[index(rank)].at);
  }
  const rank_automaton& code(int rank) const { return code_[index(rank)]; }

 private:
  static std::size_t index(int rank) { return static_cast<std::size_t>(rank); }
  static std::uint8_t bit(int rank) { return static_cast<std::uint8_t>(1U << rank); }

  bool counts_sections() const { return program_.write_sections >= 0; }
  void moves_of(const world& from, int rank);
  void begin(const world& from, int rank, action call);
  std::vector<action> choices(const world& now, int rank) const;
  void load_old(const world& from, int rank, step done);
  bool may_load_old(const world& now, int rank, std::size_t word) const;
  void follow_value(world& to, int rank, const operation& what, const world::word& before) const;
  void forget_past(world& to) const;
  void do_word(world& to, int rank, step& done);
  bool may_stop(const world& now, int rank) const;
  void stop(const world& from, int rank);
  void pause(const world& from, int rank);
  void await(const world& from, int rank);
  void sleep(const world& from, int rank);
  void wake(const world& from, int rank);
  void complete(const world& from, int rank);
  void receive(const world& from, int rank);
  void landings_of(const world& from, int rank);
  void land(world& to, int rank, world::started& what) const;
  bool may_land(const world& now, int rank, const world::started& what) const;
  bool is_in_mpi(const world& now, int rank) const;
  bool is_awaited_by_completion(const world& now, int rank, int target) const;
  bool resumes(const world& now, int rank, bool& spontaneous) const;
  void settle(world& to, int rank);
  bool settle_one(world& to, int rank);
  void start(world& to, int rank, const operation& what);
  void send(world& to, int rank, const operation& what);
  void advance(world& to, int rank, std::uint64_t answer);
  template <class Action>
  void for_both_values(world& to, std::size_t word, const Action& action) const;
  void rename_tickets(world& to, int rank) const;
  void forget_old_mail(world& to, int rank) const;
  void grow_old(world& to, int rank, std::uint8_t requests) const;
  bool knows_places(const world& now, int rank) const;
  void close_ranks(world& to) const;
  void change_claim(world& to, int rank, claim before, claim after);
  void follow_datum(world& to, int rank, claim before, claim after);
  std::uint8_t enough_of(access waiting, access newcomer) const;
  void count_newcomer(world& to, int rank, access kind) const;
  bool is_protected(const standing& waiting) const;
  void arrive(world& to, int rank) const;
  void forget_wait(world& to, int rank) const;
  void finish(const world& from, int rank, std::uint64_t answer, step done);
  void note_waits(world& to) const;
  void show(const step& done, world& to) {
    if (program_.counts_overtaking) note_waits(to);
    if (settings_.places_drawn >= 0) close_ranks(to);
    if (has_past()) forget_past(to);
    (*visit_)(done, to, std::exchange(broken_, property::none));
  }
  void breaks(property what) {
    if (broken_ == property::none) broken_ = what;
  }

  machine_settings settings_;
  program program_;
  std::vector<rank_automaton> code_;
  const visitor* visit_ = nullptr;
  property broken_ = property::none;
};

}  // namespace mpilock::testing

#include "mpilock/testing/checker/machine_canonical_form.hpp"
#include "mpilock/testing/checker/machine_messages.hpp"
#include "mpilock/testing/checker/machine_moves.hpp"
#include "mpilock/testing/checker/machine_old_values.hpp"
#include "mpilock/testing/checker/machine_operations.hpp"
#include "mpilock/testing/checker/machine_promises.hpp"
#include "mpilock/testing/checker/machine_waits.hpp"
