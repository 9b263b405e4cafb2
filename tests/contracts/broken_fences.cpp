// mpi-test: ranks=1,2,3 flavours=all
// Fences that don't end as they should: left by an exception, never collected, used in the wrong
// order or with the wrong types. No rank hangs, and the controller still works afterwards.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "everyone.hpp"

namespace {

using contracts::everyone_throws;
using contracts::still_works;
using contracts::throws_saying;
using mpilock::mismatch_error;
using mpilock::usage_error;
using mpilock::writer_failed;

/// Opens a fence in which the ranks for which `leaves` holds throw before they collect.
/// @return the text of this rank's own exception, or an empty text
template <class Controller>
std::string leave_or_collect(Controller& ctrl, int writer, bool leaves) {
  try {
    auto fence = ctrl.single_write(writer);
    if (leaves) throw std::runtime_error("my own");
    if (fence.guard()) fence.share(11);
    fence.template collect<int>();
  } catch (const mpilock::error&) {
    throw;
  } catch (const std::runtime_error& own) {
    return own.what();
  }
  return "";
}

}  // namespace

MPILOCK_CONTRACT(the_writer_leaves_by_an_exception) {
  auto ctrl = mpilock::sync<backend>(users);
  for (int writer = 0; writer < users.size(); ++writer) {
    if (users.rank() == writer)
      BOOST_TEST(leave_or_collect(ctrl, writer, true) == "my own");
    else
      throws_saying<writer_failed>({"rank " + std::to_string(writer), "collect()"},
                                   [&] { leave_or_collect(ctrl, writer, false); });
    still_works(ctrl);
    contracts::meet(users);
  }
}

MPILOCK_CONTRACT(another_rank_leaves_by_an_exception) {
  auto ctrl = mpilock::sync<backend>(users);
  for (int leaver = 1; leaver < users.size(); ++leaver) {
    if (users.rank() == leaver)
      BOOST_TEST(leave_or_collect(ctrl, 0, true) == "my own");
    else
      throws_saying<mismatch_error>({"rank " + std::to_string(leaver), "collect()"},
                                    [&] { leave_or_collect(ctrl, 0, false); });
    still_works(ctrl);
  }
}

MPILOCK_CONTRACT(all_ranks_leave_by_an_exception) {
  auto ctrl = mpilock::sync<backend>(users);
  for (int writer = 0; writer < users.size(); ++writer)
    BOOST_TEST(leave_or_collect(ctrl, writer, true) == "my own");
  still_works(ctrl);
}

MPILOCK_CONTRACT(all_but_one_leave_by_an_exception) {
  if (users.size() < 2) return;
  auto ctrl = mpilock::sync<backend>(users);
  for (int stayer = 0; stayer < users.size(); ++stayer) {
    const int writer = (stayer + 1) % users.size();
    if (users.rank() != stayer)
      BOOST_TEST(leave_or_collect(ctrl, writer, true) == "my own");
    else
      throws_saying<mpilock::error>({"fence without collect()"},  // of any other rank
                                    [&] { leave_or_collect(ctrl, writer, false); });
    still_works(ctrl);
  }
}

MPILOCK_CONTRACT(a_fence_that_is_never_collected) {
  auto ctrl = mpilock::sync<backend>(users);
  for (int writer = 0; writer < users.size(); ++writer) {
    {
      const auto fence = ctrl.single_write(writer);
      BOOST_TEST(fence.writer() == writer);
    }
    still_works(ctrl);
  }
}

MPILOCK_CONTRACT(a_fence_that_one_rank_never_collects) {
  if (users.size() < 2) return;
  auto ctrl = mpilock::sync<backend>(users);
  {
    auto fence = ctrl.single_write();
    if (fence.guard()) fence.share(1);
    if (users.rank() != 1)
      throws_saying<mismatch_error>({"rank 1"}, [&] { fence.template collect<int>(); });
  }
  still_works(ctrl);
}

MPILOCK_CONTRACT(the_ranks_that_stay_meet_in_another_call) {
  if (users.size() < 2) return;
  auto ctrl = mpilock::sync<backend>(users);
  if (users.rank() == 1) {
    BOOST_TEST(leave_or_collect(ctrl, 0, true) == "my own");
  } else {
    { const auto fence = ctrl.single_write(); }  // leaves too, as it does not collect
  }
  BOOST_CHECK_NO_THROW(ctrl.barrier());
  still_works(ctrl);
}

