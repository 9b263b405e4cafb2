#pragma once
/// @file
/// @brief The models of memory, and the engine of the library on each of them.
/// @ingroup testing

#include <string_view>

#include "mpilock/engine/lock_word.hpp"
#include "mpilock/engine/lock_word_format.hpp"
#include "mpilock/engine/messages/message_lock.hpp"
#include "mpilock/engine/one_sided/barging_lock.hpp"
#include "mpilock/engine/one_sided/biased_lock.hpp"
#include "mpilock/engine/one_sided/flagged_medium.hpp"
#include "mpilock/engine/one_sided/memory_medium.hpp"
#include "mpilock/engine/one_sided/window_medium.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/keeps_notes.hpp"
#include "mpilock/testing/checked_medium.hpp"
#include "mpilock/testing/checked_memory.hpp"
#include "mpilock/testing/checked_transport.hpp"
#include "mpilock/testing/checked_window.hpp"
#include "mpilock/testing/checker/machine.hpp"

namespace mpilock::testing {

// Without the engines' notes the checker would take different states for equal ones.
static_assert(keeps_notes<checked_medium> && keeps_notes<memory_medium<checked_memory>> &&
              keeps_notes<flagged_medium<checked_memory>> &&
              keeps_notes<window_medium<checked_window>> && keeps_notes<checked_transport>);

/// What all of the one-sided models have.
inline machine_settings one_sided_settings(int ranks, int words, int lock_word) {
  machine_settings settings{.ranks = ranks, .words = words, .lock_word = lock_word};
  settings.clear_at_rest.push_back(lock_word);
  return settings;
}

/// Whether `Lock` watches for the end of a section. Then the checker keeps the lowest bit of the
/// count. That suffices: if a second section could end meanwhile, the checker would first find two
/// writers inside, as it tries a look at every moment.
template <class Lock>
constexpr bool watches_sections() {
  if constexpr (requires { Lock::may_be_next; })
    return Lock::may_be_next;
  else
    return false;
}

/// The facts that the checker must know about `Model` with `Fairness`.
template <class Model, fairness_policy Fairness>
machine_settings settings_of(int ranks) {
  machine_settings all = Model::settings(ranks);
  if constexpr (promises_bounds<Fairness>) all.bounds = Fairness::bounds;
  if (all.lock_word >= 0) {
    const lock_word_format format(ranks, longest_row<Fairness>());
    const unsigned kept = watches_sections<typename Model::template lock<Fairness>>() ? 1 : 0;
    all.section_bits = ~((format.section() << kept) - 1);
    all.lasting_bits = format.rows() | format.bias() | (~all.section_bits & -format.section());
  }
  return all;
}

/// Tells the checker which words are a rank's mailbox and slots.
inline void place_rank(machine_settings& settings, int mailbox, int reader_slot, int writer_slot) {
  settings.mailboxes.push_back(mailbox);
  settings.tickets_in.push_back({reader_slot, writer_slot});
  settings.clear_at_rest.push_back(reader_slot);
  settings.clear_at_rest.push_back(writer_slot);
}

/// Every operation of the medium takes effect at once, and all ranks see them in one order.
struct sequential {
  static constexpr std::string_view name = "sequential";  ///< in reports
  /// One line, for `--help`.
  static constexpr std::string_view meaning =
      "one-sided engine; each operation takes effect at once";

  /// An end of the lock, made from a `checked_site`.
  template <fairness_policy Fairness>
  class lock : public barging_lock<checked_medium, Fairness> {
   public:
    explicit lock(const checked_site& here) : barging_lock<checked_medium, Fairness>(here) {}
    void progress() {}
  };

  /// The facts that the checker must know about this model.
  static machine_settings settings(int ranks) {
    auto all = one_sided_settings(ranks, checked_medium::words_for(ranks), 0);
    for (int rank = 0; rank < ranks; ++rank)
      place_rank(all, 1 + rank, 1 + ranks + rank, 1 + 2 * ranks + rank);
    all.places_drawn = 1 + 3 * ranks;
    return all;
  }
};

/// `shared_memory`: C++ memory orders, and a futex.
struct futex {
  static constexpr std::string_view name = "futex";  ///< in reports
  /// One line, for `--help`.
  static constexpr std::string_view meaning =
      "one-sided engine as in shared_memory: memory orders, and sleep in the kernel";

