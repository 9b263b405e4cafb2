// mpi-test: ranks=3 flavours=all timeout=120
/// @file
/// @brief Many controllers of all backends are open at once, on communicators that overlap. Some
/// are moved, some are closed early, and MPI_Finalize closes the others. If two of them are mixed
/// up, an update is lost or an epoch is wrong.

#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "mpilock/mpilock.hpp"
#include "support/environment.hpp"
#include "support/ranks.hpp"

namespace {

using mpilock_test::is_long_form;
using mpilock_test::on_one_node;
using mpilock_test::rank_in;
using mpilock_test::size_of;

/// A controller with any policies, and the number that it guards.
class guarded_number {
 public:
  virtual ~guarded_number() = default;
  virtual void count_up() = 0;
  virtual bool try_to_count_up() = 0;
  virtual bool is_epoch() = 0;
  virtual void progress() = 0;
  virtual void barrier() = 0;
  virtual void close() = 0;
  virtual bool is_closed() = 0;
  virtual void move_about() = 0;
  virtual void hold() = 0;
};

template <class Controller>
class guarded_by final : public guarded_number {
 public:
  guarded_by(MPI_Comm comm, int root, volatile std::int64_t* number)
      : ctrl_(comm, root), number_(number) {}

  void count_up() override {
    const auto lock = ctrl_.write();
    add_slowly();
  }
  bool try_to_count_up() override {
    const auto lock = ctrl_.try_write_for(std::chrono::microseconds(50));
    if (lock) add_slowly();
    return lock.owns_lock();
  }
  /// Whether the lock has counted the same number of write sections.
  bool is_epoch() override {
    const auto lock = ctrl_.read();
    return static_cast<std::uint64_t>(*number_) == ctrl_.epoch();
  }
  void progress() override { ctrl_.progress(); }
  void barrier() override { ctrl_.barrier(); }
  void close() override { ctrl_.close(); }
  bool is_closed() override {
    return ctrl_.closed() && mpilock_test::throws<mpilock::closed_error>([&] { ctrl_.lock(); });
  }
  void move_about() override {
    Controller elsewhere = std::move(ctrl_);
    ctrl_ = std::move(elsewhere);
  }
  void hold() override { ctrl_.lock(); }

 private:
  /// Yields in between, so that a second rank inside would be noticed.
  void add_slowly() {
    const std::int64_t before = *number_;
    std::this_thread::yield();
    *number_ = before + 1;
  }

  Controller ctrl_;
  volatile std::int64_t* number_;
};

/// Numbers in memory that all ranks share.
class blackboard {
 public:
  /// Collective.
  explicit blackboard(int count) {
    const bool owns = rank_in(MPI_COMM_WORLD) == 0;
    MPI_Win_allocate_shared(owns ? 8 * count : 0, 8, MPI_INFO_NULL, MPI_COMM_WORLD, &numbers_,
                            &window_);
    MPI_Aint bytes = 0;
    int unit = 0;
    MPI_Win_shared_query(window_, 0, &bytes, &unit, &numbers_);
    if (owns) std::fill_n(numbers_, count, 0);
    mpilock_test::meet(MPI_COMM_WORLD);
  }
  blackboard(const blackboard&) = delete;
  blackboard& operator=(const blackboard&) = delete;
  ~blackboard() { MPI_Win_free(&window_); }

  std::int64_t* operator[](int place) { return numbers_ + place; }

 private:
  std::int64_t* numbers_ = nullptr;
  MPI_Win window_ = MPI_WIN_NULL;
};

/// A static object. Its destructor runs after MPI_Finalize, and checks the controllers that were
/// left open.
struct left_open {
  std::vector<std::unique_ptr<guarded_number>> all{};

