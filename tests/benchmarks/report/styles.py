"""The style of each contender, which is the same in every plot of the report."""

from dataclasses import dataclass
from itertools import cycle

from plotly.colors import cyclical, sample_colorscale

from .contender_names import GROUPS, in_group

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star",
           "pentagon", "hexagon", "hourglass", "bowtie", "triangle-left", "triangle-right",
           "star-square", "star-diamond", "hexagram", "diamond-tall", "diamond-wide")
# The forms of a shape for the backends of each group.
FORMS = (("", "-open"), ("-dot", "-open-dot"))
# The contenders with which the others are compared are grey, so that they stand out.
GREYS = ("#707070", "#7a7a7a", "#858585", "#8f8f8f", "#999999", "#a3a3a3")


@dataclass(frozen=True)
class Style:
    colour: str
    symbol: str
    dash: str


def is_yardstick(name, facts):
    return facts["kind"] == "floor" or name == "MPI_Win_lock"


def colours_of(contenders):
    """Colours of one lightness, which are visible on white and on black. In a plot, the contenders
    of a backend have neighbouring colours. The groups of plots use different places of the scale,
    since some plots show all contenders."""
    grey = [name for name, facts in contenders.items() if is_yardstick(name, facts)]
    colours = dict(zip(grey, GREYS))
    for i, (group, _) in enumerate(GROUPS):
        names = [name for name in contenders if in_group(name, group) and name not in colours]
        places = [(j + i / len(GROUPS)) / len(names) for j in range(len(names))]
        colours.update(zip(names, sample_colorscale(cyclical.Phase, places) if names else []))
    return colours


def symbols_of(contenders):
    """A shape for the policies, in a form for each backend, and a shape for each peer and floor.
    In a plot of one group, the backends are filled and open in turn."""
    shapes, backends, symbols = {}, {}, {}
    for i, (group, _) in enumerate(GROUPS):
        forms = cycle(FORMS[i])
        for name in contenders:
            if name in symbols or not in_group(name, group):
                continue
            backend, _, policies = name.partition("/")
            shape = shapes.setdefault(policies or name, SYMBOLS[len(shapes) % len(SYMBOLS)])
            if policies and backend not in backends:
                backends[backend] = next(forms)
            symbols[name] = shape + backends.get(backend, "")
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
