"""Figures as people read them."""

import math


def short(value, digits=3):
    """1234567 -> 1.23 M"""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    for limit, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= limit * 0.9995:
            return significant(value / limit, digits) + unit
    return significant(value, digits)


def significant(value, digits=3):
    if value == 0:
        return "0"
    if abs(value) < 1e-5:
        return f"{value:.1e}".replace("e-0", "e-")
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def of_time(ns, digits=3):
    """812.5 -> 812 ns"""
    if ns is None:
        return "–"
    for limit, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "µs")):
        if ns >= limit * 0.9995:
            return f"{significant(ns / limit, digits)} {unit}"
    return f"{significant(ns, digits)} ns"


def one_in(share):
    """0.001 -> 1 in 1k"""
    return "all" if share >= 1 else "1 in " + short(1 / share, 1).replace(" ", "")


def of_ratio(ratio):
    if ratio is None:
        return "–"
    if ratio >= 100:
        return f"{short(ratio, 2)}×"
    return f"{ratio:.3g}×" if ratio >= 10 else f"{ratio:.2f}×"


def of_mix(writers):
    return f"{writers:g} %"


def of_seconds(seconds):
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
