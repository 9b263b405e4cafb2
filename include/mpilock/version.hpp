#pragma once
/// @file
/// @brief The version of the library, for the preprocessor.
/// @ingroup mpilock
///
/// The library follows semantic versioning: `docs/CHANGELOG.md` says what a change of each number
/// means. All ranks of a program must be built from one version.

/// Changes when a program that follows the contract may need changes.
#define MPILOCK_VERSION_MAJOR 1
/// Changes when a feature is added.
#define MPILOCK_VERSION_MINOR 0
/// Changes when a defect is fixed.
#define MPILOCK_VERSION_PATCH 0

/// One number that grows with every version, for comparisons: 1002003 for 1.2.3.
#define MPILOCK_VERSION \
  (MPILOCK_VERSION_MAJOR * 1000000 + MPILOCK_VERSION_MINOR * 1000 + MPILOCK_VERSION_PATCH)

/// The same for readers: `"major.minor.patch"`.
#define MPILOCK_VERSION_STRING "1.0.0"
