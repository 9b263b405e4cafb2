// expect: exception specification
#include "mpilock/observing/observer.hpp"

// It would leave a section that is entered by halves.
struct may_throw : mpilock::observer {
  void requested(const mpilock::event&) noexcept override {}
  void granted(const mpilock::event&) override {}
  void refused(const mpilock::event&) noexcept override {}
  void released(const mpilock::event&) noexcept override {}
};
