"""The aims of the library for its figures, and whether the results meet them.

Each aim is judged for one regime at a time. Some aims belong to one regime only: with a core for
every rank, a lock is compared with the quickest that there are. With more ranks than cores, the
kernel decides which rank runs, and the aims are about what a lock makes of that. On several hosts
some ranks reach the lock sooner than others, and the aim is that all get their share.
"""

import statistics
from dataclasses import dataclass

from .contender_names import GROUPS, in_group, label_of
from .evidence import MET, MISSED, NO_AIM, all_of, finding, too_short
from .figures import of_mix, of_ratio, short, significant
from .results import CORE_EACH, MORE_RANKS, SEVERAL_HOSTS, rates_of, ratios_of


@dataclass(frozen=True)
class Verdict:
    aim: str
    found: str      # with the cell in which it was worst
    state: str      # one of those in evidence.py


def hands_over(facts):
    """Whether a fairness policy gives each turn to one rank, even if it sleeps."""
    return facts.get("hands_over", False)


def compositions(launch, backend):
    """Those with a thread have a launch of their own, so they can't be compared with others."""
    return [name for name, facts in launch.contenders.items()
            if facts["kind"] == "mpilock" and name.split("/")[0] == backend
            and not name.endswith("/threaded_progress")]


def for_speed(launch, backend):
    """The compositions for which the aims for speed are meant that are for both regimes of one
    node. An order has its price where ranks outnumber cores."""
    return [name for name in compositions(launch, backend)
            if not hands_over(launch.contenders[name])]


def peers_of(launch, composition):
    """The alternatives to a composition: they can be used where it can, and have its preference or
    none."""
    mine = launch.contenders[composition]
    groups = [group for group, _ in GROUPS if in_group(composition, group)]
    return [name for name, facts in launch.contenders.items() if facts["kind"] == "peer"
            and facts["preference"] in (mine["preference"], "none")
            and any(in_group(name, group) for group in groups)]


def comparisons(launches, pairs_of, meets, workloads=("ECSB",), mixes=None):
    """A finding for each cell of all pairs (composition, other) that pairs_of(launch) gives."""
    found = []
    for launch in launches:
        for mine, other in pairs_of(launch):
            for (kind, writers, name) in launch.cells:
                if kind not in workloads or name != mine or (mixes and writers not in mixes):
                    continue
                ratios = launch.ratios(kind, writers, mine, other)
                where = (f"{label_of(mine)} : {label_of(other)}, {kind}, {launch.in_ranks()}, "
                         f"{of_mix(writers)} writers, {launch.mpi}")
                if ratios:
                    found.append(finding(ratios, statistics.median(ratios), where, meets,
                                         too_short(launch)))
    return found


def verdict(aim, findings, worst, text):
    """@param worst chooses among findings: min or max. @param text of a value"""
    if not findings:
        return []
    state, deciding = all_of(findings)
    one = worst(deciding, key=lambda each: each.value)
    notes = [f"worst {text(one.value)} ({one.where})"]
    if state != MET:
        what = "missed" if state == MISSED else "undecided"
        notes.append(f"{what} in {len(deciding)} of {len(findings)}")
    if one.why:
        notes.append(one.why)
    return [Verdict(aim, "; ".join(notes), state)]


def at_least(aim, bound, launches, pairs_of, **cells):
    """@param cells which workloads and mixes, for `comparisons`"""
    found = comparisons(launches, pairs_of, lambda ratio: ratio >= bound, **cells)
    return verdict(aim, found, min, of_ratio)


def at_most_cost(aim, bound, launches, pairs_of, **cells):
    """The aims for the cost of a passage, in units of the other's cost."""
    found = comparisons(launches, pairs_of, lambda ratio: ratio * bound >= 1, **cells)
    return verdict(aim, found, min,
                   lambda ratio: of_ratio(1 / ratio if ratio > 0 else float("inf")))


def against(backend, other, preference=None):
    return lambda launch: [(mine, other) for mine in for_speed(launch, backend)
                           if other in launch.contenders
                           and preference in (None, launch.contenders[mine]["preference"])]


