// expect: mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for
// Boost.Serialization, or specialise mpilock::codec
// shows: = table
#include "archetypes.hpp"

// It is trivially copyable, but its bytes would mean nothing on another rank.
class table {
  int count = 0;
  int* numbers = nullptr;
  template <class Archive>
  void serialize(Archive&, unsigned);
};

void share(archetypes::fence& fence) { fence.share(table{}); }