  ~left_open() {
    if (std::all_of(all.begin(), all.end(), [](auto& each) { return each->is_closed(); })) return;
    std::fputs("after MPI_Finalize: a controller is not closed\n", stderr);
    _exit(1);
  }
};
left_open left;

std::unique_ptr<guarded_number> make(int number, MPI_Comm comm, std::int64_t* guarded) {
  using namespace mpilock;
  const int root = number % size_of(comm);
  const auto with = [&]<class Controller>(Controller*) -> std::unique_ptr<guarded_number> {
    return std::make_unique<guarded_by<Controller>>(comm, root, guarded);
  };
  using shared = basic_window_controller<shared_memory, writer_preferring, polling_progress>;
  using window = basic_window_controller<rma_window, reader_preferring, polling_progress>;
  using letters = basic_window_controller<two_sided, writer_preferring, polling_progress>;
  if (number % 3 == 0) return with(static_cast<window*>(nullptr));
  if (number % 3 == 1) return with(static_cast<letters*>(nullptr));
  if (!on_one_node(comm)) return with(static_cast<letters*>(nullptr));
  return with(static_cast<shared*>(nullptr));
}

/// All ranks, or all but one.
bool takes_part(int number) {
  const int all = size_of(MPI_COMM_WORLD);
  return number % (all + 1) != rank_in(MPI_COMM_WORLD);
}

/// Collective. The controllers of this rank with their numbers, which are the same on all ranks.
using numbered = std::vector<std::pair<int, std::unique_ptr<guarded_number>>>;
numbered open_many(int count, blackboard& numbers) {
  numbered mine;
  for (int i = 0; i < count; ++i) {
    MPI_Comm part = MPI_COMM_NULL;
    MPI_Comm_split(MPI_COMM_WORLD, takes_part(i) ? 0 : MPI_UNDEFINED, 0, &part);
    if (part == MPI_COMM_NULL) continue;
    mine.emplace_back(i, make(i, part, numbers[i]));
    MPI_Comm_free(&part);
  }
  return mine;
}

/// All ranks go through the same few controllers at about the same time.
/// @return how often this rank has counted up
std::int64_t visit_at_random(numbered& mine, int visits) {
  std::minstd_rand dice(static_cast<unsigned>(rank_in(MPI_COMM_WORLD)) + 1);
  std::int64_t counted = 0;
  for (int i = 0; i < visits; ++i) {
    const auto passed =
        mine.size() * static_cast<std::size_t>(i) / static_cast<std::size_t>(visits);
    guarded_number& one = *mine[(passed + dice() % 4) % mine.size()].second;
    if (dice() % 4 == 0) one.move_about();
    if (dice() % 4 != 0)
      one.count_up(), ++counted;
    else if (one.try_to_count_up())
      ++counted;
  }
  return counted;
}

}  // namespace

BOOST_AUTO_TEST_CASE(many_controllers_on_overlapping_communicators) {
  if (!on_one_node(MPI_COMM_WORLD)) return;  // the numbers are in shared memory
  const int count = is_long_form() ? 240 : 48;
  blackboard numbers(count);
  numbered mine = open_many(count, numbers);
  const auto stays = std::find_if(mine.begin(), mine.end(), [](auto& it) { return it.first % 2; });
  const auto serve = [&] { stays->second->progress(); };  // serves all that this rank hosts
  const std::int64_t mine_counted = visit_at_random(mine, is_long_form() ? 20'000 : 1000);
  const std::int64_t counted = mpilock_test::sum_over(MPI_COMM_WORLD, mine_counted, serve);
  for (auto& [number, each] : mine) BOOST_TEST(each->is_epoch());
  for (auto& [number, each] : mine) each->barrier();
  std::int64_t sum = 0;
  for (int i = 0; i < count; ++i) sum += *numbers[i];
  BOOST_TEST(sum == counted);

  // Closes them in an order that is the same on all ranks: every other one, from the last to the
  // first.
  for (auto each = mine.rbegin(); each != mine.rend(); ++each)
    if (each->first % 2 == 0) each->second->close();
  for (auto& [number, each] : mine) {
    BOOST_TEST(each->is_closed() == (number % 2 == 0));
    if (number % 10 == 1 && rank_in(MPI_COMM_WORLD) == number % size_of(MPI_COMM_WORLD))
      each->hold();
  }
  mpilock_test::sum_over(MPI_COMM_WORLD, 0, serve);
  for (auto& [number, each] : mine) left.all.push_back(std::move(each));
}
