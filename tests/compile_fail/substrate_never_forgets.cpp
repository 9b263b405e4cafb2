// expect: mpilock: this type must have both `void keep(std::uint64_t)` and `void forget()`, or
// neither
#include <cstdint>

#include "mpilock/engine/checker_note.hpp"

struct incomplete {
  void keep(std::uint64_t) {}
};

template class mpilock::checker_note<incomplete>;