MPILOCK_CONTRACT(nothing_is_shared) {
  auto ctrl = mpilock::sync<backend>(users);
  auto fence = ctrl.single_write();
  everyone_throws<usage_error>(users, {"rank 0", "shared nothing", "int"},
                               [&] { fence.template collect<int>(); });
  auto silent = ctrl.single_write();
  BOOST_CHECK_NO_THROW(silent.collect());  // collect() without a type asks for no value
  still_works(ctrl);
}

MPILOCK_CONTRACT(sharing_twice) {
  auto ctrl = mpilock::sync<backend>(users);
  auto fence = ctrl.single_write();
  if (fence.guard()) {
    fence.share(1);
    throws_saying<usage_error>({"share()", "second time"}, [&] { fence.share(2); });
  }
  BOOST_TEST(fence.template collect<int>() == 1);
  still_works(ctrl);
}

MPILOCK_CONTRACT(collecting_twice) {
  auto ctrl = mpilock::sync<backend>(users);
  auto fence = ctrl.single_write();
  if (fence.guard()) fence.share(1);
  BOOST_TEST(fence.template collect<int>() == 1);
  everyone_throws<usage_error>(users, {"collect()", "has ended"},
                               [&] { fence.template collect<int>(); });
  everyone_throws<usage_error>(users, {"share()", "has ended"}, [&] { fence.share(1); });
  still_works(ctrl);
}

MPILOCK_CONTRACT(sharing_on_a_rank_that_does_not_write) {
  auto ctrl = mpilock::sync<backend>(users);
  auto fence = ctrl.single_write();
  if (fence.guard())
    fence.share(1);
  else
    throws_saying<usage_error>({"rank " + std::to_string(users.rank()), "rank 0 writes", "guard()"},
                               [&] { fence.share(2); });
  BOOST_TEST(fence.template collect<int>() == 1);
  still_works(ctrl);
}

MPILOCK_CONTRACT(the_wrong_type_everywhere) {
  auto ctrl = mpilock::sync<backend>(users);
  auto fence = ctrl.single_write();
  if (fence.guard()) fence.share(1.5);
  everyone_throws<usage_error>(users, {"collect<", "string", "another type"},
                               [&] { fence.template collect<std::string>(); });
  still_works(ctrl);
}

MPILOCK_CONTRACT(different_types) {
  if (users.size() < 2) return;
  auto ctrl = mpilock::sync<backend>(users);
  auto fence = ctrl.single_write();
  if (fence.guard()) fence.share(1.5);
  everyone_throws<mismatch_error>(users, {"collect()", "double", "float"}, [&] {
    users.rank() == 1 ? static_cast<void>(fence.template collect<float>())
                      : static_cast<void>(fence.template collect<double>());
  });
  still_works(ctrl);
}

/// Delays a writer that is about to request the lock.
class held_up final : public mpilock::observer {
 public:
  std::function<void()> wait;
  void requested(const mpilock::event& what) noexcept override {
    if (what.kind == mpilock::access::write && wait) wait();
  }
  void granted(const mpilock::event&) noexcept override {}
  void released(const mpilock::event&) noexcept override {}
  void refused(const mpilock::event&) noexcept override {}
};

MPILOCK_CONTRACT(collect_while_this_rank_holds_a_lock_for_whose_end_the_writer_waits) {
  if (users.size() < 2) return;
  const auto writer_is = std::make_shared<held_up>();
  auto ctrl = mpilock::sync<backend>(users, 0, {.observers = {writer_is}});
  writer_is->wait = [&] { mpilock_test::hear(users, 1, mpilock_test::serving(ctrl)); };
  auto fence = ctrl.single_write();
  writer_is->wait = nullptr;
  if (users.rank() == 1) {
    ctrl.lock_shared();  // before the writer is inside
    mpilock_test::tell(users, 0, 1, mpilock_test::serving(ctrl));
    throws_saying<usage_error>({"collect()", "holds a read lock", "rank 0", "release it"},
                               [&] { fence.template collect<int>(); });
    ctrl.unlock_shared();
  }
  if (fence.guard()) fence.share(5);
  BOOST_TEST(fence.template collect<int>() == 5);
  still_works(ctrl);
}

