"""Checks the driver: its command line, its test hosts, and how it counts system calls."""

import contextlib
import io
import json
import os
import pathlib
import tempfile
import unittest
import unittest.mock

import hosts
import launches
import lockbench_driver
import options
import strace_counts
from report.results import BadResults, Results
from report.test_report import RMA_FIFO, cell, on_hosts, sample


# Knows no workload, and comes with a launcher's noise.
LOCKBENCH = """\
[ "$1" = --list ] || exit 9
[ $# -eq 1 ] && exit 0
echo noise >&2
echo "lockbench: there is no workload '$3'" >&2
echo noise >&2
exit 2"""
# Stands in for tests/hosts/hosts, and writes down what it is asked for.
TOOL = """\
echo "$1 $3 $4" >>"$2/calls"
[ "$1" = down ] && exit
echo "hosts: $SAYS"
exit $STATUS"""


@contextlib.contextmanager
def programs(**texts):
    """A folder with these shell scripts, which come first in the path."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            file = pathlib.Path(folder) / name.replace("_", ".")
            file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            file.chmod(0o755)
        path = {"PATH": f"{folder}:{os.environ['PATH']}"}
        with unittest.mock.patch.dict(os.environ, path):
            yield pathlib.Path(folder)


class Traces(unittest.TestCase):
    TRACE = """\
