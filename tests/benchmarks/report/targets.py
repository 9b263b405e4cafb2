"""The aims of the library for its figures, and whether the results meet them."""

from dataclasses import dataclass

from .contender_names import GROUPS, in_group, label_of
from .figures import of_mix, of_ratio, short, significant


@dataclass(frozen=True)
class Verdict:
    aim: str
    found: str      # with the cell in which it was worst
    met: bool


def compositions(launch, backend):
    return [name for name, facts in launch.contenders.items()
            if facts["kind"] == "mpilock" and name.split("/")[0] == backend]


def peers_of(launch, composition):
    """The alternatives to a composition: they can be used where it can, and have its preference or
    none."""
    mine = launch.contenders[composition]
    groups = [group for group, _ in GROUPS if in_group(composition, group)]
    return [name for name, facts in launch.contenders.items() if facts["kind"] == "peer"
            and facts["preference"] in (mine["preference"], "none")
            and any(in_group(name, group) for group in groups)]


def ratios(launches, pairs_of, workload="ECSB", mixes=None):
    """(ratio, where) of all pairs (composition, other) that pairs_of(launch) gives."""
    found = []
    for launch in launches:
        for mine, other in pairs_of(launch):
            for (kind, writers, name) in launch.cells:
                if kind != workload or name != mine or (mixes and writers not in mixes):
                    continue
                ratio = launch.ratio(workload, writers, mine, other)
                if ratio is not None:
                    found.append((ratio, f"{label_of(mine)} : {label_of(other)}, "
                                         f"{launch.in_ranks()}, {of_mix(writers)} writers, "
                                         f"{launch.mpi}"))
    return found


def at_least(aim, found, bound):
    if not found:
        return []
    worst = min(found)
    below = sum(ratio < bound for ratio, _ in found)
    note = f"; below in {below} of {len(found)} cells" if below else ""
    return [Verdict(aim, f"worst {of_ratio(worst[0])} ({worst[1]}){note}", below == 0)]


def at_most_cost(aim, found, bound):
    """The aims for the cost of a passage, in units of the floor's cost."""
    if not found:
        return []
    worst = min(found)
    cost = 1 / worst[0] if worst[0] > 0 else float("inf")
    return [Verdict(aim, f"worst {of_ratio(cost)} ({worst[1]})", cost <= bound)]


def against(backend, others, preference=None):
    def pairs(launch):
        return [(mine, other) for mine in compositions(launch, backend) for other in others
                if other in launch.contenders
                and preference in (None, launch.contenders[mine]["preference"])]
    return pairs


def same_preference(launch):
    locks = ("pthread_rwlock", "pthread_rwlock_writer_preferring", "boost_sharable_mutex")
    return [(mine, peer) for mine in compositions(launch, "shared_memory")
            for peer in peers_of(launch, mine) if peer in locks]


def no_calls(results):
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
                               f"{short(max(values))} a passage", max(values) == 0))
    return out


def waiting(results, bound=0.02):
    found = [(cell["cpu_seconds_waiting"], f"{label_of(name)}, {launch.in_ranks()}, "
                                           f"{launch.mpi}")
             for launch in results.launches for (kind, _, name), cell in launch.cells.items()
             if kind == "HOLD" and name in compositions(launch, "shared_memory")
             and cell.get("cpu_seconds_waiting") is not None]
    if not found:
        return []
    worst = max(found)
    return [Verdict(f"shared_memory: a waiting rank burns next to no CPU (≤ {bound} s a second)",
                    f"worst {significant(worst[0], 2)} ({worst[1]})", worst[0] <= bound)]


def readers_scale(results):
    """From one rank that reads alone, while the others don't read, to a rank on each core."""
    out = []
    for alone in results.alone:
        launches = [launch for launch in results.of_mpi(alone.mpi)
                    if 1 < launch.ranks <= launch.document["cores"]]
        best = None
        for name in alone.contenders:
            if not name.startswith(("shared_memory", "big_reader_memory")):
                continue
            one = alone.cell("ECSB", 0, name)
            rates = [launch.cell("ECSB", 0, name) for launch in launches]
            if one is None or not rates or None in rates:
                continue
            worst = min(rate["passages_per_s"] / one["passages_per_s"] for rate in rates)
            best = max(best or (0, ""), (worst, label_of(name)))
        if best:
            out.append(Verdict(f"readers only, {alone.mpi}: throughput does not fall when more cores "
                               "join", f"{of_ratio(best[0])} of one rank's with the best choice, "
                               f"{best[1]}", best[0] >= 1))
    return out


def verdicts(results):
    launches, alone = results.launches, results.alone
    eight = [launch for launch in launches if launch.ranks == 8]
    out = at_most_cost("shared_memory, alone: ≤ 1.5 × two atomic operations",
                       ratios(alone, against("shared_memory", ["two_atomics"])), 1.5)
    out += no_calls(results)
    out += at_least("shared_memory: never slower than process-shared locks of the same preference",
                    ratios(launches, same_preference), 1)
    out += at_least("shared_memory: ≥ 5 × the writer-preferring pthread lock, 8 ranks, 20 % writers",
                    ratios(eight, against("shared_memory", ["pthread_rwlock_writer_preferring"],
                                          "writers"), mixes=(20,)), 5)
    for mpi, bound in (("Open MPI", 20), ("MPICH", 10000)):
        out += at_least(f"shared_memory: ≥ {bound:,} × {mpi}'s MPI_Win_lock, 8 ranks",
                        ratios([launch for launch in eight if launch.mpi.startswith(mpi)],
                               against("shared_memory", ["MPI_Win_lock"])), bound)
    out += waiting(results) + readers_scale(results)
    out += at_most_cost("rma_window, alone: ≤ 1.1 × two fetch-and-op and flush",
                        ratios(alone, against("rma_window", ["two_fetch_and_op"])), 1.1)
    out += at_least("rma_window: ≥ 5 × MPI_Win_lock, 8 ranks",
                    ratios(eight, against("rma_window", ["MPI_Win_lock"])), 5)
    out += at_most_cost("two_sided, alone: ≤ 1.2 × a ping-pong and a half",
                        ratios(alone, against("two_sided", ["ping_pong_and_half"])), 1.2)
    out += at_least("two_sided: not slower than an ideal first-come root, 8 ranks",
                    ratios(eight, against("two_sided", ["ping_pong_and_half"])), 1)
    return out
