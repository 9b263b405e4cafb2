// mpi-test: ranks=2 flavours=one
// <mpilock/boost_mpi.hpp> in one translation unit does not change the other one.

#include <mpi.h>

#include <boost/test/unit_test.hpp>

#include "values.hpp"

namespace {

using translation_units::unit;
using translation_units::values;
using translation_units::with_boost;
using translation_units::without_boost;

values collected(const unit& writer, const unit& reader) {
  const values given{7, "text", {{1}, {-2}}, {3}, {{"cube"}, {"ball"}}};
  values got{};
  auto ctrl = mpilock::sync();
  for (int which = 0; which < translation_units::number_of_values; ++which) {
    auto fence = ctrl.single_write();
    if (fence.guard()) writer.share(fence, given, which);
    reader.collect(fence, got, which);
  }
  return got;
}

}  // namespace

BOOST_AUTO_TEST_CASE(both_units_agree_on_each_type) {
  for (std::size_t i = 0; i < with_boost.on_types.size(); ++i)
    BOOST_TEST((with_boost.on_types[i] == without_boost.on_types[i]), "type " << i);
}

BOOST_AUTO_TEST_CASE(each_unit_collects_values_that_the_other_shares) {
  const values got{
      7, "text", {{1}, {-2}}, {3}, {{"cube, by its own codec"}, {"ball, by its own codec"}}};
  for (const unit* writer : {&with_boost, &without_boost})
    for (const unit* reader : {&with_boost, &without_boost})
      BOOST_TEST((collected(*writer, *reader) == got));
}

// `collect` compares these numbers.
BOOST_AUTO_TEST_CASE(a_codec_that_only_one_unit_sees_changes_the_hash_of_the_type) {
  BOOST_TEST(with_boost.on_forgotten.hash != without_boost.on_forgotten.hash);
}
