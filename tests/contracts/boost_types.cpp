// mpi-test: ranks=1,2 flavours=one
// Types that Boost.Serialization knows, and that are hard to share: trivially copyable ones with a
// pointer in them, and ones without a public default constructor.

#include <mpi.h>

#include <boost/serialization/access.hpp>
#include <boost/serialization/vector.hpp>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "everyone.hpp"
#include "mpilock/boost_mpi.hpp"

namespace {

/// It is trivially copyable, and its bytes mean nothing on another rank.
struct table {
  int count = 0;
  const int* numbers = nullptr;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    std::vector<int> copy(numbers, numbers + count);
    archive& copy;
    static std::vector<int> arrived;
    arrived = copy;
    count = static_cast<int>(arrived.size());
    numbers = arrived.data();
  }
};
static_assert(std::is_trivially_copyable_v<table>);

/// Only Boost.Serialization can make one without a value.
class grid {
 public:
  explicit grid(int width) : width_(width) {}
  int width() const { return width_; }

 private:
  friend class boost::serialization::access;
  grid() = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& width_;
  }
  int width_ = 0;
};

/// It has no default constructor at all.
class mesh {
 public:
  explicit mesh(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name_;
  }
  std::string name_;
};

template <class Archive>
void load_construct_data(Archive&, mesh* place, unsigned) {
  ::new (place) mesh("not yet loaded");
}

}  // namespace

MPILOCK_CONTRACT(a_serialize_counts_more_than_the_bytes) {
  auto ctrl = mpilock::sync<backend>(users);
  const std::vector<int> numbers{3, 1, 4, 1, 5};
  auto fence = ctrl.single_write();
  if (fence.guard()) fence.share(table{.count = 5, .numbers = numbers.data()});
  const auto got = fence.template collect<table>();
  BOOST_TEST(std::vector<int>(got.numbers, got.numbers + got.count) == numbers);
  BOOST_TEST(got.numbers != numbers.data());
}

MPILOCK_CONTRACT(a_type_without_a_public_default_constructor) {
  auto ctrl = mpilock::sync<backend>(users);
  const grid got = ctrl.single_write([] { return grid(42); });
  BOOST_TEST(got.width() == 42);
}

MPILOCK_CONTRACT(a_type_without_a_default_constructor) {
  auto ctrl = mpilock::sync<backend>(users);
  const auto got = ctrl.single_write([] { return std::vector<mesh>{mesh("sea"), mesh("shore")}; });
  BOOST_TEST(got.size() == 2U);
  BOOST_TEST(got.at(1).name() == "shore");
}
