#include <boost/mpi.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>
#include <map>
#include <mpilock/boost_mpi.hpp>
#include <string>

int main(int argc, char** argv) {
  const boost::mpi::environment environment(argc, argv);
  const boost::mpi::communicator world;
  const std::map<std::string, int> expected{{"answer", 42}};
  auto controller = mpilock::sync(world);
  return controller.single_write([&] { return expected; }) == expected ? 0 : 1;
}
