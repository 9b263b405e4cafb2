// expect: mpilock: this fairness policy lacks `static constexpr std::string_view name`
#include "archetypes.hpp"
#include "mpilock/testing/conformance.hpp"

struct incomplete : archetypes::admitting, archetypes::taking_turns {};

int main(int argc, char** argv) {
  return mpilock::testing::conformance_main<incomplete>(argc, argv);
}
