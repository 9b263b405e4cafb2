import pathlib

from spack_repo.builtin.build_systems.cmake import CMakePackage

from spack.package import *


class Mpilock(CMakePackage):
    """Reader-writer locks between the ranks of an MPI program: a header-only C++20 library whose
    backend, fairness and progress are policies."""

    # The recipe is in the repository that it installs, so a clone has both.
    git = pathlib.Path(__file__).resolve().parents[7].as_uri()

    license("BSD-3-Clause")

    version("main", branch="main")
    version("1.0.0", tag="v1.0.0")

    variant("boost", default=False,
            description="Share all types of Boost.Serialization, by Boost.MPI")

    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("mpi")
    depends_on("boost@1.74: +mpi +serialization", when="+boost")

    def cmake_args(self):
        return [
            self.define("MPILOCK_TESTS", False),
            self.define("MPILOCK_EXAMPLES", False),
            self.define_from_variant("MPILOCK_BOOST_MPI", "boost"),
        ]
