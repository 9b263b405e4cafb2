"""The plots, made by Plotly. report.js draws each one when it comes into view."""

import math
from html import escape

import plotly.graph_objects as go
import plotly.io
from plotly.offline import get_plotlyjs

from .contender_names import label_of
from .figures import one_in, short

plotly.io.templates.default = "none"  # report.js knows the colours of the page
MARGIN = {"l": 56, "r": 12, "t": 12, "b": 52}  # report.js adds room for the legend


LOG = {"type": "log", "exponentformat": "SI", "minexponent": 1, "tickangle": 0}


def library():
    return get_plotlyjs()


def place(figure, title):
    return (f'<div class="chart" role="img" aria-label="{escape(title)}" '
            f'style="height: {figure.layout.height}px">'
            f'<script type="application/json">{figure.to_json()}</script></div>')


def decades(values):
    """Whole decades around the values, in Plotly's format for the range of a logarithmic axis."""
    powers = [math.log10(value) for value in values]
    low, high = math.floor(min(powers) + 1e-9), math.ceil(max(powers) - 1e-9)
    return [low, max(high, low + 1)]


def in_lines(name):
    """A composition's name in a narrow box."""
    return escape(name).replace("/", "/<br>")


def marker(style):
    """The outline draws the dot in a filled shape, and takes some of the shape."""
    drawn = {"color": style.colour, "symbol": style.symbol, "size": 8}
    if style.symbol.endswith("-dot") and "-open" not in style.symbol:
        drawn.update(size=11, line={"width": 1, "color": "#fff"})
    return drawn


def trace(name, style, points, hover):
    return go.Scatter(
        x=points["x"], y=points["y"], name=label_of(name), mode="lines+markers",
        line={"color": style.colour, "dash": style.dash, "width": 2},
        marker={**marker(style), "maxdisplayed": 12},
        hovertemplate=f"{in_lines(name)}<br>{hover}<extra></extra>")


def slider(steps, chosen, prefix, axes):
    """Lets the reader choose one of the steps, which are (label, {contender: points})."""
    def update(series):
        return {axis: [points[axis] for points in series.values()] for axis in ("x", "y")}
    return {"active": chosen, "x": 0, "y": 1, "yanchor": "bottom", "len": 1, "pad": {"b": 8},
            "currentvalue": {"prefix": prefix, "xanchor": "left", "font": {"size": 13}},
            # With new points, Plotly would choose other types and ranges for the axes.
            "steps": [{"label": label, "method": "update", "args": [update(series), axes]}
                      for label, series in steps]}


def lines(steps, chosen, prefix, styles, hover, xaxis, yaxis):
    """All steps have the same axes, so that they can be compared."""
    series = steps[chosen][1]
    axes = {"xaxis": {"fixedrange": True, **xaxis}, "yaxis": {"fixedrange": True, **yaxis}}
    figure = go.Figure([trace(name, styles[name], points, hover)
                        for name, points in series.items()])
    figure.update_layout(height=350, margin=MARGIN, showlegend=True, hovermode="closest",
                         dragmode=False, **axes)
    if len(steps) > 1:
        figure.update_layout(height=420, margin_t=82, sliders=[slider(steps, chosen, prefix, axes)])
    return figure


def known(steps, axis):
    return [value for _, series in steps for points in series.values() for value in points[axis]
            if value]


def rates(title, steps, chosen, prefix, x_title, styles):
    """Passages per second over named places; steps are (label, {contender: {x, y}})."""
    values = known(steps, "y")
    if not values:
        return ""
    figure = lines(steps, chosen, prefix, styles,
                   escape(x_title) + ": %{x}<br>%{y:.3s} passages per second",
                   {"type": "category", "title": x_title},
                   {**LOG, "range": decades(values), "dtick": 1,
                    "title": "passages per second, all ranks"})
    return place(figure, title)


def beyond(histogram, most=70):
    """[[upper end in ns, count], …] as seconds and the share of waits that took longer, thinned
    out."""
    histogram = sorted((upper, count) for upper, count in histogram or [] if count > 0)
    total = sum(count for _, count in histogram)
    points, seen = [], 0
    for upper, count in histogram:
        points.append((max(upper, 1) / 1e9, (total - seen) / total))
        seen += count
    every = max(1, len(points) // most)
    kept = [point for i, point in enumerate(points) if i % every == 0 or i > len(points) - 12]
    return {"x": [x for x, _ in kept], "y": [y for _, y in kept]}


def waits(title, steps, chosen, prefix, styles):
    """Complementary cumulative distributions; steps are (label, {contender: {x, y}})."""
    times, shares = known(steps, "x"), known(steps, "y")
    if not times:
        return ""
    range_of_shares = decades(shares + [1])
    ticks = [10.0 ** power for power in range(range_of_shares[0], 1)]
    figure = lines(steps, chosen, prefix, styles,
                   "%{y:.2%} of the waits took %{x:.3s}s or longer",
                   {**LOG, "range": decades(times), "ticksuffix": "s", "title": "time"},
                   {**LOG, "range": range_of_shares, "tickvals": ticks,
                    "ticktext": [one_in(tick) for tick in ticks],
                    "title": "waits that took longer"})
    figure.update_layout(margin_l=76)
    return place(figure, title)


def rows(title, names, data, x_title, **xaxis):
    """A line for each contender, the first one on top."""
    figure = go.Figure(data)
    figure.update_layout(height=60 + 23 * len(names), margin={**MARGIN, "l": 20}, showlegend=False,
                         dragmode=False, xaxis={"title": x_title, "fixedrange": True, **xaxis},
                         yaxis={"categoryarray": names, "categoryorder": "array",
                                "range": [len(names) - 0.5, -0.5], "automargin": True,
                                "fixedrange": True, "dtick": 1})
    return place(figure, title)


def fairness(title, passages, styles):
    """A mark for each rank, at its share; passages are {contender: [of a rank, …]}."""
    data, labels = [], []
    for name, of_ranks in passages.items():
        mean = sum(of_ranks) / len(of_ranks)
        spread = max(of_ranks) / max(min(of_ranks), 1)
        labels.append(f"{label_of(name)}  <b>{short(spread, 2)}×</b>")
        data.append(go.Scatter(
            x=[max(number, 1) / mean for number in of_ranks], y=[labels[-1]] * len(of_ranks),
            mode="markers", customdata=of_ranks, text=list(range(len(of_ranks))),
            marker=marker(styles[name]),
            hovertemplate=in_lines(name) + "<br>rank %{text}: %{customdata:,} passages, "
                          "%{x:.3g} of the mean<extra></extra>"))
    return rows(title, labels, data, "passages over the mean",
                **{**LOG, "nticks": 5, "exponentformat": "power"})


def bars(title, values, styles, x_title):
    """The shortest bar on top; values are {contender: value}."""
    values = dict(sorted(values.items(), key=lambda item: item[1]))
    labels = [label_of(name) for name in values]
    data = go.Bar(x=list(values.values()), y=labels, orientation="h", texttemplate="%{x:.2g}",
                  textposition="outside", cliponaxis=False, customdata=list(map(in_lines, values)),
                  marker={"color": [styles[name].colour for name in values]},
                  hovertemplate="%{customdata}<br>%{x:.3g}<extra></extra>")
    most = max(values.values()) or 1
    return rows(title, labels, data, x_title, range=[0, most * 1.15])
