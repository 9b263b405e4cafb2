// mpi-test: ranks=1,2,3 flavours=all
// A single_write whose body fails. The writer rethrows its own exception. Every other rank throws
// writer_failed with the writer's rank and message. The controller still works afterwards.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "everyone.hpp"

namespace {

using contracts::still_works;
using mpilock::writer_failed;

/// Its serialisation throws half-way.
struct unsendable {
  int half = 0;
};

/// The exception of the writer, which comes neither from the library nor from the standard.
struct stone {
  int weight;
};

template <class Error>
bool is_thrown(auto&& action) {
  return mpilock_test::throws<Error>(action);
}

/// Collective. Checks the exception on each rank: `own` checks that of the writer.
template <class Own>
void one_fails_and_all_know(MPI_Comm users, int writer, const std::string& reason, Own&& own,
                            auto&& call) {
  bool right = false;
  if (mpilock_test::rank_in(users) == writer) {
    right = own(call);
  } else {
    try {
      call();
    } catch (const writer_failed& failure) {
      BOOST_TEST(failure.writer() == writer);
      BOOST_TEST(failure.reason() == reason);
      const std::string text = failure.what();
      right = text.find("rank " + std::to_string(writer)) != text.npos &&
              text.find(reason) != text.npos;
    }
  }
  BOOST_TEST(right);
  BOOST_TEST(mpilock_test::sum_over(users, right ? 1 : 0) == mpilock_test::size_of(users));
  contracts::meet(users);
}

}  // namespace

template <>
struct mpilock::codec<unsendable> {
  static void encode(const unsendable& value, byte_buffer& out) {
    codec<int>::encode(value.half, out);
    throw std::logic_error("can't be written down");
  }
  static unsendable decode(byte_reader&) { return {}; }
};

MPILOCK_CONTRACT(the_body_throws_a_standard_exception) {
  auto ctrl = mpilock::sync<backend>(users);
  const auto own = [](auto&& call) {
    return contracts::throws_saying<std::out_of_range>({"no such file"}, call);
  };
  for (int writer = 0; writer < users.size(); ++writer) {
    one_fails_and_all_know(users, writer, "no such file", own, [&] {
      ctrl.single_write(writer,
                        [&]() -> std::vector<double> { throw std::out_of_range("no such file"); });
    });
    still_works(ctrl);
  }
}

MPILOCK_CONTRACT(the_default_writers_body_throws) {
  const int root = users.size() - 1;
  auto ctrl = mpilock::sync<backend>(users, root);
  const auto own = [](auto&& call) {
    return contracts::throws_saying<std::runtime_error>({"disk full"}, call);
  };
  one_fails_and_all_know(users, root, "disk full", own,
                         [&] { ctrl.single_write([] { throw std::runtime_error("disk full"); }); });
  still_works(ctrl);
}

MPILOCK_CONTRACT(the_body_throws_something_else) {
  auto ctrl = mpilock::sync<backend>(users);
  const auto own = [](auto&& call) {
    try {
      call();
    } catch (const stone& thrown) {
      return thrown.weight == 7;
    }
    return false;
  };
  for (int writer = 0; writer < users.size(); ++writer) {
    one_fails_and_all_know(users, writer, "an exception that is not a std::exception", own,
                           [&] { ctrl.single_write(writer, []() -> int { throw stone{7}; }); });
    still_works(ctrl);
  }
}

MPILOCK_CONTRACT(the_value_cannot_be_serialised) {
  auto ctrl = mpilock::sync<backend>(users);
  const auto own = [](auto&& call) {
    return contracts::throws_saying<std::logic_error>({"can't be written down"}, call);
  };
  for (int writer = 0; writer < users.size(); ++writer) {
    one_fails_and_all_know(users, writer, "can't be written down", own,
                           [&] { ctrl.single_write(writer, [] { return unsendable{}; }); });
    still_works(ctrl);
  }
}

MPILOCK_CONTRACT(a_failed_share_leaves_no_trace) {
  auto ctrl = mpilock::sync<backend>(users);
  auto fence = ctrl.single_write();
  if (fence.guard()) {
    BOOST_TEST(is_thrown<std::logic_error>([&] { fence.share(unsendable{42}); }));
    fence.share(std::string("instead"));
  }
  BOOST_TEST(fence.template collect<std::string>() == "instead");
  still_works(ctrl);
}

MPILOCK_CONTRACT(a_message_longer_than_any_buffer) {
  auto ctrl = mpilock::sync<backend>(users);
  const std::string reason(100'000, 'x');
  const auto own = [&](auto&& call) {
    return contracts::throws_saying<std::runtime_error>({reason}, call);
  };
  one_fails_and_all_know(users, 0, reason, own,
                         [&] { ctrl.single_write([&] { throw std::runtime_error(reason); }); });
  still_works(ctrl);
}

MPILOCK_CONTRACT(the_lock_is_free_after_a_failure) {
  auto ctrl = mpilock::sync<backend>(users);
  for (int i = 0; i < 3; ++i) {
    try {
      ctrl.single_write([] { throw std::runtime_error("again"); });
    } catch (const std::runtime_error&) {
    }
    BOOST_TEST(static_cast<bool>(ctrl.try_write_for(std::chrono::seconds(30))));
    ctrl.barrier();
  }
  BOOST_TEST(ctrl.epoch() > 0u);
}

MPILOCK_CONTRACT(single_write_while_another_rank_holds) {
  if (users.size() < 2) return;
  auto ctrl = mpilock::sync<backend>(users);
  for (int holder = 0; holder < users.size(); ++holder) {
    const int writer = (holder + 1) % users.size();
    const bool holds = users.rank() == holder;
    if (holds) ctrl.lock_shared();
    contracts::everyone_throws<mpilock::usage_error>(
        users, {"rank " + std::to_string(holder), "read lock", "release it first"},
        [&] { ctrl.single_write(writer, [] { return 1; }); });
    if (holds) ctrl.unlock_shared();
    still_works(ctrl);
  }
}

MPILOCK_CONTRACT(single_write_while_the_writer_itself_reads) {
  auto ctrl = mpilock::sync<backend>(users);
  if (users.rank() == 0) ctrl.lock_shared();
  BOOST_TEST(ctrl.single_write([] { return 5; }) == 5);  // an upgrade
  if (users.rank() == 0) ctrl.unlock_shared();
  still_works(ctrl);
}
