"""Writes lockbench's report: one HTML file that needs nothing else.

usage, in tests/benchmarks: python3 -m report.report lockbench.json lockbench.html
"""

import pathlib
import sys
from html import escape

from . import plots, report_parts, tables
from .contender_names import GROUPS, in_group, label_of
from .evidence import MET, MISSED, NO_AIM, UNDECIDED, fewest_rounds
from .results import CORE_EACH, MORE_RANKS, SEVERAL_HOSTS, BadResults, Results, read_json
from .styles import styles_of
from .targets import verdicts

MEASURED = """
<p>Within each launch all contenders take turns, in slices of a few hundredths of a second, so that
whatever else the machine does meets all of them (compositions with a progress thread have a launch
of their own, for MPI then works with locks of its own); a ratio is the median of the rounds. Every
rank passes through the lock again and again, and each passage writes with the probability that the plot
names. MPI calls, one-sided operations and messages are counted by wrappers around MPI itself,
system calls by strace in a run of their own.</p>"""
HOW_JUDGED = {MET: ("met", "✓ met"), MISSED: ("missed", "✗ not met"),
              UNDECIDED: ("soft", "? too short to judge"), NO_AIM: ("soft", "– no aim")}
HOW_AIMS_ARE_JUDGED = f"""Read off this very run. An aim is met or missed in a cell if its rounds
agree so far that chance alone makes them agree in less than one of twenty runs: all of
{fewest_rounds()}, or 9 of 10. Otherwise the run is too short to judge, and so it is if the slices
are too short for each rank to get a core. One missed cell is enough to miss an aim. Launches with
a core for every rank, those with more ranks than cores and those on several hosts are judged apart,
and have some aims of their own."""
ON_HOSTS = """The hosts are network namespaces of this machine. Ranks of different hosts reach each
other only by TCP, but all of them share the machine's cores. Only what works over a network was
run. Compositions with a progress thread were not."""
HOW_TO_READ = """
<ul>
<li>Point at a mark, or touch it, to see its exact figures. A click in a legend hides a contender.
A double click there shows it alone.</li>
<li>The slider above a plot chooses the share of writers or the number of ranks. The axes stay the
same, so the plots can be compared.</li>
<li>Up is better in plots of throughput: passages per second, all ranks together. The axis is
logarithmic, so the same distance is the same ratio everywhere.</li>
<li>A curve of waits tells what share of waits took at least so long. The nearer it is to the lower
left, the better. The curve ends at the longest wait.</li>
<li>Each contender has its own colour and its own marker. The shape of a marker stands for the
policies, and its form for the backend: filled, open, or with a dot. In a plot, neighbouring colours
stand for one backend.</li>
<li>W prefers writers, R prefers readers, and ≤2 W is at_most&lt;2, writer_preferring&gt;.</li>
<li>Solid lines are compositions, and dashed lines are other locks. Dotted lines are floors. Most
are bare operations, which no lock can do without and which keep nobody out. The ticket lock and
"MCS spin" are plain locks that only spin. They need a core for every rank.</li>
<li>Compare locks with the same preference. With more ranks than cores, a lock may also look quick
because one rank passes again and again while the others wait: see fairness.</li>
</ul>"""


def part(anchor, title, content, note=""):
    if not content:
        return ""
    note = f'<p class="soft">{note}</p>' if note else ""
    return f'<section id="{anchor}"><h2>{escape(title)}</h2>{note}{content}</section>'


def machine_line(results):
    machine = results.machine
    ranks = ", ".join(str(number) for number in
                      sorted({launch.ranks for launch in results.launches}))
    cores = f"{machine['cores']} cores" if machine.get("cores") else ""
    parts = [machine.get("processor", ""), cores,
             machine.get("system", ""), ", ".join(results.mpis()),
             f"{ranks} rank{'s' * (ranks != '1')}", machine.get("date", "")]
    return " · ".join(escape(str(part)) for part in parts if part)


def warnings(results):
    out = [f"Updates were lost, so this is no lock: {where}" for where in results.broken()]
    out += [f"{failure['launch']}: {failure['why']}" for failure in results.failures]
    if not out:
        return ""
    items = "".join(f"<li>{escape(text)}</li>" for text in out)
    return f'<div class="warning"><p><b>Not everything went well.</b></p><ul>{items}</ul></div>'


def heading(regime):
    return f"<h3>{escape(regime[0].upper() + regime[1:])}</h3>"


def aims(results):
    out = []
    for regime, judged in verdicts(results):
        rows = "".join(
            f'<tr><td class="{HOW_JUDGED[one.state][0]}">{escape(HOW_JUDGED[one.state][1])}</td>'
            f"<td>{escape(one.aim)}</td><td>{escape(one.found)}</td></tr>" for one in judged)
        if rows:
            out.append(f'{heading(regime)}<div class="scroll"><table class="aims"><tr><th></th>'
                       f"<th>aim</th><th>found</th></tr>{rows}</table></div>")
    return "".join(out)