MPILOCK_CONTRACT(a_rank_that_leaves_early_and_computes_keeps_no_rank_waiting) {
  if (users.size() < 2) return;
  const std::string file = "left." + std::string(backend::name);
  if (users.rank() == 0) std::filesystem::remove(file);
  auto ctrl = mpilock::sync<backend>(users);
  still_works(ctrl);  // from here on, any two ranks exchange a message: MPI connects them
  for (int to = 0; to < users.size(); ++to)
    for (int from = 0; from < users.size(); ++from) {
      if (from == users.rank()) mpilock_test::tell(users, to, 1, mpilock_test::serving(ctrl));
      if (to == users.rank()) mpilock_test::hear(users, from, mpilock_test::serving(ctrl));
    }
  const int leaver = users.size() - 1;
  if (users.rank() == leaver) {
    BOOST_TEST(leave_or_collect(ctrl, 0, true) == "my own");
    while (!std::filesystem::exists(file)) std::this_thread::yield();  // outside MPI
  } else {
    throws_saying<mismatch_error>({"rank " + std::to_string(leaver), "collect()"},
                                  [&] { leave_or_collect(ctrl, 0, false); });
    if (users.rank() == 0) std::ofstream(file) << "out\n";
  }
  still_works(ctrl);
  if (users.rank() == 0) std::filesystem::remove(file);
}

MPILOCK_CONTRACT(one_rank_leaves_a_fence_while_another_leaves_the_controller) {
  if (users.size() < 2) return;
  for (int leaver = 0; leaver < users.size(); ++leaver) {
    try {
      auto ctrl = mpilock::sync<backend>(users);
      if (users.rank() == leaver) {
        const auto fence = ctrl.single_write();
        throw std::runtime_error("out of here");  // leaves the fence, then the controller
      }
      BOOST_TEST(leave_or_collect(ctrl, 0, true) == "my own");
      throws_saying<mismatch_error>({"rank " + std::to_string(leaver), "left this controller"},
                                    [&] {
                                      ctrl.barrier();  // the first call may be for the fence
                                      ctrl.barrier();
                                    });
    } catch (const std::runtime_error& own) {
      BOOST_TEST(own.what() == std::string("out of here"));
    }
    contracts::meet(users);
  }
}

MPILOCK_CONTRACT(the_fence_outlives_the_controller_of_a_rank_that_leaves_both) {
  if (users.size() < 2) return;
  std::optional<typename decltype(mpilock::sync<backend>())::fence_type> fence;
  try {
    auto ctrl = mpilock::sync<backend>(users);
    if (users.rank() == 1) {
      fence.emplace(ctrl.single_write());
      throw std::runtime_error("out of here");
    }
    BOOST_TEST(leave_or_collect(ctrl, 0, true) == "my own");
    throws_saying<mismatch_error>({"rank 1", "left this controller"}, [&] { ctrl.barrier(); });
  } catch (const std::runtime_error& own) {
    BOOST_TEST(own.what() == std::string("out of here"));
  }
  contracts::meet(users);
}

MPILOCK_CONTRACT(a_fence_that_outlives_its_controller) {
  {
    std::optional<typename decltype(mpilock::sync<backend>())::fence_type> fence;
    {
      auto ctrl = mpilock::sync<backend>(users);
      fence.emplace(ctrl.single_write());
    }
    BOOST_TEST(!fence->guard());
    throws_saying<usage_error>({"collect()", "controller has been closed"},
                               [&] { fence->collect(); });
  }
  contracts::meet(users);
}

MPILOCK_CONTRACT(a_fence_that_moves) {
  auto ctrl = mpilock::sync<backend>(users);
  auto first = ctrl.single_write();
  auto second = std::move(first);
  BOOST_TEST(!first.guard());
  if (second.guard()) second.share(3);
  throws_saying<usage_error>({"has ended"}, [&] { first.template collect<int>(); });
  BOOST_TEST(second.template collect<int>() == 3);
  still_works(ctrl);
}
