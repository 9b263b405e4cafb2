#pragma once
/// @file
/// @brief Delays and reorders the calls of a perturbed MPI.

#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace stress {

/// Holds calls back and makes them later, in another order, as far as MPI allows:
///
/// | what                | must wait for           | held back until                              |
/// | ------------------- | ----------------------- | -------------------------------------------- |
/// | one-sided operation | the same rank's earlier | its target is flushed; its result is rubbish |
/// |                     | ones on the same word   | until then                                   |
/// | send                | the same rank's earlier | some later call; its request is complete     |
/// |                     | sends to that receiver  | only when the real one is                    |
///
/// Any call may make some of the held calls, and may yield or sleep first. The random numbers have
/// a seed, but the machine's scheduler has none: a seed repeats the choices, not the run.
///
/// Several threads may use it. No call may be held back when a call blocks inside MPI. So `calm`
/// comes before collective calls that block.
class perturber {
 public:
  struct counts {
    std::int64_t calls = 0;
    std::int64_t held_back = 0;
    std::int64_t overtaken = 0;  ///< made before an older call that MPI does not order with it
    std::int64_t slept = 0;
  };

  /// Never destroyed, since MPI_Finalize and threads use it too.
  static perturber& of_this_process() {
    static auto& only = *new perturber;
    return only;
  }

  void excite(std::uint64_t seed) {
    const std::lock_guard guard(mutex_);
    dice_.seed(seed);
    seen_ = {};
    excited_ = true;
  }

  /// Makes all held calls, and changes nothing from now on.
  void calm() {
    const std::lock_guard guard(mutex_);
    excited_ = false;
    while (!operations_.empty()) let_go(operations_, operations_.begin());
    while (!sends_.empty()) let_go(sends_, sends_.begin());
    while (!under_way_.empty()) {
      complete_sends();
      std::this_thread::yield();
    }
  }

  counts seen() {
    const std::lock_guard guard(mutex_);
    return seen_;
  }

  /// At the beginning of each call: yields or sleeps, and makes some of the held calls.
  void disturb() {
    std::chrono::microseconds nap{0};
    {
      const std::lock_guard guard(mutex_);
      complete_sends();
      if (!excited_) return;
      ++seen_.calls;
      nap = choose_nap();
      let_some_go(operations_, 8);
      let_some_go(sends_, 4);
    }
    if (nap.count() > 0) std::this_thread::sleep_for(nap);
    if (nap.count() < 0) std::this_thread::yield();
  }

  /// @param result where MPI will write, if that may hold rubbish until the flush; or nullptr
  /// @return whether `action` is held back
  bool hold_operation(MPI_Win window, int target, MPI_Aint word, std::uint64_t* result,
                      std::function<void()> action) {
    const std::lock_guard guard(mutex_);
    if (!excited_) return false;
    ++seen_.held_back;
    if (result != nullptr && roll(2) == 0) *result = dice_();  // the caller may not look at it yet
    operations_.push_back({{window, target, word}, std::move(action)});
    return true;
  }

  /// Makes the held calls that a flush of this target completes, and perhaps more.
  void flush(MPI_Win window, int target) {
    const std::lock_guard guard(mutex_);
    for (;;) {
      std::vector<operation_list::iterator> due;
      for (auto each = operations_.begin(); each != operations_.end(); ++each)
        if (each->order.window == window && each->order.target == target &&
            is_first_of_its_order(operations_, each))
          due.push_back(each);
      if (due.empty()) return;
      let_go(operations_, due[roll(due.size())]);
      if (roll(4) == 0) PMPI_Win_flush(target, window);  // completes it before the next one
      if (roll(8) == 0) std::this_thread::yield();
    }
  }

  /// @return whether the send is held back; `request` then completes with the real send
  bool hold_send(MPI_Comm comm, int to, MPI_Request* request, std::function<MPI_Request()> action) {
    const std::lock_guard guard(mutex_);
    if (!excited_) return false;
    MPI_Grequest_start(&query, &free, &cancel, nullptr, request);
    const MPI_Request promised = *request;
    ++seen_.held_back;
    sends_.push_back({{comm, to}, [this, promised, action] {
                        under_way_.push_back({action(), promised});
                      }});
    return true;
  }

  /// A number below `sides`; 0 while calm.
  std::size_t choose(std::size_t sides) {
    const std::lock_guard guard(mutex_);
    return excited_ ? roll(sides) : 0;
  }

 private:
  struct word_order {
    MPI_Win window;
    int target;
    MPI_Aint word;
    bool operator==(const word_order&) const = default;
  };
  struct pair_order {
    MPI_Comm comm;
    int to;
    bool operator==(const pair_order&) const = default;
  };
  template <class Order>
  struct held {
    Order order;
    std::function<void()> action;
  };
  using operation_list = std::list<held<word_order>>;
  struct send_under_way {
    MPI_Request real;
    MPI_Request promised;
  };

  std::size_t roll(std::size_t sides) { return dice_() % sides; }

  /// Below zero: yield.
  std::chrono::microseconds choose_nap() {
    const std::size_t how = roll(1024);
    if (how >= 72) return std::chrono::microseconds(0);
    if (how >= 8) return std::chrono::microseconds(-1);
    ++seen_.slept;
    return std::chrono::microseconds(how == 0 ? 2000 : 20 + static_cast<int>(roll(300)));
  }

  template <class List>
  static bool is_first_of_its_order(List& list, typename List::iterator candidate) {
    return std::none_of(list.begin(), candidate,
                        [&](const auto& older) { return older.order == candidate->order; });
  }

  template <class List>
  void let_go(List& list, typename List::iterator chosen) {
    if (chosen != list.begin()) ++seen_.overtaken;
    const auto action = std::move(chosen->action);
    list.erase(chosen);
    action();
  }

  /// One call of this in `odds` makes one of the held calls.
  template <class List>
  void let_some_go(List& list, std::size_t odds) {
    if (list.empty() || roll(odds) != 0) return;
    auto chosen = std::next(list.begin(), static_cast<std::ptrdiff_t>(roll(list.size())));
    if (is_first_of_its_order(list, chosen)) let_go(list, chosen);
  }

  void complete_sends() {
    under_way_.remove_if([](send_under_way& each) {
      int done = 0;
      PMPI_Test(&each.real, &done, MPI_STATUS_IGNORE);
      if (done != 0) PMPI_Grequest_complete(each.promised);
      return done != 0;
    });
  }

  static int query(void*, MPI_Status* status) {
    MPI_Status_set_elements(status, MPI_INT, 0);
    MPI_Status_set_cancelled(status, 0);
    status->MPI_SOURCE = MPI_UNDEFINED;
    status->MPI_TAG = MPI_UNDEFINED;
    return MPI_SUCCESS;
  }
  static int free(void*) { return MPI_SUCCESS; }
  static int cancel(void*, int) { return MPI_SUCCESS; }

  std::mutex mutex_;
  std::mt19937_64 dice_;
  bool excited_ = false;
  counts seen_;
  operation_list operations_;
  std::list<held<pair_order>> sends_;
  std::list<send_under_way> under_way_;
};

}  // namespace stress