def same_preference(choose):
    """Pairs with the process-shared locks. @param choose compositions or for_speed"""
    locks = ("pthread_rwlock", "pthread_rwlock_writer_preferring", "boost_sharable_mutex")
    return lambda launch: [(mine, peer) for mine in choose(launch, "shared_memory")
                           for peer in peers_of(launch, mine) if peer in locks]


def with_fairness(launch, policy):
    return [name for name in compositions(launch, "shared_memory") if name.split("/")[1] == policy]


def fifo_and_ticket(launch):
    """Alone, a rank has no other to keep an order with."""
    return [(mine, "ticket_spin_lock") for mine in with_fairness(launch, "fifo")
            if launch.ranks > 1 and "ticket_spin_lock" in launch.contenders]


def order_and_none(launch):
    """Each policy that keeps an order, and the one that the library has by default."""
    return [(mine, other) for mine in compositions(launch, "shared_memory")
            if hands_over(launch.contenders[mine])
            for other in with_fairness(launch, "writer_preferring")]


def any_preference(launch):
    return [(mine, name) for mine in compositions(launch, "shared_memory")
            for name, facts in launch.contenders.items()
            if facts["kind"] == "peer" and in_group(name, "node")]


def no_calls(results):
    """Counts are exact, however short the run."""
    calls, system = [], []
    for launch in results.launches:
        if launch.ranks != 1:
            continue
        mine = compositions(launch, "shared_memory")
        calls += [sum(cell.get("mpi_calls_per_passage", {}).values())
                  for (kind, _, name), cell in launch.cells.items()
                  if kind == "ECSB" and name in mine]
        system += [entry["per_passage"] for entry in results.document.get("system_calls", [])
                   if entry["ranks"] == 1 and entry["mpi"] == launch.mpi
                   and entry["contender"] in mine]
    out = []
    for what, values in (("MPI call", calls), ("system call", system)):
        if values:
            out.append(Verdict(f"shared_memory, alone: no {what}",
                               f"{short(max(values))} a passage",
                               MISSED if max(values) > 0 else MET))
    return out


def waiting(results, bound=0.02):
    found = []
    for launch in results.launches:
        mine = compositions(launch, "shared_memory")
        for (kind, _, name), cell in launch.cells.items():
            burnt = cell.get("cpu_seconds_waiting")
            if kind == "HOLD" and name in mine and burnt is not None:
                where = f"{label_of(name)}, {launch.in_ranks()}, {launch.mpi}"
                found.append(finding(cell.get("cpu_seconds_waiting_of_rounds") or [burnt], burnt,
                                     where, lambda value: value <= bound))
    return verdict(f"shared_memory: a waiting rank burns next to no CPU (≤ {bound} s a second)",
                   found, max, lambda value: significant(value, 2))


def beside_one_reader(alone, launches, name, bound):
    """For each launch, its rate over that of one rank that reads while the others don't."""
    one = alone.cell("ECSB", 0, name)
    found = []
    for launch in launches:
        cell = launch.cell("ECSB", 0, name)
        if one is None or cell is None:
            return []
        ratios = ratios_of(rates_of(cell), rates_of(one))
        found.append(finding(ratios, statistics.median(ratios),
                             f"{label_of(name)}, {launch.in_ranks()}",
                             lambda ratio: ratio >= bound, too_short(alone) or too_short(launch)))
    return found


def readers_scale(results):
    """With two ranks, and with more. One composition is enough."""
    def value(one):
        return one.value
    out = []
    for alone in results.alone:
        launches = results.of_mpi(alone.mpi)
        for aim, bound, those in (
                ("two ranks make ≥ 2 × the passages of one", 2,
                 [launch for launch in launches if launch.ranks == 2]),
                ("throughput does not fall when more cores join", 1,
                 [launch for launch in launches if launch.ranks > 2])):
            found = [beside_one_reader(alone, those, name, bound) for name in alone.contenders
                     if name.startswith("shared_memory")]
            slowest = [min(of_one, key=value) for of_one in found if of_one]
            out += verdict(f"readers only, {alone.mpi}: {aim}, with the best composition",
                           [max(slowest, key=value)] if slowest else [], min, of_ratio)
    return out


