#pragma once
/// @file
/// @brief An observer that keeps what it sees, for a trace.
/// @ingroup observing

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "mpilock/access.hpp"
#include "mpilock/observing/observer.hpp"
#include "mpilock/observing/span.hpp"

namespace mpilock {

/// Keeps a span for each section of the controllers that it is given to, some 120 bytes each, in
/// memory. Give it to the ranks' controllers in `options::observers`, and write what it has kept with
/// `write_otlp` or `write_perfetto`.
class span_recorder final : public observer {
 public:
  /// @param most spans to keep; of more, the later ones are counted alone
  explicit span_recorder(std::size_t most = 1'000'000) : most_(most) {}

  /// Those that have ended, in the order in which they did.
  const std::vector<span>& spans() const noexcept { return ended_; }
  /// How many there was no room for.
  std::uint64_t dropped() const noexcept { return dropped_; }

  void requested(const event& what) noexcept override {
    span begun{.request = what, .number = next_++};
    begun.request.lock = name_kept(what.lock);
    if (!open_.empty()) begun.parent = open_.back().number;
    asked_ = begun;
  }
  void granted(const event& what) noexcept override {
    asked_.granted = what.when;
    if (open_.size() < deepest) open_.push_back(asked_);
  }
  void refused(const event& what) noexcept override {
    asked_.refused = true;
    keep(asked_, what);
  }
  void released(const event& what) noexcept override {
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (open_[i].request.kind != what.kind || open_[i].request.lock != what.lock) continue;
      keep(open_[i], what);
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }

 private:
  /// The same name, for as long as the recorder lives.
  std::string_view name_kept(std::string_view name) noexcept {
    for (const std::string& each : names_)
      if (each == name) return each;
    try {
      return names_.emplace_back(name);
    } catch (...) {  // no memory
      return "";
    }
  }

  static constexpr std::size_t deepest = 1000;  // nested sections; deeper ones are left out

  void keep(span done, const event& what) noexcept {
    done.ended = what.when;
    try {
      if (ended_.size() < most_) return ended_.push_back(done);
    } catch (...) {  // no memory: the program goes on without this span
    }
    ++dropped_;
  }

  std::size_t most_;
  std::size_t next_ = 0;
  std::uint64_t dropped_ = 0;
  span asked_{};  // between request and grant
  std::vector<span> open_ = room_for_open();
  std::vector<span> ended_;
  std::list<std::string> names_;

  static std::vector<span> room_for_open() {
    std::vector<span> room;
    room.reserve(deepest);
    return room;
  }
};

}  // namespace mpilock
