"""The tables, for the terminal and for the report."""

from dataclasses import dataclass
from html import escape

from .contender_names import label_of
from .figures import of_mix, of_ratio, of_time, significant
from .targets import peers_of


@dataclass
class Table:
    title: str
    head: list
    rows: list   # of (name, [text, …]); a text that begins with "!" deserves notice. A name is a
                 # contender's, or those of two that are compared

    def as_text(self):
        rows = [[name] + [cell.replace("!", "*", 1) for cell in cells] for name, cells in self.rows]
        widths = [max(len(row[i]) for row in [self.head] + rows) for i in range(len(self.head))]
        lines = [self.title]
        for row in [self.head] + rows:
            first = row[0].ljust(widths[0])
            lines.append(f"  {first}  " + "  ".join(cell.rjust(width) for cell, width
                                                    in zip(row[1:], widths[1:])))
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def as_html(self):
        head = "".join(f"<th>{escape(cell)}</th>" for cell in self.head)
        body = ""
        for name, cells in self.rows:
            label = label_of(name)
            body += f'<tr><td title="{escape(name)}">{escape(label)}</td>'
            for cell in cells:
                low = ' class="low"' if cell.startswith("!") else ""
                body += f"<td{low}>{escape(cell.removeprefix('!'))}</td>"
            body += "</tr>"
        return (f'<div class="scroll"><table><caption>{escape(self.title)}</caption>'
                f"<tr>{head}</tr>{body}</table></div>")


def in_words(launch):
    alone = " of which one passes" if "only_rank" in launch.document else ""
    return f"{launch.mpi}, {launch.in_ranks()}{alone}"


def by_mix(results, launch, workload, what, text_of):
    """@param text_of a cell"""
    mixes = sorted({key[1] for key in launch.cells if key[0] == workload})
    rows = []
    for name in results.contenders():
        cells = [launch.cell(workload, mix, name) for mix in mixes]
        if any(cells):
            rows.append((name, [text_of(cell) if cell else "–" for cell in cells]))
    if not rows:
        return None
    return Table(f"{workload}, {in_words(launch)}: {what} by writers",
                 ["contender"] + [of_mix(mix) for mix in mixes], rows)


def passage_times(results, launch, workload="ECSB"):
    return by_mix(results, launch, workload, "time per passage",
                  lambda cell: of_time(cell["ns_per_passage"]))


def spreads(results, launch, workload="ECSB"):
    return by_mix(results, launch, workload, "spread, most passages of a rank over fewest,",
                  lambda cell: of_ratio(cell.get("spread")))


def latencies(results, launch):
    """For LB, the median of an acquire and its release, each of which is timed."""
    mixes = sorted({key[1] for key in launch.cells if key[0] == "LB"})
    rows = []
    for name in results.contenders():
        cells = []
        for mix in mixes:
            waits = (launch.cell("LB", mix, name) or {}).get("wait", {})
            cells.append(" / ".join(of_time(waits[kind].get("p50")) for kind in ("read", "write")
                                    if kind in waits) or "–")
        if any(cell != "–" for cell in cells):
            rows.append((name, cells))
    if not rows:
        return None
    return Table(f"LB, {in_words(launch)}: median of an acquire and release, "
                 "read / write, by writers",
                 ["contender"] + [of_mix(mix) for mix in mixes], rows)


def ratio_table(launch, workload="ECSB"):
    """The ratio of each composition's passages to those of an alternative."""
    mixes = sorted({key[1] for key in launch.cells if key[0] == workload})
    rows = []
    for name, facts in launch.contenders.items():
        if facts["kind"] != "mpilock":
            continue
        for peer in peers_of(launch, name):
            found = [launch.ratio(workload, mix, name, peer) for mix in mixes]
            if any(ratio is not None for ratio in found):
                rows.append((f"{name} : {label_of(peer)}",
                             [("!" if ratio is not None and ratio < 1 else "") + of_ratio(ratio)
                              for ratio in found]))
    if not rows:
        return None
    return Table(f"{workload}, {in_words(launch)}: how many times as many passages, by writers",
                 ["composition : alternative"] + [of_mix(mix) for mix in mixes], rows)


def costs(results, launch, writers, workload="ECSB"):
    def number(value):
        return "–" if value is None else significant(round(value, 4), 3)
    rows = []
    for name in results.contenders():
        cell = launch.cell(workload, writers, name)
        if cell is None:
            continue
        entry = results.system_calls(launch, writers, name)
        system = entry["per_passage"] if entry else cell.get("system_calls_per_passage")
        calls = cell.get("mpi_calls_per_passage")
        rows.append((name, [number(cell.get("remote_operations_per_passage")),
                            number(cell.get("messages_per_passage")),
                            number(sum(calls.values()) if calls is not None else None),
                            number(system),
                            number(cell.get("voluntary_switches_per_passage"))]))
    if not rows:
        return None
    return Table(f"{workload}, {in_words(launch)}, {of_mix(writers)} writers: per passage",
                 ["contender", "remote operations", "messages", "MPI calls", "system calls",
                  "times asleep"], rows)
