#pragma once
/// @file
/// @brief The lock of one rank in service: it is built, served while the rank waits, and freed.
/// @ingroup controller

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "mpilock/engine/reentrant_lock.hpp"
#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/process_registry.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock::detail {

/// It keeps the progress policy, which dies before the lock that it serves. A rank that is alone
/// has no lock, and its policy serves nothing.
template <class Backend, class FairnessPolicy, class ProgressPolicy>
class lock_service {
 public:
  using lock_type = typename Backend::template lock<FairnessPolicy>;

  /// All of these must live longer. @param name the controller's
  lock_service(const std::string& name, const communicator& comm, reentrant_lock<lock_type>& lock)
      : name_(name), comm_(comm), lock_(lock) {}

  /// Collective. @param has_thread whether the policy serves from a thread on every rank
  /// @throws unavailable_error on every rank if the lock can't be had
  void build(int root, bool has_thread) {
    if (comm_.size() == 1) return;
    lock_type& lock = lock_.lock_end().emplace(lock_site(comm_, root, has_thread));
    backend_name_ = lock.name();
  }

  /// Collective, the last step of construction. What fails on one rank is told to all, so that no
  /// rank has a controller that another one lacks.
  /// @param enlist is called when the policy has begun
  /// @throws unavailable_error on every rank
  template <class Enlist>
  void begin(Enlist&& enlist) {
    if (!lock_.lock_end()) {
      progress_.emplace(nothing_);
      enlist();
      return;
    }
    std::string failure;
    try {
      progress_.emplace(*lock_.lock_end());
      enlist();
    } catch (const std::system_error& why) {
      failure = "no thread could be started (" + std::string(why.what()) +
                "); allow this process more threads, or choose polling_progress";
    } catch (const std::exception& why) {
      failure = std::string(ProgressPolicy::name) + " could not begin: " + why.what();
    } catch (...) {
      failure = std::string(ProgressPolicy::name) + " could not begin";
    }
    standing_by idle;
    require_everywhere(comm_, failure, idle);
  }

  /// Local: what a rank does between two looks in a collective call. Whatever its policy, it serves
  /// this lock: the ranks that it waits for may need it first.
  void idle() {
    if (lock_.lock_end()) lock_.lock_end()->advance();
    waiting(*progress_).idle();
  }

  /// Local: the same for a rank that comes by only now and then, and keeps the core.
  void progress() {
    if (lock_.lock_end()) lock_.lock_end()->progress();
    process_registry::of_this_process().serve();
  }

  /// Collective.
  template <class Idle>
  void free(Idle& idle) {
    progress_.reset();
    if (lock_.lock_end()) lock_.lock_end()->free(idle);
  }

  /// Local, where the construction has failed.
  void dismantle() noexcept {
    progress_.reset();
    lock_.lock_end().reset();
  }

  ProgressPolicy& policy() noexcept { return *progress_; }
  std::string_view backend_name() const noexcept { return backend_name_; }
  int rank() const noexcept { return comm_.rank(); }
  /// The name of the controller in reports.
  std::string title() const {
    return "mpilock '" + name_ + "' (" + std::string(backend_name_) + ")";
  }

 private:
  struct nothing_to_serve final : progress_source {
    bool advance() override { return false; }
    bool hosts() const noexcept override { return false; }
  };

  const std::string& name_;
  const communicator& comm_;
  reentrant_lock<lock_type>& lock_;
  std::string_view backend_name_ = Backend::name;
  nothing_to_serve nothing_;
  std::optional<ProgressPolicy> progress_;
};

}  // namespace mpilock::detail
