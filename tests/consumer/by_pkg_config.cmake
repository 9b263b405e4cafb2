# The consumer uses no CMake, only an MPI's compiler and the output of pkg-config.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
find_program(pkg_config NAMES pkgconf pkg-config)
if(NOT pkg_config)
  message("SKIPPED: neither pkgconf nor pkg-config is here")
  return()
endif()
if(NOT mpi_compiler)
  set(mpi_compiler ${compiler})  # MPI's own compiler wrapper
endif()

install_into(${work}/prefix)
file(RENAME ${work}/prefix ${work}/moved)  # the place of installation must not matter
set(ENV{PKG_CONFIG_PATH} ${work}/moved/share/pkgconfig)
run(${pkg_config} --validate mpilock)
run(${pkg_config} --exists "mpilock >= 1.0" "mpilock < 2")
run(${pkg_config} --modversion mpilock)
if(NOT said STREQUAL "${mpilock_version}\n")
  message(FATAL_ERROR "pkg-config knows version ${said} of ${mpilock_version}")
endif()

run(${pkg_config} --libs-only-l --libs-only-L mpilock)
string(STRIP "${said}" libraries)
if(NOT libraries MATCHES "^(-ldl)?$")  # for dlopen; the rest is header-only or part of MPI
  message(FATAL_ERROR "pkg-config names more libraries than that of dlopen: ${libraries}")
endif()
run(${pkg_config} --cflags --libs mpilock)
separate_arguments(flags UNIX_COMMAND "${said}")
set(program ${work}/consumer)
run(${mpi_compiler} -std=c++20 ${CMAKE_CURRENT_LIST_DIR}/consumer.cpp -o ${program} ${flags}
  -D EXPECTED_VERSION="${mpilock_version}")
run_programs(${program})
