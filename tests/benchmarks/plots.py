"""Plots as inline SVG. Colours are classes, so that the page's style decides on them."""

from html import escape

from looks import DASHES, look_of
from scales import LogScale, Steps, apart

# As wide as a phone's page, so that nothing is scaled until it can't be read.
WIDTH, HEIGHT = 360, 270
LEFT, RIGHT, TOP, BOTTOM = 54, 264, 26, 230
LABEL = 10.5  # between lines of labels


def marker(shape, x, y):
    if shape == "square":
        return f'<rect x="{x - 2.6:.1f}" y="{y - 2.6:.1f}" width="5.2" height="5.2"/>'
    if shape == "triangle":
        return f'<path d="M{x:.1f} {y - 3.4:.1f}l3.3 5.6h-6.6z"/>'
    if shape == "diamond":
        return f'<path d="M{x:.1f} {y - 3.8:.1f}l3.5 3.8l-3.5 3.8l-3.5-3.8z"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.9"/>'


def text(x, y, what, anchor="start", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(what)}</text>'


def series_group(name, content, hint=""):
    """What belongs to one contender; the page's script finds it by its name."""
    title = f"<title>{escape(hint or name)}</title>"
    return f'<g class="s {look_of(name).family}" data-c="{escape(name)}">{title}{content}</g>'


def line(points, dash):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = f' stroke-dasharray="{DASHES[dash]}"' if DASHES[dash] else ""
    return f'<polyline class="l" points="{path}"{dashes}/>'


def frame(x_ticks, y_ticks, x_title, y_title):
    """Axes, grid and their texts; ticks are (place, text)."""
    out = []
    for y, label in y_ticks:
        out.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{RIGHT}"/>')
        out.append(text(LEFT - 5, y + 3.5, label, "end"))
    for x, label in x_ticks:
        out.append(f'<path class="tick" d="M{x:.1f} {BOTTOM}v4"/>')
        out.append(text(x, BOTTOM + 15, label, "middle"))
    out.append(f'<path class="axis" d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"/>')
    out.append(text((LEFT + RIGHT) / 2, BOTTOM + 32, x_title, "middle", ' class="t"'))
    out.append(text(2, 11, y_title, "start", ' class="t"'))
    return "".join(out)


def end_labels(ends):
    """Names beside the ends of lines; ends are (name, x, y)."""
    places = apart([y for _, _, y in ends], LABEL, TOP + 2, BOTTOM)
    out = []
    for (name, x, y), place in zip(ends, places):
        leader = f'<path class="lead" d="M{x + 4:.1f} {y:.1f}L{RIGHT + 8} {place:.1f}"/>'
        label = text(RIGHT + 10, place + 3.3, look_of(name).label, "start", ' class="n"')
        out.append(series_group(name, leader + label))
    return "".join(out)


def ranked_labels(names, values, value_text, title):
    """Names from the least value to the greatest, for lines that all end in one corner."""
    order = sorted(names, key=lambda name: values[name])
    step = min(LABEL * 2, (BOTTOM - TOP) / max(len(order), 1))
    out = [text(RIGHT + 8, 11, title, "start", ' class="t"')]
    for i, name in enumerate(order):
        look, y = look_of(name), TOP + 6 + i * step
        both = marker(look.marker, RIGHT + 11, y - 3) + text(RIGHT + 17, y, look.label, "start",
                                                             ' class="n"')
        if step >= LABEL * 1.5:
            both += text(RIGHT + 17, y + 8.5, value_text(values[name]), "start", ' class="v"')
        out.append(series_group(name, both, f"{name}: {value_text(values[name])}"))
    return "".join(out)


def svg(content, title):
    return (f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
            f"{content}</svg>")


