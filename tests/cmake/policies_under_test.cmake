# Finds the policies by their files. The file of a policy has the name of its type, and the
# generated header checks this: a file that doesn't declare such a type stops the build of the
# conformance tests.
include_guard(GLOBAL)

# policies_in(result slot): the names of the policies for a slot. The next build sees a new file.
function(policies_in result slot)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/policies/mpilock/${slot}/*.hpp)
  set(names)
  foreach(file IN LISTS files)
    cmake_path(GET file STEM name)
    list(APPEND names ${name})
  endforeach()
  set(${result} ${names} PARENT_SCOPE)
endfunction()

# types_of_policy(result slot name tested|proved): the type that a policy's file declares. For a
# template, the types that the file names in lines such as
#
#   // tested as: at_most<2>
#   // proved as: at_most<2>, at_most<1, reader_preferring>
function(types_of_policy result slot name what)
  set(file ${PROJECT_SOURCE_DIR}/policies/mpilock/${slot}/${name}.hpp)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(STRINGS ${file} line REGEX "^// ${what} as: ")
  if(line)
    string(REPLACE "// ${what} as: " "" line "${line}")
    string(REGEX MATCHALL "[a-z_]+(<[^>]*>)?" types "${line}")
  else()
    set(types ${name})
  endif()
  set(${result} ${types} PARENT_SCOPE)
endfunction()

# types_of_policies(result slot): the types of all policies for a slot.
function(types_of_policies result slot)
  policies_in(names ${slot})
  set(all)
  foreach(name IN LISTS names)
    types_of_policy(types ${slot} ${name} tested)
    list(APPEND all ${types})
  endforeach()
  set(${result} ${all} PARENT_SCOPE)
endfunction()

# write_policies_under_test(folder backend): writes the header of a conformance program. In the
# short form, `automatic` has only one fairness policy, since it chooses one of the other backends.
# For the same reason `automatic_progress` takes part with `automatic` alone.
function(write_policies_under_test folder backend)
  set(includes "#include \"mpilock/backend/${backend}.hpp\"\n")
  foreach(slot IN ITEMS fairness progress)
    policies_in(names ${slot})
    foreach(name IN LISTS names)
      string(APPEND includes "#include \"mpilock/${slot}/${name}.hpp\"\n")
    endforeach()
    types_of_policies(types ${slot})
    if(backend STREQUAL "automatic" AND slot STREQUAL "fairness" AND NOT MPILOCK_LONG_TESTS)
      set(types writer_preferring)
    elseif(NOT backend STREQUAL "automatic" AND NOT MPILOCK_LONG_TESTS)
      list(REMOVE_ITEM types automatic_progress)
    endif()
    list(JOIN types ", " ${slot})
  endforeach()
  file(CONFIGURE OUTPUT ${folder}/policies_under_test.hpp @ONLY CONTENT
"#pragma once
// Generated from the files in policies/mpilock.
#include <tuple>

@includes@
namespace under_test {
using namespace mpilock;
using backend = mpilock::@backend@;
using fairness = std::tuple<@fairness@>;
using progress = std::tuple<@progress@>;
}  // namespace under_test
")
endfunction()
