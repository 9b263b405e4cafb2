#!/usr/bin/env python3
"""check_lockbench.py CHECK LAUNCHER… PROGRAM: launches lockbench and checks its output.

CHECK is one of the functions below whose names begin with check_.
"""
import json
import os
import re
import subprocess
import sys

QUICK = ["--rounds", "1", "--slice", "1"]
FLOORS = {"two_atomics", "two_fetch_and_op", "ping_pong_and_half"}
SPINNING = {"ticket_spin_lock", "mcs_spin_lock"}  # floors that are locks, for ranks with a core
WORKLOADS_OF_FLOORS = {"LB", "ECSB"}
KEYS = {"workload", "writers", "contender", "passages", "ns_per_passage", "passages_per_s",
        "passages_per_s_of_rounds", "passages_of_ranks", "spread", "spread_of_rounds", "wait",
        "cpu_seconds", "wall_seconds", "cpu_seconds_waiting", "cpu_seconds_waiting_of_rounds",
        "mpi_calls_per_passage", "remote_operations_per_passage", "messages_per_passage",
        "voluntary_switches_per_passage", "system_calls_per_passage"}


def launch(command, *arguments):
    """The exit status and the output; a hang is a failure too."""
    done = subprocess.run([*command, *arguments], text=True, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout, done.stderr


def measured(command, *arguments, ranks=3):
    """Its JSON file, after a check of all parts."""
    status, said, complained = launch(command, *QUICK, "--json", "lockbench.json", *arguments)
    assert status == 0, f"exit status {status}\n{said}{complained}"
    with open("lockbench.json", encoding="utf-8") as file:
        found = json.load(file)
    assert found["ranks"] == found["ranks_of_node"] == ranks
    assert found["rounds"] == 1 and found["cores"] > 0
    enough = found["cores"] >= ranks
    assert found["regime"] == ("a core for every rank" if enough else "more ranks than cores")
    assert ": " + found["regime"] + "\n" in said, said
    for cell in found["cells"]:
        look_at(cell)
    return found


def look_at(cell):
    where = f"{cell['workload']} {cell['writers']} {cell['contender']}"
    assert KEYS <= cell.keys(), f"{where}: no {KEYS - cell.keys()}"
    assert cell["passages"] == sum(cell["passages_of_ranks"]) > 0, where
    assert cell["ns_per_passage"] > 0 and cell["spread"] >= 1, where
    assert cell["spread_of_rounds"] == [cell["spread"]], where  # there is one round
    assert abs(cell["ns_per_passage"] * cell["passages_per_s"] / 1e9 - 1) < 1e-3, where
    assert cell.get("lost_updates", 0) == 0, where
    for kind, waits in cell["wait"].items():
        assert kind in ("read", "write")
        never = 100 if kind == "read" else 0
        assert cell["writers"] != never or cell["workload"] == "HOLD", where
        assert waits["count"] == sum(count for _, count in waits["histogram"]) > 0, where
        assert waits["p50"] <= waits["p99"] <= waits["p999"] <= waits["max"], where


def expect_cells(found, workloads, mixes):
    expected = {(workload, mix, contender["name"])
                for workload in workloads for mix in mixes for contender in found["contenders"]
                if workload in WORKLOADS_OF_FLOORS or contender["kind"] != "floor"
                or contender["name"] in SPINNING}
    cells = [(cell["workload"], cell["writers"], cell["contender"]) for cell in found["cells"]]
    assert len(cells) == len(set(cells)) and set(cells) == expected, set(cells) ^ expected


def workloads_of_help(command):
    status, said, complained = launch(command, "--help")
    assert status == 0, complained
    listed = re.search(r"--workloads LIST.*?\bof ([A-Z0-9,\s]+); all", said, re.DOTALL)
    assert listed, said
    return set(re.split(r",\s+", listed.group(1)))


def check_cells(command):
    """Every contender in every workload, and counts that are known beforehand."""
    found = measured(command, "--writers", "0,20,100")
    workloads = [workload["name"] for workload in found["workloads"]]
    assert set(workloads) | {"HDF5"} == workloads_of_help(command), workloads  # HDF5 if it is there
    expect_cells(found, workloads, [0, 20, 100])
    names = {contender["name"] for contender in found["contenders"]}
    assert FLOORS <= names and "cas_spin_lock" in names, names
    assert "shared_memory/writer_preferring/polling_progress" in names, names
    skipped = {each["name"] for each in found["skipped"]}
    left_out = {name for name in skipped if "threaded" not in name}
    assert left_out == (SPINNING if found["regime"] == "more ranks than cores" else set()), left_out
    fairness = {contender["name"].split("/")[1] for contender in found["contenders"]
                if contender["hands_over"]}
    assert {"phase_fair", "fifo"} <= fairness and "writer_preferring" not in fairness, fairness
    for cell in found["cells"]:
        if cell["workload"] == "ECSB" and cell["contender"] == "two_fetch_and_op":
            assert cell["mpi_calls_per_passage"] == {"MPI_Fetch_and_op": 2, "MPI_Win_flush": 2}
        if cell["workload"] == "ECSB" and cell["contender"] == "two_atomics":
            assert cell["mpi_calls_per_passage"] == {}
        if cell["workload"] == "HOLD":
            assert cell["cpu_seconds_waiting"] >= 0
            assert cell["cpu_seconds_waiting_of_rounds"] == [cell["cpu_seconds_waiting"]]


def check_spinning(command):
    """The floors that spin are locks. Two ranks may have two cores, so that these locks are run
    here. On one core they are left out, even by name."""
    core = str(min(os.sched_getaffinity(0)))
    status, said, _ = launch([*command[:-1], "taskset", "-c", core, command[-1]], *QUICK,
                             "--workloads", "WCSB", "--contenders", ",".join(SPINNING))
    assert status == 0 and "Left out:" in said, said
    for name in SPINNING:
        assert f"{name}: it spins without end, and there are more ranks (2) than cores (1)" in said
    found = measured(command, "--writers", "100", "--workloads", "WCSB", "--contenders",
                     ",".join(SPINNING), "--slice", "400", ranks=2)  # long enough to lose updates
    run = {contender["name"] for contender in found["contenders"]}
    assert run == (SPINNING if found["cores"] >= 2 else set()), run
    expect_cells(found, ["WCSB"], [100])


def check_threads(command):
    found = measured(command, "--threads", "--writers", "20", "--workloads", "ECSB,HOLD",
                     "--contenders", "rma_window,two_sided")
    expect_cells(found, ["ECSB", "HOLD"], [20])
    assert any("threaded" in each["name"] for each in found["contenders"] + found["skipped"])


def check_only_rank(command):
    """The counts are exact while only one rank passes."""
    found = measured(command, "--only-rank", "1", "--writers", "50", "--workloads", "LB")
    per_passage = {cell["contender"]: cell for cell in found["cells"]}
    for cell in found["cells"]:
        assert len(cell["passages_of_ranks"]) == 1, cell["contender"]
    assert per_passage["two_fetch_and_op"]["remote_operations_per_passage"] == 2
    assert per_passage["ping_pong_and_half"]["messages_per_passage"] == 3
    shared = per_passage["shared_memory/writer_preferring/polling_progress"]
    assert shared["remote_operations_per_passage"] == shared["messages_per_passage"] == 0


def recommended(command, *arguments):
    """The table's rows, and the last two lines: the reason, and the code to copy."""
    status, said, complained = launch(command, "--recommend", *arguments)
    assert status == 0, complained
    lines = said.splitlines()
    assert len(lines) <= 12 and "passages/s" in lines[1], said
    return [line for line in lines[2:] if line.startswith("  ")], lines[-2], lines[-1]


def check_recommend(command):
    """Only the backend is up to the figures, and a short run leaves it to the library."""
    rows, why, code = recommended(command, *QUICK, "--writers", "5")
    assert len(rows) == 3 and sum("(the default)" in row for row in rows) == 1, rows
    assert "Too short" in why and code == "auto controller = mpilock::sync();", (why, code)
    _, _, code = recommended(command, *QUICK, "--fairness", "at_most")
    assert code == ("auto controller = mpilock::sync<mpilock::at_most<2, "
                    "mpilock::writer_preferring>>();"), code
    rows, why, code = recommended(command, "--slice", "12", "--contenders", "two_sided,shared",
                                  "--fairness", "fifo", "--threads")
    assert len(rows) == 2 and re.search("The default is|of 5 rounds", why), (rows, why)
    assert "mpilock::fifo" in code, code


def check_command_lines(command):
    """Each wrong option is refused by one message, which names its value and the remedy."""
    for arguments, named in [
            (["--nonsense"], "--nonsense"), (["--writers", "101"], "101"),
            (["--writers", "five"], "five"), (["--writers", ","], "--writers"),
            (["--rounds", "0"], "0"), (["--slice", "nan"], "nan"), (["--slice"], "--slice"),
            (["--workloads", "LB,XYZ"], "XYZ"), (["--contenders", "no_such"], "no_such"),
            (["--only-rank", "3"], "3"), (["--json", "no/such/folder.json"], "no/such/folder.json"),
            (["--recommend", "--writers", "1,2"], "--recommend"),
            (["--recommend", "--workloads", "LB"], "--workloads"),
            (["--recommend", "--fairness", "no_such"], "no_such"),
            (["--fairness", "fifo"], "--recommend")]:
        status, said, complained = launch(command, *arguments)
        assert status != 0, arguments
        messages = [line for line in complained.splitlines() if line.startswith("lockbench: ")]
        assert len(messages) == 1 and named in messages[0], f"{arguments}: {complained}{said}"
        assert ";" in messages[0], f"{arguments}: {messages[0]}"
    assert launch(command, "--help")[0] == 0
    status, said, _ = launch(command, "--list")
    assert status == 0 and "mcs_lock" in said


globals()["check_" + sys.argv[1]](sys.argv[2:])
