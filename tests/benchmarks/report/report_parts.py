"""The parts of the report that are plots."""

from html import escape

from . import plots
from .contender_names import GROUPS, in_group
from .figures import of_mix
from .styles import styles_of


def figure(caption, drawing):
    if not drawing:
        return ""
    return f"<figure><figcaption>{escape(caption)}</figcaption>{drawing}</figure>"


def grid(figures):
    figures = [one for one in figures if one]
    return f'<div class="grid">{"".join(figures)}</div>' if figures else ""


def folded(summary, content):
    return f"<details><summary>{escape(summary)}</summary>{content}</details>" if content else ""


def members(results, group, cells):
    """The contenders of a group that were measured in one of the cells."""
    return [name for name in results.contenders() if in_group(name, group)
            and any(cell(name) for cell in cells)]


def rate_steps(results, group, labelled):
    """labelled: [(label, [(x, {contender: cell}.get), …]), …]"""
    names = members(results, group, [cell for _, places in labelled for _, cell in places])
    return [(label, {name: {"x": [x for x, _ in places],
                            "y": [(cell(name) or {}).get("passages_per_s") for _, cell in places]}
                     for name in names}) for label, places in labelled]


def finder(launch, workload, writers):
    return lambda name: launch.cell(workload, writers, name)


def over_ranks(results, workload, mpi, group):
    mixes = results.writers(workload)
    labelled = [(of_mix(mix), [(str(launch.ranks), finder(launch, workload, mix))
                               for launch in results.of_mpi(mpi)]) for mix in mixes]
    return plots.rates(f"{workload}, {mpi}, over ranks", rate_steps(results, group, labelled),
                       mixes.index(mixed(results, workload)), "passages that write: ", "ranks",
                       styles_of(results.contenders()))


def over_writers(results, workload, mpi, group):
    launches = results.of_mpi(mpi)
    labelled = [(str(launch.ranks), [(f"{mix:g}", finder(launch, workload, mix))
                                     for mix in results.writers(workload)]) for launch in launches]
    return plots.rates(f"{workload}, {mpi}, over writers", rate_steps(results, group, labelled),
                       launches.index(busy_launch(results, mpi)), "ranks: ",
                       "passages that write, %", styles_of(results.contenders()))


def throughput(results, workload, groups=GROUPS):
    if not results.writers(workload):
        return ""
    out = []
    for mpi in results.mpis():
        for group, title in groups:
            drawn = grid([figure("over ranks", over_ranks(results, workload, mpi, group)),
                          figure("over writers", over_writers(results, workload, mpi, group))])
            if drawn:
                out.append(f"<h3>{escape(mpi)}: {title}</h3>{drawn}")
    return "".join(out)


def busy_launches(results):
    """For each MPI and each regime, the busiest launch. [(what it is, launch), …]"""
    return [(f"{mpi}, {launch.in_ranks()}, {launch.regime}", launch) for mpi in results.mpis()
            for _, part in results.by_regime() if part.of_mpi(mpi)
            for launch in [busy_launch(part, mpi)]]


def busy_launch(results, mpi, most=8):
    """The launch with the most ranks up to eight. It has much competition, and is in every run."""
    launches = results.of_mpi(mpi)
    return ([launch for launch in launches if launch.ranks <= most] or launches)[-1]


def mixed(results, workload="ECSB"):
    """The mix nearest to 20 % writers, in which both kinds wait."""
    mixes = results.writers(workload)
    return min(mixes, key=lambda mix: abs(mix - 20)) if mixes else None


def waits_of(results, mpi, workload, writers, group, kind):
    launches = results.of_mpi(mpi)

    def histogram(launch, name):
        cell = launch.cell(workload, writers, name) or {}
        return cell.get("wait", {}).get(kind, {}).get("histogram")
    names = [name for name in results.contenders() if in_group(name, group)
             and any(histogram(launch, name) for launch in launches)]
    steps = [(str(launch.ranks), {name: plots.beyond(histogram(launch, name)) for name in names})
             for launch in launches]
    return plots.waits(f"waits to {kind}, {mpi}", steps, launches.index(busy_launch(results, mpi)),
                       "ranks: ", styles_of(results.contenders()))


def waits(results, workload="ECSB", groups=GROUPS):
    writers = mixed(results, workload)
    if writers is None:
        return ""
    out = []
    for mpi in results.mpis():
        drawn = grid([figure(f"{title}: waits to {kind}",
                             waits_of(results, mpi, workload, writers, group, kind))
                      for group, title in groups for kind in ("read", "write")])
        if drawn:
            out.append(f"<h3>{escape(mpi)}, {of_mix(writers)} writers</h3>{drawn}")
    return "".join(out)


def fairness(results, writers, workload="ECSB"):
    if writers is None:
        return ""
    figures = []
    for what, launch in busy_launches(results):
        found = {name: (launch.cell(workload, writers, name) or {}).get("passages_of_ranks")
                 for name in results.contenders()}
        found = {name: of_ranks for name, of_ranks in found.items() if of_ranks}
        if found:
            caption = f"{what}, {of_mix(writers)} writers"
            drawn = plots.fairness(caption, found, styles_of(results.contenders()))
            figures.append(figure(caption, drawn))
    return grid(figures)


def several_hosts(results):
    """@param results of launches on several hosts, where shared memory is no group"""
    over_mpi = [group for group in GROUPS if group[0] == "mpi"]
    shares = fairness(results, max(results.writers("ECSB"), default=None))
    return (throughput(results, "ECSB", over_mpi) + waits(results, groups=over_mpi)
            + (f"<h3>Fairness between ranks</h3>{shares}" if shares else ""))


def burnt(results):
    figures = []
    for what, launch in busy_launches(results):
        found = {}
        for (workload, _, name), cell in launch.cells.items():
            if workload == "HOLD" and cell.get("cpu_seconds_waiting") is not None:
                found[name] = max(found.get(name, 0), cell["cpu_seconds_waiting"])
        if found:
            drawn = plots.bars(what, found, styles_of(results.contenders()), "CPU s / s waited")
            figures.append(figure(what, drawn))
    return grid(figures)
