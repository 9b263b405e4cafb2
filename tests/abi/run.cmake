# Compiles `source` with `flags`, and runs the program unless the flags have -fsyntax-only.
cmake_minimum_required(VERSION 3.25)
list(TRANSFORM includes PREPEND -I)
set(common -std=c++20 ${includes} -pthread)
set(linking ${flags})
list(REMOVE_ITEM linking -fsyntax-only)

file(WRITE ${program}.probe.cpp "#include <string>\nint main() { return std::string().size(); }\n")
execute_process(COMMAND ${compiler} ${common} ${linking} ${program}.probe.cpp -o ${program}.probe
  RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
if(NOT status EQUAL 0)
  message("SKIPPED: this compiler has no C++ library for ${flags}")
  return()
endif()

execute_process(COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C ${compiler} ${common} ${flags}
  ${source} -o ${program}
  COMMAND_ERROR_IS_FATAL ANY)
if(NOT "-fsyntax-only" IN_LIST flags)
  execute_process(COMMAND ${program} COMMAND_ERROR_IS_FATAL ANY)
endif()
