#pragma once
/// @file
/// @brief What this rank writes to std::cerr during a test.

#include <iostream>
#include <sstream>
#include <streambuf>
#include <string>

namespace mpilock_test {

/// Keeps what is written to std::cerr, as long as this object lives.
class captured_errors {
 public:
  captured_errors() : before_(std::cerr.rdbuf(text_.rdbuf())) {}
  ~captured_errors() { std::cerr.rdbuf(before_); }
  captured_errors(const captured_errors&) = delete;
  captured_errors& operator=(const captured_errors&) = delete;

  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::streambuf* before_;
};

}  // namespace mpilock_test
