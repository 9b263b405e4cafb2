"""Builds, measures and reports; see tests/benchmarks/run."""

import datetime
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile

import strace_counts
from hosts import ROOT, Hosts, hosts_up
from launches import Job, Progress, refusal, run
from options import BadOptions, handed_on, options_of
from report import tables
from report.results import (SEVERAL_HOSTS, BadResults, Results, add_launch, check_launch,
                            read_json)
from report.targets import verdicts

PACKAGES = ["g++", "make", "cmake", "libboost-dev", "libboost-test-dev", "libhdf5-dev",
            "libcli11-dev", "libfmt-dev", "nlohmann-json3-dev", "strace"]
PACKAGES_OF_MPI = {"openmpi": ["openmpi-bin", "libopenmpi-dev"], "mpich": ["mpich", "libmpich-dev"]}


def call(*command):
    """Its output is no result, so it goes where the progress goes."""
    print("+", *command, file=sys.stderr, flush=True)
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)


def build(options):
    """@return the program for each MPI"""
    packages = PACKAGES + sum((PACKAGES_OF_MPI[mpi] for mpi in options.mpi), [])
    packages += ["iproute2"] if options.hosts else []
    call("docs/packaging/install_packages", *packages)
    programs = {}
    for mpi in options.mpi:
        folder = f"build/benchmarks/{mpi}"
        call("cmake", "-S", ".", "-B", folder, "-D", f"MPI_CXX_COMPILER=mpicxx.{mpi}",
             "-D", f"MPIEXEC_EXECUTABLE={shutil.which('mpirun.' + mpi)}",
             "-D", "CMAKE_BUILD_TYPE=Release", "-D", "MPILOCK_TESTS=ON",
             "-D", "MPILOCK_TESTS_WITHOUT_MPI=OFF", "-D", "MPILOCK_EXAMPLES=OFF")
        call("cmake", "--build", folder, "--target", "lockbench", "-j", str(os.cpu_count() or 1))
        programs[mpi] = ROOT / folder / "tests/benchmarks/lockbench"
    return programs


def check_options(programs, options):
    """Only lockbench knows all names of workloads and contenders; @throws BadOptions"""
    wanted = handed_on(options, "workloads", "writers", "contenders", "rounds", "slice",
                       "recommend", "fairness", "threads")
    for mpi, program in programs.items():
        why = refusal(program, mpi, wanted)
        if why:
            raise BadOptions(why)


def machine():
    processor = platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            models = [line.split(":", 1)[1].strip() for line in file
                      if line.startswith("model name")]
        processor = models[0] if models else processor
    except OSError:
        pass
    return {"processor": processor, "cores": len(os.sched_getaffinity(0)),
            "system": f"{platform.system()} {platform.release()}",
            "date": datetime.date.today().isoformat()}


class Measurement:
    """The launches of a run and their results."""

    def __init__(self, programs, options, hosts=Hosts()):
        self.programs, self.options, self.hosts = programs, options, hosts
        self.document = {"machine": machine(), "launches": [], "failures": [], "system_calls": []}
        of_each = len(options.ranks) * 2 + 1 + len(self.counted_ranks()) + len(hosts.ranks())
        self.progress = Progress(of_each * len(programs))
        if hosts.why_not:
            self.fail(f"{hosts.count} test hosts", hosts.why_not)
            self.progress.warn(f"FAILED: {hosts.count} test hosts: {hosts.why_not}")

    def counted_ranks(self):
        """The numbers of ranks for the counts of system calls: with little and much competition."""
        return sorted({min(self.options.ranks),
                       max([ranks for ranks in self.options.ranks if ranks <= 8], default=1)})

    def launch(self, what, mpi, ranks, options, hosts=None):
        """@return the results of lockbench, or None"""
        with tempfile.TemporaryDirectory(prefix="lockbench-json-") as folder:
            file = pathlib.Path(folder) / "launch.json"
            job = Job(f"{what}, {mpi}, {ranks} rank{'s' * (ranks > 1)}", mpi, ranks,
                      [str(self.programs[mpi])] + options + ["--json", str(file)], hosts)
            why = ""
            if not run(job, self.options.limit, self.progress):
                why = job.failure
            try:
                document = read_json(file)
                check_launch(document, job.what)
            except BadResults as error:
                document, why = None, why or str(error)
        if why:
            self.fail(job.what, why)
        return document

    def fail(self, what, why):
        self.document["failures"].append({"launch": what, "why": why})

    def measure(self, mpi, ranks):
        wanted = handed_on(self.options, "workloads", "writers", "contenders", "rounds", "slice")
        document = self.launch("all contenders", mpi, ranks, wanted)
        threaded = [one["name"] for one in (document or {}).get("skipped", [])
                    if "--threads" in one["why"]]
        if threaded:
            more = handed_on(self.options, "workloads", "writers", "rounds", "slice")
            also = self.launch("with threads", mpi, ranks,
                               more + ["--threads", "--contenders", ",".join(threaded)])
            if also:
                add_launch(document, also)
        else:
            self.progress.total -= 1
        if document:
            self.document["launches"].append(document)

    def measure_alone(self, mpi):
        """One rank passes. Another one, which holds the lock's state, serves it."""
        wanted = handed_on(self.options, "contenders", "rounds", "slice")
        document = self.launch("one rank alone", mpi, 2, wanted + [
            "--only-rank", "1", "--workloads", "LB,ECSB", "--writers", "0,100"])
        if document:
            self.document["launches"].append(document)

    def measure_on_hosts(self, mpi, ranks):
        """Without threads: with MPI_THREAD_MULTIPLE, Open MPI 4 makes no window over TCP."""
        wanted = handed_on(self.options, "workloads", "writers", "contenders", "rounds", "slice")
        document = self.launch(f"{self.hosts.count} hosts", mpi, ranks, wanted, self.hosts)
        if document:
            self.document["launches"].append({**document, **self.hosts.facts()})

    def count_system_calls(self, mpi, ranks):
        entries, why = strace_counts.count(
            self.programs[mpi], mpi, ranks, handed_on(self.options, "writers", "contenders"),
            min(self.options.limit, 600), self.progress)
        self.document["system_calls"] += entries
        if why:
            self.fail(f"system calls, {mpi}, {ranks} ranks", why)

    def all(self):
        for mpi in self.programs:
            for ranks in self.options.ranks:
                self.measure(mpi, ranks)
            self.measure_alone(mpi)
            for ranks in self.counted_ranks():
                self.count_system_calls(mpi, ranks)
            for ranks in self.hosts.ranks():
                self.measure_on_hosts(mpi, ranks)
        return self.document


