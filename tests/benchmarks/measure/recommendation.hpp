#pragma once
/// @file
/// @brief Which composition to use, for a fairness policy that the user has chosen.

#include <mpi.h>

#include <string>
#include <string_view>

#include "results.hpp"

namespace lockbench {

/// The fairness policy of `mpilock::sync()`.
std::string_view default_fairness();

/// Collective. The composition that `sync` makes if it is given only the fairness policy; empty if
/// there is none.
std::string usual_composition(MPI_Comm comm, std::string_view fairness);

/// Some lines with the figures of the compositions, the reason, and C++ code to copy. Another
/// composition than the usual one is recommended only if its advantage is no noise.
std::string recommendation_of(const results& all, double writers, const std::string& usual);

}  // namespace lockbench
