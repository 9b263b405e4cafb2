#pragma once
/// @file
/// @brief A table in which the shared libraries of a process find each other's objects.

#if defined(__linux__)

#include <dlfcn.h>
#include <libintl.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <new>
#include <string>
#include <string_view>

namespace mpilock::detail {

/// Names of objects and their addresses. It is locked while a `process_table` lives.
///
/// A static object of a header exists once in each shared library that hides its symbols, or that
/// was loaded with RTLD_LOCAL. The C library exists once, and it keeps one table from text to text:
/// gettext's, which has a folder for each text domain. Here the domain is the name of an object,
/// and the "folder" is its address. No message is ever translated with such a domain. The name of
/// the C function stands in brackets, because GNU's gettext.h may make a macro of it.
///
/// | event          | what happens to the table                                        |
/// | -------------- | ---------------------------------------------------------------- |
/// | fork           | the child gets a copy, and the addresses hold in the child, too  |
/// | exec           | it ends with the program; an environment variable would live on  |
/// | MPI_Finalize   | nothing, and it needs no MPI_Init either                         |
/// | dlclose        | nothing, so a library whose objects are in it must stay loaded   |
class process_table {
 public:
  /// The lock is that of stderr, because POSIX has one per process and lets a thread take it twice.
  process_table() noexcept { ::flockfile(stderr); }
  ~process_table() { ::funlockfile(stderr); }
  process_table(const process_table&) = delete;
  process_table& operator=(const process_table&) = delete;

  /// Local. The address that was entered for `name`, or null.
  void* find(const std::string& name) const noexcept {
    const char* found = (::bindtextdomain)(name.c_str(), nullptr);
    const std::string_view text(found == nullptr ? "" : found);
    if (!text.starts_with(mark)) return nullptr;  // it is the folder of all other domains
    std::uintptr_t address = 0;
    std::from_chars(text.data() + mark.size(), text.data() + text.size(), address, 16);
    return std::bit_cast<void*>(address);
  }

  /// Local. @throws std::bad_alloc; nothing has been entered then
  void enter(const std::string& name, const void* object) {
    std::array<char, 2 * sizeof object + 1> digits{};
    std::to_chars(digits.begin(), digits.end() - 1, std::bit_cast<std::uintptr_t>(object), 16);
    const std::string text = std::string(mark) + digits.data();
    if ((::bindtextdomain)(name.c_str(), text.c_str()) == nullptr) throw std::bad_alloc();
  }

 private:
  static constexpr std::string_view mark = "mpilock at ";
};

/// Local. From now on dlclose leaves the shared library loaded that has `inside` in it. Otherwise
/// other libraries, MPI and the C library could call functions that are gone.
inline void keep_loaded(const void* inside) noexcept {
  Dl_info library{};
  if (::dladdr(inside, &library) != 0 && library.dli_fname != nullptr)
    ::dlopen(library.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);  // null for the program
}

}  // namespace mpilock::detail

#endif
