"""Test hosts for launches: network namespaces of this machine, which tests/hosts/hosts makes."""

import contextlib
import pathlib
import subprocess
from dataclasses import dataclass

from options import BadOptions

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = str(ROOT / "tests/hosts/hosts")
STATE = str(ROOT / "build/benchmarks/test_hosts")
NO_NAMESPACES = 77  # an exit status of the tool


@dataclass(frozen=True)
class Hosts:
    count: int = 0
    latency: int = 0   # microseconds
    why_not: str = ""  # why the hosts are not there

    def ranks(self):
        """The numbers of ranks to measure: one a host, and two."""
        return [self.count, 2 * self.count] if self.count and not self.why_not else []

    def facts(self):
        """What lockbench doesn't know of a launch on these hosts."""
        return {"hosts": self.count, "latency_us": self.latency}

    def launcher(self, mpi, program, ranks):
        """The beginning of a command, as of LAUNCHERS. @param program the MPI's own launcher"""
        return [TOOL, "run", STATE, mpi, program, str(ranks)] + settings_of(mpi, program)


def settings_of(mpi, program):
    """Each host takes all cores of the machine for its own. So Open MPI would bind the first rank
    of each to the same core, and would not yield while a rank waits."""
    if mpi != "openmpi":
        return []
    version = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True)
    # Version 4 has one component for windows over TCP, and leaves it out unless it is named.
    osc = "pt2pt,sm" if ") 4." in version.stdout else "^ucx"
    return ["--bind-to", "none", "--mca", "mpi_yield_when_idle", "1", "--mca", "osc", osc]


@contextlib.contextmanager
def hosts_up(count, latency):
    """Hosts that are removed at the end, even after an error. @throws BadOptions if this machine
    can't delay packets"""
    if count == 0:
        yield Hosts()
        return
    try:
        made = subprocess.run([TOOL, "up", STATE, str(count), str(latency)], text=True,
                              stdout=subprocess.PIPE)
        said = made.stdout.strip().removeprefix("hosts: ").removeprefix("skipped, since ")
        if made.returncode not in (0, NO_NAMESPACES):
            raise BadOptions(said)
        yield Hosts(count, latency, said)
    finally:
        subprocess.run([TOOL, "down", STATE], check=True)
