#pragma once
/// @file
/// @brief Policies that have all required members and no others; each test leaves one out.

#include <mpi.h>

#include <chrono>
#include <cstdint>
#include <string_view>

#include "mpilock/controller/basic_window_controller.hpp"

namespace archetypes {

struct named {
  static constexpr std::string_view name = "archetype";
};

struct admitting {
  static constexpr bool admits(mpilock::access, const mpilock::census&) noexcept { return true; }
};

struct taking_turns {
  static constexpr mpilock::turn next(const mpilock::census& now) noexcept {
    return now.writers_waiting > 0 ? mpilock::turn::one_writer : mpilock::turn::all_readers;
  }
};

struct fairness : named, admitting, taking_turns {};

struct attending {
  explicit attending(mpilock::progress_source&) {}
};

struct with_thread_level {
  static constexpr int thread_level = MPI_THREAD_SINGLE;
};

struct idling {
  void idle() {}
};

struct napping {
  std::chrono::steady_clock::duration longest_nap() const { return {}; }
};

struct progress : named, with_thread_level, attending, idling, napping {
  using attending::attending;
};

struct driven : mpilock::progress_source {
  explicit driven(const mpilock::lock_site&) {}
  bool advance() override { return false; }
  bool hosts() const noexcept override { return false; }
};

struct labelled {
  std::string_view name() const noexcept { return "archetype"; }
};

struct arriving {
  bool arrive(mpilock::access) { return false; }
};

struct settling {
  template <class Idle>
  bool settle(mpilock::access, mpilock::deadline, Idle&) {
    return true;
  }
};

struct releasing {
  void release(mpilock::access) {}
};

struct acquiring : arriving, settling, releasing {};

struct upgrading {
  template <class Idle>
  bool upgrade(mpilock::deadline, Idle&) {
    return true;
  }
  void downgrade() {}
};

struct counting {
  std::uint64_t sections() const noexcept { return 0; }
};

struct watching {
  bool writer_waits() { return false; }
};

struct freeing {
  template <class Idle>
  void free(Idle&) {}
};

/// A backend whose lock has these members, besides its constructor.
template <class... Members>
struct backend_of : named {
  template <mpilock::fairness_policy Fairness>
  struct lock final : driven, Members... {
    using driven::driven;
  };
};

using backend = backend_of<labelled, acquiring, upgrading, counting, watching, freeing>;

/// For the tests of what can be shared.
using fence = mpilock::basic_window_controller<backend, fairness, progress>::fence_type;

}  // namespace archetypes
