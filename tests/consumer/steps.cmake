# Common steps of these tests. Each works in `work`, which is made anew here.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${work})

# run(COMMAND…): shows the output, and ends the test if the command fails. Stores the output in
# `said`.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  list(JOIN ARGN " " command)
  message(STATUS "${command}\n${said}")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed with ${status}: ${command}")
  endif()
  set(said "${said}" PARENT_SCOPE)
endfunction()

# install_into(PREFIX)
function(install_into prefix)
  run(${CMAKE_COMMAND} --install ${mpilock_build} --prefix ${prefix})
endfunction()

# run_programs(PROGRAM…): runs at least one program.
function(run_programs)
  if(NOT ARGN)
    message(FATAL_ERROR "the consumer built no program")
  endif()
  foreach(program IN LISTS ARGN)
    run(${launcher} -n 1 ${program})
  endforeach()
endfunction()

# build_and_run(NAME SETTING…): builds and runs the project in the folder NAME beside this file. If
# `targets` is set, it builds only these.
function(build_and_run name)
  run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name} -B ${work}/build
    -G ${generator}
    -D CMAKE_CXX_COMPILER=${compiler} -D MPI_CXX_COMPILER=${mpi_compiler}
    -D WITH_BOOST_MPI=${boost_mpi} -D EXPECTED_VERSION=${mpilock_version} ${ARGN})
  if(DEFINED targets)
    list(PREPEND targets --target)
  endif()
  run(${CMAKE_COMMAND} --build ${work}/build ${targets})
  file(GLOB programs ${work}/build/consumer*)
  run_programs(${programs})
endfunction()
