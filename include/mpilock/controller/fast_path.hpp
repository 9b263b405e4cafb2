#pragma once
/// @file
/// @brief The fast path in and out of a section, and the flag that bars it.
/// @ingroup controller

namespace mpilock::detail {

/// Whether a section may take the fast path, on which it meets the lock alone. The path is barred
/// for good once sections are watched, by observers or for stall reports, or once the controller is
/// closed. So a plain section asks one flag, not two. The fast path of `lock_shared()` on
/// `shared_memory`, from call to call:
///
/// | function                             | adds to the call                            |
/// | ------------------------------------ | ------------------------------------------- |
/// | `shared_timed_lockable::lock_shared` | the kind of access, the deadline            |
/// | `controller_state::acquire`          | nothing                                     |
/// | `sections::acquire`                  | asks this flag; if barred: `slow_path`      |
/// | `reentrant_lock::arrive`             | a rank that is inside already only counts   |
/// | `counting_lock::arrive`, inherited   | what to add; whether the rank is inside     |
/// | `memory_medium::fetch_add`           | the memory order                            |
/// | `mapped_words::fetch_add`            | the atomic operation                        |
///
/// All of them are inlined. `automatic` adds one branch, which asks for its choice. A rank that is
/// not inside then goes on in `slow_path`. With `rma_window` the last two are members of
/// `window_medium` and `window`. With `two_sided`, `arrive` of `message_lock` is always in vain,
/// since the rank must await an answer.
class fast_path {
 public:
  bool is_barred() const noexcept { return is_barred_; }
  void bar() noexcept { is_barred_ = true; }

 private:
  bool is_barred_ = false;
};

}  // namespace mpilock::detail
