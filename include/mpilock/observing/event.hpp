#pragma once
/// @file
/// @brief The data that an observer gets about one section.
/// @ingroup observing

#include <chrono>
#include <string_view>

#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock {

/// Something that happened to a section of this rank.
struct event {
  std::chrono::steady_clock::time_point when;  ///< by this rank's clock
  int rank = 0;                                ///< this rank, in the controller's communicator
  int root = 0;                                ///< the controller's root
  access kind = access::read;                  ///< the kind of the section
  bool nested = false;      ///< inside another section that allows as much: the lock was not asked
  bool upgraded = false;    ///< a write section within a read section
  call_site from{};         ///< the call that asked for the section
  std::string_view lock{};  ///< the controller's name; valid as long as the controller
};

}  // namespace mpilock