def without_aim(results):
    policies = sorted({name.split("/")[1] for launch in results.launches
                       for name, facts in launch.contenders.items() if hands_over(facts)})
    if not policies:
        return []
    return [Verdict(f"speed with {'; '.join(policies)}",
                    "these keep an order, which costs time where ranks outnumber cores; the aims "
                    "for speed are for policies that let a rank that is awake pass", NO_AIM)]


def with_core_each(results):
    launches = results.launches
    out = at_most_cost("shared_memory with fifo, all write: ≤ 3 × a ticket lock that spins, from 2 "
                       "ranks on", 3, launches, fifo_and_ticket, mixes=(100,))
    out += at_most_cost("shared_memory, policies that keep an order, 5 and 20 % writers: ≤ 3 × "
                        "writer_preferring", 3, launches, order_and_none, mixes=(5, 20))
    out += at_least("shared_memory, every policy: ≥ 0.9 × process-shared locks of the same "
                    "preference, section empty or not", 0.9, launches,
                    same_preference(compositions), workloads=("ECSB", "WCSB"))
    out += at_most_cost("shared_memory, every policy: ≤ 1.25 × the best peer of any preference, "
                        "section not empty", 1.25, launches, any_preference, workloads=("WCSB",))
    return out + readers_scale(results)


def with_more_ranks(results):
    out = at_least("shared_memory: never slower than process-shared locks of the same preference",
                   1, results.launches, same_preference(for_speed))
    return out + without_aim(results)


def even_shares(results, bound=3):
    """Where all write, nearly every passage is a turn that the policy gives."""
    found = []
    for launch in results.launches:
        for (kind, writers, name), cell in launch.cells.items():
            spreads = cell.get("spread_of_rounds")
            if kind in ("ECSB", "WCSB") and writers == 100 and spreads \
                    and name.partition("/")[2].startswith(("fifo/", "phase_fair/")):
                where = f"{label_of(name)}, {kind}, {launch.in_ranks()}, {launch.mpi}"
                found.append(finding(spreads, statistics.median(spreads), where,
                                     lambda spread: spread <= bound, too_short(launch)))
    return verdict(f"fifo and phase_fair, all write: spread ≤ {bound} (most passages of a rank over "
                   "fewest)", found, max, of_ratio)


def on_one_node(results):
    launches, alone = results.launches, results.alone
    eight = [launch for launch in launches if launch.ranks == 8]
    out = at_most_cost("shared_memory, alone: ≤ 1.5 × two atomic operations", 1.5, alone,
                       against("shared_memory", "two_atomics"))
    out += no_calls(results)
    out += at_least("shared_memory: ≥ 5 × the writer-preferring pthread lock, 8 ranks, "
                    "20 % writers", 5, eight,
                    against("shared_memory", "pthread_rwlock_writer_preferring", "writers"),
                    mixes=(20,))
    for mpi, bound in (("Open MPI", 20), ("MPICH", 10000)):
        out += at_least(f"shared_memory: ≥ {bound:,} × {mpi}'s MPI_Win_lock, 8 ranks", bound,
                        [launch for launch in eight if launch.mpi.startswith(mpi)],
                        against("shared_memory", "MPI_Win_lock"))
    out += waiting(results)
    out += at_most_cost("rma_window, alone: ≤ 1.1 × two fetch-and-op and flush", 1.1, alone,
                        against("rma_window", "two_fetch_and_op"))
    out += at_least("rma_window: ≥ 5 × MPI_Win_lock, 8 ranks", 5, eight,
                    against("rma_window", "MPI_Win_lock"))
    out += at_most_cost("two_sided, alone: ≤ 1.2 × a ping-pong and a half", 1.2, alone,
                        against("two_sided", "ping_pong_and_half"))
    out += at_least("two_sided: not slower than an ideal first-come root, 8 ranks", 1, eight,
                    against("two_sided", "ping_pong_and_half"))
    return out


JUDGES = {CORE_EACH: (on_one_node, with_core_each), MORE_RANKS: (on_one_node, with_more_ranks),
          SEVERAL_HOSTS: (even_shares,)}


def verdicts(results):
    """[(regime, [Verdict, …]), …], of regimes that have launches."""
    return [(regime, [one for judge in JUDGES[regime] for one in judge(part)])
            for regime, part in results.by_regime()]
