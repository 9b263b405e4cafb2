# The layers of the source, as a test: what a lock is (include/) knows nothing of how it behaves
# (policies/), and a policy's file has the name of the type in it.
cmake_minimum_required(VERSION 3.25)
set(broken 0)
macro(broken_rule)
  message(SEND_ERROR ${ARGN})
  math(EXPR broken "${broken} + 1")
endmacro()

file(GLOB_RECURSE public_headers RELATIVE ${source}/include ${source}/include/*.hpp)
# The front door and the conformance kit know the policies by name.
list(REMOVE_ITEM public_headers mpilock/mpilock.hpp mpilock/testing/conformance.hpp)
foreach(header IN LISTS public_headers)
  set(forbidden "(backend|fairness|progress)/")
  if(NOT header STREQUAL "mpilock/boost_mpi.hpp")  # the side door opens the front door
    string(APPEND forbidden "|mpilock\\.hpp")
  endif()
  file(STRINGS ${source}/include/${header} includes
    REGEX "^ *# *include +[<\"](mpilock/|\\.\\./|.*policies/)*(${forbidden})")
  if(includes)
    broken_rule("include/${header} includes a policy: ${includes}")
  endif()
endforeach()

set(policies 0)
foreach(slot IN ITEMS backend fairness progress)
  file(GLOB files ${source}/policies/mpilock/${slot}/*.hpp)
  foreach(file IN LISTS files)
    cmake_path(GET file STEM name)
    file(STRINGS ${file} declares REGEX "^(struct|class) +${name}( final)?( *: .*)? *{")
    if(NOT declares)
      broken_rule("policies/mpilock/${slot}/${name}.hpp declares no type ${name}")
    endif()
    math(EXPR policies "${policies} + 1")
  endforeach()
endforeach()

list(LENGTH public_headers headers)
if(headers EQUAL 0 OR policies EQUAL 0)
  broken_rule("${headers} headers and ${policies} policies in ${source}: this looked in the wrong place")
endif()
message(STATUS "${headers} headers, ${policies} policies, ${broken} broken rules")