  /// An end of the lock, made from a `checked_site`.
  template <fairness_policy Fairness>
  class lock : public barging_lock<memory_medium<checked_memory>, Fairness> {
   public:
    explicit lock(const checked_site& here)
        : barging_lock<memory_medium<checked_memory>, Fairness>(here.rank, here.size, here) {}
    void progress() {}
  };

  /// The facts that the checker must know about this model.
  static machine_settings settings(int ranks) {
    auto all = sequential::settings(ranks);
    all.loads_may_be_old = true;
    return all;
  }
};

/// `shared_memory`: the same, with flags and a bias.
struct flagged : futex {
  static constexpr std::string_view name = "flagged";  ///< in reports
  /// One line, for `--help`.
  static constexpr std::string_view meaning = "shared_memory: as futex, with flags and a bias";

  /// An end of the lock, made from a `checked_site`.
  template <fairness_policy Fairness>
  class lock : public biased_lock<checked_memory, Fairness> {
   public:
    explicit lock(const checked_site& here)
        : biased_lock<checked_memory, Fairness>(here.rank, here.size, here) {}
    void progress() {}
  };

  /// The facts that the checker must know about this model.
  static machine_settings settings(int ranks) {
    auto all = futex::settings(ranks);
    for (int rank = 0; rank < ranks; ++rank) all.clear_at_rest.push_back(all.words++);
    all.waits_locally =
        false;  // a writer sleeps on readers' flags, and comes again for each of them
    return all;
  }
};

/// `rma_window`: operations take effect at any time before their flush, in any order.
struct rma_weak {
  static constexpr std::string_view name = "rma_weak";  ///< in reports
  /// One line, for `--help`.
  static constexpr std::string_view meaning =
      "one-sided engine as in rma_window: operations take effect late, in any order";
  static constexpr int home = 1;  ///< not 0, since a wrong rank is often 0

  /// An end of the lock, made from a `checked_site`.
  template <fairness_policy Fairness>
  class lock : public barging_lock<window_medium<checked_window>, Fairness> {
   public:
    explicit lock(const checked_site& here)
        : barging_lock<window_medium<checked_window>, Fairness>(here.rank, here.size, home, here) {}
    void progress() { this->medium().window().poke(); }
  };

  /// The facts that the checker must know about this model.
  static machine_settings settings(int ranks) {
    const int stride = checked_window::stride_for(ranks);
    const int first = home * stride;
    auto all = one_sided_settings(ranks, checked_window::words_for(ranks), first + 1);
    for (int rank = 0; rank < ranks; ++rank)
      place_rank(all, rank * stride, first + 2 + rank, first + 2 + ranks + rank);
    all.places_drawn = first + 2 + 2 * ranks;
    all.home = home;
    all.stride = stride;
    return all;
  }
};

/// The same, but a rank must be inside MPI before operations of others on its words take effect.
struct lazy_progress : rma_weak {
  static constexpr std::string_view name = "lazy_progress";  ///< in reports
  /// One line, for `--help`.
  static constexpr std::string_view meaning =
      "as rma_weak, and only while the owner of the memory is inside MPI";

  /// The facts that the checker must know about this model.
  static machine_settings settings(int ranks) {
    auto all = rma_weak::settings(ranks);
    all.lazy = true;
    return all;
  }
};

/// `two_sided`: messages, in order only between two ranks.
struct messages {
  static constexpr std::string_view name = "messages";  ///< in reports
  /// One line, for `--help`.
  static constexpr std::string_view meaning =
      "message engine as in two_sided: messages are late, in order between two ranks";

  /// An end of the lock, made from a `checked_site`.
  template <fairness_policy Fairness>
  class lock : public message_lock<checked_transport, Fairness> {
   public:
    explicit lock(const checked_site& here) : message_lock<checked_transport, Fairness>(here) {}
    void progress() { this->serve(); }
  };

  /// The facts that the checker must know about this model.
  static machine_settings settings(int ranks) {
    return {.ranks = ranks, .home = checked_transport::home};
  }
};

}  // namespace mpilock::testing
