#pragma once
/// @file
/// @brief Messages under the checker.
/// @ingroup testing

#include <cstdint>

#include "mpilock/policy/message.hpp"
#include "mpilock/policy/transport.hpp"
#include "mpilock/testing/checked_site.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::testing {

/// Messages from one rank to another stay in order. All other messages may arrive in any order.
class checked_transport {
  using source = call_site;

 public:
  static constexpr int burst = 2;
  static constexpr int looks = 1;
  static constexpr growing_nap::limits naps{};
  static constexpr int home = 1;  ///< not 0, since a wrong rank is often 0

  explicit checked_transport(const checked_site& here) : here_(here) {}

  int rank() const noexcept { return here_.rank; }
  int size() const noexcept { return here_.size; }
  int root() const noexcept { return home; }

  void send(int to, const message& said, source from = source::current()) {
    here_.code.perform({step_kind::send, static_cast<std::uint16_t>(to), said.ticket, code(said),
                        false, true, true, from});
  }

  bool receive(int& from, message& said, source where = source::current()) {
    const std::uint64_t got =
        here_.code.perform({.what = step_kind::receive, .acquires = true, .from = where});
    if (got == 0) return false;
    from = static_cast<int>(got & 0xff) - 1;
    said.what = static_cast<verb>(got >> 8 & 0xff);
    said.kind = (got >> 16 & 1) != 0 ? access::write : access::read;
    said.ticket = got >> 24 & 0xffff;
    said.sections = got >> 40;
    return true;
  }

  /// A message's verb, kind and sections in one number.
  std::uint64_t code(const message& said) const {
    return static_cast<std::uint64_t>(said.what) | (said.kind == access::write ? 0x100U : 0U) |
           (here_.counts_sections ? said.sections : 0) << 16;
  }
  /// The number from which `receive` makes a message.
  static std::uint64_t parcel(int from, std::uint64_t code, std::uint64_t ticket) {
    return static_cast<std::uint64_t>(from + 1) | (code & 0xff) << 8 | (code >> 8 & 1) << 16 |
           (ticket & 0xffff) << 24 | (code >> 16) << 40;
  }

  void keep(std::uint64_t value) { here_.code.keep(value); }
  void forget() { here_.code.forget(); }

 private:
  checked_site here_;
};
static_assert(transport<checked_transport>);

}  // namespace mpilock::testing