10 getrusage(RUSAGE_SELF, {}) = 0
10 setitimer(ITIMER_REAL, {}, NULL) = 0
10 futex(0x1, FUTEX_WAIT, 1, NULL <unfinished ...>
11 sched_yield() = 0
10 <... futex resumed>) = 0
10 --- SIGALRM {} ---
10 rt_sigreturn({}) = 0
10 clock_gettime(CLOCK_PROCESS_CPUTIME_ID, {}) = 0
10 getrusage(RUSAGE_SELF, {}) = 0
10 sched_yield() = 0
""".splitlines()

    def test_counts_between_the_marks(self):
        self.assertEqual(strace_counts.slices_of(self.TRACE), [{"futex": 1, "sched_yield": 1}])

    def test_leaves_the_warm_up_out_and_notices_a_missing_slice(self):
        sums = strace_counts.measured_slices([self.TRACE * 4] * 3, 2, 1, 1)
        self.assertEqual(sums, [{"futex": 3, "sched_yield": 3}] * 2)
        with self.assertRaisesRegex(BadResults, "3 slices were traced, 4 were expected"):
            strace_counts.measured_slices([self.TRACE * 3], 2, 1, 1)


class CommandLine(unittest.TestCase):
    def test_command_line(self):
        self.assertEqual(options.options_of(["--quick", "--ranks", "3"]).ranks, [3])
        self.assertEqual(options.options_of(["--writers", "0,0.20"]).writers, "0,0.2")

    def test_a_recommendation_takes_all_options_that_its_text_names(self):
        wanted = options.options_of(["--recommend", "--threads", "--fairness", "fifo", "--rounds",
                                     "5", "--slice", "16"])
        self.assertEqual(options.handed_on(wanted, "recommend", "threads", "fairness", "rounds",
                                           "slice", "writers"),
                         ["--recommend", "--threads", "--fairness", "fifo", "--rounds", "5",
                          "--slice", "16"])
        self.assertEqual(options.handed_on(options.options_of([]), "recommend", "threads"), [])

    def test_hosts_are_for_whole_runs_and_a_latency_is_for_hosts(self):
        wanted = options.options_of(["--hosts", "3", "--latency", "50"])
        self.assertEqual((wanted.hosts, wanted.latency), (3, 50))
        for given, remedy in ((["--hosts", "1"], "give numbers from 2"),
                              (["--latency", "50"], "give --hosts, too"),
                              (["--recommend", "--hosts", "2"], "leave out --hosts")):
            with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()) as said:
                options.options_of(given)
            self.assertIn(remedy, said.getvalue())

    def test_a_whole_run_takes_no_option_of_a_recommendation(self):
        for given in (["--threads"], ["--fairness", "fifo"], ["--quick", "--recommend"]):
            with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()) as said:
                options.options_of(given)
            self.assertIn(given[0], said.getvalue())

    def test_lockbench_refuses_names_that_it_does_not_know(self):
        with programs(mpirun_mpich='shift 2; exec "$@"', lockbench=LOCKBENCH) as folder:
            built = {"mpich": f"{folder}/lockbench"}
            lockbench_driver.check_options(built, options.options_of([]))
            with self.assertRaisesRegex(options.BadOptions, "^there is no workload 'XYZ'$"):
                lockbench_driver.check_options(built, options.options_of(["--workloads", "XYZ"]))

    def test_a_quick_run_names_its_workloads_as_lockbench_takes_them(self):
        quick = options.options_of(["--quick"])
        self.assertEqual(options.handed_on(quick, "workloads", "rounds"),
                         ["--workloads", "LB,ECSB,HOLD", "--rounds", "3"])


class TestHosts(unittest.TestCase):
    @contextlib.contextmanager
    def tool(self, status=0, says=""):
        with programs(hosts=TOOL) as folder, \
                unittest.mock.patch.multiple(hosts, TOOL=f"{folder}/hosts", STATE=str(folder)), \
                unittest.mock.patch.dict(os.environ, STATUS=str(status), SAYS=says):
            yield folder / "calls"

    def test_are_taken_down_whatever_happens(self):
        for error in (KeyboardInterrupt, OSError, SystemExit):
            with self.tool() as calls:
                with self.assertRaises(error), hosts.hosts_up(2, 50):
                    self.assertEqual(calls.read_text().split(), ["up", "2", "50"])
                    raise error
                self.assertEqual(calls.read_text().split(), ["up", "2", "50", "down"])

    def test_a_machine_without_namespaces_measures_the_rest(self):
        with self.tool(77, "skipped, since this machine allows none"), \
                hosts.hosts_up(2, 0) as none, contextlib.redirect_stderr(io.StringIO()) as said:
            self.assertEqual(none.ranks(), [])
            made = lockbench_driver.Measurement({}, options.options_of([]), none)
        self.assertEqual(made.document["failures"], [{"launch": "2 test hosts",
                                                      "why": "this machine allows none"}])
        self.assertIn("this machine allows none", said.getvalue())

    def test_a_machine_that_cannot_delay_packets_measures_nothing(self):
        with self.tool(1, "a delay of 50 us was asked for; there is no netem") as calls:
            with self.assertRaisesRegex(options.BadOptions, "^a delay of 50 us was asked for"), \
                    hosts.hosts_up(2, 50):
                self.fail("hosts that can't be had")
            self.assertEqual(calls.read_text().split()[-1], "down")

    def test_without_hosts_the_tool_is_not_called(self):
        with self.tool() as calls:
            with hosts.hosts_up(0, 0) as none:
                self.assertEqual(none.ranks(), [])
            self.assertFalse(calls.exists())

    def test_windows_over_tcp_need_the_component_of_the_version(self):
        for version, osc in (("(Open MPI) 4.1.4", "pt2pt,sm"), ("(Open MPI) 5.0.11", "^ucx")):
            with programs(mpirun_openmpi=f"echo 'mpirun {version}'"):
                command = launches.command_of(
                    launches.Job("", "openmpi", 4, ["lockbench"], hosts.Hosts(2)))
            self.assertEqual(command[:6],
                             [hosts.TOOL, "run", hosts.STATE, "openmpi", "mpirun.openmpi", "4"])
            self.assertEqual(command[-3:], ["osc", osc, "lockbench"])

    def test_a_launch_elsewhere_needs_only_its_launcher(self):
        self.assertEqual(launches.command_of(launches.Job("", "mpich", 3, ["lockbench"])),
                         ["mpirun.mpich", "-np", "3", "lockbench"])

    def test_results_tell_the_hosts(self):
        results = {"mpi": "MPICH", "ranks": 2, "cores": 2, "contenders": [], "cells": []}

        def run(job, limit, progress):
            self.assertEqual(job.hosts, hosts.Hosts(2, 50))
            pathlib.Path(job.command[-1]).write_text(json.dumps(results), encoding="utf-8")
            return True
        made = lockbench_driver.Measurement({"mpich": "lockbench"}, options.options_of([]),
                                            hosts.Hosts(2, 50))
        with unittest.mock.patch.object(lockbench_driver, "run", run):
            for ranks in made.hosts.ranks():
                made.measure_on_hosts("mpich", ranks)
        self.assertEqual(made.document["launches"], [{**results, "hosts": 2, "latency_us": 50}] * 2)


class Summary(unittest.TestCase):
    def test_figures_and_aims_are_grouped_by_regime(self):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            lockbench_driver.print_summary(Results(sample()))
        places = [said.getvalue().index(text) for text in
                  ("Figures: a core for every rank", "ECSB, Open MPI 4.1.4, 2 ranks",
                   "Figures: more ranks than cores", "ECSB, Open MPI 4.1.4, 8 ranks",
                   "Aims: a core for every rank", "Aims: more ranks than cores",
                   "8 ranks, 20 % writers")]
        self.assertEqual(places, sorted(places))

    def test_figures_of_several_hosts_come_with_their_spread(self):
        document = sample()
        document["launches"].append(on_hosts([cell(RMA_FIFO, [1e6], writers=100, spread=2.5)]))
        with contextlib.redirect_stdout(io.StringIO()) as said:
            lockbench_driver.print_summary(Results(document))
        part = said.getvalue().partition("Figures: several hosts")[2]
        self.assertRegex(part, "4 ranks on 2 hosts: spread, .*\n.*\n.* 2.50×")
        self.assertEqual(said.getvalue().count("spread, "), 1)


if __name__ == "__main__":
    unittest.main()
