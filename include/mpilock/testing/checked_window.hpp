#pragma once
/// @file
/// @brief A window under the checker, as weak as the MPI standard allows.
/// @ingroup testing

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mpilock/policy/mail.hpp"
#include "mpilock/policy/word_window.hpp"
#include "mpilock/testing/checked_site.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::testing {

/// An operation takes effect at any time between `start` and the end of `complete`, in any order
/// with other operations under way. Its result arrives with `complete`. Each rank has `stride`
/// words.
class checked_window {
  using source = call_site;

 public:
  static constexpr std::size_t words_per_line = 1;
  static constexpr std::uint64_t garbage = 0;  ///< the value of a result before it has arrived
  static constexpr int looks = 1;
  static constexpr int looks_of_next = 1;  // one look in vain is as good as many
  static constexpr int most_passes = 1;
  static constexpr int most_calls = 1;
  static constexpr growing_nap::limits naps{};

  static constexpr int stride_for(int ranks) { return 3 + 2 * ranks; }
  static constexpr int words_for(int ranks) { return ranks * stride_for(ranks); }

  checked_window(const checked_site& here, std::size_t /*words*/) : here_(here) {}

  void start(word_op op, const std::uint64_t& operand, std::uint64_t& result, int target,
             std::size_t word, source from = source::current()) {
    result = garbage;
    const auto where =
        static_cast<std::uint16_t>(target * stride_for(here_.size) + static_cast<int>(word));
    const bool is_mail = op == word_op::replace && word == 0;
    const std::uint64_t value =
        is_mail && !here_.counts_sections ? mail::without_sections(operand) : operand;
    here_.code.perform({step_kind::start, where, op == word_op::look ? 0 : value,
                        static_cast<std::uint64_t>(op), false, false, target != here_.rank, from});
    under_way_.push_back({target, where, op == word_op::look, &result});
  }

  /// Several looks, which take effect in any order, since all together are not atomic.
  void start_look(std::span<std::uint64_t> results, int target, std::size_t word,
                  source from = source::current()) {
    for (std::uint64_t& each : results) start(word_op::look, 0, each, target, word++, from);
  }

  void complete(int target, const std::uint64_t& /*result*/, source from = source::current()) {
    here_.code.perform({step_kind::complete, static_cast<std::uint16_t>(target), 0, 0, true, true,
                        target != here_.rank, from});
    std::erase_if(under_way_, [&](const started& each) {
      if (each.target != target) return false;
      *each.result = here_.code.perform(
          {.what = step_kind::collect, .where = static_cast<std::uint16_t>(target), .from = from});
      here_.code.has_ended(each.word);
      if (each.only_looks) here_.code.has_seen(each.word, *each.result);
      return true;
    });
  }

  std::uint64_t fetch_and_op(word_op op, std::uint64_t operand, int target, std::size_t word,
                             source from = source::current()) {
    std::uint64_t result = garbage;
    start(op, operand, result, target, word, from);
    complete(target, result, from);
    return result;
  }

  /// A look may be due at any time.
  class scheduled_looks {
   public:
    explicit scheduled_looks(session& mine) : session_(mine) {}
    bool are_due(source from = source::current()) {
      return session_.perform({.what = step_kind::look_time, .from = from}) != 0;
    }

   private:
    session& session_;
  };
  scheduled_looks look_times() { return scheduled_looks(here_.code); }

  void poke(source from = source::current()) {
    here_.code.perform({.what = step_kind::poke, .from = from});
  }

  void keep(std::uint64_t value) { here_.code.keep(value); }
  void forget() { here_.code.forget(); }

 private:
  struct started {
    int target;
    std::uint16_t word;
    bool only_looks;
    std::uint64_t* result;
  };

  checked_site here_;
  std::vector<started> under_way_;
};
static_assert(word_window<checked_window>);

}  // namespace mpilock::testing
