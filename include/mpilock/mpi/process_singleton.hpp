#pragma once
/// @file
/// @brief Objects that exist once in a process, however many shared libraries use mpilock.

#include <mpi.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "mpilock/os/process_table.hpp"

namespace mpilock::detail {

/// The layout and the meaning of the singletons, and of all that is reached through them:
/// `process_registry`, `open_controller`, `progress_source`, `napping_thread`, `duplicate`,
/// `exit_watch`. Every change to one of them raises it.
inline constexpr int singletons_version = 2;

/// Of `T`, in this process, of this MPI: a process may have loaded more than one.
template <class T>
std::string singleton_name() {
  std::ostringstream text;
  text << "mpilock " << T::singleton_name << " of " << MPI_COMM_SELF;
  return text.str();
}

/// What else libraries must have in common to share singletons. The size of a vector tells whether
/// the C++ library checks its iterators. Compilers may differ, since they agree on all that counts
/// here.
template <class T>
std::string singleton_kind() {
  std::ostringstream text;
  text << singletons_version << '.' << sizeof(T) << '.' << sizeof(std::vector<T*>);
#if defined(_LIBCPP_VERSION)
  text << ".libc++" << _LIBCPP_ABI_VERSION;
#endif
  return text.str();
}

#if defined(__linux__)

/// Local, once in a library. Its locks work, but nothing is done for them by other libraries.
inline void warn_of_kind(const std::string& kind) {
  static std::atomic<bool> has_warned = false;
  if (!has_warned.exchange(true))
    std::fprintf(
        stderr,
        "mpilock: shared libraries of this process were built with different versions of "
        "mpilock or kinds of C++ library (%s), so a wait in one serves no lock of another\n",
        kind.c_str());
}

template <class T>
T& find_or_make_singleton(const void* in_this_library) {
  keep_loaded(in_this_library);
  const std::string any_kind = singleton_name<T>();
  const std::string this_kind = any_kind + ' ' + singleton_kind<T>();
  process_table table;
  if (void* const found = table.find(this_kind)) return *static_cast<T*>(found);
  if (table.find(any_kind) != nullptr) warn_of_kind(singleton_kind<T>());
  auto made = std::make_unique<T>();
  table.enter(any_kind, made.get());
  table.enter(this_kind, made.get());
  return *made.release();  // never destroyed: no code outlives it
}

/// Local. The one `T` of this process, which the first caller makes. `T::singleton_name` names it.
/// Libraries of different kinds get one each, and a warning.
///
/// Hidden, so that each library has a function of its own, by which it is kept loaded.
template <class T>
[[gnu::visibility("hidden")]] T& process_singleton() {
  static const char in_this_library = 0;
  static T& only = find_or_make_singleton<T>(&in_this_library);
  return only;
}

#else

/// Elsewhere it is left to the linker, which merges what libraries don't hide.
template <class T>
T& process_singleton() {
  static T& only = *new T;  // never destroyed: no code outlives it
  return only;
}

#endif

}  // namespace mpilock::detail
