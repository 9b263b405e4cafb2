#pragma once
/// @file
/// @brief The least that a lock in shared memory costs.

#include <atomic>
#include <cstdint>
#include <string>

#include "../contender.hpp"
#include "../shared_block.hpp"

namespace lockbench {

/// A passage takes two atomic additions to one word. It keeps no rank out.
class two_atomics {
 public:
  explicit two_atomics(const launch_facts& here) : word_(here) {}

  static contender_facts facts() {
    return {"two_atomics", "floor", "none", "two std::atomic fetch_add on a word that ranks share"};
  }
  static std::string why_not(const launch_facts& here) { return why_not_shared(here); }

  void lock() { word_->value.fetch_add(1); }
  void unlock() { word_->value.fetch_add(1); }
  void lock_shared() { lock(); }
  void unlock_shared() { unlock(); }
  void serve() {}
  void free() { word_.free(); }

 private:
  struct word {
    std::atomic<std::uint64_t> value = 0;
  };
  shared_block<word> word_;
};

}  // namespace lockbench
