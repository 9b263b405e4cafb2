#pragma once
/// @file
/// @brief What an observer is told about one section.
/// @ingroup observing

#include <chrono>
#include <string_view>

#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock {

/// Something that has happened to a section of this rank.
struct event {
  std::chrono::steady_clock::time_point when;  ///< by this rank's clock
  int rank = 0;                                ///< this rank, in the controller's communicator
  int root = 0;                                ///< the controller's root
  access kind = access::read;                  ///< of the section
  bool nested = false;    ///< within another section that allows as much, so that nobody was asked
  bool upgraded = false;  ///< a write section within a read section
  call_site from{};       ///< where the section was asked for
  std::string_view lock{};  ///< the controller's name; as long as the controller lives
};

}  // namespace mpilock
