# A flavour is a way to run an MPI: which transports it uses, and how many nodes it sees.
#
#   openmpi            with its default settings
#   openmpi_sm         one-sided operations only through shared memory
#   openmpi_tcp        on test hosts, over TCP; in version 4 its one-sided transport refuses
#                      MPI_THREAD_MULTIPLE
#   openmpi_tcp_plain  version 4 on test hosts, with its default settings: no window can be made
#   mpich              with its default settings
#   mpich_nodes        ranks see two nodes, and are on them alternately
#   mpich_tcp          on test hosts, over TCP
#   mpi                another MPI, with its default settings; Intel MPI, for example, which is made
#                      from MPICH, but has none of MPICH's settings
#
# A test finds the name of its flavour in MPILOCK_TEST_FLAVOUR.
include(CheckCXXSourceCompiles)
include(CMakePushCheckState)

# Finds which MPI this is, and checks that the launcher belongs to it.
function(find_out_which_mpi result)
  cmake_push_check_state(RESET)
  set(CMAKE_REQUIRED_QUIET TRUE)
  set(CMAKE_REQUIRED_LIBRARIES MPI::MPI_CXX)
  foreach(candidate IN ITEMS OPEN_MPI MPICH_VERSION I_MPI_VERSION)
    check_cxx_source_compiles("
      #include <mpi.h>
      #ifndef ${candidate}
      #error another one
      #endif
      int main() {}" MPILOCK_MPI_DEFINES_${candidate})
  endforeach()
  cmake_pop_check_state()

  set(library mpi)
  set(launchers ".")
  if(MPILOCK_MPI_DEFINES_OPEN_MPI)
    set(library openmpi)
    set(launchers "Open MPI|OpenRTE|PRRTE|prte")
  elseif(MPILOCK_MPI_DEFINES_I_MPI_VERSION)
    set(launchers "Intel|slurm")
  elseif(MPILOCK_MPI_DEFINES_MPICH_VERSION)
    set(library mpich)
    set(launchers "HYDRA|MPICH|slurm")
  endif()
  execute_process(COMMAND ${MPIEXEC_EXECUTABLE} --version OUTPUT_VARIABLE says ERROR_VARIABLE says)
  if(NOT says MATCHES "${launchers}")
    message(FATAL_ERROR "The MPI library is ${library}, but ${MPIEXEC_EXECUTABLE} is another MPI's "
      "launcher. Name the right one, for example -DMPI_CXX_COMPILER=mpicxx.mpich "
      "-DMPIEXEC_EXECUTABLE=mpirun.mpich.")
  endif()
  set(${result} ${library} PARENT_SCOPE)
  set(MPILOCK_LAUNCHER_SAYS "${says}" PARENT_SCOPE)
endfunction()

find_out_which_mpi(MPILOCK_MPI_LIBRARY)
set(MPILOCK_ONE_NODE_FLAVOURS ${MPILOCK_MPI_LIBRARY})
set(MPILOCK_TCP_FLAVOURS)
if(MPILOCK_MPI_LIBRARY STREQUAL "openmpi")
  list(APPEND MPILOCK_ONE_NODE_FLAVOURS openmpi_sm)
  list(APPEND MPILOCK_TCP_FLAVOURS openmpi_tcp)
  if(MPILOCK_LAUNCHER_SAYS MATCHES "[)] 4[.]")
    list(APPEND MPILOCK_TCP_FLAVOURS openmpi_tcp_plain)
  endif()
elseif(MPILOCK_MPI_LIBRARY STREQUAL "mpich")
  list(APPEND MPILOCK_ONE_NODE_FLAVOURS mpich_nodes)
  list(APPEND MPILOCK_TCP_FLAVOURS mpich_tcp)
endif()
message(STATUS
        "MPI: ${MPILOCK_MPI_LIBRARY}, flavours ${MPILOCK_ONE_NODE_FLAVOURS} ${MPILOCK_TCP_FLAVOURS}")

# For tests, it is normal to run as root, with more ranks than cores, and without binding.
set(for_openmpi
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
  OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_mpi_yield_when_idle=1
  # The same from version 5 on.
  PRTE_ALLOW_RUN_AS_ROOT=1 PRTE_ALLOW_RUN_AS_ROOT_CONFIRM=1
  PRTE_MCA_hwloc_default_binding_policy=none)
# Version 5 would fill the first host.
set(for_one_node PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe)
set(for_tcp OMPI_MCA_osc=^ucx)
if("openmpi_tcp_plain" IN_LIST MPILOCK_TCP_FLAVOURS)  # version 4
  set(for_tcp OMPI_MCA_osc=pt2pt,sm MPILOCK_TEST_THREADS=single)
endif()
set(MPILOCK_ENVIRONMENT_openmpi ${for_openmpi} ${for_one_node})
set(MPILOCK_ENVIRONMENT_openmpi_sm ${for_openmpi} ${for_one_node} OMPI_MCA_osc=sm)
set(MPILOCK_ENVIRONMENT_openmpi_tcp ${for_openmpi} ${for_tcp})
set(MPILOCK_ENVIRONMENT_openmpi_tcp_plain ${for_openmpi})
set(MPILOCK_ENVIRONMENT_mpich)
set(MPILOCK_ENVIRONMENT_mpich_nodes MPIR_CVAR_NUM_CLIQUES=2)
set(MPILOCK_ENVIRONMENT_mpich_tcp)
set(MPILOCK_ENVIRONMENT_mpi)

set(MPILOCK_HOSTS_TOOL ${PROJECT_SOURCE_DIR}/tests/hosts/hosts)
set(MPILOCK_HOSTS_STATE ${PROJECT_BINARY_DIR}/test_hosts)

# The beginning of the command that launches a program with `ranks` ranks.
function(launcher_of_flavour result flavour ranks)
  if(flavour IN_LIST MPILOCK_TCP_FLAVOURS)
    set(launcher ${MPILOCK_HOSTS_TOOL} run ${MPILOCK_HOSTS_STATE}
      ${MPILOCK_MPI_LIBRARY} ${MPIEXEC_EXECUTABLE} ${ranks})
  else()
    set(launcher ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks})
  endif()
  set(${result} ${launcher} PARENT_SCOPE)
endfunction()
