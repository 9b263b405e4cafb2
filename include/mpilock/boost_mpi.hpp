#pragma once
/// @file
/// @brief For Boost.MPI users: ranks can share any type that Boost.Serialization knows.
/// @ingroup mpilock
///
/// A `boost::mpi::communicator` converts to `MPI_Comm`, so `mpilock::sync` takes it as it is. Link
/// with Boost.MPI and Boost.Serialization (the CMake target `mpilock::boost_mpi` does).

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/serialization/detail/stack_constructor.hpp>
#include <concepts>
#include <cstddef>
#include <streambuf>
#include <utility>

#include "mpilock/mpilock.hpp"
#include "mpilock/vocabulary/codec.hpp"

namespace mpilock::detail {

/// Appends the bytes that an archive writes to a byte buffer.
class appending_streambuf final : public std::streambuf {
 public:
  explicit appending_streambuf(byte_buffer& out) : out_(out) {}

 private:
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    const auto* bytes = reinterpret_cast<const std::byte*>(text);
    append_bytes(out_, std::span(bytes, static_cast<std::size_t>(count)));
    return count;
  }
  int_type overflow(int_type letter) override {
    if (!traits_type::eq_int_type(letter, traits_type::eof()))
      out_.push_back(static_cast<std::byte>(traits_type::to_char_type(letter)));
    return traits_type::not_eof(letter);
  }

  byte_buffer& out_;
};

/// Lets an archive read bytes in place.
class viewing_streambuf final : public std::streambuf {
 public:
  explicit viewing_streambuf(std::span<const std::byte> bytes) {
    auto* begin = reinterpret_cast<char*>(const_cast<std::byte*>(bytes.data()));
    setg(begin, begin, begin + bytes.size());  // the archive only reads this area
  }
};

/// The archive's size comes first, so that such a value can also be an element of a vector.
template <class T>
struct boost_archive {
  static void encode(const T& value, byte_buffer& out) {
    byte_buffer archived;
    {
      appending_streambuf stream(archived);
      boost::archive::binary_oarchive archive(stream, boost::archive::no_header);
      archive << value;
    }
    codec<byte_buffer>::encode(archived, out);
  }

  static T decode(byte_reader& in) {
    viewing_streambuf stream(in.take(codec<std::uint64_t>::decode(in)));
    boost::archive::binary_iarchive archive(stream, boost::archive::no_header);
    if constexpr (std::default_initializable<T>) {
      T value{};
      archive >> value;
      return value;
    } else {  // as Boost does for the elements of a container: by load_construct_data
      boost::serialization::detail::stack_construct<boost::archive::binary_iarchive, T> made(
          archive, 0);
      archive >> made.reference();
      return std::move(made.reference());
    }
  }
};

}  // namespace mpilock::detail
