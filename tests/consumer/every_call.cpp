// Every public call with every policy, compiled with a user's warnings; it is not run.
#include <mpi.h>
#include <mpilock/mpilock.hpp>
#include <mpilock/observing/otlp_trace.hpp>
#include <mpilock/observing/perfetto_trace.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct point {
  double x;
  std::int32_t y;
};

struct big {
  std::array<double, 100> values;
  bool is_set;
};

struct sealed {
  explicit sealed(int number) : value(number) {}
  int value;
};

struct named {
  std::string name;
  std::vector<double> points;
};

struct listener final : mpilock::observer {
  void requested(const mpilock::event& what) noexcept override { last = what; }
  void granted(const mpilock::event& what) noexcept override { last = what; }
  void refused(const mpilock::event& what) noexcept override { last = what; }
  void released(const mpilock::event& what) noexcept override { last = what; }
  mpilock::event last{};
};

}  // namespace

template <>
struct mpilock::codec<named> {
  static void encode(const named& value, byte_buffer& out) {
    codec<std::string>::encode(value.name, out);
    codec<std::vector<double>>::encode(value.points, out);
  }
  static named decode(byte_reader& in) {
    auto name = codec<std::string>::decode(in);
    auto points = codec<std::vector<double>>::decode(in);
    return {std::move(name), std::move(points)};
  }
};

