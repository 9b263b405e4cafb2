// A text of any bytes becomes UTF-8 without control characters in JSON.

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "mpilock/observing/json_text.hpp"

namespace {

void check_text(std::string_view given, const std::string& expected) {
  BOOST_TEST(mpilock::detail::json_text(given) == '"' + expected + '"');
}

const std::string replaced = "\xef\xbf\xbd";  // U+FFFD

}  // namespace

BOOST_AUTO_TEST_CASE(characters_stay_as_they_are) {
  for (const char* each :
       {"", "plain", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x94\x92", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xf4\x8f\xbf\xbf", "\xc2\x80", "\xe0\xa0\x80", "\xf0\x90\x80\x80"})
    check_text(each, each);
}

BOOST_AUTO_TEST_CASE(characters_that_json_forbids_are_escaped) {
  check_text("say \"no\"\\", "say \\\"no\\\"\\\\");
  check_text("a\tb\nc\x7f", "a\\u0009b\\u000ac\\u007f");
  check_text(std::string_view("\0", 1), "\\u0000");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_characters_are_replaced) {
  check_text("\xff", replaced);
  check_text("a\x80z", "a" + replaced + "z");
  check_text("\xc3", replaced);                                // cut short
  check_text("\xe2\x82", replaced + replaced);                 // cut short
  check_text("\xc0\xaf", replaced + replaced);                 // longer than need be
  check_text("\xe0\x9f\xbf", replaced + replaced + replaced);  // longer than need be
  check_text("\xf0\x8f\xbf\xbf", replaced + replaced + replaced + replaced);
  check_text("\xed\xa0\x80", replaced + replaced + replaced);                 // half of a pair
  check_text("\xf4\x90\x80\x80", replaced + replaced + replaced + replaced);  // beyond the last
  check_text("\xc3(", replaced + "(");
  check_text("\xe2\x82\"", replaced + replaced + "\\\"");  // no quote is swallowed
}
