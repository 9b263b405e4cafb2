// Entries of the example's cache: a whole entry is read back, and any damage is noticed.

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../../docs/examples/result_cache/entry.hpp"

namespace {

using namespace rods;
namespace fs = std::filesystem;

constexpr question asked{1, 3, 10};
const fs::path path = fs::absolute("one.entry");

/// One entry in a file, which the destructor removes.
struct one_entry {
  one_entry() { publish(path, asked, right); }
  ~one_entry() { fs::remove(path); }
  temperatures right = heat(asked, [] {});
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(entries_of_the_result_cache, one_entry)

BOOST_AUTO_TEST_CASE(a_whole_entry_is_read_back) {
  const auto found = read_entry(path, asked);
  BOOST_TEST((found.is == condition::whole));
  BOOST_TEST(found.values == right, boost::test_tools::per_element());
  BOOST_TEST(!fs::exists(path.string() + ".part"));
}

BOOST_AUTO_TEST_CASE(a_removed_entry_is_missing) {
  fs::remove(path);
  BOOST_TEST((read_entry(path, asked).is == condition::missing));
}

BOOST_AUTO_TEST_CASE(an_entry_for_another_question_is_damaged) {
  for (const question other : {question{2, 3, 10}, question{1, 4, 10}, question{1, 3, 11}})
    BOOST_TEST((read_entry(path, other).is == condition::damaged));
}

BOOST_AUTO_TEST_CASE(any_wrong_length_is_noticed) {
  const auto whole = fs::file_size(path);
  for (const auto length : {std::uintmax_t{0}, std::uintmax_t{1}, whole / 2, whole - 8, whole - 1,
                            whole + 1, whole + 8}) {
    fs::resize_file(path, length);
    BOOST_TEST((read_entry(path, asked).is == condition::damaged), length << " bytes");
  }
}

BOOST_AUTO_TEST_CASE(any_byte_that_differs_is_noticed) {
  const auto whole = fs::file_size(path);
  for (std::size_t place = 0; place < whole; ++place) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto at = static_cast<std::streamoff>(place);
    const char byte = static_cast<char>(file.seekg(at).get());
    file.seekp(at).put(static_cast<char>(byte ^ 1)).flush();
    BOOST_TEST((read_entry(path, asked).is == condition::damaged), "byte " << place);
    file.seekp(at).put(byte);
  }
  BOOST_TEST((read_entry(path, asked).is == condition::whole));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_named) {
  const std::vector<std::byte> bytes(100);
  BOOST_CHECK_EXCEPTION(write_file("/dev/full", bytes), std::runtime_error, [](const auto& reason) {
    const std::string text = reason.what();
    return text.find("100 bytes to /dev/full") != std::string::npos &&
           text.find("No space left on device; make room there") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(a_failed_write_leaves_the_old_entry) {
  fs::create_directories(path.string() + ".part/in_the_way");
  BOOST_CHECK_THROW(publish(path, asked, temperatures(3, 1.0)), std::runtime_error);
  fs::remove_all(path.string() + ".part");
  BOOST_TEST((read_entry(path, asked).is == condition::whole));
}

BOOST_AUTO_TEST_SUITE_END()
