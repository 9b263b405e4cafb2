#pragma once
/// @file
/// @brief What a one-sided operation does to a word.
/// @ingroup vocabulary

namespace mpilock {

/// What a one-sided operation does to a word; every one fetches what the word held before.
enum class word_op {
  look,     ///< nothing: MPI_NO_OP
  sum,      ///< adds: MPI_SUM
  replace,  ///< replaces: MPI_REPLACE
};

}  // namespace mpilock
