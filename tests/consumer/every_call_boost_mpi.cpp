// Values that Boost.Serialization carries, compiled with a user's warnings; it is not run.
#include <boost/mpi.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <cstddef>
#include <map>
#include <mpilock/boost_mpi.hpp>
#include <string>
#include <vector>

namespace {

struct mesh {
  std::string name;
  std::vector<double> points;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name& points;
  }
};

template <class T, class Controller>
T passed_on(Controller& ctrl, const T& value) {
  auto fence = ctrl.single_write();
  if (fence.guard()) fence.share(value);
  return fence.template collect<T>();
}

}  // namespace

int main(int argc, char** argv) {
  const boost::mpi::environment environment(argc, argv);
  const boost::mpi::communicator world;
  auto ctrl = mpilock::sync(world);
  std::size_t all = 0;
  all += passed_on(ctrl, mesh{"cube", {0, 1}}).points.size();
  all += passed_on(ctrl, std::map<std::string, int>{{"one", 1}}).size();
  all += passed_on(ctrl, std::vector<std::map<int, mesh>>(2)).size();
  all += passed_on(ctrl, std::string("text")).size();
  all += ctrl.single_write([] { return mesh{}; }).points.size();
  return all > 0 ? 0 : 1;
}
