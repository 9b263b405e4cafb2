"""The short name of a contender for the plots, and where it can be used."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    label: str
    on_node: bool   # needs memory that all ranks share
    over_mpi: bool  # works between nodes


PEERS = {
    "pthread_rwlock_writer_preferring": Look("pthread W", True, False),
    "pthread_rwlock": Look("pthread R", True, False),
    "boost_sharable_mutex": Look("Boost", True, False),
    "MPI_Win_lock": Look("MPI_Win_lock", True, True),
    "python_1": Look("Python 1", False, True),
    "python_2": Look("Python 2", False, True),
    "cas_spin_lock": Look("CAS spin", False, True),
    "mcs_lock": Look("MCS", False, True),
    "two_atomics": Look("2 atomics", True, False),
    "two_fetch_and_op": Look("2 fetch-and-op", False, True),
    "ping_pong_and_half": Look("ping-pong 1½", False, True),
}
SHORTER = (("big_reader_memory", "big"), ("shared_memory", "shared"), ("rma_window", "rma"),
           ("two_sided", "two-sided"), ("writer_preferring", "W"), ("reader_preferring", "R"),
           ("phase_fair", "phase-fair"), ("at_most<", "≤"), ("<", " "), (", ", " "), (">", ""),
           ("/polling_progress", ""), ("/threaded_progress", " +thread"), ("/", " "), ("_", " "))


def look_of(name):
    if name in PEERS:
        return PEERS[name]
    backend = name.split("/")[0]
    label = name
    for long, short in SHORTER:
        label = label.replace(long, short)
    anywhere = backend == "automatic"
    on_node = anywhere or "memory" in backend
    return Look(label, on_node, anywhere or not on_node)


def in_group(name, group):
    look = look_of(name)
    return look.on_node if group == "node" else look.over_mpi


GROUPS = (("node", "Shared memory"), ("mpi", "By MPI"))
