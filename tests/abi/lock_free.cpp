// Without 64-bit atomic operations of the processor's, locks in shared memory would exclude nobody.
#include "mpilock/detail/mapped_words.hpp"
