#pragma once
/// @file
/// @brief A background thread that looks, and sleeps between two looks.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace mpilock::detail {

/// The thread sleeps to leave the processor to the computation: for a sixteenth of the time since a
/// look last found work, but at least 1 ms and at most 8 ms.
class napping_thread {
 public:
  /// Local. Starts to call `look`, which returns whether it found work. Does nothing if the thread
  /// runs already.
  /// @throws std::system_error if no thread can be started
  void start(std::function<bool()> look) {
    if (thread_.joinable()) return;
    auto orders = std::make_shared<shared>();
    thread_ = std::thread([orders, look = std::move(look)] { run(*orders, look); });
    orders_ = std::move(orders);
  }

  /// Local. Whether it has been started and not dismissed.
  bool runs() const noexcept { return thread_.joinable(); }

  /// Local. Tells the thread to end. @return the thread, if it runs. The caller must join it
  /// without holding a lock that `look` takes.
  std::thread dismiss() {
    if (thread_.joinable()) {
      const std::lock_guard guard(orders_->mutex);
      orders_->is_dismissed = true;
      orders_->changed.notify_one();
    }
    return std::exchange(thread_, {});
  }

 private:
  using clock = std::chrono::steady_clock;

  struct shared {
    std::mutex mutex;
    std::condition_variable changed;
    bool is_dismissed = false;
  };

  static void run(shared& orders, const std::function<bool()>& look) {
    auto found_work = clock::now();
    std::unique_lock guard(orders.mutex);
    while (!orders.is_dismissed) {
      guard.unlock();
      const bool busy = look();
      const auto now = clock::now();
      if (busy) found_work = now;
      guard.lock();
      orders.changed.wait_for(guard, nap_after(now - found_work),
                              [&] { return orders.is_dismissed; });
    }
  }

  static clock::duration nap_after(clock::duration silence) {
    using std::chrono::milliseconds;
    return std::clamp<clock::duration>(silence / 16, milliseconds(1), milliseconds(8));
  }

  std::thread thread_;
  std::shared_ptr<shared> orders_;
};

}  // namespace mpilock::detail
