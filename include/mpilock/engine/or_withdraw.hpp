#pragma once
/// @file
/// @brief A wait that an exception may end, after the rank has withdrawn.

namespace mpilock {

/// Waits. `idle()` runs code of the user's and MPI calls of other locks, so the wait may throw.
/// Then the rank withdraws first, because other ranks would wait for ever for what it left behind.
/// After that the exception continues. An operation that fails during the withdrawal does not
/// replace the exception, since no better recovery exists.
///
/// `wait` must be a wait in which the rank knows what it has left behind. It must not be an
/// operation on the lock's own words: a failure there does not tell whether the operation took
/// effect.
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
