"""Checks the driver: its command line, and how it counts system calls."""

import contextlib
import io
import os
import pathlib
import tempfile
import unittest
import unittest.mock

import lockbench_driver
import options
import strace_counts
from report.results import BadResults, Results
from report.test_report import sample


# Knows no workload, and comes with a launcher's noise.
LOCKBENCH = """\
[ "$1" = --list ] || exit 9
[ $# -eq 1 ] && exit 0
echo noise >&2
echo "lockbench: there is no workload '$3'" >&2
echo noise >&2
exit 2"""


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

    def test_a_whole_run_takes_no_option_of_a_recommendation(self):
        for given in (["--threads"], ["--fairness", "fifo"], ["--quick", "--recommend"]):
            with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()) as said:
                options.options_of(given)
            self.assertIn(given[0], said.getvalue())

    def test_lockbench_refuses_names_that_it_does_not_know(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("mpirun.mpich", 'shift 2; exec "$@"'), ("lockbench", LOCKBENCH)):
                file = pathlib.Path(folder) / name
                file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
                file.chmod(0o755)
            programs = {"mpich": f"{folder}/lockbench"}
            path = {"PATH": f"{folder}:{os.environ['PATH']}"}
            with unittest.mock.patch.dict(os.environ, path):
                lockbench_driver.check_options(programs, options.options_of([]))
                with self.assertRaisesRegex(options.BadOptions, "^there is no workload 'XYZ'$"):
                    lockbench_driver.check_options(programs,
                                                   options.options_of(["--workloads", "XYZ"]))

    def test_a_quick_run_names_its_workloads_as_lockbench_takes_them(self):
        quick = options.options_of(["--quick"])
        self.assertEqual(options.handed_on(quick, "workloads", "rounds"),
                         ["--workloads", "LB,ECSB,HOLD", "--rounds", "3"])


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


if __name__ == "__main__":
    unittest.main()
