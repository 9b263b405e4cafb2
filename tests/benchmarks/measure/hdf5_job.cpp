#include "hdf5_job.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "meeting.hpp"

#ifdef LOCKBENCH_HDF5
#include <hdf5.h>
#endif

namespace lockbench {

#ifdef LOCKBENCH_HDF5

namespace {

constexpr std::size_t columns = 256;

/// HDF5's results are negative if a call has failed.
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

handle opened(const std::string& path, unsigned mode) {
  return {H5Fopen(path.c_str(), mode, H5P_DEFAULT), H5Fclose, "H5Fopen"};
}

handle opened_rows(const handle& file) {
  return {H5Dopen2(file, "rows", H5P_DEFAULT), H5Dclose, "H5Dopen2"};
}

handle plane(std::size_t rows) {
  const hsize_t size[] = {rows, columns};
  return {H5Screate_simple(2, size, nullptr), H5Sclose, "H5Screate_simple"};
}

}  // namespace

bool hdf5_job::is_available() { return true; }

hdf5_job::hdf5_job(const launch_facts& here)
    : here_(here), rows_(static_cast<std::size_t>(here.size) * columns) {
  path_ = "lockbench_" + std::to_string(greatest(here.comm, here.rank == 0 ? getpid() : 0)) + ".h5";
  if (here.rank == 0) {
    const handle file(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose,
                      "H5Fcreate");
    const handle shape = plane(static_cast<std::size_t>(here.size));
    const handle set(
        H5Dcreate2(file, "rows", H5T_NATIVE_DOUBLE, shape, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
        H5Dclose, "H5Dcreate2");
    checked(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows_.data()),
            "H5Dwrite");
  }
  meet(here.comm);
}

void hdf5_job::write() {
  const std::vector<double> row(columns, ++stamp_);
  const handle file = opened(path_, H5F_ACC_RDWR);
  const handle set = opened_rows(file);
  const handle there = plane(static_cast<std::size_t>(here_.size));
  const hsize_t start[] = {static_cast<hsize_t>(here_.rank), 0};
  const hsize_t count[] = {1, columns};
  checked(H5Sselect_hyperslab(there, H5S_SELECT_SET, start, nullptr, count, nullptr),
          "H5Sselect_hyperslab");
  const handle here = plane(1);
  checked(H5Dwrite(set, H5T_NATIVE_DOUBLE, here, there, H5P_DEFAULT, row.data()), "H5Dwrite");
  checked(H5Fflush(file, H5F_SCOPE_LOCAL), "H5Fflush");
}

void hdf5_job::read() {
  const handle file = opened(path_, H5F_ACC_RDONLY);
  const handle set = opened_rows(file);
  checked(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows_.data()), "H5Dread");
  for (auto row = rows_.begin(); row != rows_.end(); row += columns)
    if (!std::all_of(row, row + columns, [row](double each) { return each == *row; }))
      throw std::runtime_error("a row of " + path_ + " is half written");
}

void hdf5_job::free() {
  meet(here_.comm);
  if (here_.rank == 0) std::remove(path_.c_str());
}

#else

bool hdf5_job::is_available() { return false; }
hdf5_job::hdf5_job(const launch_facts& here) : here_(here) {}
void hdf5_job::write() {}
void hdf5_job::read() {}
void hdf5_job::free() {}

#endif

}  // namespace lockbench
