#pragma once
/// @file
/// @brief What a rank is doing with a lock right now, to tell why a program hangs.
/// @ingroup controller

#include <atomic>

namespace mpilock::detail {

/// Set by the owner, read by any thread.
class activity {
 public:
  const char* what() const noexcept { return what_.load(std::memory_order_relaxed); }

  /// States what is being done, for as long as it lives.
  class scope {
   public:
    scope(activity& about, const char* what) noexcept : about_(about) {
      about_.what_.store(what, std::memory_order_relaxed);
    }
    ~scope() { about_.what_.store(elsewhere, std::memory_order_relaxed); }
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;

   private:
    activity& about_;
  };

 private:
  static constexpr const char* elsewhere = "is in none of its calls";
  std::atomic<const char*> what_ = elsewhere;
};

}  // namespace mpilock::detail
