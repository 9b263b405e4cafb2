"""The short name of a contender for the plots, and the groups in which it is compared."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NamedContender:
    label: str
    on_node: bool   # belongs to the group "Shared memory"
    over_mpi: bool  # belongs to the group "By MPI": works between nodes


PEERS_AND_FLOORS = {
    "pthread_rwlock_writer_preferring": NamedContender("pthread W", True, False),
    "pthread_rwlock": NamedContender("pthread R", True, False),
    "boost_sharable_mutex": NamedContender("Boost", True, False),
    "MPI_Win_lock": NamedContender("MPI_Win_lock", True, True),
    "python_1": NamedContender("Python 1", False, True),
    "python_2": NamedContender("Python 2", False, True),
    "cas_spin_lock": NamedContender("CAS spin", False, True),
    "mcs_lock": NamedContender("MCS", False, True),
    "two_atomics": NamedContender("2 atomics", True, False),
    "two_fetch_and_op": NamedContender("2 fetch-and-op", False, True),
    "ping_pong_and_half": NamedContender("ping-pong 1½", False, True),
    "ticket_spin_lock": NamedContender("ticket", True, False),
    "mcs_spin_lock": NamedContender("MCS spin", True, False),
}
SHORTER = (("shared_memory", "shared"), ("rma_window", "rma"),
           ("two_sided", "two-sided"), ("writer_preferring", "W"), ("reader_preferring", "R"),
           ("phase_fair", "phase-fair"), ("at_most<", "≤"), ("<", " "), (", ", " "), (">", ""),
           ("/polling_progress", ""), ("/threaded_progress", " +thread"), ("/", " "), ("_", " "))


def contender_named(name):
    if name in PEERS_AND_FLOORS:
        return PEERS_AND_FLOORS[name]
    backend = name.split("/")[0]
    label = name
    for long, short in SHORTER:
        label = label.replace(long, short)
    anywhere = backend == "automatic"
    on_node = anywhere or "memory" in backend
    return NamedContender(label, on_node, anywhere or not on_node)


def label_of(name):
    """The name where there is little room."""
    return contender_named(name).label


def in_group(name, group):
    contender = contender_named(name)
    return contender.on_node if group == "node" else contender.over_mpi


GROUPS = (("node", "Shared memory"), ("mpi", "By MPI"))
