"""How a contender is named and drawn: the same in every plot."""

from dataclasses import dataclass

# Colours are those of Okabe and Ito, "Color universal design", 2008, a little darker or lighter
# where the page's background asks for it; they are set in report.css, one class for each family.
# Within a family, the line's dashes and the marker's shape tell.
DASHES = {"solid": "", "dashed": "6 3", "dotted": "1.5 2.5", "mixed": "7 2 1.5 2"}
MARKERS = ("circle", "square", "triangle", "diamond")


@dataclass(frozen=True)
class Look:
    label: str      # short enough to stand beside a line
    family: str     # a class of report.css
    dash: str
    marker: str
    on_node: bool   # needs memory that all ranks share
    over_mpi: bool  # works between nodes


PEERS = {
    "pthread_rwlock_writer_preferring": Look("pthread W", "pthread", "solid", "circle", True, False),
    "pthread_rwlock": Look("pthread R", "pthread", "dashed", "square", True, False),
    "boost_sharable_mutex": Look("Boost", "boost", "solid", "triangle", True, False),
    "MPI_Win_lock": Look("MPI_Win_lock", "winlock", "solid", "diamond", True, True),
    "python_1": Look("Python 1", "python", "solid", "circle", False, True),
    "python_2": Look("Python 2", "python", "dashed", "square", False, True),
    "cas_spin_lock": Look("CAS spin", "queue", "dashed", "triangle", False, True),
    "mcs_lock": Look("MCS", "queue", "solid", "diamond", False, True),
    "two_atomics": Look("2 atomics", "floor", "dotted", "circle", True, False),
    "two_fetch_and_op": Look("2 fetch-and-op", "floor", "dotted", "square", False, True),
    "ping_pong_and_half": Look("ping-pong 1½", "floor", "mixed", "triangle", False, True),
}
BACKENDS = (("rma_window", "rma"), ("two_sided", "twosided"), ("automatic", "automatic"))


def look_of(name):
    if name in PEERS:
        return PEERS[name]
    backend, *policies = name.split("/")
    threaded = any(policy.startswith("threaded") for policy in policies)
    readers = bool(policies) and policies[0].startswith("reader")
    family = dict(BACKENDS).get(backend, "")
    anywhere = backend == "automatic"
    on_node = anywhere or "shared" in backend or "memory" in backend
    if not family:
        family = ("shared" if backend == "shared_memory" else "shared2") if on_node else "other"
    label = backend.replace("_", " ").replace("big reader memory", "big")
    label = label.replace("shared memory", "shared").replace(" window", "")
    if policies:
        label += " R" if readers else " W"
    if threaded:
        label += "+t"
    dash = "mixed" if threaded else "dashed" if readers else "solid"
    marker = MARKERS[(2 if threaded else 0) + (1 if readers else 0)]
    return Look(label, family, dash, marker, on_node, anywhere or not on_node)


def in_group(name, group):
    look = look_of(name)
    return look.on_node if group == "node" else look.over_mpi


GROUPS = (("node", "Shared memory"), ("mpi", "By MPI"))
