# The files that `cmake --install` installs, and those that find_package(mpilock) and pkg-config
# read.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY TRUE)  # headers need no build

# Two folders of the source become one folder of the installation.
install(DIRECTORY include/mpilock policies/mpilock DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp")

# For gdb. The user sources this file.
install(FILES docs/debugger/mpilock_printers.py DESTINATION ${CMAKE_INSTALL_DATADIR}/mpilock/gdb)

# Two exports: the second one names targets of Boost, which may not be installed.
set(package_folder ${CMAKE_INSTALL_DATADIR}/cmake/mpilock)
install(TARGETS mpilock mpilock_testing EXPORT mpilockTargets
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT mpilockTargets NAMESPACE mpilock:: DESTINATION ${package_folder})
install(TARGETS mpilock_boost_mpi EXPORT mpilockBoostTargets)
install(EXPORT mpilockBoostTargets NAMESPACE mpilock:: DESTINATION ${package_folder})

file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/mpilockConfig.cmake @ONLY CONTENT [[
include(CMakeFindDependencyMacro)
find_dependency(MPI COMPONENTS CXX)
find_dependency(Threads)
include("${CMAKE_CURRENT_LIST_DIR}/mpilockTargets.cmake")

set(mpilock_boost_mpi_FOUND FALSE)
if("boost_mpi" IN_LIST mpilock_FIND_COMPONENTS)
  include("${CMAKE_CURRENT_LIST_DIR}/find_fitting_boost_mpi.cmake")
  find_fitting_boost_mpi(mpilock_boost_mpi_FOUND)
  if(mpilock_boost_mpi_FOUND)
    include("${CMAKE_CURRENT_LIST_DIR}/mpilockBoostTargets.cmake")
  endif()
endif()

foreach(component IN LISTS mpilock_FIND_COMPONENTS)
  if(mpilock_FIND_REQUIRED_${component} AND NOT mpilock_${component}_FOUND)
    set(mpilock_FOUND FALSE)
    set(mpilock_NOT_FOUND_MESSAGE "mpilock has no component ${component} here; boost_mpi, the only \
one that there is, needs a Boost.MPI that was built for the MPI at hand")
  endif()
endforeach()
]])
write_basic_package_version_file(${PROJECT_BINARY_DIR}/mpilockConfigVersion.cmake
  COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES
  ${PROJECT_BINARY_DIR}/mpilockConfig.cmake
  ${PROJECT_BINARY_DIR}/mpilockConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/find_fitting_boost_mpi.cmake
  DESTINATION ${package_folder})

# For builds without CMake. The headers are the same for every machine, so the file lies beside
# other shared data. It finds the headers relative to itself, so that the tree may be moved. It
# names no MPI: the user compiles with an MPI's own compiler, which adds what that MPI needs.
set(pkg_config_folder ${CMAKE_INSTALL_DATADIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_INCLUDEDIR
  BASE_DIRECTORY ${CMAKE_INSTALL_FULL_DATADIR}/pkgconfig OUTPUT_VARIABLE headers_from_here)
list(TRANSFORM CMAKE_DL_LIBS PREPEND -l OUTPUT_VARIABLE dl)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/mpilock.pc @ONLY CONTENT [[
includedir=${pcfiledir}/@headers_from_here@

Name: mpilock
Description: @PROJECT_DESCRIPTION@
Version: @PROJECT_VERSION@
Cflags: -I${includedir} -pthread
Libs: -pthread @dl@
]])
install(FILES ${PROJECT_BINARY_DIR}/mpilock.pc DESTINATION ${pkg_config_folder})
