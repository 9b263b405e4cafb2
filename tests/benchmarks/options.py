"""The command line of tests/benchmarks/run.

The names of workloads and contenders are not known here: lockbench checks them, once it is built.
"""

import argparse

from launches import LAUNCHERS

QUICK = {"ranks": [1, 2, 8], "writers": "0,20,100", "workloads": "LB,ECSB,HOLD", "rounds": 3,
         "slice": 10}


class BadOptions(Exception):
    """Options that lockbench or this machine refuses; the text says what was given and what to
    do."""


def numbers(least, most, kind):
    def convert(text):
        values = []
        for part in text.split(","):
            try:
                value = kind(part)
            except ValueError:
                value = least - 1
            if not least <= value <= most:
                raise argparse.ArgumentTypeError(
                    f"'{part}' was given; give numbers from {least} to {most}, with commas between")
            values.append(value)
        return list(dict.fromkeys(values))
    return convert


def names(choices):
    def convert(text):
        for part in text.split(","):
            if part not in choices:
                raise argparse.ArgumentTypeError(
                    f"'{part}' was given; choose from {', '.join(choices)}, with commas between")
        return list(dict.fromkeys(text.split(",")))
    return convert


def mixes(text):
    return ",".join(f"{value:g}" for value in numbers(0, 100, float)(text))


def one_number(least, most, kind):
    def convert(text):
        values = numbers(least, most, kind)(text)
        if len(values) > 1:
            raise argparse.ArgumentTypeError(f"'{text}' was given; give one number")
        return values[0]
    return convert


def options_of(arguments=None):
    parser = argparse.ArgumentParser(
        prog="tests/benchmarks/run",
        description="Builds lockbench for each MPI, measures, and writes lockbench.json and "
                    "lockbench.html. A launch that fails is reported and the rest goes on; the "
                    "exit status is then 1.")
    parser.add_argument("--quick", action="store_true",
                        help="minutes instead of hours, too short to judge the aims: fewer ranks, "
                             "mixes and workloads, short turns")
    parser.add_argument("--ranks", type=numbers(1, 4096, int), help="default 1,2,4,8,16")
    parser.add_argument("--mpi", type=names(tuple(LAUNCHERS)), default=list(LAUNCHERS),
                        help="default openmpi,mpich")
    parser.add_argument("--workloads", help="names, which lockbench --help lists; default all")
    parser.add_argument("--writers", type=mixes, help="per cent; default 0,0.2,2,5,20,100")
    parser.add_argument("--contenders", help="names, or how they begin; default all")
    parser.add_argument("--rounds", type=one_number(1, 1000, int), help="turns of each contender")
    parser.add_argument("--slice", type=one_number(0.1, 60000, float),
                        help="milliseconds that a turn takes")
    parser.add_argument("--limit", type=one_number(1, 10 ** 6, float), default=3600,
                        help="seconds after which a launch is ended; default 3600")
    parser.add_argument("--hosts", type=one_number(2, 64, int), default=0,
                        help="also measure over TCP on so many hosts, with one rank on each and "
                             "with two; they are network namespaces of this machine, and need root")
    parser.add_argument("--latency", type=one_number(1, 10 ** 6, int), default=0,
                        help="with --hosts: microseconds by which each packet between hosts is "
                             "delayed; the kernel needs netem for it")
    parser.add_argument("--out", default="build/benchmarks/report",
                        help="the folder for the results; default build/benchmarks/report")
    parser.add_argument("--recommend", action="store_true",
                        help="only say which composition to use, for the mix of --writers, the "
                             "greatest number of --ranks and the policy of --fairness")
    parser.add_argument("--fairness", help="with --recommend: a fairness policy, or how its name "
                                           "begins; default: the library's")
    parser.add_argument("--threads", action="store_true",
                        help="with --recommend: also compositions with threaded_progress; MPI "
                             "works with locks of its own then")
    options = parser.parse_args(arguments)
    if options.recommend and options.quick:
        parser.error("--recommend takes seconds, and needs whole turns; leave out --quick")
    if options.recommend and options.workloads:
        parser.error("--recommend chooses the workloads itself; leave out --workloads")
    if not options.recommend and (options.fairness or options.threads):
        given = "--fairness" if options.fairness else "--threads"
        parser.error(f"{given} is for --recommend; a whole run measures all policies and threads")
    if options.recommend and options.writers and "," in options.writers:
        parser.error(f"--recommend takes one mix, --writers was given {options.writers}")
    if options.recommend and options.hosts:
        parser.error("--recommend measures on one machine; leave out --hosts")
    if options.latency and not options.hosts:
        parser.error("--latency is for the test hosts of --hosts; give --hosts, too")
    if options.quick:
        for name, value in QUICK.items():
            if getattr(options, name) is None:
                setattr(options, name, value)
    options.ranks = options.ranks or [1, 2, 4, 8, 16]
    return options


def handed_on(options, *which):
    """These options in the form that lockbench takes."""
    out = []
    for name in which:
        value = getattr(options, name)
        if value is True:
            out.append(f"--{name}")
        elif value is not None and value is not False:
            out += [f"--{name}", f"{value:g}" if isinstance(value, float) else str(value)]
    return out
