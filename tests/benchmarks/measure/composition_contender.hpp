#pragma once
/// @file
/// @brief Compositions of the library's policies, as contenders.

#include <fmt/format.h>
#include <mpi.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "entrant.hpp"
#include "mpilock/engine/turn_taking.hpp"
#include "mpilock/mpilock.hpp"

namespace lockbench {

template <class Backend, class Fairness, class Progress>
class composition_contender {
 public:
  explicit composition_contender(const launch_facts& here)
      : controller_(here.comm, 0, {.name = "lockbench"}) {}

  static contender_facts facts() {
    const std::string backend(Backend::name), fairness(Fairness::name), progress(Progress::name);
    const bool readers = fairness.starts_with("reader"), writers = fairness.starts_with("writer");
    std::vector<std::string> policies = policies_to_name();
    return {backend + "/" + fairness + "/" + progress,
            "mpilock",
            readers   ? "readers"
            : writers ? "writers"
                      : "none",
            fmt::format("mpilock::sync<{}>", fmt::join(policies, ", ")),
            Fairness::name,
            mpilock::turn_taking<Fairness>::hands_over,
            policies};
  }
  static std::string why_not(const launch_facts& here) {
    if (Progress::thread_level > here.thread_level)
      return "needs MPI_THREAD_MULTIPLE; ask for it by --threads";
    if constexpr (mpilock::needs_one_node<Backend>()) return why_not_shared(here);
    return "";
  }

  void lock() { controller_.lock(); }
  void unlock() { controller_.unlock(); }
  void lock_shared() { controller_.lock_shared(); }
  void unlock_shared() { controller_.unlock_shared(); }
  void serve() { controller_.progress(); }
  void free() { controller_.close(); }

 private:
  /// The backend first, which is never `automatic`. Polling is what the default does in a program
  /// without threads.
  static std::vector<std::string> policies_to_name() {
    std::vector<std::string> policies;
    const auto add = [&]<class Policy>(std::type_identity<Policy>) {
      if (!std::is_same_v<mpilock::controller_with<Policy>, mpilock::window_controller>)
        policies.push_back(qualified(std::string(Policy::name)));
    };
    add(std::type_identity<Backend>());
    add(std::type_identity<Fairness>());
    if (!std::is_same_v<Progress, mpilock::polling_progress>) add(std::type_identity<Progress>());
    return policies;
  }
  /// The C++ text of a policy, with the policy in the arguments of a template.
  static std::string qualified(std::string name) {
    const auto inner = name.find(", ");
    if (inner != name.npos) name.insert(inner + 2, "mpilock::");
    return "mpilock::" + name;
  }

  mpilock::basic_window_controller<Backend, Fairness, Progress> controller_;
};

/// The compositions that are worth a user's choice: polling with everything. A thread only where
/// the backend may need the root's help, and with one fairness policy. A thread changes the cost of
/// a passage, but not the order. `automatic_progress`, the default, is one of these two.
template <class Backend, class Fairness, class Progress>
constexpr bool is_measured() {
  if (Progress::name == std::string_view("no_progress")) return false;
  if (Progress::name == std::string_view("automatic_progress")) return false;
  if (Progress::thread_level < MPI_THREAD_MULTIPLE) return true;
  return Backend::name != std::string_view("shared_memory") &&
         Fairness::name == std::string_view("writer_preferring");
}

template <class Backend, class Fairness, class... Progress>
void list_progress(std::vector<listing>& all, std::tuple<Progress...>*) {
  const auto add = [&]<class One>(One*) {
    if constexpr (is_measured<Backend, Fairness, One>())
      all.push_back(listing_of<composition_contender<Backend, Fairness, One>>());
  };
  (add(static_cast<Progress*>(nullptr)), ...);
}

/// Adds the compositions of one backend with the policies of two tuples.
template <class Backend, class ProgressTuple, class... Fairness>
void list_compositions(std::vector<listing>& all, std::tuple<Fairness...>*) {
  (list_progress<Backend, Fairness>(all, static_cast<ProgressTuple*>(nullptr)), ...);
}

}  // namespace lockbench
