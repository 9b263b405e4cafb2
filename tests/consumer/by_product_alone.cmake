# Uses the product without its tests, as a release archive may have it. Builds and runs an example,
# installs, and makes a package.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
file(GLOB product LIST_DIRECTORIES TRUE ${mpilock_source}/*)
list(FILTER product EXCLUDE REGEX "/(build|tests)$")
file(COPY ${product} DESTINATION ${work}/source)

run(${CMAKE_COMMAND} -S ${work}/source -B ${work}/build -G ${generator}
  -D CMAKE_CXX_COMPILER=${compiler} -D MPI_CXX_COMPILER=${mpi_compiler})
run(${CMAKE_COMMAND} --build ${work}/build --target result_cache)
run(${launcher} -n 1 ${work}/build/docs/examples/result_cache --folder=${work}/cache)
run(${CMAKE_COMMAND} --install ${work}/build --prefix ${work}/prefix)
if(NOT EXISTS ${work}/prefix/include/mpilock/mpilock.hpp)
  message(FATAL_ERROR "nothing was installed into ${work}/prefix")
endif()
find_program(dpkg dpkg)
if(dpkg)
  run(${CMAKE_COMMAND} -E chdir ${work}/build cpack -G DEB)
endif()
