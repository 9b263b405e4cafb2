#pragma once
/// @file
/// @brief Where a lock under the checker is to be built.
/// @ingroup testing

#include "mpilock/testing/checker/session.hpp"

namespace mpilock::testing {

/// What an end of a lock under the checker is made from.
struct checked_site {
  int rank;
  int size;
  session& code;  ///< through which all it does goes
  bool
      counts_sections;  ///< else they are all the same to the checker, and don't make states differ
};

}  // namespace mpilock::testing
