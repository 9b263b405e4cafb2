#pragma once
/// @file
/// @brief The place at which a lock under the checker is built.
/// @ingroup testing

#include "mpilock/testing/checker/session.hpp"

namespace mpilock::testing {

/// The arguments from which one end of a lock under the checker is made.
struct checked_site {
  int rank;
  int size;
  session& code;         ///< all operations of the lock go through it
  bool counts_sections;  ///< if false, the count of sections makes no states differ
};

}  // namespace mpilock::testing