def line_plot(title, x_names, x_text, x_title, y_title, y_text, series):
    """Lines over named positions, y logarithmic.

    series: {contender: {x_name: value}}; y_text says a value in words."""
    series = {name: {x: y for x, y in points.items() if y and y > 0}
              for name, points in series.items()}
    series = {name: points for name, points in series.items() if points}
    if not series:
        return ""
    x_of = Steps(x_names, LEFT + 10, RIGHT - 6)
    y_of = LogScale([y for points in series.values() for y in points.values()], BOTTOM, TOP)
    content = frame([(x_of(x), x_text(x)) for x in x_names],
                    [(y_of(tick), y_text(tick)) for tick in y_of.ticks()], x_title, y_title)
    ends = []
    for name, points in series.items():
        look = look_of(name)
        places = [(x_of(x), y_of(points[x])) for x in x_names if x in points]
        said = ", ".join(f"{x_text(x)}: {y_text(points[x])}" for x in x_names if x in points)
        drawn = line(places, look.dash) if len(places) > 1 else ""
        drawn += "".join(marker(look.marker, x, y) for x, y in places)
        content += series_group(name, drawn, f"{name}: {said}")
        ends.append((name, *places[-1]))
    return svg(content + end_labels(ends), title)


def beyond(histogram, most=70):
    """[[upper end, count], …] as (time, share of waits that took longer), thinned out."""
    histogram = sorted((upper, count) for upper, count in histogram if count > 0)
    total = sum(count for _, count in histogram)
    points, seen = [], 0
    for upper, count in histogram:
        points.append((max(upper, 1), (total - seen) / total))
        seen += count
    every = max(1, len(points) // most)
    return [point for i, point in enumerate(points) if i % every == 0 or i > len(points) - 12]


def wait_plot(title, series, time_text, share_text):
    """Complementary cumulative distributions; series: {contender: histogram}."""
    curves = {name: beyond(histogram) for name, histogram in series.items() if histogram}
    curves = {name: points for name, points in curves.items() if points}
    if not curves:
        return ""
    x_of = LogScale([x for points in curves.values() for x, _ in points], LEFT + 4, RIGHT - 4, True)
    y_of = LogScale([y for points in curves.values() for _, y in points] + [1.0], BOTTOM, TOP, True)
    content = frame([(x_of(tick), time_text(tick)) for tick in x_of.ticks(5)],
                    [(y_of(tick), share_text(tick)) for tick in y_of.ticks()],
                    "time", "waits that took longer")
    for name, points in curves.items():
        look = look_of(name)
        places = [(x_of(x), y_of(y)) for x, y in points]
        drawn = line(places, look.dash) + marker(look.marker, *places[-1])
        content += series_group(name, drawn, f"{name}: longest {time_text(points[-1][0])}")
    longest = {name: points[-1][0] for name, points in curves.items()}
    return svg(content + ranked_labels(curves, longest, time_text, "longest wait"), title)


def small_bars(values, width=96, height=20):
    """A bar for each rank; the line is the mean."""
    greatest = max(values) or 1
    step = width / len(values)
    bars = "".join(f'<rect x="{i * step + step * 0.1:.1f}" width="{step * 0.8:.1f}" '
                   f'y="{height * (1 - value / greatest):.1f}" '
                   f'height="{height * value / greatest:.1f}"/>' for i, value in enumerate(values))
    mean = height * (1 - sum(values) / len(values) / greatest)
    return (f'<svg class="bars" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img" aria-label="passages of the ranks">{bars}'
            f'<path class="mean" d="M0 {mean:.1f}H{width}"/></svg>')


def long_bar(share, width=150, height=12):
    return (f'<svg class="bars" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'aria-hidden="true"><rect x="0" y="0" width="{max(share * width, 0.5):.1f}" '
            f'height="{height}"/></svg>')


def key(name):
    """A legend's sample of a line."""
    look = look_of(name)
    return ('<svg class="key" viewBox="0 0 30 12" width="30" height="12" aria-hidden="true">'
            f'<g class="s {look.family}">{line([(1, 6), (29, 6)], look.dash)}'
            f'{marker(look.marker, 15, 6)}</g></svg>')
