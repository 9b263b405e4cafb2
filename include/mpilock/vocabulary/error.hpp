#pragma once
/// @file
/// @brief The types of the library's exceptions. Their texts are where they are thrown.
/// @ingroup vocabulary

#include <stdexcept>
#include <string>
#include <utility>

namespace mpilock {

/// Base of all exceptions of this library.
class error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The call makes no sense here: a bad argument, an unlock without a lock, a nested collective
/// call.
class usage_error : public error {
 public:
  using error::error;
};

/// The controller has been closed.
class closed_error : public error {
 public:
  using error::error;
};

/// The ranks of a collective call asked for different things. Thrown on every rank.
class mismatch_error : public error {
 public:
  using error::error;
};

/// This machine or this MPI can't provide the requested feature. Thrown on every rank.
class unavailable_error : public error {
 public:
  using error::error;
};

/// The writer of a `single_write` failed, so there is no result. Thrown on every rank but the
/// writer. The writer's own exception continues there.
class writer_failed : public error {
 public:
  /// @param writer the writer's rank in the controller's communicator
  /// @param reason the reason why there is no result, for the message
  writer_failed(int writer, std::string reason)
      : error("mpilock: rank " + std::to_string(writer) + " failed in single_write: " + reason),
        writer_(writer),
        reason_(std::move(reason)) {}

  /// The rank that failed, in the controller's communicator.
  int writer() const noexcept { return writer_; }
  /// `what()` of the exception that the writer threw, or how the writer left its fence.
  const std::string& reason() const noexcept { return reason_; }

 private:
  int writer_;
  std::string reason_;
};

/// An MPI call failed.
class mpi_error : public error {
 public:
  /// @param routine the name of the routine that failed, in MPI's own spelling
  /// @param code the code that the routine returned
  /// @param text the text of `MPI_Error_string` for the code
  mpi_error(std::string routine, int code, std::string text)
      : error("mpilock: " + routine + " failed with code " + std::to_string(code) + ": " + text),
        routine_(std::move(routine)),
        code_(code),
        text_(std::move(text)) {}

  /// The routine's name, for example `"MPI_Win_allocate"`.
  const std::string& routine() const noexcept { return routine_; }
  /// The code that the routine returned.
  int code() const noexcept { return code_; }
  /// The text of `MPI_Error_string` for the code.
  const std::string& text() const noexcept { return text_; }

 private:
  std::string routine_;
  int code_;
  std::string text_;
};

}  // namespace mpilock
