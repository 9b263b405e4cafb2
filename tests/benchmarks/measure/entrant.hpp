#pragma once
/// @file
/// @brief Contenders of any type. A virtual function runs a whole slice, never a single passage,
/// which takes only nanoseconds.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "contender.hpp"
#include "slice.hpp"

namespace lockbench {

class entrant {
 public:
  virtual ~entrant() = default;
  virtual void run(const slice_plan& plan, slice_result& result) = 0;
  virtual void enter_once(access kind) = 0;  ///< for waits of milliseconds
  virtual void leave_once(access kind) = 0;
  virtual void serve() = 0;
  virtual void free() = 0;  ///< collective
};

template <contender Lock>
class entrant_of final : public entrant {
 public:
  explicit entrant_of(const launch_facts& here) : lock_(here) {}
  void run(const slice_plan& plan, slice_result& result) override {
    run_slice(lock_, plan, result);
  }
  void enter_once(access kind) override { enter(lock_, kind); }
  void leave_once(access kind) override { leave(lock_, kind); }
  void serve() override { lock_.serve(); }
  void free() override { lock_.free(); }

 private:
  Lock lock_;
};

/// A contender that has not been made.
struct listing {
  contender_facts facts;
  std::function<std::string(const launch_facts&)> why_not;
  std::function<std::unique_ptr<entrant>(const launch_facts&)> make;  ///< collective
};

template <contender Lock>
listing listing_of() {
  return {Lock::facts(), [](const launch_facts& here) { return Lock::why_not(here); },
          [](const launch_facts& here) -> std::unique_ptr<entrant> {
            return std::make_unique<entrant_of<Lock>>(here);
          }};
}

/// All contenders of this program: compositions, peers, floors.
std::vector<listing> all_listings();

}  // namespace lockbench
