#pragma once
/// @file
/// @brief Words that ranks share, and a kernel in which they sleep, under the checker.
/// @ingroup testing

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "mpilock/policy/mail.hpp"
#include "mpilock/policy/word_memory.hpp"
#include "mpilock/testing/checked_site.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::testing {

/// Operations are atomic, and all ranks see them in one order. They make *other* memory visible
/// only as far as the given memory order requires. Sleep compares 32 bits and enqueues in one step,
/// and may end early at any time.
class checked_memory {
  using source = call_site;
  using order = std::memory_order;

 public:
  static constexpr std::size_t words_per_line = 1;
  static constexpr std::chrono::seconds longest_nap{1};
  static constexpr int looks = 1;
  static constexpr int looks_of_next = 1;  // one look in vain is as good as many
  static constexpr int most_passes = 1;
  static constexpr int most_calls = 1;

  explicit checked_memory(const checked_site& here) : here_(here) {}

  std::uint64_t load(std::size_t word, order how, source from = source::current()) {
    return step(step_kind::load, word, 0, how, from, how == order::seq_cst ? 1 : 0);
  }
  std::uint64_t fetch_add(std::size_t word, std::uint64_t value, order how,
                          source from = source::current()) {
    return step(step_kind::fetch_add, word, value, how, from);
  }
  std::uint64_t fetch_or(std::size_t word, std::uint64_t value, order how,
                         source from = source::current()) {
    return step(step_kind::fetch_or, word, value, how, from);
  }
  std::uint64_t fetch_and(std::size_t word, std::uint64_t value, order how,
                          source from = source::current()) {
    return step(step_kind::fetch_and, word, value, how, from);
  }
  std::uint64_t exchange(std::size_t word, std::uint64_t value, order how,
                         source from = source::current()) {
    const bool is_mailbox = word > 0 && word <= static_cast<std::size_t>(here_.size);
    if (is_mailbox && !here_.counts_sections) value = mail::without_sections(value);
    return step(step_kind::exchange, word, value, how, from);
  }

  static constexpr std::uint64_t woken = 0;        ///< an answer to `sleep` …
  static constexpr std::uint64_t nap_is_over = 1;  ///< … and the other answer

  bool sleep(std::size_t word, std::uint64_t expected, std::chrono::steady_clock::duration longest,
             source from = source::current()) {
    return longest > std::chrono::steady_clock::duration::zero() &&
           here_.code.perform({.what = step_kind::sleep,
                               .where = static_cast<std::uint16_t>(word),
                               .detail = expected,
                               .from = from}) != woken;
  }
  void wake(std::size_t word, source from = source::current()) {
    here_.code.perform(
        {.what = step_kind::wake, .where = static_cast<std::uint16_t>(word), .from = from});
  }
  /// One look in vain is as good as many: they change nothing.
  template <class Look, class Deadline>
  bool stays_awake(Look&& look, const Deadline&, bool) {
    return look();
  }
  /// Both answers are explored, so the proof is for every way to guess.
  template <class Answer>
  bool guess(Answer&&, source from = source::current()) {
    return here_.code.perform({.what = step_kind::guess, .from = from}) != 0;
  }
  std::atomic_ref<std::uint64_t> hint() { return std::atomic_ref(hint_); }
  void relax(source from = source::current()) {
    here_.code.collapse({.what = step_kind::relax, .from = from});
  }

  void keep(std::uint64_t value) { here_.code.keep(value); }
  void forget() { here_.code.forget(); }

 private:
  std::uint64_t step(step_kind what, std::size_t word, std::uint64_t value, order how, source from,
                     std::uint64_t detail = 0) {
    const bool acquires = how == order::acquire || how == order::acq_rel || how == order::seq_cst;
    const bool releases = what != step_kind::load &&
                          (how == order::release || how == order::acq_rel || how == order::seq_cst);
    const bool is_own = word == 1 + static_cast<std::size_t>(here_.rank);  // its mailbox
    return here_.code.perform(
        {what, static_cast<std::uint16_t>(word), value, detail, acquires, releases, !is_own, from});
  }

  checked_site here_;
  std::uint64_t hint_ = 0;  // written, but never asked
};
static_assert(word_memory<checked_memory>);

}  // namespace mpilock::testing
