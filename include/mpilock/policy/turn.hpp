#pragma once
/// @file
/// @brief What a fairness policy answers.
/// @ingroup policy

namespace mpilock {

/// Who goes in next. Which of those who wait for a kind it is, is the engine's choice, except for
/// `first_come`.
enum class turn {
  nobody,       ///< those who wait go on waiting (only sensible while readers are inside)
  one_writer,   ///< carried out only when nobody is inside; until then it means `nobody`
  all_readers,  ///< everyone who waits to read, at once
  one_reader,   ///< one of those who wait to read; the question comes back for the next one
  /// Who has waited longest; if that is a reader, all readers who came before the next writer. Carried
  /// out only when nobody is inside; until then it means `nobody`.
  first_come,
};

}  // namespace mpilock
