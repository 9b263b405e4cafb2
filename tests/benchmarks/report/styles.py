"""The style of each contender, which is the same in every plot of the report."""

from dataclasses import dataclass
from itertools import cycle

from plotly.colors import cyclical, sample_colorscale

from .contender_names import GROUPS, in_group

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star",
           "pentagon", "hexagon", "hourglass", "bowtie", "triangle-left", "triangle-right",
           "star-square", "star-diamond", "hexagram", "diamond-tall", "diamond-wide")
# The contenders with which the others are compared are grey, so that they stand out.
GREYS = ("#7a7a7a", "#858585", "#8f8f8f", "#999999")


@dataclass(frozen=True)
class Style:
    colour: str
    symbol: str
    dash: str


def is_yardstick(name, facts):
    return facts["kind"] == "floor" or name == "MPI_Win_lock"


def colours_of(contenders):
    """Colours of one lightness, which are visible on white and on black. In a plot, the contenders
    of a backend have neighbouring colours."""
    grey = [name for name, facts in contenders.items() if is_yardstick(name, facts)]
    colours = dict(zip(grey, cycle(GREYS)))
    for group, _ in GROUPS:
        names = [name for name in contenders if in_group(name, group) and name not in colours]
        places = [i / len(names) for i in range(len(names))]
        colours.update(zip(names, sample_colorscale(cyclical.Phase, places) if names else []))
    return colours


def symbols_of(contenders):
    """A shape for the policies, filled for one backend of a plot and open for the next; a shape for
    each peer."""
    shapes, symbols = {}, {}
    for group, _ in GROUPS:
        backends = {}
        for name in contenders:
            if name in symbols or not in_group(name, group):
                continue
            backend, _, policies = name.partition("/")
            shape = shapes.setdefault(policies or name, SYMBOLS[len(shapes) % len(SYMBOLS)])
            is_open = bool(policies) and backends.setdefault(backend, len(backends)) % 2 == 1
            symbols[name] = shape + "-open" * is_open
    return symbols


def dash_of(name, facts):
    if facts["kind"] == "floor":
        return "dot"
    return "solid" if facts["kind"] == "mpilock" else "dash"


def styles_of(contenders):
    """@param contenders names and facts from Results"""
    colours, symbols = colours_of(contenders), symbols_of(contenders)
    return {name: Style(colours[name], symbols[name], dash_of(name, facts))
            for name, facts in contenders.items()}
