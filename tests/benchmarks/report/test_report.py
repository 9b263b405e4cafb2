"""Checks the report of lockbench's figures, with a sample small enough to work out by hand."""

import copy
import json
import pathlib
import tempfile
import unittest

from . import plots, report, tables
from .evidence import MET, MISSED, NO_AIM, UNDECIDED
from .figures import of_ratio, of_time, one_in, short
from .results import (CORE_EACH, MORE_RANKS, SEVERAL_HOSTS, BadResults, Launch, Results,
                      add_launch, read_json)
from .targets import verdicts

SHARED = "shared_memory/writer_preferring/polling_progress"
READERS = "shared_memory/reader_preferring/polling_progress"
THREADED = "rma_window/writer_preferring/threaded_progress"
FIFO = "shared_memory/fifo/polling_progress"
RMA_FIFO = "rma_window/fifo/polling_progress"
TICKET = "ticket_spin_lock"
PTHREAD = "pthread_rwlock_writer_preferring"


def cell(contender, rounds, workload="ECSB", writers=20, **more):
    rate = sorted(rounds)[len(rounds) // 2]
    return {"workload": workload, "writers": writers, "contender": contender, "passages": 1000,
            "passages_per_s": rate, "ns_per_passage": 1e9 / rate,
            "passages_per_s_of_rounds": rounds,
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


def of_both(results):
    """The verdicts of both regimes of one node."""
    return [one for _, judged in verdicts(results) for one in judged]


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
        return {one.aim: one for one in of_both(Results(document))}

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
        self.assertIn("undecided in 2 of 2; 1 of 5 rounds meet it", found.found)
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
        states = {one.aim: one.state for one in of_both(Results(document))}
        self.assertEqual(states, {"speed with fifo": NO_AIM})

    def test_processor_time_of_waits_is_judged_by_its_rounds(self):
        for rounds, state in (([0.01] * 5, MET), ([0.03] * 5, MISSED), ([0.03] * 3, UNDECIDED)):
            document = sample()
            for one in document["launches"]:
                one["cells"] = [cell(SHARED, [1e6], "HOLD", cpu_seconds_waiting=rounds[0],
                                     cpu_seconds_waiting_of_rounds=rounds)]
            self.assertEqual([one.state for one in of_both(Results(document))], [state] * 2)


class Regimes(unittest.TestCase):
    """Launches with a core for every rank are judged apart from those with more ranks."""
    TICKET_AIM = ("shared_memory with fifo, all write: ≤ 3 × a ticket lock that spins, from 2 "
                  "ranks on")

    def judged(self, cells, ranks=2, more_launches=()):
        """The verdicts on one launch on two cores, by regime and aim."""
        one = launch(ranks)
        one["contenders"] += [{**contender(FIFO, "mpilock", "none"), "hands_over": True},
                              contender(READERS, "mpilock", "writers"),
                              contender("boost_sharable_mutex", "peer", "none"),
                              contender(TICKET, "floor", "none")]
        one["cells"] = cells
        document = {**sample(), "launches": [one, *more_launches]}
        return {regime: {one.aim: one for one in found}
                for regime, found in verdicts(Results(document))}

    def test_is_a_fact_of_a_launch(self):
        self.assertEqual([Launch(launch(ranks)).regime for ranks in (1, 2, 3)],
                         [CORE_EACH, CORE_EACH, MORE_RANKS])
        self.assertEqual(Launch({**launch(8), "ranks_of_node": 2}).regime, CORE_EACH)
        self.assertEqual(Launch({**launch(2), "regime": MORE_RANKS}).regime, MORE_RANKS)
        with self.assertRaisesRegex(BadResults, '"regime" is "some", which is none of: a core for'):
            Launch({**launch(2), "regime": "some"})

    def test_fifo_is_judged_by_the_ticket_lock(self):
        for rounds, state in (([4e6] * 5, MET), ([2e6] * 5, MISSED), ([4e6] * 4, UNDECIDED),
                              ([4e6] * 3 + [2e6] * 2, UNDECIDED)):
            cells = [cell(FIFO, rounds, writers=100),
                     cell(TICKET, [9e6] * len(rounds), writers=100)]
            self.assertEqual(self.judged(cells)[CORE_EACH][self.TICKET_AIM].state, state)

    def test_the_ticket_lock_judges_only_ranks_that_have_a_core_and_a_rival(self):
        cells = [cell(FIFO, [1] * 5, writers=100), cell(TICKET, [9e6] * 5, writers=100)]
        self.assertNotIn(self.TICKET_AIM, self.judged(cells, ranks=1)[CORE_EACH])
        found = self.judged(cells, ranks=8)
        self.assertEqual({regime: {one.state for one in judged.values()}
                          for regime, judged in found.items()}, {MORE_RANKS: {NO_AIM}})
        self.assertEqual(self.judged([cell(FIFO, [1] * 5, writers=100)]), {CORE_EACH: {}})

    def test_an_order_costs_little_with_a_core_for_every_rank(self):
        aim = ("shared_memory, policies that keep an order, 5 and 20 % writers: ≤ 3 × "
               "writer_preferring")
        for rate, state in ((4e6, MET), (2e6, MISSED)):
            cells = [cell(FIFO, [rate] * 5), cell(SHARED, [9e6] * 5),
                     cell(FIFO, [1] * 5, writers=100), cell(SHARED, [9e6] * 5, writers=100)]
            self.assertEqual(self.judged(cells)[CORE_EACH][aim].state, state)

    def test_every_policy_is_compared_with_locks_of_its_preference(self):
        aim = ("shared_memory, every policy: ≥ 0.9 × process-shared locks of the same preference, "
               "section empty or not")
        for mine, other in ((SHARED, PTHREAD), (FIFO, "boost_sharable_mutex")):
            for workload in ("ECSB", "WCSB"):
                for rate, state in ((0.95e6, MET), (0.85e6, MISSED)):
                    cells = [cell(mine, [rate] * 5, workload), cell(other, [1e6] * 5, workload)]
                    self.assertEqual(self.judged(cells)[CORE_EACH][aim].state, state)
        found = self.judged([cell(FIFO, [1] * 5), cell(PTHREAD, [1e6] * 5)])
        self.assertNotIn(aim, found[CORE_EACH])

    def test_a_section_with_work_is_as_quick_as_with_any_peer(self):
        aim = ("shared_memory, every policy: ≤ 1.25 × the best peer of any preference, section not "
               "empty")
        for rate, state in ((0.85e6, MET), (0.75e6, MISSED)):
            cells = [cell(FIFO, [rate] * 5, "WCSB"), cell(PTHREAD, [1e6] * 5, "WCSB"),
                     cell("MPI_Win_lock", [1e3] * 5, "WCSB"), cell(TICKET, [9e9] * 5, "WCSB")]
            self.assertEqual(self.judged(cells)[CORE_EACH][aim].state, state)

    def test_two_readers_are_twice_as_quick_as_one(self):
        aim = ("readers only, Open MPI 4.1.4: two ranks make ≥ 2 × the passages of one, with the "
               "best composition")
        alone = {**launch(2), "only_rank": 1}
        alone["contenders"].append(contender(READERS, "mpilock", "writers"))
        alone["cells"] = [cell(name, [1e6] * 5, writers=0) for name in (READERS, SHARED)]
        for rate, state in ((2.1e6, MET), (1.9e6, MISSED)):
            cells = [cell(READERS, [rate] * 5, writers=0), cell(SHARED, [1e6] * 5, writers=0)]
            self.assertEqual(self.judged(cells, 2, [alone])[CORE_EACH][aim].state, state)
            self.assertNotIn(aim, self.judged(cells, 2)[CORE_EACH])

    def test_the_page_shows_them_apart(self):
        page = report.page(Results(sample()))
        for part in ("aims", "figures"):
            section = page[page.index(f'<section id="{part}">'):].partition("</section>")[0]
            self.assertLess(0, section.index("<h3>A core for every rank</h3>"))
            self.assertLess(section.index("<h3>A core for every rank</h3>"),
                            section.index("<h3>More ranks than cores</h3>"))


def on_hosts(cells, latency=0):
    """A launch on two test hosts, with two ranks each."""
    one = launch(4)
    return {**one, "regime": SEVERAL_HOSTS, "ranks_of_node": 2, "hosts": 2, "latency_us": latency,
            "contenders": [contender(RMA_FIFO, "mpilock", "none"),
                           contender(THREADED, "mpilock", "writers"),
                           contender("MPI_Win_lock", "peer", "none")],
            "skipped": [], "cells": cells}


class SeveralHosts(unittest.TestCase):
    AIM = "fifo and phase_fair, all write: spread ≤ 3 (most passages of a rank over fewest)"

    def judged(self, spreads, name=RMA_FIFO, **facts):
        cells = [cell(name, [1e6] * 5, writers=100, spread_of_rounds=spreads),
                 cell("MPI_Win_lock", [1e6] * 5, writers=100, spread_of_rounds=[99] * 5)]
        document = {**sample(), "launches": [{**on_hosts(cells), **facts}]}
        return [(one.aim, one.state, one.found)
                for one in dict(verdicts(Results(document)))[SEVERAL_HOSTS]]

    def test_ranks_have_even_shares_where_all_write(self):
        for spreads, state in (([3, 1, 2, 2, 3], MET), ([3.1] * 5, MISSED), ([1] * 4, UNDECIDED)):
            (aim, found, _), = self.judged(spreads)
            self.assertEqual((aim, found), (self.AIM, state))
        self.assertEqual(self.judged([9] * 5, THREADED), [])  # it prefers writers

    def test_its_hosts_share_the_cores_of_the_machine(self):
        for slice_ms, state in ((7.9, UNDECIDED), (8, MET)):  # 4 ranks on 2 cores
            (_, found, _), = self.judged([1] * 5, rounds=5, seconds_per_cell=5 * slice_ms / 1000)
            self.assertEqual(found, state)

    def test_a_launch_names_its_hosts_and_their_distance(self):
        self.assertEqual(Launch(on_hosts([])).in_ranks(), "4 ranks on 2 hosts")
        self.assertEqual(Launch(on_hosts([], 50)).in_ranks(),
                         "4 ranks on 2 hosts, packets delayed by 50 µs")

    def test_the_page_shows_it_apart(self):
        document = sample()
        document["launches"].append(on_hosts([cell(RMA_FIFO, [1e6], writers=100)], 50))
        page = report.page(Results(document))
        hosts = page[page.index('<section id="hosts">'):].partition("</section>")[0]
        self.assertIn("rma fifo", hosts)
        self.assertNotIn("Shared memory", hosts)
        plots_of_node = page[page.index('<section id="throughput">'):page.index(
            '<section id="hosts">')]
        self.assertNotIn("rma fifo", plots_of_node)
        figures = page[page.index('<section id="figures">'):].partition("</section>")[0]
        self.assertIn("<h3>Several hosts</h3>", figures)
        self.assertIn("4 ranks on 2 hosts, packets delayed by 50 µs: spread", figures)
        self.assertNotIn('<section id="hosts">', report.page(Results(sample())))


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
        document["launches"] = [{**launch(), "cells": [cell(SHARED, [1e6], "WCSB")]}]
        self.assertIn("WCSB", report.page(Results(document)))

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
        self.assertIn('some.json: "launches" is missing',
                      self.error_of(lambda d: d.pop("launches")))
        self.assertIn('launch 1: "ranks" is "two"',
                      self.error_of(lambda d: d["launches"][1].update(ranks="two")))
        self.assertIn('launch 0, cell 2: "writers" is missing',
                      self.error_of(lambda d: d["launches"][0]["cells"][2].pop("writers")))
        self.assertIn('"nobody" is not among the contenders',
                      self.error_of(
                          lambda d: d["launches"][0]["cells"][0].update(contender="nobody")))

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
        self.assertEqual([of_ratio(0.5), of_ratio(12345), one_in(0.001)],
                         ["0.50×", "12 k×", "1 in 1k"])


if __name__ == "__main__":
    unittest.main()
