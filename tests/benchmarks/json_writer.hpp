#pragma once
/// @file
/// @brief Writes JSON, piece by piece.

#include <cmath>
#include <concepts>
#include <ostream>
#include <string_view>

#include "mpilock/observing/json_text.hpp"

namespace lockbench {

/// The commas come by themselves. What is opened is closed by whoever opened it.
class json_writer {
 public:
  explicit json_writer(std::ostream& out) : out_(out) { out_.precision(9); }

  json_writer& open(char bracket) {
    separate();
    out_ << bracket;
    first_ = true;
    return *this;
  }
  json_writer& close(char bracket) {
    out_ << bracket;
    first_ = false;
    return *this;
  }
  json_writer& key(std::string_view name) {
    value(name);
    out_ << ": ";
    first_ = true;  // no comma before what follows
    return *this;
  }
  json_writer& value(std::string_view text) {
    separate();
    out_ << mpilock::detail::json_text(text);
    return *this;
  }
  template <class Number>
  requires std::integral<Number> || std::floating_point<Number> json_writer& value(Number number) {
    separate();
    if (std::isfinite(static_cast<double>(number)))
      out_ << number;
    else
      out_ << "null";
    return *this;
  }
  json_writer& null() {
    separate();
    out_ << "null";
    return *this;
  }
  template <class Value>
  json_writer& member(std::string_view name, const Value& what) {
    key(name);
    return value(what);
  }
  /// A new line, for whoever reads the file.
  json_writer& new_line() {
    if (!first_) out_ << ',';
    out_ << '\n';
    first_ = true;
    return *this;
  }

 private:
  void separate() {
    if (!first_) out_ << ", ";
    first_ = false;
  }

  std::ostream& out_;
  bool first_ = true;
};

}  // namespace lockbench
