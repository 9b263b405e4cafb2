"""The sections of the report that are plots."""

from html import escape

import plots
from figures import of_mix, of_time, one_in, short, significant
from looks import GROUPS, in_group, look_of


def figure(caption, drawing):
    if not drawing:
        return ""
    return f"<figure><figcaption>{escape(caption)}</figcaption>{drawing}</figure>"


def grid(figures, style=""):
    figures = [one for one in figures if one]
    return f'<div class="grid {style}">{"".join(figures)}</div>' if figures else ""


def folded(summary, content):
    return f"<details><summary>{escape(summary)}</summary>{content}</details>" if content else ""


def rate_text(value):
    return short(value, 2)


def over_ranks(results, workload, mpi, group, writers):
    launches = results.of_mpi(mpi)
    ranks = sorted({launch.ranks for launch in launches})
    series = {name: {} for name in results.contenders() if in_group(name, group)}
    for launch in launches:
        for name, points in series.items():
            cell = launch.cell(workload, writers, name)
            if cell:
                points[launch.ranks] = cell["passages_per_s"]
    return plots.line_plot(f"{workload}, {mpi}, {of_mix(writers)} writers", ranks, str, "ranks",
                           "passages per second, all ranks", rate_text, series)


def over_writers(results, workload, launch, group):
    mixes = results.writers(workload)
    series = {name: {} for name in results.contenders() if in_group(name, group)}
    for name, points in series.items():
        for writers in mixes:
            cell = launch.cell(workload, writers, name)
            if cell:
                points[writers] = cell["passages_per_s"]
    return plots.line_plot(f"{workload}, {launch.mpi}, {launch.in_ranks()}", mixes,
                           lambda mix: f"{mix:g}", "passages that write, %",
                           "passages per second, all ranks", rate_text, series)


def throughput(results, workload):
    out = []
    for mpi in results.mpis():
        for group, title in GROUPS:
            ranks = grid(figure(f"{of_mix(mix)} writers",
                                over_ranks(results, workload, mpi, group, mix))
                         for mix in results.writers(workload))
            if ranks:
                out.append(f"<h3>{escape(mpi)}: {title}, over ranks</h3>{ranks}")
            mixes = grid(figure(f"{launch.in_ranks()}",
                                over_writers(results, workload, launch, group))
                         for launch in results.of_mpi(mpi))
            if mixes:
                out.append(f"<h3>{escape(mpi)}: {title}, over writers</h3>{mixes}")
    return "".join(out)


def busy_launch(results, mpi, most=8):
    """The launch with the most ranks up to eight: busy, and in every run."""
    launches = results.of_mpi(mpi)
    return ([launch for launch in launches if launch.ranks <= most] or launches)[-1]


def mixed(results, workload="ECSB"):
    """The mix nearest to 20 % writers, in which both kinds wait."""
    mixes = results.writers(workload)
    return min(mixes, key=lambda mix: abs(mix - 20)) if mixes else None


def waits_of(launch, workload, writers, group, kind):
    series = {}
    for name in launch.contenders:
        cell = launch.cell(workload, writers, name)
        wait = (cell or {}).get("wait", {}).get(kind) if in_group(name, group) else None
        if wait:
            series[name] = wait.get("histogram")
    return plots.wait_plot(f"waits to {kind}, {launch.mpi}, {launch.in_ranks()}", series,
                           lambda ns: of_time(ns, 2), one_in)


def waits(results, workload="ECSB"):
    writers = mixed(results, workload)
    if writers is None:
        return ""
    out = []
    for mpi in results.mpis():
        busy = busy_launch(results, mpi)
        for launch in [busy] + [one for one in results.of_mpi(mpi) if one is not busy]:
            drawn = grid([figure(f"{title}: waits to {kind}",
                                 waits_of(launch, workload, writers, group, kind))
                          for group, title in GROUPS for kind in ("read", "write")], "wide")
            heading = f"{mpi}, {launch.in_ranks()}, {of_mix(writers)} writers"
            out.append(f"<h3>{escape(heading)}</h3>{drawn}" if launch is busy and drawn
                       else folded(heading, drawn))
    return "".join(out)


def bar_row(name, cells):
    return (f'<tr class="s {look_of(name).family}" data-c="{escape(name)}"><td>'
            f"{escape(look_of(name).label)}</td>" + "".join(f"<td>{cell}</td>" for cell in cells)
            + "</tr>")


def fairness(results, workload="ECSB"):
    writers = mixed(results, workload)
    tables = []
    for mpi in results.mpis():
        launch = busy_launch(results, mpi)
        rows = []
        for name in results.contenders():
            cell = launch.cell(workload, writers, name)
            if cell and cell.get("passages_of_ranks"):
                spread = cell.get("spread")
                rows.append(bar_row(name, [plots.small_bars(cell["passages_of_ranks"]),
                                           f"{short(spread)}×" if spread else "–"]))
        if rows:
            tables.append(f'<div class="scroll"><table><caption>{escape(mpi)}, {launch.in_ranks()}, '
                          f"{of_mix(writers)} writers</caption><tr><th>contender</th>"
                          f'<th>each rank</th><th>spread</th></tr>'
                          f'{"".join(rows)}</table></div>')
    return grid(tables, "wide")


def burnt(results):
    tables = []
    for mpi in results.mpis():
        launch = busy_launch(results, mpi)
        found = {}
        for (workload, writers, name), cell in launch.cells.items():
            if workload == "HOLD" and cell.get("cpu_seconds_waiting") is not None:
                found[name] = max(found.get(name, 0), cell["cpu_seconds_waiting"])
        if found:
            greatest = max(found.values()) or 1
            rows = [bar_row(name, [plots.long_bar(value / greatest), significant(value, 2)])
                    for name, value in sorted(found.items(), key=lambda item: item[1])]
            tables.append(f'<div class="scroll"><table><caption>{escape(mpi)}, {launch.in_ranks()}'
                          f"</caption><tr><th>contender</th><th></th><th>CPU s / s waited</th></tr>"
                          f'{"".join(rows)}</table></div>')
    return grid(tables, "wide")
