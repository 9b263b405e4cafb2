// Without 64-bit atomic operations of the processor's, locks in shared memory would exclude nobody.
#include "mpilock/engine/one_sided/mapped_words.hpp"
