#pragma once
/// @file
/// @brief The operations of one-sided communication on a word.
/// @ingroup vocabulary

namespace mpilock {

/// What a one-sided operation does to a word. Every operation fetches the value before.
enum class word_op {
  look,     ///< changes nothing: MPI_NO_OP
  sum,      ///< adds: MPI_SUM
  replace,  ///< replaces: MPI_REPLACE
};

}  // namespace mpilock
