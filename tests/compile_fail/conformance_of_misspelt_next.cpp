// expect: mpilock: this fairness policy lacks `static constexpr mpilock::turn next(const
// mpilock::census& now) noexcept`
#include "mpilock/testing/conformance.hpp"

struct incomplete {
  static constexpr std::string_view name = "incomplete";
  static constexpr bool admits(mpilock::access, const mpilock::census&) noexcept { return true; }
  static constexpr mpilock::turn nexts(const mpilock::census&) noexcept {
    return mpilock::turn::first_come;
  }
};

int main(int argc, char** argv) {
  return mpilock::testing::conformance_main<incomplete>(argc, argv);
}
