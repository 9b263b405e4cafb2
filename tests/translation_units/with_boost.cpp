#include <boost/serialization/map.hpp>

#include "mpilock/boost_mpi.hpp"
#include "values.hpp"

namespace {
struct here {
  using forgotten = translation_units::forgotten;
};
}  // namespace

constinit const translation_units::unit translation_units::with_boost = this_unit<here>();