namespace {

template <class Controller>
void lock_and_unlock(Controller& ctrl) {
  const auto soon = std::chrono::steady_clock::now() + 1s;
  const auto soon_by_the_calendar = std::chrono::system_clock::now() + 1s;
  ctrl.lock();
  ctrl.unlock();
  ctrl.lock_shared();
  ctrl.unlock_shared();
  if (ctrl.try_lock()) ctrl.unlock();
  if (ctrl.try_lock_for(1ms)) ctrl.unlock();
  if (ctrl.try_lock_until(soon)) ctrl.unlock();
  if (ctrl.try_lock_until(soon_by_the_calendar)) ctrl.unlock();
  if (ctrl.try_lock_shared()) ctrl.unlock_shared();
  if (ctrl.try_lock_shared_for(0.5s)) ctrl.unlock_shared();
  if (ctrl.try_lock_shared_until(soon)) ctrl.unlock_shared();
  ctrl.lock();
  ctrl.unlock_and_lock_shared();
  ctrl.unlock_shared();
}

template <class Controller>
int guards(Controller& ctrl) {
  const auto soon = std::chrono::steady_clock::now() + 1s;
  int owned = 0;
  { const auto lock = ctrl.read(); }
  { const auto lock = ctrl.write(); }
  { owned += ctrl.try_read().owns_lock() ? 1 : 0; }
  { owned += ctrl.try_read_for(1ms).owns_lock() ? 1 : 0; }
  { owned += ctrl.try_read_until(soon).owns_lock() ? 1 : 0; }
  { owned += ctrl.try_write().owns_lock() ? 1 : 0; }
  { owned += ctrl.try_write_for(1ms).owns_lock() ? 1 : 0; }
  { owned += ctrl.try_write_until(soon).owns_lock() ? 1 : 0; }
  { const std::scoped_lock lock(ctrl); }
  { const std::unique_lock lock(ctrl); }
  { const std::shared_lock lock(ctrl); }
  return owned;
}

template <class Controller>
bool change_mode(Controller& ctrl) {
  auto writing = ctrl.write();
  auto reading = ctrl.downgrade(std::move(writing));
  if (ctrl.write_requested()) return false;
  if (auto now = ctrl.try_upgrade(reading)) return now.others_wrote;
  if (auto now = ctrl.try_upgrade_for(reading, 1ms)) return now.others_wrote;
  return ctrl.upgrade(reading).others_wrote;
}

template <class T, class Controller>
T passed_on(Controller& ctrl, const T& value) {
  auto fence = ctrl.single_write(ctrl.root());
  if (fence.guard()) fence.share(value);
  auto moved = std::move(fence);
  return moved.writer() == 0 ? moved.template collect<T>()
                             : ctrl.single_write([&] { return value; });
}

template <class Controller>
std::size_t values(Controller& ctrl) {
  std::size_t all = 0;
  all += static_cast<std::size_t>(passed_on(ctrl, 1));
  all += passed_on(ctrl, 'x') == 'x' ? 1 : 0;
  all += passed_on(ctrl, true) ? 1 : 0;
  all += passed_on(ctrl, 0.5) > 0 ? 1 : 0;
  all += passed_on(ctrl, point{1, 2}).y > 0 ? 1 : 0;
  all += passed_on(ctrl, big{}).is_set ? 1 : 0;
  all += passed_on(ctrl, sealed(1)).value > 0 ? 1 : 0;
  all += passed_on(ctrl, std::array<int, 3>{1, 2, 3}).size();
  all += passed_on(ctrl, std::string("text")).size();
  all += passed_on(ctrl, std::vector<bool>{true, false}).size();
  all += passed_on(ctrl, std::vector<double>(10)).size();
  all += passed_on(ctrl, std::vector<point>(10)).size();
  all += passed_on(ctrl, std::vector<sealed>{sealed(1)}).size();
  all += passed_on(ctrl, std::vector<std::string>{"one", "two"}).size();
  all += passed_on(ctrl, std::vector<std::vector<int>>{{1}, {}}).size();
  all += passed_on(ctrl, named{"one", {1, 2}}).points.size();
  all += passed_on(ctrl, std::vector<named>(2)).size();
  return all;
}

template <class Controller>
void fences(Controller& ctrl) {
  ctrl.single_write([] {});
  ctrl.single_write(0, [] { return point{1, 2}; });
  {
    auto fence = ctrl.single_write();
    fence.collect();
  }
  { const auto left_early = ctrl.single_write(0); }
}

template <class Controller>
void questions(Controller& ctrl, std::ostream& out) {
  const mpilock::counters now = ctrl.counters();
  out << ctrl.rank() << ctrl.size() << ctrl.root() << ctrl.closed() << ctrl.name()
      << ctrl.backend_name() << ctrl.epoch() << now.reads.sections << now.writes.waits
      << now.of(mpilock::access::read).waited.count();
  ctrl.report(out);
  ctrl.progress();
  ctrl.barrier();
}

template <class Backend, class Fairness, class Progress>
std::size_t use_briefly() {
  auto ctrl = mpilock::sync<Backend, Fairness, Progress>();
  lock_and_unlock(ctrl);
  return static_cast<std::size_t>(guards(ctrl)) + (change_mode(ctrl) ? 1 : 0);
}

template <class Backend, class Fairness, class Progress>
std::size_t use() {
  const auto recorder = std::make_shared<mpilock::span_recorder>(1000);
  const auto heard = std::make_shared<listener>();
  auto first = mpilock::sync<Backend, Fairness, Progress>(
      MPI_COMM_WORLD, 0, {.name = "all", .stall_report = 5s, .observers = {recorder, heard}});
  auto ctrl = std::move(first);
  lock_and_unlock(ctrl);
  std::size_t all = static_cast<std::size_t>(guards(ctrl));
  all += change_mode(ctrl) ? 1 : 0;
  all += values(ctrl);
  fences(ctrl);
  questions(ctrl, std::cout);
  ctrl.close();
  mpilock::write_otlp(MPI_COMM_WORLD, *recorder, "otlp.json");
  mpilock::write_perfetto(MPI_COMM_WORLD, *recorder, "perfetto.json", 0);
  return all + recorder->spans().size() + recorder->dropped() + heard->last.from.line;
}

std::size_t use_default() {
  auto ctrl = mpilock::sync();
  const mpilock::window_controller moved = std::move(ctrl);
  return static_cast<std::size_t>(moved.size());
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  std::size_t all = use_default();
  try {
    using namespace mpilock;
    all += use<automatic, writer_preferring, automatic_progress>();
    all += use_briefly<shared_memory, reader_preferring, no_progress>();
    all += use_briefly<shared_memory, phase_fair, polling_progress>();
    all += use_briefly<rma_window, fifo, threaded_progress>();
    all += use_briefly<two_sided, at_most<3, phase_fair>, threaded_progress>();
    all += use_briefly<shared_memory, at_most<>, polling_progress>();
  } catch (const mpilock::writer_failed& failure) {
    all += failure.reason().size() + static_cast<std::size_t>(failure.writer());
  } catch (const mpilock::mpi_error& failure) {
    all +=
        failure.text().size() + failure.routine().size() + static_cast<std::size_t>(failure.code());
  } catch (const mpilock::error& failure) {
    std::cerr << failure.what() << '\n';
  }
  MPI_Finalize();
  return all > 0 ? 0 : 1;
}
