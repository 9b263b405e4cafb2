"""Reads, checks and merges the JSON files of lockbench, and finds figures in them."""

import copy
import json
import statistics


class BadResults(Exception):
    """A file that lockbench could not have written; the text names the file and the mistake."""


# What a launch can be: a figure of one regime says nothing of the others.
CORE_EACH, MORE_RANKS, SEVERAL_HOSTS = REGIMES = (
    "a core for every rank", "more ranks than cores", "several hosts")

LAUNCH_FIELDS = {"mpi": str, "ranks": int, "cores": int, "contenders": list, "cells": list}
CONTENDER_FIELDS = {"name": str, "kind": str, "preference": str}
CELL_FIELDS = {"workload": str, "writers": (int, float), "contender": str,
               "passages_per_s": (int, float), "ns_per_passage": (int, float)}


def check_fields(what, fields, where):
    if not isinstance(what, dict):
        raise BadResults(f"{where}: an object was expected, there is {json.dumps(what)[:60]}")
    for name, kind in fields.items():
        if name not in what:
            raise BadResults(f'{where}: "{name}" is missing')
        if not isinstance(what[name], kind):
            raise BadResults(f'{where}: "{name}" is {json.dumps(what[name])[:60]}, '
                             "which is of the wrong kind")


def read_json(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except OSError as error:
        raise BadResults(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise BadResults(f"{path}: not JSON, or cut off: {error}") from None


def check_launch(document, where):
    check_fields(document, LAUNCH_FIELDS, where)
    for i, contender in enumerate(document["contenders"]):
        check_fields(contender, CONTENDER_FIELDS, f"{where}, contender {i}")
    if document.get("regime", CORE_EACH) not in REGIMES:
        raise BadResults(f'{where}: "regime" is {json.dumps(document["regime"])}, '
                         f"which is none of: {'; '.join(REGIMES)}")
    names = {contender["name"] for contender in document["contenders"]}
    for i, cell in enumerate(document["cells"]):
        check_fields(cell, CELL_FIELDS, f"{where}, cell {i}")
        if cell["contender"] not in names:
            raise BadResults(
                f'{where}, cell {i}: "{cell["contender"]}" is not among the contenders')
    for i, skipped in enumerate(document.get("skipped", [])):
        check_fields(skipped, {"name": str, "why": str}, f"{where}, skipped {i}")
    for i, workload in enumerate(document.get("workloads", [])):
        check_fields(workload, {"name": str, "title": str}, f"{where}, workload {i}")


def percent(writers):
    """20.0 and 20 are the same mix, and 0.2 is not 0."""
    return round(float(writers), 6)


def rates_of(cell):
    return cell.get("passages_per_s_of_rounds") or [cell["passages_per_s"]]


def ratios_of(rates, others):
    return [a / b for a, b in zip(rates, others) if b > 0]


class Launch:
    """One MPI with one number of ranks. With "only_rank", one rank passes the others serve it."""

    def __init__(self, document, where="a launch"):
        check_launch(document, where)
        self.document = document
        self.mpi = document["mpi"]
        self.ranks = document["ranks"]
        ranks_of_node = document.get("ranks_of_node", self.ranks)
        self.regime = document.get("regime") or (  # older files have none
            CORE_EACH if ranks_of_node <= document["cores"] else MORE_RANKS)
        self.contenders = {one["name"]: one for one in document["contenders"]}
        self.skipped = {one["name"]: one["why"] for one in document.get("skipped", [])
                        if one["name"] not in self.contenders}
        self.cells = {(cell["workload"], percent(cell["writers"]), cell["contender"]): cell
                      for cell in document["cells"]}

    def in_ranks(self):
        text = f"{self.ranks} rank{'s' * (self.ranks > 1)}"
        if self.on_test_hosts():
            text += f" on {self.document['hosts']} hosts"
            if self.document["latency_us"]:
                text += f", packets delayed by {self.document['latency_us']} µs"
        return text

    def on_test_hosts(self):
        """Whether its hosts are namespaces of one machine."""
        return "hosts" in self.document

    def cell(self, workload, writers, contender):
        return self.cells.get((workload, percent(writers), contender))

    def slice_ms(self):
        """How long a turn of a contender took, or None."""
        seconds = self.document.get("seconds_per_cell")
        return None if seconds is None else 1000 * seconds / self.document["rounds"]

    def ratios(self, workload, writers, contender, other):
        """Passages per second over the other's in each round, in which both had their turn."""
        mine = self.cell(workload, writers, contender)
        theirs = self.cell(workload, writers, other)
        if mine is None or theirs is None:
            return []
        return ratios_of(rates_of(mine), rates_of(theirs))

    def ratio(self, *cells):
        """The median of the ratios of the rounds; None where one of the two was not measured."""
        ratios = self.ratios(*cells)
        return statistics.median(ratios) if ratios else None


class Results:
    """All launches of a run."""

    def __init__(self, document, where="the results"):
        check_fields(document, {"machine": dict, "launches": list}, where)
        self.document = document
        self.machine = document["machine"]
        self.failures = document.get("failures", [])
        launches = [Launch(launch, f"{where}, launch {i}")
                    for i, launch in enumerate(document["launches"])]
        launches.sort(key=lambda launch: launch.ranks)
        self.launches = [launch for launch in launches if "only_rank" not in launch.document]
        self.alone = [launch for launch in launches if "only_rank" in launch.document]
        self.launches_of_run = self.launches  # in a part, too

    def mpis(self):
        return sorted({launch.mpi for launch in self.launches}, reverse=True)

    def of_mpi(self, mpi):
        return [launch for launch in self.launches if launch.mpi == mpi]

    def of_regimes(self, *regimes):
        """The same results without the launches of other regimes."""
        part = copy.copy(self)
        part.launches = [launch for launch in self.launches if launch.regime in regimes]
        part.alone = [launch for launch in self.alone if launch.regime in regimes]
        return part

    def by_regime(self):
        """[(regime, results)], of regimes that have launches."""
        parts = [(regime, self.of_regimes(regime)) for regime in REGIMES]
        return [(regime, part) for regime, part in parts if part.launches or part.alone]

    def workloads(self):
        return list(dict.fromkeys(key[0] for launch in self.launches for key in launch.cells))

    def title_of(self, workload):
        for launch in self.launches:
            for one in launch.document.get("workloads", []):
                if one["name"] == workload:
                    return f"{workload}: {one['title']}"
        return workload

    def writers(self, workload):
        return sorted({key[1] for launch in self.launches for key in launch.cells
                       if key[0] == workload})

    def broken(self):
        """The cells in which updates under the write lock were lost, so that it is no lock."""
        return [f"{name}, {workload}, {writers:g} % writers, {launch.in_ranks()}, {launch.mpi}"
                for launch in self.launches for (workload, writers, name), cell in
                launch.cells.items() if cell.get("lost_updates")]

    def system_calls(self, launch, writers, contender):
        """The entry made by strace, or None."""
        for entry in self.document.get("system_calls", []):
            if (entry["mpi"], entry["ranks"], percent(entry["writers"]), entry["contender"]) == (
                    launch.mpi, launch.ranks, percent(writers), contender):
                return entry
        return None

    def contenders(self):
        """Name to facts: compositions first, those of a backend together; floors last. A part has
        those of the whole run, so that each keeps its style."""
        found = {}
        for launch in self.launches_of_run:
            found.update(launch.contenders)
        order = {"mpilock": 0, "peer": 1, "floor": 2}

        def place(item):
            name, facts = item
            backend = name.partition("/")[0] if facts["kind"] == "mpilock" else ""
            return order.get(facts["kind"], 3), backend
        return dict(sorted(found.items(), key=place))


def add_launch(document, more):
    """Adds to a launch the contenders that only a second one with the same MPI and ranks has."""
    known = {one["name"] for one in document["contenders"]}
    new = [one for one in more["contenders"] if one["name"] not in known]
    names = {one["name"] for one in new}
    document["contenders"] += new
    document["cells"] += [cell for cell in more["cells"] if cell["contender"] in names]
    document["skipped"] = [one for one in document.get("skipped", []) if one["name"] not in names]
