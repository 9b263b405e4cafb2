"""System calls per passage, counted by strace.

Every rank runs under a strace of its own. A slice of passages lies between two system calls of
lockbench: setitimer, which sets the alarm that ends the slice, and getrusage, which reads the
resources that the slice has used. The system calls between the two are counted, on all threads of a
rank, without the alarm's own calls and without looks at the clock. Divided by the passages of the
same slices, the count is exact for the run under strace. But strace makes system calls slower, so
that competing ranks may sleep and wake at other moments than without it.
"""

import collections
import pathlib
import re
import tempfile

from launches import Job, run
from report.results import BadResults, check_launch, read_json

CALL = re.compile(r"^(?:\d+ +)?([a-z_0-9]+)\(")
NOT_THE_LOCKS = {"clock_gettime", "rt_sigreturn", "rt_sigaction", "restart_syscall"}
TRACED = 'exec strace -f -qq -o "$0/trace.$$" "$@"'  # a file for each rank


def slices_of(lines):
    """The system calls of each slice, as counters, from the lines of one rank's trace."""
    slices, current = [], None
    for line in lines:
        found = CALL.match(line)
        if not found:
            continue
        call = found.group(1)
        if call == "setitimer":
            current = collections.Counter()
        elif call == "getrusage":
            if current is not None:
                slices.append(current)
            current = None
        elif current is not None and call not in NOT_THE_LOCKS:
            current[call] += 1
    return slices


def measured_slices(traces, cells, contenders, rounds):
    """For each cell, the calls of all ranks. For each mix, all contenders warm up for a slice and
    are then measured in turn. The cells are in the order of the mixes and contenders."""
    per_mix = contenders * (1 + rounds)
    expected = cells // contenders * per_mix
    sums = [collections.Counter() for _ in range(cells)]
    for trace in traces:
        slices = slices_of(trace)
        if len(slices) != expected:
            raise BadResults(f"{len(slices)} slices were traced, {expected} were expected")
        for i, calls in enumerate(slices):
            if i % per_mix >= contenders:
                sums[i // per_mix * contenders + i % contenders] += calls
    return sums


def entries_of(document, traces):
    cells = document["cells"]
    contenders = len({cell["contender"] for cell in cells})
    sums = measured_slices(traces, len(cells), contenders, document.get("rounds", 1))
    return [{"mpi": document["mpi"], "ranks": document["ranks"], "contender": cell["contender"],
             "writers": cell["writers"], "passages": cell["passages"],
             "per_passage": sum(calls.values()) / cell["passages"],
             "by_name": {name: calls / cell["passages"] for name, calls in calls.most_common(4)}}
            for cell, calls in zip(cells, sums)]


def count(program, mpi, ranks, options, limit, progress):
    """@return entries for the merged file, and the reason if there are none"""
    with tempfile.TemporaryDirectory(prefix="lockbench-trace-") as folder:
        json_file = pathlib.Path(folder) / "counted.json"
        command = ["sh", "-c", TRACED, folder, str(program), "--workloads", "ECSB", "--rounds", "1",
                   "--slice", "20", "--json", str(json_file)] + options
        job = Job(f"system calls, {mpi}, {ranks} rank{'s' * (ranks > 1)}", mpi, ranks, command)
        if not run(job, limit, progress):
            return [], job.failure
        try:
            document = read_json(json_file)
            check_launch(document, str(json_file))
            traces = [path.read_text(errors="replace").splitlines()
                      for path in sorted(pathlib.Path(folder).glob("trace.*"))]
            return entries_of(document, traces), ""
        except BadResults as error:
            progress.warn(f"FAILED: {job.what}: {error}")
            return [], str(error)
