#pragma once
/// @file
/// @brief An observer that keeps the sections that it sees, for a trace.
/// @ingroup observing

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "mpilock/observing/observer.hpp"
#include "mpilock/observing/span.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// Keeps a span in memory for each section of the controllers that it is given to, some 120 bytes
/// each. Pass it to the ranks' controllers in `options::observers`. Write its spans with
/// `write_otlp` or `write_perfetto`.
class span_recorder final : public observer {
 public:
  /// @param most the most spans to keep; further spans are only counted
  explicit span_recorder(std::size_t most = 1'000'000) : most_(most) {}

  /// The sections that have ended, in the order of their ends.
  const std::vector<span>& spans() const noexcept { return ended_; }
  /// The number of spans that were not kept, for lack of room or of memory.
  std::uint64_t dropped() const noexcept { return dropped_; }

  void requested(const event& what) noexcept override {
    span begun{.request = what, .number = next_++};
    begun.request.lock = known(what.lock).name;
    if (!open_.empty()) begun.parent = open_.back().number;
    asked_ = begun;
  }
  void granted(const event& what) noexcept override {
    asked_.granted = what.when;
    std::uint64_t& left_out = left_out_of(what);
    try {
      const bool is_named = asked_.request.lock == what.lock;
      if (left_out == 0 && is_named) return open_.push_back(asked_);
    } catch (...) {  // no memory
    }
    ++left_out;
  }
  void refused(const event& what) noexcept override {
    asked_.refused = true;
    keep(asked_, what);
  }
  void released(const event& what) noexcept override {
    if (std::uint64_t& left_out = left_out_of(what); left_out > 0) {
      --left_out;  // the innermost of its lock and kind, as this one is
      ++dropped_;
      return;
    }
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (open_[i].request.kind != what.kind || open_[i].request.lock != what.lock) continue;
      keep(open_[i], what);
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }

 private:
  /// @cond
  // A lock's name, valid as long as the recorder. `left_out` counts the open sections of the lock
  // that are not kept for lack of memory. Of each kind, these are the innermost ones.
  struct known_lock {
    std::string name;
    std::array<std::uint64_t, 2> left_out{};
  };
  /// @endcond

  known_lock& known(std::string_view name) noexcept {
    for (known_lock& each : locks_)
      if (each.name == name) return each;
    try {
      return locks_.emplace_back(known_lock{.name = std::string(name)});
    } catch (...) {  // no memory
      return nameless_;
    }
  }
  std::uint64_t& left_out_of(const event& what) noexcept {
    return known(what.lock).left_out[what.kind == access::write ? 1 : 0];
  }

  void keep(span done, const event& what) noexcept {
    done.ended = what.when;
    try {
      if (ended_.size() < most_) return ended_.push_back(done);
    } catch (...) {  // no memory: the program continues without this span
    }
    ++dropped_;
  }

  std::size_t most_;
  std::size_t next_ = 0;
  std::uint64_t dropped_ = 0;
  span asked_{};  // between request and grant
  std::vector<span> open_;
  std::vector<span> ended_;
  std::list<known_lock> locks_;
  known_lock nameless_;
};

}  // namespace mpilock