def legend(results):
    out = []
    contenders, styles = results.contenders(), styles_of(results.contenders())
    for group, title in GROUPS:
        items = "".join(
            f'<li><b style="color: {styles[name].colour}">{escape(label_of(name))}</b> '
            f'<code>{escape(name)}</code> <span class="soft">{escape(facts.get("what", ""))}</span>'
            "</li>" for name, facts in contenders.items() if in_group(name, group))
        if items:
            out.append(f'<h3>{escape(title)}</h3><ul class="legend">{items}</ul>')
    return "".join(out)


def costs(results):
    mix = report_parts.mixed(results)
    if mix is None:
        return ""
    chosen = []
    for mpi in results.mpis():
        launches = results.of_mpi(mpi)
        chosen += [launches[0], report_parts.busy_launch(results, mpi)]
    made = [tables.costs(results, launch, mix) for launch in dict.fromkeys(chosen)]
    for launch in results.alone:
        mixes = sorted({key[1] for key in launch.cells if key[0] == "ECSB"})
        made += [tables.costs(results, launch, one) for one in mixes]
    return "".join(table.as_html() for table in made if table)


def all_tables(results):
    out = []
    for regime, part in results.by_regime():
        out.append(heading(regime))
        for launch in part.launches + part.alone:
            made = [tables.ratio_table(launch)] if launch in part.launches else []
            made += [tables.spreads(results, launch)] if regime == SEVERAL_HOSTS else []
            made += [tables.latencies(results, launch)]
            made += [tables.passage_times(results, launch, workload) for workload in
                     results.workloads() if workload not in ("LB", "HOLD")]
            out.append(report_parts.folded(tables.in_words(launch),
                                           "".join(table.as_html() for table in made if table)))
    return "".join(out)


def other_workloads(results):
    return "".join(report_parts.folded(results.title_of(workload),
                                       report_parts.throughput(results, workload))
                   for workload in results.workloads() if workload not in ("ECSB", "HOLD"))


def skipped(results):
    items = {f"<li><code>{escape(name)}</code>, {escape(launch.mpi)}, "
             f"{launch.in_ranks()}: {escape(why)}</li>": None
             for launch in results.launches + results.alone
             for name, why in launch.skipped.items()}
    return f"<ul>{''.join(items)}</ul>" if items else ""


def page(results):
    here = pathlib.Path(__file__).parent
    style = (here / "report.css").read_text(encoding="utf-8")
    script = (here / "report.js").read_text(encoding="utf-8")
    one_node = results.of_regimes(CORE_EACH, MORE_RANKS)
    body = "".join([
        '<button id="theme" type="button">light / dark</button>',
        "<h1>Locks between MPI ranks, measured</h1>",
        f'<p class="soft">{machine_line(results)}</p>', warnings(results),
        part("aims", "Aims", aims(results), HOW_AIMS_ARE_JUDGED),
        part("measured", "How it was measured", MEASURED),
        part("read", "How to read this", HOW_TO_READ),
        part("legend", "Contenders", legend(results)),
        part("throughput", "Throughput, empty section", report_parts.throughput(one_node, "ECSB")),
        part("waits", "How long a wait takes", report_parts.waits(one_node)),
        part("fairness", "Fairness between ranks",
             report_parts.fairness(one_node, report_parts.mixed(one_node)),
                "A mark for each rank: its passages over the mean of all ranks in the same time. "
                "The number beside the name is the spread, most over least."),
        part("waiting", "Processor time burnt while waiting", report_parts.burnt(one_node),
                "Rank 0 holds the lock for 20 ms and all others wait: CPU seconds that a rank "
                "spends in a second of waiting. 1 is a core kept busy by nothing."),
        part("hosts", "Several hosts",
             report_parts.several_hosts(results.of_regimes(SEVERAL_HOSTS)), ON_HOSTS),
        part("costs", "What a passage costs", costs(one_node),
                "Counted, over all ranks. Remote operations are one-sided ones with another rank; "
                "MPI calls include looks whether something has come."),
        part("workloads", "Other workloads", other_workloads(one_node)),
        part("figures", "All figures", all_tables(results),
                "Ratios below 1 are marked. LB gives medians of single passages."),
        part("skipped", "Not measured", skipped(results)),
    ])
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>Locks between MPI ranks, measured</title><style>{style}</style></head>"
            f"<body>{body}<script>{plots.library()}</script><script>{script}</script>"
            "</body></html>\n")


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        results = Results(read_json(arguments[0]), arguments[0])
        pathlib.Path(arguments[1]).write_text(page(results), encoding="utf-8")
    except (BadResults, OSError) as error:
        print(f"report.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
