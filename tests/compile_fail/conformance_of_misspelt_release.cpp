// expect: mpilock: this backend's lock lacks `void release(access)`
#include "archetypes.hpp"
#include "mpilock/testing/conformance.hpp"

using incomplete =
    archetypes::backend_of<archetypes::labelled, archetypes::arriving, archetypes::settling,
                           archetypes::upgrading, archetypes::counting, archetypes::watching,
                           archetypes::freeing>;

int main(int argc, char** argv) {
  return mpilock::testing::conformance_main<incomplete>(argc, argv);
}
