// expect: after instantiation
#include <string>

#include "archetypes.hpp"

struct mesh {
  std::string name;
};

static_assert(mpilock::shareable<mesh>);

// This comes too late: the code before has used another codec.
template <>
struct mpilock::codec<mesh> {
  static void encode(const mesh& value, byte_buffer& out) {
    codec<std::string>::encode(value.name, out);
  }
  static mesh decode(byte_reader& in) { return {codec<std::string>::decode(in)}; }
};
