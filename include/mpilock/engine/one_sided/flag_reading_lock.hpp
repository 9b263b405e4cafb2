#pragma once
/// @file
/// @brief The reader's side of the biased lock: flags, and when to use them.

#include <cstdint>
#include <utility>

#include "mpilock/engine/one_sided/barging_lock.hpp"
#include "mpilock/engine/one_sided/flagged_medium.hpp"
#include "mpilock/policy/census.hpp"
#include "mpilock/policy/word_memory.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// A `barging_lock` whose readers use flags of their own while the lock is biased. `biased_lock`
/// says what the flags and the bias mean, and is the writer's side.
///
/// A rank tries its flag once it has met other readers `crowd` times, or has found the bias when it
/// left. It sets the bias if there is none, and one pays.
template <word_memory Memory, fairness_policy Fairness>
class flag_reading_lock : public barging_lock<flagged_medium<Memory>, Fairness> {
 protected:
  using behind = barging_lock<flagged_medium<Memory>, Fairness>;
  using behind::format_, behind::found_;
  static constexpr std::uint32_t row = longest_row<Fairness>();

 public:
  template <class... Args>
  explicit flag_reading_lock(Args&&... args)
      : behind(std::forward<Args>(args)...), may_be_biased_(readers_join_freely(medium().size())) {}
  using behind::medium;

  /// Leaves.
  void release(access kind) {
    if (kind == access::write) return behind::release(access::write);
    if (flag_is_up_) {
      flag_is_up_ = false;
      return medium().lower_flag();
    }
    const std::uint64_t leaves = this->departure(access::read);
    const std::uint64_t after = medium().fetch_add(leaves) + leaves;  // no section has ended
    if (!format_.is_idle(after)) [[unlikely]]
      looks_around(after);
  }

 protected:
  /// A guess: whether a reader should try its flag.
  bool tries_flag() {
    return medium().memory().guess([&] { return expects_bias_; });
  }

  /// Raises the flag. If that was in vain, enters behind. Once it is counted there, no writer is
  /// inside. Then it biases the lock, if a bias pays. Readers with flags do not count in a row. So
  /// the row must be as long already as it is counted. A row of one needs no such rule: it tells
  /// which kind was inside last, and a writer follows a writer as it follows a reader.
  [[gnu::noinline]] bool arrives_by_flag() {  // kept out of `arrive`, as `looks_around`
    medium().raise_flag();
    if (is_open_to_flags()) [[likely]]
      return flag_is_up_ = true;
    medium().lower_flag();
    const bool is_inside = behind::arrive(access::read);
    expects_bias_ = format_.is_biased(found_);
    if (!is_inside || expects_bias_) return is_inside;
    expects_bias_ = may_be_biased_ &&
                    medium().memory().guess([&] { return medium().bias_pays(); }) &&
                    (row <= 1 || format_.unpack(medium().look()).reader_row >= row);
    if (expects_bias_) medium().set_bias(format_.bias());
    return true;
  }

  bool flag_is_up_ = false;  // this rank reads by its flag, and is not counted behind

 private:
  /// Whether a reader that has raised its flag is inside.
  bool is_open_to_flags() {
    const std::uint64_t now = medium().look_after_flag();
    return this->is_plainly_open_to_readers(now) && format_.is_biased(now);
  }

  /// Whether the policy lets readers join others, however many, while no rank waits. If not, it
  /// relies on the count, in which readers with flags are missing.
  static constexpr bool readers_join_freely(int ranks) {
    for (std::uint32_t inside = 0; inside < static_cast<std::uint32_t>(ranks); ++inside)
      if (!Fairness::admits(access::read, census{inside, 0, 0, inside + row, 0})) return false;
    return true;
  }

  /// For a reader that has left the lock behind as `after`. Kept out of `release`, which must stay
  /// short.
  [[gnu::noinline]] void looks_around(std::uint64_t after) {
    if (!format_.is_quiet(after)) return this->ask(after);
    expects_bias_ =
        format_.is_biased(after) || (may_be_biased_ && ++met_ % crowd == 0 && medium().bias_pays());
  }

  /// So many meetings come before a bias. A rank that meets no other reader needs no flag.
  static constexpr unsigned crowd = 256;

  bool may_be_biased_;
  bool expects_bias_ = false;  // when this rank last looked, the lock was biased, or a bias paid
  unsigned met_ = 0;           // reads behind that ended while others went on
};

}  // namespace mpilock
