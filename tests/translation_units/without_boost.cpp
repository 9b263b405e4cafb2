#include "values.hpp"

namespace {
struct here {
  using forgotten = translation_units::forgotten;
};
}  // namespace

// The other translation unit doesn't see this codec, and would use an archive.
template <>
struct mpilock::codec<translation_units::forgotten> {
  static void encode(const translation_units::forgotten& value, byte_buffer& out) {
    codec<std::string>::encode(value.name, out);
  }
  static translation_units::forgotten decode(byte_reader& in) {
    return {codec<std::string>::decode(in)};
  }
};

constinit const translation_units::unit translation_units::without_boost = this_unit<here>();
