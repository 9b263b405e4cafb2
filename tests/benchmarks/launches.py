"""Runs MPI programs one after the other, each with a time limit, and shows the progress."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from report.figures import of_seconds

LAUNCHERS = {
    "openmpi": ["mpirun.openmpi", "--oversubscribe", "--bind-to", "none"],
    "mpich": ["mpirun.mpich"],
}
ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


@dataclass
class Job:
    what: str             # a description for the user
    mpi: str              # a key of LAUNCHERS
    ranks: int
    command: list         # what each rank runs
    hosts: object = None  # the Hosts that it runs on; None: on this machine itself
    failure: str = ""
    output: str = ""
    details: dict = field(default_factory=dict)


class Progress:
    """A line with the number of finished launches and the expected time for the others."""

    def __init__(self, total):
        self.total, self.done, self.started = total, 0, time.monotonic()
        self.on_terminal = sys.stderr.isatty()

    def rest(self):
        if self.done == 0:
            return ""
        elapsed = time.monotonic() - self.started
        return f", about {of_seconds(elapsed / self.done * (self.total - self.done))} left"

    def say(self, what, seconds=None):
        elapsed = of_seconds(time.monotonic() - self.started)
        line = f"launch {self.done + 1} of {self.total}: {what} ({elapsed}{self.rest()})"
        if self.on_terminal:
            print("\r" + line[:118].ljust(118), end="", file=sys.stderr, flush=True)
        elif seconds is None:  # the launch begins
            print(line, file=sys.stderr, flush=True)

    def end_launch(self):
        self.done += 1
        if self.on_terminal and self.done >= self.total:
            print("\r" + " " * 118 + "\r", end="", file=sys.stderr, flush=True)

    def warn(self, text):
        if self.on_terminal:
            print("\r" + " " * 118 + "\r", end="", file=sys.stderr)
        print(text, file=sys.stderr, flush=True)


def end(process):
    """Ends a launcher and all processes that it started."""
    for kind, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, kind)
            process.wait(patience)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def refusal(program, mpi, arguments, limit=60):
    """Lets lockbench look at a command line. @return why it refuses, or nothing"""
    command = LAUNCHERS[mpi] + ["-np", "1", str(program), "--list"] + arguments
    try:
        done = subprocess.run(command, env={**os.environ, **ENVIRONMENT}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              errors="replace", timeout=limit)
    except subprocess.TimeoutExpired:
        return f"{' '.join(command)} took more than {limit:g} s"
    if done.returncode == 0:
        return ""
    messages = [line for line in done.stderr.splitlines() if line.startswith("lockbench: ")]
    return messages[0].removeprefix("lockbench: ") if messages else done.stderr.strip()


def command_of(job):
    launcher = LAUNCHERS[job.mpi]
    if job.hosts is None:
        return launcher + ["-np", str(job.ranks)] + job.command
    return job.hosts.launcher(job.mpi, launcher[0], job.ranks) + job.command


def run(job, limit, progress):
    """Sets the job's output, and its failure if it failed."""
    command = command_of(job)
    progress.say(job.what)
    with tempfile.TemporaryDirectory(prefix="lockbench-") as folder, \
            tempfile.TemporaryFile() as output:
        started = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **ENVIRONMENT},
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                   start_new_session=True)
        try:
            while process.poll() is None:
                if time.monotonic() - started > limit:
                    job.failure = f"took more than {limit:g} s"
                    break
                try:
                    process.wait(1)
                except subprocess.TimeoutExpired:
                    progress.say(job.what, time.monotonic() - started)
        finally:
            if process.poll() is None:
                end(process)
        output.seek(0)
        job.output = output.read().decode(errors="replace")
    if not job.failure and process.returncode != 0:
        job.failure = f"ended with status {process.returncode}"
    if job.failure:
        last = "\n".join("    " + line for line in job.output.strip().splitlines()[-6:])
        progress.warn(f"FAILED: {job.what} {job.failure}\n{last}")
    progress.end_launch()
    return not job.failure
