#include <boost/serialization/map.hpp>

#include "mpilock/boost_mpi.hpp"
#include "values.hpp"

namespace {
struct here {};
}  // namespace

const translation_units::unit translation_units::with_boost = this_unit<here>();
