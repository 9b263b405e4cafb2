#pragma once
/// @file
/// @brief What all backends in mapped memory have in common.

#include "mpilock/detail/communicator.hpp"
#include "mpilock/detail/mapped_words.hpp"
#include "mpilock/lock_site.hpp"
#include "mpilock/progress_source.hpp"

namespace mpilock::detail {

/// An engine over mapped words, which nobody needs to serve.
template <class Engine>
class mapped_lock : public Engine, public progress_source {
 public:
  /// Collective. @throws unavailable_error on every rank if they don't share memory
  explicit mapped_lock(const lock_site& site)
      : Engine(site.comm.rank(), site.comm.size(), site.comm, site.root,
               Engine::words_for(site.comm.size())),
        comm_(site.comm) {}

  /// MPI itself gets a turn, for the sake of what the user does with it.
  bool advance() override {
    comm_.poke();
    return false;
  }
  bool hosts() const noexcept override { return false; }

  /// Collective.
  template <class Idle>
  void free(Idle&) {
    this->where().memory().free();
  }

 private:
  const communicator& comm_;
};

}  // namespace mpilock::detail
