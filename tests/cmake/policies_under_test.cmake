# Finds the policies by their files. A policy's file has the name of its type, which the generated
# header holds it to: a file that doesn't declare such a type stops the conformance tests' build.
include_guard(GLOBAL)

# policies_in(result slot): the names of the policies for a slot; a new file is seen by the next build.
function(policies_in result slot)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/policies/mpilock/${slot}/*.hpp)
  set(names)
  foreach(file IN LISTS files)
    cmake_path(GET file STEM name)
    list(APPEND names ${name})
  endforeach()
  set(${result} ${names} PARENT_SCOPE)
endfunction()

# write_policies_under_test(folder backend): the header that a conformance program is built with.
function(write_policies_under_test folder backend)
  set(includes "#include \"mpilock/backend/${backend}.hpp\"\n")
  foreach(slot IN ITEMS fairness progress)
    policies_in(names ${slot})
    set(types)
    foreach(name IN LISTS names)
      string(APPEND includes "#include \"mpilock/${slot}/${name}.hpp\"\n")
      list(APPEND types "mpilock::${name}")
    endforeach()
    list(JOIN types ", " ${slot})
  endforeach()
  file(CONFIGURE OUTPUT ${folder}/policies_under_test.hpp @ONLY CONTENT
"#pragma once
// Generated from the files in policies/mpilock.
#include <tuple>

@includes@
namespace under_test {
using backend = mpilock::@backend@;
using fairness = std::tuple<@fairness@>;
using progress = std::tuple<@progress@>;
}  // namespace under_test
")
endfunction()
