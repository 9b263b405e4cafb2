/// @file
/// @brief Proves one fairness policy of the library on every engine; for a template, some of its
/// types. Needs no MPI.
///
///   prove_POLICY [quick|usual|thorough] [GiB of memory for each search]

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "mpilock/testing/proof.hpp"
#include "policies_under_proof.hpp"

namespace {

using namespace mpilock::testing;

/// The longest searches need not end within the memory of every machine. All others must.
template <class Policy>
bool is_proved(extent how_far, const search_limits& limits) {
  const proof_record found = prove<Policy>(std::cout, how_far, limits);
  std::cout << Policy::name << ' ' << found.breach() << '\n';
  found.print(std::cout);
  return found.result() == outcome::conforms ||
         (how_far == extent::thorough && found.result() == outcome::incomplete);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view word = argc > 1 ? argv[1] : "quick";
  const extent how_far = word == "thorough" ? extent::thorough
                         : word == "usual"  ? extent::usual
                                            : extent::quick;
  search_limits limits;
  if (argc > 2) limits.bytes = std::stoull(argv[2]) << 30;
  summarise_heading(std::cout);
  const auto all = [&]<class... Policy>(std::type_identity<std::tuple<Policy...>>) {
    return (is_proved<Policy>(how_far, limits) & ...);
  };
  return all(std::type_identity<under_proof::policies>()) ? 0 : 1;
}
