# MPILOCK_SANITIZER: what the tests and examples are built with to find what they do wrong without
# showing it.
#
#   address   memory errors, leaks and undefined behaviour
#   thread    data races between the threads of a process
#
# The MPI libraries aren't built that way. tests/sanitizers lists what is theirs, not ours.
include_guard(GLOBAL)
set(MPILOCK_SANITIZER "" CACHE STRING "Build tests and examples with a sanitizer: address, thread or none")
set_property(CACHE MPILOCK_SANITIZER PROPERTY STRINGS "" address thread)
if(NOT MPILOCK_SANITIZER)
  return()
endif()

set(suppressions ${PROJECT_SOURCE_DIR}/tests/sanitizers)
if(MPILOCK_SANITIZER STREQUAL "address")
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all)
  # The fast unwinder needs frame pointers, which the MPI libraries lack: leaks would go by the name of
  # whoever called MPI. UCX replaces malloc while it is loaded, unless it is told not to.
  set(environment
    ASAN_OPTIONS=fast_unwind_on_malloc=0:detect_stack_use_after_return=1
    LSAN_OPTIONS=suppressions=${suppressions}/leaks.supp:print_suppressions=0
    UBSAN_OPTIONS=print_stacktrace=1
    UCX_MEM_EVENTS=no)
elseif(MPILOCK_SANITIZER STREQUAL "thread")
  set(sanitize -fsanitize=thread)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC says that it doesn't follow fences. Ours are for signal-like orders against MPI's own
    # memory accesses, which aren't followed either.
    list(APPEND sanitize -Wno-tsan)
  endif()
  set(environment
    "TSAN_OPTIONS=suppressions=${suppressions}/races.supp:ignore_noninstrumented_modules=1:halt_on_error=1:second_deadlock_stack=1"
    UCX_MEM_EVENTS=no)
else()
  message(FATAL_ERROR "MPILOCK_SANITIZER is '${MPILOCK_SANITIZER}', not address or thread")
endif()

add_compile_options(${sanitize} -fno-omit-frame-pointer -g)
add_link_options(${sanitize})
foreach(flavour IN LISTS MPILOCK_ONE_NODE_FLAVOURS MPILOCK_TCP_FLAVOURS)
  list(APPEND MPILOCK_ENVIRONMENT_${flavour} ${environment})
endforeach()
