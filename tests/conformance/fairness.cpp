/// @file
/// @brief A reader holds, a writer waits, another reader arrives: who enters first.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>

#include "scenario.hpp"

namespace mpilock_test {
namespace {

using namespace std::chrono_literals;

/// The three parts, shifted so that the root plays each of them in turn.
template <class C>
class three_parts {
 public:
  three_parts(stage<C>& on, int shift)
      : on_(on),
        reader_(shift % on.size()),
        writer_((shift + 1) % on.size()),
        late_((shift + 2) % on.size()) {}

  void play() {
    on_.ctrl.lock_shared();
    before_ = on_.ctrl.epoch();
    on_.meet();  // all know the epoch
    on_.ctrl.unlock_shared();
    on_.meet();
    if (on_.plays(reader_)) hold();
    if (on_.plays(writer_)) wait_to_write();
    if (on_.plays(late_)) arrive_late();
    on_.meet();
  }

 private:
  /// The first reader stays inside until the late one says so.
  void hold() {
    on_.ctrl.lock_shared();
    on_.tell(writer_);
    on_.hear(late_);
    BOOST_TEST(on_.ctrl.epoch() == before_);
    on_.ctrl.unlock_shared();
  }

  void wait_to_write() {
    on_.hear(reader_);
    on_.tell(late_);
    on_.ctrl.lock();
    BOOST_TEST(on_.ctrl.epoch() == before_ + 1);
    on_.ctrl.unlock();
  }

  void arrive_late() {
    on_.hear(writer_);
    if constexpr (is_named<typename C::fairness>("writer_preferring")) {
      arrive_behind_writer();
    } else {
      arrive_before_writer();
    }
  }

  /// While the first reader is inside, a try can only fail because the writer waits.
  void arrive_behind_writer() {
    BOOST_TEST(on_.eventually([&] { return !on_.ctrl.try_read().owns_lock(); }));
    BOOST_TEST(!on_.ctrl.try_read_for(2ms).owns_lock());
    BOOST_TEST(!on_.ctrl.try_read().owns_lock());
    on_.tell(reader_);
    const auto lock = on_.ctrl.read();
    BOOST_TEST(on_.ctrl.epoch() == before_ + 1,
               "the reader must come after the writer that waited");
  }

  /// No try tells whether the writer waits already, so the reader comes again and again for a while
  /// in which the writer does. The first reader is inside all the time. A try may meet the writer
  /// just as it announces itself, so it may need more than one.
  void arrive_before_writer() {
    const auto end = std::chrono::steady_clock::now() + 10ms;
    bool enters = true;
    for (int i = 0; enters && (i < 5 || std::chrono::steady_clock::now() < end); ++i) {
      enters = comes_in([&] { return on_.ctrl.try_read_for(20s); }) &&
               on_.eventually([&] { return comes_in([&] { return on_.ctrl.try_read(); }); });
    }
    BOOST_TEST(enters, "a reader must enter while a writer only waits");
    on_.tell(reader_);
  }

  template <class Read>
  bool comes_in(Read&& read) {
    const auto lock = read();
    if (lock) BOOST_TEST(on_.ctrl.epoch() == before_, "the writer must not have come in");
    return lock.owns_lock();
  }

  stage<C>& on_;
  int reader_;
  int writer_;
  int late_;
  std::uint64_t before_ = 0;
};

const scenario order_of_entry("order_of_entry", __FILE__, __LINE__, []<class C>(stage<C>& on) {
  constexpr bool is_known = is_named<typename C::fairness>("writer_preferring") ||
                            is_named<typename C::fairness>("reader_preferring");
  if (!is_known || on.size() < 3) return;
  for (int shift = 0; shift < 3; ++shift) {
    BOOST_TEST_CONTEXT("shift " << shift) { three_parts<C>(on, shift).play(); }
  }
});

}  // namespace
}  // namespace mpilock_test
