// Without 64-bit atomic operations of the processor, locks in shared memory would keep no rank out.
#include "mpilock/engine/one_sided/mapped_words.hpp"
