# The consumer names the folder of the library's source.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
build_and_run(add_subdirectory -D MPILOCK_SOURCE=${mpilock_source})
