# A test program says how it is launched in a line such as
#
#   // mpi-test: ranks=1,2,3 flavours=all timeout=120 tcp=2
#
#   ranks     the numbers of ranks, with one test for each; 1,2,3 if left out
#   flavours  all: every flavour on one node, and those over TCP if there is tcp=; one: the MPI with
#             its default settings; none: without a launcher; or names. Names of another MPI are
#             ignored
#   timeout   the program's own watchdog ends it after these seconds; 120 if left out
#   tcp       ranks on each of three test hosts, for flavours over TCP
#   arguments the arguments of the program, separated by commas
#   case      a part of the test's name, to tell it from the tests of other lines
#
# A program may have several such lines.
include_guard(GLOBAL)
cmake_host_system_information(RESULT MPILOCK_CORES QUERY NUMBER_OF_LOGICAL_CORES)
set(MPILOCK_HOSTS_COUNT 3)

function(mpilock_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion)
  if(MPILOCK_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
endfunction()

# Whether one of the files includes the Boost layer.
function(uses_boost_mpi result)
  set(${result} FALSE PARENT_SCOPE)
  foreach(file IN LISTS ARGN)
    file(STRINGS ${file} uses REGEX "^#include [<\"]mpilock/boost_mpi.hpp")
    if(uses)
      set(${result} TRUE PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# value_of(result line key default)
function(value_of result line key default)
  if(line MATCHES "[ ]${key}=([^ ]+)")
    string(REPLACE "," ";" values "${CMAKE_MATCH_1}")
    set(${result} ${values} PARENT_SCOPE)
  else()
    set(${result} ${default} PARENT_SCOPE)
  endif()
endfunction()

# add_launch(target flavour ranks seconds label [CASE name] [ARGUMENTS …]): one CTest test.
function(add_launch target flavour ranks seconds label)
  cmake_parse_arguments(PARSE_ARGV 5 arg "" CASE ARGUMENTS)
  if(MPILOCK_LONG_TESTS)
    math(EXPR seconds "${seconds} * 10")
  endif()
  math(EXPR limit "${seconds} + 30")
  set(environment MPILOCK_TEST_FLAVOUR=${flavour} MPILOCK_TEST_SECONDS=${seconds})
  if(MPILOCK_LONG_TESTS)
    list(APPEND environment MPILOCK_TEST_LONG=1)
  endif()

  if(flavour STREQUAL "none")
    set(test ${target})
    set(launcher)
    list(APPEND environment ${MPILOCK_ENVIRONMENT_${MPILOCK_MPI_LIBRARY}})
  else()
    set(test ${target}.${flavour}.np${ranks})
    if(arg_CASE)
      string(APPEND test .${arg_CASE})
    endif()
    launcher_of_flavour(launcher ${flavour} ${ranks})
    list(APPEND environment ${MPILOCK_ENVIRONMENT_${flavour}})
  endif()
  if(TEST ${test})
    return()
  endif()
  # Two tests that leave files must not use the same folder.
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/run/${test})
  file(MAKE_DIRECTORY ${folder})
  add_test(NAME ${test} WORKING_DIRECTORY ${folder}
    COMMAND ${launcher} $<TARGET_FILE:${target}> ${arg_ARGUMENTS})
  set_property(TEST ${test} PROPERTY ENVIRONMENT ${environment})
  set_tests_properties(${test} PROPERTIES
    TIMEOUT ${limit} SKIP_RETURN_CODE 77 PROCESSORS ${ranks} LABELS "${label};${flavour}")
  if(ranks GREATER_EQUAL MPILOCK_CORES AND ranks GREATER 1)
    set_tests_properties(${test} PROPERTIES RUN_SERIAL TRUE)
  endif()
  if(flavour IN_LIST MPILOCK_TCP_FLAVOURS)
    set_tests_properties(${test} PROPERTIES FIXTURES_REQUIRED test_hosts)
  endif()
endfunction()

# add_launches_of_line(target line label): adds the tests of one line.
function(add_launches_of_line target line label)
  value_of(ranks "${line}" ranks "1;2;3")
  value_of(flavours "${line}" flavours one)
  value_of(seconds "${line}" timeout 120)
  value_of(per_host "${line}" tcp 0)
  value_of(arguments "${line}" arguments "")
  value_of(case "${line}" case "")
  set(how CASE ${case} ARGUMENTS ${arguments})
  if(flavours STREQUAL "none")
    add_launch(${target} none 1 ${seconds} ${label} ${how})
    return()
  endif()
  if(flavours STREQUAL "one")
    set(flavours ${MPILOCK_MPI_LIBRARY})
  elseif(flavours STREQUAL "all")
    set(flavours ${MPILOCK_ONE_NODE_FLAVOURS})
    if(per_host)
      list(APPEND flavours ${MPILOCK_TCP_FLAVOURS})
      list(REMOVE_ITEM flavours openmpi_tcp_plain)  # only for lines that name it
    endif()
  endif()
  foreach(flavour IN LISTS flavours)
    if(flavour IN_LIST MPILOCK_TCP_FLAVOURS)
      math(EXPR over_hosts "${MPILOCK_HOSTS_COUNT} * ${per_host}")
      add_launch(${target} ${flavour} ${over_hosts} ${seconds} ${label} ${how})
    elseif(flavour IN_LIST MPILOCK_ONE_NODE_FLAVOURS)
      foreach(number IN LISTS ranks)
        add_launch(${target} ${flavour} ${number} ${seconds} ${label} ${how})
      endforeach()
    endif()
  endforeach()
endfunction()

# add_launches(target label default FILES…): adds the tests of all lines in the files.
function(add_launches target label default)
  set(lines)
  foreach(file IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(STRINGS ${file} found REGEX "^// mpi-test:")
    list(APPEND lines ${found})
  endforeach()
  if(NOT lines)
    set(lines "${default}")
  endif()
  foreach(line IN LISTS lines)
    add_launches_of_line(${target} "${line}" ${label})
  endforeach()
endfunction()
