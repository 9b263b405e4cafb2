// A Boost.MPI program whose ranks share a map that one of them has made.
//
//   mpirun -np 4 boost_mpi_map
//
// All types that Boost.Serialization can write can be shared, here a class with a serialize() of
// its own. Include Boost's header for what is in it, and <mpilock/boost_mpi.hpp>. A map needs no
// header of Boost's: mpilock has a codec for it.

#include <boost/mpi.hpp>
#include <boost/serialization/vector.hpp>
#include <mpilock/boost_mpi.hpp>

#include <cstdio>
#include <exception>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

namespace {

class series {
 public:
  series() = default;
  series(std::initializer_list<double> values) : values_(values) {}
  const std::vector<double>& values() const { return values_; }
  bool operator==(const series&) const = default;

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& values_;
  }

  std::vector<double> values_;
};

using table = std::map<std::string, series>;

// Stands for work that takes long, or must happen once: reading a file, asking a server …
table load() { return {{"density", {1.2, 1.3}}, {"position", {0.5, 0.25, 0.125}}, {"unused", {}}}; }

bool run(const boost::mpi::communicator& world) {
  auto ctrl = mpilock::sync(world);

  // The short form: the root runs it under a write lock, and every rank gets the result.
  const table loaded = ctrl.single_write(load);

  // The same as a scope, with the last rank as the writer. It adds to the map that it was given.
  const int last = world.size() - 1;
  auto fence = ctrl.single_write(last);
  if (fence.guard()) {
    table more = loaded;
    more["written by"] = {static_cast<double>(world.rank())};
    fence.share(more);
  }
  const table extended = fence.collect<table>();

  table expected = load();
  expected["written by"] = {static_cast<double>(last)};
  const bool good = loaded == load() && extended == expected;
  const bool all_good = boost::mpi::all_reduce(world, good, std::logical_and<>());

  if (world.rank() == 0) {
    for (const auto& [key, its] : extended) {
      std::printf("%-12s", key.c_str());
      for (const double value : its.values()) std::printf(" %g", value);
      std::printf("\n");
    }
    std::printf("%d ranks %s\n", world.size(), all_good ? "have the same map" : "DISAGREE");
  }
  ctrl.close();
  return all_good;
}

}  // namespace

int main(int argc, char** argv) {
  const boost::mpi::environment mpi(argc, argv);
  const boost::mpi::communicator world;
  try {
    return run(world) ? 0 : 1;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "boost_mpi_map: %s\n", failure.what());
    world.abort(1);
  }
}
