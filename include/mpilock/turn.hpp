#pragma once
/// @file
/// @brief What a fairness policy answers.

namespace mpilock {

/// Who goes in next. Which of the waiting writers it is, is the engine's choice.
enum class turn {
  nobody,       ///< those who wait go on waiting (only sensible while readers are inside)
  one_writer,   ///< carried out only when nobody is inside; until then it means `nobody`
  all_readers,  ///< everyone who waits to read, at once
};

}  // namespace mpilock
