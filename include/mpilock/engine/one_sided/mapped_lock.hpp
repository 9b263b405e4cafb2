#pragma once
/// @file
/// @brief The part that all backends in mapped memory have in common.

#include <string>
#include <string_view>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/node_size.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/vocabulary/error.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock::detail {

/// An engine over mapped words. It needs no rank to serve it.
template <class Engine>
class mapped_lock : public Engine, public progress_source {
 public:
  /// Collective. @throws unavailable_error on every rank if the ranks don't share memory
  /// @param backend the backend's name, for messages
  mapped_lock(const lock_site& site, std::string_view backend)
      : Engine(site.rank(), site.size(), on_one_node(ranks_of(site), backend), site.root(),
               Engine::words_for(site.size())),
        comm_(ranks_of(site)) {}

  /// Lets MPI make progress, for the MPI operations of the user.
  bool advance() override {
    comm_.poke();
    return false;
  }
  bool hosts() const noexcept override { return false; }

  /// Collective.
  template <class Idle>
  void free(Idle&) {
    this->medium().memory().free();
  }

 private:
  /// Collective. If one rank misses ranks on its node, every rank does. So the ranks need not
  /// compare their answers.
  static const communicator& on_one_node(const communicator& comm, std::string_view backend) {
    int size = 0;
    std::string failure;
    try {
      size = node_size(comm);
    } catch (const mpi_error& why) {  // all ranks must hear of it
      failure = why.what();
    }
    standing_by idle;
    require_everywhere(comm, failure, idle);
    if (size != comm.size())
      throw unavailable_error("mpilock: " + std::string(backend) + " needs all " +
                              std::to_string(comm.size()) +
                              " ranks on one node, and on this rank's there are " +
                              std::to_string(size) + "; use rma_window, two_sided or automatic");
    return comm;
  }

  const communicator& comm_;
};

}  // namespace mpilock::detail
