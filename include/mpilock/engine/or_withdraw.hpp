#pragma once
/// @file
/// @brief A wait that an exception may end, but not before the rank has withdrawn.

namespace mpilock {

/// Waits. If the wait throws (`idle()` runs code of the user's, and other locks' calls of MPI), the rank
/// withdraws first: what it leaves behind would hold up the others for ever. Then the exception goes
/// on. An operation that fails during the withdrawal does not replace it: nothing more can be done.
///
/// `wait` must be one in which the rank knows what it has left behind: no operation on the lock's own
/// words, whose failure does not tell whether it has taken effect.
template <class Wait, class Withdraw>
auto or_withdraw(Wait&& wait, Withdraw&& withdraw) {
  try {
    return wait();
  } catch (...) {
    try {
      withdraw();
    } catch (...) {
    }
    throw;
  }
}

}  // namespace mpilock