def print_summary(results):
    for regime, part in results.by_regime():
        print(f"Figures: {regime}\n")
        made = [table for launch in part.launches for table in
                (tables.passage_times(results, launch), tables.ratio_table(launch),
                 tables.spreads(results, launch) if regime == SEVERAL_HOSTS else None)]
        made += [tables.passage_times(results, launch) for launch in part.alone]
        for table in made:
            if table:
                print(table.as_text())
    for regime, judged in verdicts(results):
        print(f"Aims: {regime}")
        for one in judged:
            print(f"{one.state:18}  {one.aim}\n{'':20}{one.found}")
        print()
    for where in results.broken():
        print(f"BROKEN: updates were lost: {where}")
    for failure in results.failures:
        print(f"FAILED: {failure['launch']}: {failure['why']}")


def recommend(programs, options):
    progress = Progress(len(programs))
    fine = True
    for mpi, program in programs.items():
        job = Job(f"recommendation, {mpi}", mpi, max(options.ranks), [str(program)]
                  + handed_on(options, "recommend", "fairness", "threads", "writers", "contenders",
                              "rounds", "slice"))
        fine = run(job, options.limit, progress) and fine
        if not job.failure:
            progress.warn("")
            print(job.output, flush=True)
    return 0 if fine else 1


def main():
    options = options_of()
    # As after Ctrl-C, launches are ended and hosts removed.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    out = pathlib.Path(options.out).resolve() if options.out != "build/benchmarks/report" \
        else ROOT / options.out
    try:
        programs = build(options)
        check_options(programs, options)
        if options.recommend:
            return recommend(programs, options)
        from report import report  # fails before hours of measuring if Plotly is missing
        out.mkdir(parents=True, exist_ok=True)
        with hosts_up(options.hosts, options.latency) as hosts:
            document = Measurement(programs, options, hosts).all()
        (out / "lockbench.json").write_text(json.dumps(document), encoding="utf-8")
        results = Results(document)
        (out / "lockbench.html").write_text(report.page(results), encoding="utf-8")
    except subprocess.CalledProcessError as error:
        print(f"FAILED: {' '.join(error.cmd)}", file=sys.stderr)
        return 1
    except ImportError as error:
        print(f"tests/benchmarks/run: {error}; the report needs Plotly for Python "
              "(Debian: python3-plotly)", file=sys.stderr)
        return 1
    except BadOptions as error:
        print(f"tests/benchmarks/run: {error}", file=sys.stderr)
        return 2
    except (BadResults, OSError) as error:
        print(f"tests/benchmarks/run: {error}", file=sys.stderr)
        return 1
    print_summary(results)
    print(f"\n{out}/lockbench.json\n{out}/lockbench.html")
    return 1 if results.failures or results.broken() else 0


if __name__ == "__main__":
    sys.exit(main())
