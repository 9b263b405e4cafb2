// expect: exception specification
#include "mpilock/observing/observer.hpp"

// An exception here would leave a section half entered.
struct may_throw : mpilock::observer {
  void requested(const mpilock::event&) noexcept override {}
  void granted(const mpilock::event&) override {}
  void refused(const mpilock::event&) noexcept override {}
  void released(const mpilock::event&) noexcept override {}
};
