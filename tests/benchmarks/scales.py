"""From values to places on paper."""

import math


class LogScale:
    """From a little below the least to a little above the greatest value, or to whole decades."""

    def __init__(self, values, start, end, whole_decades=False):
        values = [value for value in values if value > 0] or [1.0]
        low, high = math.log10(min(values)), math.log10(max(values))
        if whole_decades:
            low, high = math.floor(low + 1e-9), math.ceil(high - 1e-9)
            high = max(high, low + 1)
        else:
            low, high = low - 0.1, high + 0.1
        self.low, self.high, self.start, self.end = low, high, start, end

    def __call__(self, value):
        position = math.log10(value) if value > 0 else self.low
        share = (min(max(position, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, at_most=7):
        first, last = math.ceil(self.low - 1e-9), math.floor(self.high + 1e-9)
        if last - first >= 2:
            step = max(1, -(-(last - first + 1) // at_most))
            return [10.0 ** power for power in range(first, last + 1, step)]
        within = [factor * 10.0 ** power for power in range(first - 1, last + 1)
                  for factor in (1, 2, 5)]
        return [tick for tick in within if self.low <= math.log10(tick) <= self.high] or [
            10.0 ** ((self.low + self.high) / 2)]


class Steps:
    """Named positions at equal distances: ranks that double, mixes."""

    def __init__(self, names, start, end):
        self.names = list(names)
        self.start, self.end = start, end

    def __call__(self, name):
        if len(self.names) == 1:
            return (self.start + self.end) / 2
        share = self.names.index(name) / (len(self.names) - 1)
        return self.start + share * (self.end - self.start)


def apart(places, least, low, high):
    """The places moved as little as need be to be `least` apart and between low and high, in the
    order given by their values; closer only where there is no room."""
    if not places:
        return []
    if len(places) > 1:
        least = min(least, (high - low) / (len(places) - 1))
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [0.0] * len(places)
    edge = low
    for i in order:
        moved[i] = max(places[i], edge)
        edge = moved[i] + least
    edge = high
    for i in reversed(order):
        moved[i] = min(moved[i], edge)
        edge = moved[i] - least
    return moved
