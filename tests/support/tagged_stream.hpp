#pragma once
/// @file
/// @brief An output stream that puts the rank before each line, and writes each line in one piece.

#include <cstdio>
#include <ostream>
#include <streambuf>
#include <string>

namespace mpilock_test {

class tagging_streambuf final : public std::streambuf {
 public:
  explicit tagging_streambuf(std::string tag) : tag_(std::move(tag)) {}
  ~tagging_streambuf() override { finish_line(); }

 private:
  int_type overflow(int_type letter) override {
    if (traits_type::eq_int_type(letter, traits_type::eof())) return traits_type::not_eof(letter);
    line_ += traits_type::to_char_type(letter);
    if (line_.back() == '\n') finish_line();
    return letter;
  }
  void finish_line() {
    if (line_.empty()) return;
    std::fputs((tag_ + line_).c_str(), stdout);
    std::fflush(stdout);
    line_.clear();
  }

  std::string tag_;
  std::string line_;
};

class tagged_stream final : public std::ostream {
 public:
  explicit tagged_stream(int rank)
      : std::ostream(nullptr), buffer_("[rank " + std::to_string(rank) + "] ") {
    rdbuf(&buffer_);
  }

 private:
  tagging_streambuf buffer_;
};

}  // namespace mpilock_test
