#pragma once
/// @file
/// @brief The one question that a section asks before it takes the short way.
/// @ingroup controller

namespace mpilock::detail {

/// On the short way in or out, a section meets the lock alone. The way is barred for good once an
/// observer watches, or the controller is closed. So a plain section asks one flag, not two.
class shortcut {
 public:
  bool is_barred() const noexcept { return is_barred_; }
  void bar() noexcept { is_barred_ = true; }

 private:
  bool is_barred_ = false;
};

}  // namespace mpilock::detail
