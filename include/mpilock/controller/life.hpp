#pragma once
/// @file
/// @brief The life of a controller on one rank: its stages, and what leads from one to the next.
/// @ingroup controller

#include <atomic>
#include <string>

#include "mpilock/controller/fast_path.hpp"
#include "mpilock/controller/fence_link.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// A life goes forward only. It may leave out stages.
enum class life_stage {
  begun,   ///< the constructor runs
  open,    ///< in use
  closed,  ///< closed to the user; what all ranks must free together is still there
  freed    ///< closed, and all is given back
};

/// A state machine that keeps the stage. What an event does is in life_events.hpp.
///
/// | event                           | from   | to     | reach      | what this rank does      |
/// | ------------------------------- | ------ | ------ | ---------- | ------------------------ |
/// | construction succeeds           | begun  | open   | collective | joins the registry       |
/// | construction fails on all ranks | begun  | freed  | collective | frees all; `sync` throws |
/// | construction fails on this rank | begun  | closed | local      | departs; `sync` throws   |
/// | `close()`                       | open   | freed  | collective | frees all                |
/// | `close()`, but a rank objects   | open   | open   | collective | throws on every rank     |
/// | `close()`, a rank has departed  | open   | closed | local      | nothing more             |
/// | the same, this rank holds       | open   | open   | local      | throws                   |
/// | destructor                      | open   | freed  | collective | ends sections, frees all |
/// | destructor, a rank has departed | open   | closed | local      | ends sections            |
/// | destructor, ranks wait crosswise | open  | closed | local      | ends sections, departs   |
/// | destructor, the stack unwinds   | open   | closed | local      | ends sections, departs   |
/// | destructor inside exit(3)       | open   | open   | local      | ends its thread          |
/// | destructor in a child of fork   | any    | any    | local      | nothing                  |
/// | destructor, but MPI fails       | open   | closed | local      | gives up                 |
/// | MPI_Finalize                    | open   | freed  | collective | ends sections, frees all |
/// | MPI_Finalize                    | closed | freed  | collective | frees all                |
/// | MPI_Finalize, but MPI fails     | open   | closed | local      | gives up                 |
/// | destructor after MPI_Finalize   | any    | none   | local      | makes no call of MPI     |
///
/// - A rank departs: it casts a ballot in the next collective call of the others, without waiting.
///   While a controller is constructed, a departure makes the construction fail on the others, too.
/// - A rank objects to `close()`: it holds a lock, or it is in another collective call. The
///   destructor and MPI_Finalize repeat the attempt until no rank objects.
/// - Ranks wait crosswise: the rank that this one waits for waits for this one, in a collective
/// call
///   of another controller. So ranks may destroy controllers in different order.
/// - A controller may lose its owner before it is freed. The registry of the process then keeps it
///   until MPI_Finalize, where the ranks that have departed are back.
class life {
 public:
  /// @param name the controller's, for messages
  life(const std::string& name, fast_path& to_bar) : name_(name), fast_path_(to_bar) {}

  /// Any thread may ask.
  bool is_closed() const noexcept { return stage() >= life_stage::closed; }
  bool is_freed() const noexcept { return stage() == life_stage::freed; }

  /// @throws closed_error
  void require_open() const {
    if (is_closed()) [[unlikely]]
      throw_closed();
  }

  /// The one place where the stage changes. Does nothing if the life has gone as far before.
  void go_on_to(life_stage next) noexcept {
    if (next <= stage()) return;
    stage_.store(next, std::memory_order_relaxed);
    if (!is_closed()) return;
    fast_path_.bar();
    fence_.lose();
  }

  /// The fence that is open on this rank; none is once the controller is closed.
  fence_holder& fence() noexcept { return fence_; }
  const fence_holder& fence() const noexcept { return fence_; }

 private:
  life_stage stage() const noexcept { return stage_.load(std::memory_order_relaxed); }

  [[noreturn, gnu::noinline]] void throw_closed() const {
    throw closed_error("mpilock '" + name_ + "' is closed; make a new controller");
  }

  const std::string& name_;
  fast_path& fast_path_;
  std::atomic<life_stage> stage_ = life_stage::begun;
  fence_holder fence_;
};

}  // namespace mpilock::detail
