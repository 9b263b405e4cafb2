// N ranks share one HDF5 file through the plain serial HDF5 library.
//
//   mpirun -np 4 hdf5_shared_file [FILE] [ROUNDS]
//
// One rank creates the file. Then, in every round, each rank appends a data set of its own under a
// write lock. Under a read lock, it reads back all data sets that are in the file so far. HDF5
// keeps parts of a file in memory, so a file is opened, used and closed within one section of the
// lock.

#include <hdf5.h>
#include <mpi.h>
#include <mpilock/mpilock.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

// ---- HDF5: its identifiers are negative if a call has failed -----------------------------------

template <class Result>
Result checked(Result result, const char* what) {
  if (result < 0) throw std::runtime_error(std::string(what) + " failed");
  return result;
}

class handle {
 public:
  handle(hid_t id, herr_t (*close)(hid_t), const char* what)
      : id_(checked(id, what)), close_(close) {}
  ~handle() { close_(id_); }
  handle(const handle&) = delete;
  handle& operator=(const handle&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

// ---- The data: a data set for each rank and round -----------------------------------------------

struct entry {
  int writer;
  int round;
  std::uint64_t epoch;  // the write section in which it was written
};

std::string name_of(const entry& of) {
  return "rank_" + std::to_string(of.writer) + "_round_" + std::to_string(of.round);
}

// The label, then numbers that only this rank writes in this round.
std::vector<double> values_of(const entry& of) {
  std::vector<double> values(256);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = 1000.0 * of.writer + of.round + 0.001 * static_cast<double>(i);
  values[0] = of.writer;
  values[1] = of.round;
  values[2] = static_cast<double>(of.epoch);
  return values;
}

void create(const std::string& path) {
  const handle made(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose,
                    "H5Fcreate");
  checked(H5Fflush(made, H5F_SCOPE_LOCAL), "H5Fflush");
}

void append(const std::string& path, const entry& own) {
  const auto values = values_of(own);
  const hsize_t size = values.size();
  // Declared first, so closed last: all data are in the file before the lock is released.
  const handle shared(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose, "H5Fopen");
  const handle line(H5Screate_simple(1, &size, nullptr), H5Sclose, "H5Screate_simple");
  const handle set(H5Dcreate2(shared, name_of(own).c_str(), H5T_NATIVE_DOUBLE, line, H5P_DEFAULT,
                              H5P_DEFAULT, H5P_DEFAULT),
                   H5Dclose, "H5Dcreate2");
  checked(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          "H5Dwrite");
  checked(H5Fflush(shared, H5F_SCOPE_LOCAL), "H5Fflush");
}

entry read_one(const handle& shared, const std::string& name) {
  const handle set(H5Dopen2(shared, name.c_str(), H5P_DEFAULT), H5Dclose, "H5Dopen2");
  const handle line(H5Dget_space(set), H5Sclose, "H5Dget_space");
  const auto size = checked(H5Sget_simple_extent_npoints(line), "H5Sget_simple_extent_npoints");
  std::vector<double> values(std::max(static_cast<std::size_t>(size), std::size_t{3}));
  checked(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "H5Dread");
  const entry found{static_cast<int>(values[0]), static_cast<int>(values[1]),
                    static_cast<std::uint64_t>(values[2])};
  if (name != name_of(found) || values != values_of(found))
    throw std::runtime_error(name + " does not hold what was written");
  return found;
}

// Reads every data set in the file and checks every value of it.
std::vector<entry> read_all(const std::string& path) {
  const handle shared(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "H5Fopen");
  H5G_info_t group{};
  checked(H5Gget_info(shared, &group), "H5Gget_info");
  std::vector<entry> found;
  for (hsize_t i = 0; i < group.nlinks; ++i) {
    char name[64] = "";
    checked(H5Lget_name_by_idx(shared, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name,
                               H5P_DEFAULT),
            "H5Lget_name_by_idx");
    found.push_back(read_one(shared, name));
  }
  return found;
}

// ---- The ranks ----------------------------------------------------------------------------------

struct tally {
  int written = 0;
  int read = 0;
  double waited_ms = 0;
  double longest_ms = 0;

  // Enters a section and measures the wait.
  template <class Enter>
  auto timed(Enter enter) {
    const auto start = std::chrono::steady_clock::now();
    auto lock = enter();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    waited_ms += took.count();
    longest_ms = std::max(longest_ms, took.count());
    return lock;
  }
};

tally take_part(mpilock::window_controller& ctrl, const std::string& path, int rounds) {
  // The lock counts write sections. The first one creates the file, and each one after it adds a
  // data set. So a reader knows how many there must be.
  const std::uint64_t created = ctrl.single_write([&] {
    create(path);
    return ctrl.epoch();
  });

  tally own;
  for (int round = 0; round < rounds; ++round) {
    ctrl.barrier();  // so that all ranks come at once
    {
      const auto lock = own.timed([&] { return ctrl.write(); });
      append(path, {ctrl.rank(), round, ctrl.epoch()});
      ++own.written;
    }
    {
      const auto lock = own.timed([&] { return ctrl.read(); });
      if (read_all(path).size() != ctrl.epoch() - created)
        throw std::runtime_error("a data set is missing, or came too early");
      ++own.read;
    }
  }
  ctrl.barrier();
  return own;
}

void print_table(const std::vector<tally>& all, const std::vector<entry>& found) {
  std::printf("rank  sections written  sections read  waited in all  longest wait\n");
  for (std::size_t rank = 0; rank < all.size(); ++rank)
    std::printf("%4zu  %16d  %13d  %10.2f ms  %9.2f ms\n", rank, all[rank].written, all[rank].read,
                all[rank].waited_ms, all[rank].longest_ms);
  std::printf("data sets by rank, in the order of writing:");
  for (const entry& each : found) std::printf(" %d", each.writer);
  std::printf("\n");
}

// At the end one rank checks everything: all data sets are there, each was written once, in a
// section of its own.
void verify(mpilock::window_controller& ctrl, const std::string& path, int rounds,
            const std::vector<tally>& all) {
  const auto lock = ctrl.read();
  auto found = read_all(path);
  std::sort(found.begin(), found.end(),
            [](const entry& a, const entry& b) { return a.epoch < b.epoch; });
  std::vector<int> sets_of(all.size(), 0);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0 && found[i].epoch != found[i - 1].epoch + 1)
      throw std::runtime_error("two ranks wrote in one section");
    if (found[i].round != sets_of.at(static_cast<std::size_t>(found[i].writer))++)
      throw std::runtime_error("a rank's data sets are out of order");
  }
  if (std::any_of(sets_of.begin(), sets_of.end(), [&](int sets) { return sets != rounds; }))
    throw std::runtime_error("a rank's data sets are missing");
  print_table(all, found);
  std::printf("%zu data sets, every value as written (%d ranks, backend %s)\n", found.size(),
              ctrl.size(), std::string(ctrl.backend_name()).c_str());
  std::printf("see for yourself: h5dump -d /%s %s\n", name_of(found.back()).c_str(), path.c_str());
}

void run(const std::string& path, int rounds) {
  if (rounds < 1) throw std::invalid_argument("give at least one round");
  auto ctrl = mpilock::sync();
  const tally own = take_part(ctrl, path, rounds);
  std::vector<tally> all(static_cast<std::size_t>(ctrl.size()));
  MPI_Gather(&own, sizeof own, MPI_BYTE, all.data(), sizeof own, MPI_BYTE, 0, MPI_COMM_WORLD);
  if (ctrl.rank() == 0) verify(ctrl, path, rounds, all);
  ctrl.close();
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  try {
    run(argc > 1 ? argv[1] : "shared_file.h5", argc > 2 ? std::stoi(argv[2]) : 5);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "hdf5_shared_file: %s\n", failure.what());
    MPI_Abort(MPI_COMM_WORLD, 1);  // the others would wait for this rank
  }
  MPI_Finalize();
}
