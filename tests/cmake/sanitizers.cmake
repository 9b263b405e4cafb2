# MPILOCK_SANITIZER: the sanitizer of the tests and examples. It finds errors that show no other
# effect.
#
#   address   memory errors, leaks and undefined behaviour
#   thread    data races between the threads of a process
#
# The MPI libraries are built without it. tests/sanitizers lists the reports about them.
include_guard(GLOBAL)
set(MPILOCK_SANITIZER "" CACHE STRING
  "Build tests and examples with a sanitizer: address, thread or none")
set_property(CACHE MPILOCK_SANITIZER PROPERTY STRINGS "" address thread)
if(NOT MPILOCK_SANITIZER)
  return()
endif()

set(suppressions ${PROJECT_SOURCE_DIR}/tests/sanitizers)
if(MPILOCK_SANITIZER STREQUAL "address")
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all)
  # The fast unwinder needs frame pointers, which the MPI libraries lack: a leak would be reported
  # for the caller of MPI. UCX replaces malloc when it is loaded, unless it is told not to.
  set(environment
    ASAN_OPTIONS=fast_unwind_on_malloc=0:detect_stack_use_after_return=1
    LSAN_OPTIONS=suppressions=${suppressions}/leaks.supp:print_suppressions=0
    UBSAN_OPTIONS=print_stacktrace=1
    UCX_MEM_EVENTS=no)
elseif(MPILOCK_SANITIZER STREQUAL "thread")
  set(sanitize -fsanitize=thread)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC warns that it doesn't follow fences. Our fences only order accesses against MPI's own
    # memory accesses, which the sanitizer doesn't follow either.
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
