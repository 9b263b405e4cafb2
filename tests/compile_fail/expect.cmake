# Compiles `source`, with the arguments in `precompiled`, and compares the compiler's messages with
# the file's `// expect:` line.
cmake_minimum_required(VERSION 3.25)
# The expected message may take several comment lines.
file(READ ${source} text)
if(NOT text MATCHES "^// expect: (([^\n]|\n// )+)\n")
  message(FATAL_ERROR "${source} doesn't begin with // expect:")
endif()
string(REPLACE "\n// " " " expected "${CMAKE_MATCH_1}")
# Text that the compiler adds to the message, such as the type, is in a separate line.
set(shown "")
if(expected MATCHES "^(.+) shows: (.+)$")
  set(expected "${CMAKE_MATCH_1}")
  set(shown "${CMAKE_MATCH_2}")
endif()

# A line `// flags: …` has more arguments for the compiler.
set(own_flags "")
if(text MATCHES "\n// flags: ([^\n]+)\n")
  separate_arguments(own_flags UNIX_COMMAND "${CMAKE_MATCH_1}")
endif()

# LC_ALL=C: the quotes are those of the library, and the messages are in English.
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C ${compiler} @${flags}
    -fsyntax-only ${precompiled} ${own_flags}
    ${source}
  RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)

if(expected STREQUAL "success")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "This must compile, but:\n${said}")
  endif()
  return()
endif()
if(status EQUAL 0)
  message(FATAL_ERROR "This compiled, but must end with: ${expected}")
endif()
foreach(part IN ITEMS "${expected}" "${shown}")
  string(FIND "${said}" "${part}" where)
  if(where EQUAL -1)
    message(FATAL_ERROR "The compiler should have said:\n${part}\nbut it said:\n${said}")
  endif()
endforeach()
