/// @file
/// @brief Proves one fairness policy of the library on every engine; for a template, some of its
/// types. Needs no MPI.
///
///   prove_POLICY [quick|usual|thorough] [MOST_STATES]

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "mpilock/testing/proof.hpp"
#include "policies_under_proof.hpp"

int main(int argc, char** argv) {
  using mpilock::testing::extent;
  const std::string_view word = argc > 1 ? argv[1] : "quick";
  const extent how_far = word == "thorough" ? extent::thorough
                         : word == "usual"  ? extent::usual
                                            : extent::quick;
  const std::uint64_t most_states = argc > 2 ? std::stoull(argv[2]) : 100'000'000;
  mpilock::testing::summarise_heading(std::cout);
  const auto holds = [&]<class... Policy>(std::type_identity<std::tuple<Policy...>>) {
    return (mpilock::testing::prove<Policy>(std::cout, how_far, most_states) & ...);
  };
  return holds(std::type_identity<under_proof::policies>()) ? 0 : 1;
}
