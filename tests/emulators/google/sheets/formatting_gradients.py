"""The colour that a gradient rule gives a number, between those of its points."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .formulas.values import number_in
from .model import Json

Colour = dict[str, float]
_PARTS = ("red", "green", "blue")


def colour_at(number: float, rule: Json, numbers: Sequence[float]) -> Colour | None:
    """The background of a cell with this number, among the `numbers` of the rule's ranges.

    None where a point has no number, or a theme's colour, which is not worked out here.
    """
    points = []
    for name in ("minpoint", "midpoint", "maxpoint"):
        given = rule.get(name)
        if given is None:
            continue
        place, colour = _place(given, numbers), _colour(given)
        if place is None or colour is None:
            return None
        points.append((place, colour))
    return _between(number, points) if points else None


def _place(point: Json, numbers: Sequence[float]) -> float | None:
    """The number at which a point stands."""
    if not numbers:
        return None
    low, high = min(numbers), max(numbers)
    kind, value = point.get("type", ""), number_in(str(point.get("value", "")))
    if kind in ("MIN", "MAX"):
        return low if kind == "MIN" else high
    if value is None:
        return None
    if kind == "PERCENT":
        return low + (high - low) * value / 100
    if kind == "PERCENTILE":
        ordered = sorted(numbers)
        at = (len(ordered) - 1) * min(max(value, 0), 100) / 100
        below = ordered[int(at)]
        above = ordered[min(int(at) + 1, len(ordered) - 1)]
        return below + (above - below) * (at - int(at))
    return value


def _colour(point: Json) -> Colour | None:
    found = point.get("color", point.get("colorStyle", {}).get("rgbColor"))
    return None if found is None else {part: found.get(part, 0) for part in _PARTS}


def _between(number: float, points: Sequence[tuple[float, Colour]]) -> Colour:
    """The colour of a number between two points; outside them that of the nearest."""
    first, last = points[0], points[-1]
    if number <= first[0] or len(points) == 1:
        return _plain(first[1])
    for (start, low), (end, high) in pairwise(points):
        if number <= end:
            share = (number - start) / (end - start) if end > start else 1.0
            return _plain({part: low[part] + (high[part] - low[part]) * share for part in _PARTS})
    return _plain(last[1])


def _plain(colour: Colour) -> Colour:
    """Without parts that are 0, as the API writes colours."""
    return {part: amount for part, amount in colour.items() if amount}
