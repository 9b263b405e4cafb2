"""Whether the rounds of a run are evidence for an aim or against it."""

import math
from dataclasses import dataclass

MET, MISSED, UNDECIDED, NO_AIM = "met", "NOT MET", "too short to judge", "no aim"

# The share of runs in which chance alone may look like evidence.
CHANCE = 0.05
# A turn on a core before the kernel lets another rank run.
TIME_SLICE_MS = 4


def by_chance(heads, of):
    """The chance that a coin shows heads so often, or more often."""
    return sum(math.comb(of, i) for i in range(heads, of + 1)) / 2 ** of


def fewest_rounds():
    """With fewer rounds even their agreement may be chance."""
    return next(rounds for rounds in range(1, 100) if by_chance(rounds, rounds) <= CHANCE)


def judged(values, meets):
    """The sign test: a round that meets the aim counts as heads."""
    met = sum(map(meets, values))
    if by_chance(max(met, len(values) - met), len(values)) > CHANCE:
        return UNDECIDED
    return MET if 2 * met > len(values) else MISSED


def too_short(launch):
    """Why the slices of a launch are too short to be typical, or nothing."""
    milliseconds = launch.slice_ms()
    ranks = launch.document.get("ranks_of_node", launch.ranks)
    if launch.on_test_hosts():  # the cores are those of one machine
        ranks = launch.ranks
    least = TIME_SLICE_MS * math.ceil(ranks / launch.document["cores"])
    if milliseconds is None or milliseconds >= least:
        return ""
    return f"slices of {milliseconds:g} ms, {least} are needed"


@dataclass(frozen=True)
class Finding:
    """One cell, or one comparison of two cells."""
    value: float        # the median of the rounds
    where: str
    state: str
    why: str = ""       # for UNDECIDED


def finding(values, value, where, meets, short=""):
    state = UNDECIDED if short else judged(values, meets)
    if state == UNDECIDED and not short:
        short = (f"{len(values)} round{'s' * (len(values) != 1)}, {fewest_rounds()} are needed"
                 if len(values) < fewest_rounds() else
                 f"{sum(map(meets, values))} of {len(values)} rounds meet it")
    return Finding(value, where, state, short if state == UNDECIDED else "")


def all_of(findings):
    """The state of an aim that is for all cells, and the cells that decide it."""
    for state in (MISSED, UNDECIDED):
        found = [one for one in findings if one.state == state]
        if found:
            return state, found
    return MET, findings
