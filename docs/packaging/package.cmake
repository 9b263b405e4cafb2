# `cpack -G DEB` in a build folder makes the Debian package libmpilock-dev, for every architecture
# and every MPI.
include_guard(GLOBAL)

# The builder of a package is its maintainer. The name comes from the same variables as in Debian's
# own tools.
set(maintainer "mpilock for C++ authors <root@localhost>")
if(DEFINED ENV{DEBFULLNAME} AND DEFINED ENV{DEBEMAIL})
  set(maintainer "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
endif()
set(MPILOCK_MAINTAINER "${maintainer}" CACHE STRING
  "The maintainer of packages, as 'Name <address>'; the default is DEBFULLNAME and DEBEMAIL")
set(MPILOCK_HOMEPAGE "" CACHE STRING "Address of the project's pages, to be named in packages")

set(debian_package libmpilock-dev)
set(debian_revision 1)

# Debian requires documents that a plain install leaves out. They are written when a package is
# made.
install(CODE "
  set(source \"${PROJECT_SOURCE_DIR}\")
  set(package ${debian_package})
  set(version ${PROJECT_VERSION})
  set(revision ${debian_revision})
  set(maintainer \"${MPILOCK_MAINTAINER}\")
  set(folder \"${CMAKE_INSTALL_DATADIR}/doc/${debian_package}\")"
  COMPONENT debian_documents EXCLUDE_FROM_ALL)
install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/debian_documents.cmake
  COMPONENT debian_documents EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_INSTALL_CMAKE_PROJECTS
  "${PROJECT_BINARY_DIR};mpilock;Unspecified;/"
  "${PROJECT_BINARY_DIR};mpilock;debian_documents;/")
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_CONTACT "${MPILOCK_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_NAME ${debian_package})
set(CPACK_DEBIAN_PACKAGE_RELEASE ${debian_revision})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
if(MPILOCK_HOMEPAGE)
  set(CPACK_DEBIAN_PACKAGE_HOMEPAGE ${MPILOCK_HOMEPAGE})
endif()
# Any MPI is enough. The user chooses a compiler. CMake, pkg-config and Boost are optional.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "mpi-default-dev | libopenmpi-dev | libmpich-dev")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "g++ (>= 4:12) | clang (>= 1:14)")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
  "cmake (>= 3.25), libboost-mpi-dev (>= 1.74), pkgconf | pkg-config")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"mpilock gives the ranks of an MPI program a reader-writer lock for what they
share: a file, a directory, a device, a window of their own. Readers enter
together, a writer enters alone, and one rank can write for all and hand
every rank the result.

It is a header-only C++20 library. Where the lock's state lives, who goes
first and what a rank does while idle are policies, each swapped by one
template argument.")
include(CPack)
