#pragma once
/// @file
/// @brief The protocol of the Python package mpilock: a rank marks a word at the home, until it may
/// enter.

#include <cstdint>
#include <string_view>
#include <utility>

#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/testing/checked_site.hpp"
#include "mpilock/testing/checked_window.hpp"
#include "mpilock/testing/checker/machine.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock::testing {

/// One word at the home counts readers and, from bit 8 up, writers. A rank adds itself. If the word
/// tells it to wait, it takes the addition back and tries again. This is spinning on remote memory:
/// the checker reports it even where it finds nothing else.
class python_package_end {
 public:
  explicit python_package_end(const checked_site& here) : window_(here, 1) {}

  static constexpr bool arrive(access /*kind*/) noexcept { return false; }

  template <class Clock, class Idle>
  bool settle(access kind, basic_deadline<Clock> until, Idle& idle) {
    for (;;) {
      const std::uint64_t before = add(kind, present(kind));
      if (kind == access::read ? before < present(access::write) : before == 0) return true;
      add(kind, -present(kind));
      if (until.passed()) return false;
      idle.idle();
    }
  }

  void release(access kind) { add(kind, -present(kind)); }

  template <class Clock, class Idle>
  bool upgrade(basic_deadline<Clock> until, Idle& idle) {
    if (add(access::write, present(access::write) - present(access::read)) == 1) return true;
    if (until.is_at_once()) {
      add(access::write, present(access::read) - present(access::write));
      return false;
    }
    add(access::write, -present(access::write));
    if (settle(access::write, until, idle)) return true;
    settle(access::read, basic_deadline<Clock>::never(), idle);
    return false;
  }

  void downgrade() { add(access::write, present(access::read) - present(access::write)); }

  void progress() { window_.poke(); }
  std::uint64_t sections() const noexcept { return 0; }

  template <class Show>
  void show_state(Show&) const {}

  static constexpr int root = 1;

 private:
  static std::uint64_t present(access kind) { return kind == access::read ? 1 : 1 << 8; }

  std::uint64_t add(access kind, std::uint64_t delta) {
    delta_ = delta;
    window_.start(word_op::sum, delta_, before_, home_of(kind), 0);
    window_.complete(home_of(kind), before_);
    return before_;
  }

  static int home_of(access /*kind*/) { return root; }

  checked_window window_;
  std::uint64_t delta_ = 0;
  std::uint64_t before_ = 0;
};

/// Its memory is as weak as MPI allows.
struct python_package {
  static constexpr std::string_view name = "python_package";

  template <fairness_policy>
  class lock : public python_package_end {
    using python_package_end::python_package_end;
  };

  static machine_settings settings(int ranks) {
    const int stride = checked_window::stride_for(ranks);
    machine_settings all{.ranks = ranks,
                         .home = python_package_end::root,
                         .stride = stride,
                         .words = checked_window::words_for(ranks)};
    all.clear_at_rest = {python_package_end::root * stride};
    return all;
  }
};

}  // namespace mpilock::testing
