# Finds out whether there is a Boost.MPI that was built for the MPI of MPI::MPI_CXX. A Boost.MPI for
# another MPI is often installed, and linking with it brings a second MPI into the process. Its
# functions take an MPI_Comm, whose type differs between MPIs. So a call links only if both MPIs are
# the same. This file is also installed, for the package's component boost_mpi.
include_guard(GLOBAL)
include(CheckCXXSourceCompiles)
include(CMakePushCheckState)

function(find_fitting_boost_mpi result)
  set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL TRUE)
  find_package(Boost 1.74 QUIET CONFIG OPTIONAL_COMPONENTS mpi serialization)
  set(${result} FALSE PARENT_SCOPE)
  if(NOT TARGET Boost::mpi OR NOT TARGET Boost::serialization)
    return()
  endif()
  cmake_push_check_state(RESET)
  set(CMAKE_REQUIRED_QUIET TRUE)
  set(CMAKE_REQUIRED_LIBRARIES Boost::mpi Boost::serialization MPI::MPI_CXX)
  check_cxx_source_compiles("
    #include <boost/mpi/communicator.hpp>
    int main() { return boost::mpi::communicator(MPI_COMM_WORLD, boost::mpi::comm_attach).rank(); }
    " MPILOCK_BOOST_MPI_LINKS)
  cmake_pop_check_state()
  if(MPILOCK_BOOST_MPI_LINKS)
    set(${result} TRUE PARENT_SCOPE)
  endif()
endfunction()
