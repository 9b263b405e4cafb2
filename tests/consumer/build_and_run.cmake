# Installs the library into a prefix of its own, then configures, builds and runs the consumer in
# `source`, all in `work`, which is made anew.
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  list(JOIN ARGN " " command)
  message(STATUS "${command}\n${said}")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed with ${status}: ${command}")
  endif()
endfunction()

file(REMOVE_RECURSE ${work})
set(prefix ${work}/prefix)
run(${CMAKE_COMMAND} --install ${mpilock_build} --prefix ${prefix})
run(${CMAKE_COMMAND} -S ${source} -B ${work}/build -G ${generator}
  -D CMAKE_CXX_COMPILER=${compiler} -D MPI_CXX_COMPILER=${mpi_compiler}
  -D CMAKE_PREFIX_PATH=${prefix} -D MPILOCK_SOURCE=${mpilock_source}
  -D WITH_BOOST_MPI=${boost_mpi} -D EXPECTED_PREFIX=${prefix})
run(${CMAKE_COMMAND} --build ${work}/build)
file(GLOB programs ${work}/build/consumer*)
foreach(program IN LISTS programs)
  run(${launcher} -n 1 ${program})
endforeach()
if(NOT programs)
  message(FATAL_ERROR "the consumer built no program")
endif()
