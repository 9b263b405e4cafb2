#pragma once
/// @file
/// @brief The best backend that this communicator and this MPI allow, agreed on by all ranks.
/// @ingroup backend

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mpilock/backend/rma_window.hpp"
#include "mpilock/backend/shared_memory.hpp"
#include "mpilock/backend/two_sided.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/vocabulary/error.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// `shared_memory` where one node holds the communicator; else `rma_window` where a window can be
/// made and passes a probe; else `two_sided`, if the progress policy has a thread on every rank.
/// `backend_name()` tells which it is.
///
/// Without a thread, `two_sided` would make a program hang that locks and then meets in a plain
/// `MPI_Barrier`, so it is never taken silently.
struct automatic {
  /// What ranks compare in `sync`; `backend_name()` tells it only on a communicator of one rank.
  static constexpr std::string_view name = "automatic";

  template <fairness_policy Fairness>
  class lock final : public progress_source {
   public:
    /// Collective. Each attempt fails on all ranks or on none, so all take the same one.
    /// @throws unavailable_error on every rank if nothing is left
    explicit lock(const lock_site& site) {
      std::string why = try_shared_memory(site);
      if (!shared_) why += try_rma_window(site);
      if (shared_ || rma_) return;
      if (!site.has_thread())
        throw unavailable_error("mpilock: no backend is left to choose (" + why +
                                "two_sided could hang without a thread on every rank); ask "
                                "MPI_Init_thread for MPI_THREAD_MULTIPLE, use threaded_progress, "
                                "or ask for two_sided by name and meet in ctrl.barrier()");
      messages_.emplace(site);
    }

    bool arrive(access kind) {
      return with(*this, [&](auto& taken) { return taken.arrive(kind); });
    }
    template <class Idle>
    bool settle(access kind, deadline until, Idle& idle) {
      return with(*this, [&](auto& taken) { return taken.settle(kind, until, idle); });
    }
    void release(access kind) {
      with(*this, [&](auto& taken) { taken.release(kind); });
    }
    template <class Idle>
    bool upgrade(deadline until, Idle& idle) {
      return with(*this, [&](auto& taken) { return taken.upgrade(until, idle); });
    }
    void downgrade() {
      with(*this, [](auto& taken) { taken.downgrade(); });
    }
    bool writer_waits() {
      return with(*this, [](auto& taken) { return taken.writer_waits(); });
    }
    std::uint64_t sections() const noexcept {
      return with(*this, [](auto& taken) { return taken.sections(); });
    }
    bool advance() override {
      return with(*this, [](auto& taken) { return taken.advance(); });
    }
    bool serve_arrived() override {
      return with(*this, [](auto& taken) { return taken.serve_arrived(); });
    }
    int advances() const noexcept override {
      return with(*this, [](auto& taken) { return taken.advances(); });
    }
    bool hosts() const noexcept override {
      return with(*this, [](auto& taken) { return taken.hosts(); });
    }
    std::string_view name() const noexcept {
      return with(*this, [](auto& taken) { return taken.name(); });
    }
    template <class Idle>
    void free(Idle& idle) {
      with(*this, [&](auto& taken) { taken.free(idle); });
    }

   private:
    template <class Self, class Action>
    static decltype(auto) with(Self& self, Action&& action) {
      if (self.shared_) return action(*self.shared_);
      if (self.rma_) return action(*self.rma_);
      return action(*self.messages_);
    }

    std::string try_shared_memory(const lock_site& site) {
      try {
        shared_.emplace(site);
        return "";
      } catch (const unavailable_error& failure) {
        return reason(failure);
      }
    }

    std::string try_rma_window(const lock_site& site) {
      try {
        rma_.emplace(site);
        if (rma_->medium().passes_probe()) return "";
        rma_->medium().free();
        rma_.reset();
        return "this MPI's one-sided operations give wrong results; ";
      } catch (const unavailable_error& failure) {
        return reason(failure);
      }
    }

    /// What went wrong, without the advice, which is about that backend alone.
    static std::string reason(const unavailable_error& failure) {
      std::string text = failure.what();
      text.erase(0, std::string_view("mpilock: ").size());
      return text.substr(0, text.rfind("; ")) + "; ";
    }

    std::optional<shared_memory::lock<Fairness>> shared_;
    std::optional<rma_window::lock<Fairness>> rma_;
    std::optional<two_sided::lock<Fairness>> messages_;
  };
};

}  // namespace mpilock
