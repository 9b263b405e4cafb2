// mpi-test: ranks=1,2 flavours=one
// MPI is told what is true of the windows, for each window anew, and understands it.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <map>
#include <string>
#include <vector>

#include "everyone.hpp"

namespace {

using hints = std::map<std::string, std::string>;

hints entries(MPI_Info info) {
  hints found;
  int count = 0;
  MPI_Info_get_nkeys(info, &count);
  for (int i = 0; i < count; ++i) {
    char key[MPI_MAX_INFO_KEY + 1] = "";
    char value[MPI_MAX_INFO_VAL + 1] = "";
    int is_there = 0;
    MPI_Info_get_nthkey(info, i, key);
    MPI_Info_get(info, key, MPI_MAX_INFO_VAL, value, &is_there);
    found[key] = value;
  }
  return found;
}

std::vector<hints> told;   ///< to each `MPI_Win_allocate`
std::vector<hints> heard;  ///< by MPI_Win_get_info afterwards

/// The window's answer must not contradict what MPI was told. MPI may leave out what it ignores.
void check_answer(const hints& answer) {
  for (const auto& [key, value] : mpilock::detail::window_hints::all)
    if (const auto found = answer.find(key); found != answer.end())
      BOOST_TEST(found->second == value, key << " is " << found->second);
}

}  // namespace

extern "C" int MPI_Win_allocate(MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base,
                                MPI_Win* win) {
  told.push_back(info == MPI_INFO_NULL ? hints{} : entries(info));
  const int code = PMPI_Win_allocate(size, unit, info, comm, base, win);
  MPI_Info answer = MPI_INFO_NULL;
  MPI_Win_get_info(*win, &answer);
  heard.push_back(entries(answer));
  MPI_Info_free(&answer);
  return code;
}

BOOST_AUTO_TEST_CASE(each_window_is_made_with_all_hints) {
  const auto first = mpilock::sync<mpilock::rma_window>(MPI_COMM_WORLD);
  const auto second = mpilock::sync<mpilock::rma_window>(MPI_COMM_WORLD, 0, {.name = "second"});
  BOOST_REQUIRE(told.size() == (first.size() > 1 ? 2U : 0U));
  for (const hints& each : told)
    for (const auto& [key, value] : mpilock::detail::window_hints::all)
      BOOST_TEST((each.contains(key) && each.at(key) == value), key << " was not told");
  for (const hints& each : heard) check_answer(each);
#ifdef MPICH_VERSION  // it gives all that it knows back, so that it must have understood
  for (const hints& each : heard) BOOST_TEST(each.contains("accumulate_ordering"));
#endif
}
