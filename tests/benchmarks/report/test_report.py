"""Checks the report of lockbench's figures, with a sample small enough to work out by hand."""

import copy
import json
import pathlib
import tempfile
import unittest

from . import plots, report, tables
from .evidence import MET, MISSED, NO_AIM, UNDECIDED
from .figures import of_ratio, of_time, one_in, short
from .results import BadResults, Results, add_launch, read_json
from .targets import verdicts

SHARED = "shared_memory/writer_preferring/polling_progress"
READERS = "shared_memory/reader_preferring/polling_progress"
THREADED = "rma_window/writer_preferring/threaded_progress"
FIFO = "shared_memory/fifo/polling_progress"
PTHREAD = "pthread_rwlock_writer_preferring"


def cell(contender, rounds, workload="ECSB", writers=20, **more):
    rate = sorted(rounds)[len(rounds) // 2]
    return {"workload": workload, "writers": writers, "contender": contender, "passages": 1000,
            "passages_per_s": rate, "ns_per_passage": 1e9 / rate, "passages_per_s_of_rounds": rounds,
            "passages_of_ranks": [600, 400], "spread": 1.5,
            "wait": {"write": {"count": 10, "p50": 100, "p99": 900, "p999": 900, "max": 900,
                               "histogram": [[100, 9], [900, 1]]}},
            "cpu_seconds_waiting": None, "mpi_calls_per_passage": {}, **more}


def contender(name, kind, preference):
    return {"name": name, "kind": kind, "preference": preference, "what": f"what {name} is"}


def launch(ranks=8, mpi="Open MPI 4.1.4"):
    return {"mpi": mpi, "ranks": ranks, "cores": 2, "rounds": 3,
            "contenders": [contender(SHARED, "mpilock", "writers"),
                           contender(READERS, "mpilock", "readers"),
                           contender(PTHREAD, "peer", "writers"),
                           contender("MPI_Win_lock", "peer", "none"),
                           contender("two_atomics", "floor", "none")],
            "workloads": [{"name": "ECSB", "title": "empty section"},
                          {"name": "SOB", "title": "one access <inside>"}],
            "skipped": [{"name": THREADED, "why": "needs --threads <here>"}],
            "cells": [cell(SHARED, [6e6, 8e6, 9e6]), cell(PTHREAD, [1e6, 1e6, 3e6]),
                      cell("MPI_Win_lock", [2e4, 2e4, 2e4]), cell("two_atomics", [9e6, 9e6, 9e6])]}


def sample():
    return {"machine": {"cores": 2}, "launches": [launch(8), launch(2), launch(8, "MPICH 4.0.2")],
            "failures": [], "system_calls": []}


class Ratios(unittest.TestCase):
    def test_is_the_median_of_the_rounds(self):
        # 6, 8 and 3; the medians' ratio would be 8.
        self.assertEqual(Results(sample()).launches[1].ratio("ECSB", 20, SHARED, PTHREAD), 6)

    def test_is_none_where_one_was_not_measured(self):
        self.assertIsNone(Results(sample()).launches[0].ratio("ECSB", 20, READERS, PTHREAD))
        self.assertIsNone(Results(sample()).launches[0].ratio("ECSB", 5, SHARED, PTHREAD))

    def test_compares_only_with_the_same_preference_or_none(self):
        rows = [name for name, _ in tables.ratio_table(Results(sample()).launches[0]).rows]
        self.assertEqual(rows, [f"{SHARED} : pthread W", f"{SHARED} : MPI_Win_lock"])


class Aims(unittest.TestCase):
    """Each aim is judged where it is meant, and only if the rounds are evidence."""
    SAME = "shared_memory: never slower than process-shared locks of the same preference"
    OPEN_MPI = "shared_memory: ≥ 20 × Open MPI's MPI_Win_lock, 8 ranks"
    MPICH = "shared_memory: ≥ 10,000 × MPICH's MPI_Win_lock, 8 ranks"

    def judged(self, mine, others, **facts):
        """@param mine the rounds of SHARED. @param others the rounds of PTHREAD with 8 ranks"""
        document = sample()
        for one in document["launches"]:
            one.update(facts)
            one["cells"] = [cell(SHARED, mine), cell(PTHREAD, others if one["ranks"] == 8 else
                                                       [1e6] * len(mine)),
                            cell("MPI_Win_lock", [2e4] * len(mine))]
        return {one.aim: one for one in verdicts(Results(document))}

    def test_rounds_that_agree_are_evidence(self):
        found = self.judged([6e6, 8e6, 9e6, 7e6, 8e6], [1e6, 1e6, 3e6, 1e6, 1e6])
        self.assertEqual(found[self.SAME].state, MET)
        self.assertEqual(found[self.OPEN_MPI].state, MET)
        self.assertEqual(found[self.MPICH].state, MISSED)

    def test_few_rounds_are_no_evidence(self):
        found = self.judged([6e6, 8e6, 9e6, 7e6], [1e6] * 4)
        self.assertEqual({one.state for one in found.values()}, {UNDECIDED})
        self.assertIn("4 rounds, 5 are needed", found[self.MPICH].found)

    def test_rounds_that_disagree_are_no_evidence(self):
        found = self.judged([6e6] * 5, [9e6, 9e6, 1e6, 9e6, 9e6])[self.SAME]
        self.assertEqual(found.state, UNDECIDED)
        self.assertIn("undecided in 2 of 3; 1 of 5 rounds meet it", found.found)
        found = self.judged([6e6] * 10, [9e6] * 9 + [1e6])[self.SAME]  # by chance in 1 %
        self.assertEqual(found.state, MISSED)

    def test_slices_in_which_not_all_ranks_run_are_no_evidence(self):
        rates = [6e6] * 5, [1e6] * 5
        for slice_ms, state in ((15.9, UNDECIDED), (16, MISSED)):  # 8 ranks on 2 cores
            found = self.judged(*rates, rounds=5, seconds_per_cell=5 * slice_ms / 1000)
            self.assertEqual(found[self.MPICH].state, state)

    def test_policies_that_keep_an_order_are_not_judged_by_speed(self):
        document = sample()
        for one in document["launches"]:
            one["contenders"].append({**contender(FIFO, "mpilock", "none"), "hands_over": True})
            one["cells"] = [cell(FIFO, [1] * 5), cell("MPI_Win_lock", [2e4] * 5),
                            cell("two_atomics", [9e6] * 5)]
        document["launches"].append({**document["launches"][1], "only_rank": 1})
        states = {one.aim: one.state for one in verdicts(Results(document))}
        self.assertEqual(states, {"speed with fifo": NO_AIM})

    def test_processor_time_of_waits_is_judged_by_its_rounds(self):
        for rounds, state in (([0.01] * 5, MET), ([0.03] * 5, MISSED), ([0.03] * 3, UNDECIDED)):
            document = sample()
            for one in document["launches"]:
                one["cells"] = [cell(SHARED, [1e6], "HOLD", cpu_seconds_waiting=rounds[0],
                                     cpu_seconds_waiting_of_rounds=rounds)]
            self.assertEqual([one.state for one in verdicts(Results(document))], [state])


class Page(unittest.TestCase):
    def test_shows_every_contender_and_number_of_ranks(self):
        document = sample()
        page = report.page(Results(document))
        for one in document["launches"]:
            for facts in one["contenders"]:
                self.assertIn(facts["name"], page)
            self.assertIn(f"{one['mpi']}, {one['ranks']} ranks", page)
        self.assertIn("needs --threads &lt;here&gt;", page)

    def test_takes_the_titles_of_workloads_from_the_results(self):
        document = sample()
        document["launches"][0]["cells"].append(cell(SHARED, [1e6], workload="SOB"))
        self.assertIn("SOB: one access &lt;inside&gt;", report.page(Results(document)))
        for one in document["launches"]:
            del one["workloads"]
        self.assertIn("<summary>SOB</summary>", report.page(Results(document)))

    def test_needs_nothing_else(self):
        page = report.page(Results(sample()))
        self.assertEqual(page.count(plots.library()), 1)
        page = page.replace(plots.library(), "")  # it names web sites, but these plots use none
        for loads in ("http:", "https:", "src=", "<link", "@import", "url("):
            self.assertNotIn(loads, page)

    def test_does_without_what_is_missing(self):
        document = sample()
        for name in ("wait", "spread", "passages_of_ranks", "mpi_calls_per_passage"):
            for one in document["launches"][0]["cells"]:
                del one[name]
        document["launches"][1]["cells"] = []
        self.assertIn("MPICH", report.page(Results(document)))
        document["launches"] = []
        self.assertIn("</html>", report.page(Results(document)))

    def test_tells_of_failures_and_lost_updates(self):
        document = sample()
        document["failures"] = [{"launch": "16 ranks", "why": "took more than 5 s"}]
        document["launches"][0]["cells"][0]["lost_updates"] = 3
        page = report.page(Results(document))
        self.assertIn("took more than 5 s", page)
        self.assertIn("no lock", page)


class Reading(unittest.TestCase):
    def error_of(self, change):
        document = sample()
        change(document)
        with self.assertRaises(BadResults) as caught:
            Results(document, "some.json")
        return str(caught.exception)

    def test_says_what_is_wrong_and_where(self):
        self.assertIn('some.json: "launches" is missing', self.error_of(lambda d: d.pop("launches")))
        self.assertIn('launch 1: "ranks" is "two"',
                      self.error_of(lambda d: d["launches"][1].update(ranks="two")))
        self.assertIn('launch 0, cell 2: "writers" is missing',
                      self.error_of(lambda d: d["launches"][0]["cells"][2].pop("writers")))
        self.assertIn('"nobody" is not among the contenders',
                      self.error_of(lambda d: d["launches"][0]["cells"][0].update(contender="nobody")))

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "cut.json"
            file.write_text(json.dumps(sample())[:-9], encoding="utf-8")
            with self.assertRaisesRegex(BadResults, "cut.json: not JSON, or cut off"):
                read_json(file)
            with self.assertRaisesRegex(BadResults, "none.json: No such file"):
                read_json(pathlib.Path(folder) / "none.json")

    def test_a_launch_with_threads_adds_what_was_skipped(self):
        first, second = launch(), launch()
        second["contenders"].append(contender(THREADED, "mpilock", "writers"))
        second["cells"].append(cell(THREADED, [1e6]))
        before = copy.deepcopy(first["cells"])
        add_launch(first, second)
        self.assertEqual(first["cells"], before + [second["cells"][-1]])
        self.assertEqual(first["skipped"], [])


class SmallThings(unittest.TestCase):
    def test_numbers(self):
        self.assertEqual([short(0), short(999.9), short(1234567), short(None)],
                         ["0", "1 k", "1.23 M", "–"])
        self.assertEqual([of_time(812.5), of_time(2.4e7)], ["812 ns", "24 ms"])
        self.assertEqual([of_ratio(0.5), of_ratio(12345), one_in(0.001)], ["0.50×", "12 k×", "1 in 1k"])


if __name__ == "__main__":
    unittest.main()
