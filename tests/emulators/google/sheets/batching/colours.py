"""Colours as the service keeps them: each in its old and its new form, without parts that are 0."""

from __future__ import annotations

import struct
from math import ceil
from typing import Any

from tests.emulators.google.sheets.model import Json

_PARTS = ("red", "green", "blue", "alpha")


def completed(value: Any) -> Any:
    """A resource in which each `...Color` has its `...ColorStyle` and the other way round.

    >>> completed({"backgroundColor": {"red": 1, "green": 0}})
    {'backgroundColor': {'red': 1}, 'backgroundColorStyle': {'rgbColor': {'red': 1}}}
    """
    if isinstance(value, list):
        return [completed(one) for one in value]
    if not isinstance(value, dict):
        return value
    found: Json = {
        name: _plain(inner) if _is_colour(name, inner) else completed(inner)
        for name, inner in value.items()
    }
    for name in [*found]:
        _pair(found, name)
    return found


def _is_colour(name: str, value: Any) -> bool:
    coloured = name == "color" or name.endswith("Color")
    return coloured and isinstance(value, dict) and value.keys() <= {*_PARTS}


def _plain(colour: Json) -> Json:
    """Without parts that are 0; each is one of 256 steps, in 32 bits: 0.5 becomes 0.49803922."""
    steps = {part: ceil(amount * 255 - 0.5) for part, amount in colour.items()}
    return {part: 1 if step == 255 else _told(step) for part, step in steps.items() if step}


def _told(step: int) -> float:
    """A step of 255 as the shortest number that is the same in 32 bits."""
    (held,) = struct.unpack("f", struct.pack("f", step / 255))
    numbers = (float(f"{held:.{digits}g}") for digits in range(1, 10))
    return next(one for one in numbers if struct.pack("f", one) == struct.pack("f", held))


def _pair(found: Json, name: str) -> None:
    """The other form of one colour; where both are given, the style counts."""
    if name.endswith(("Color", "color")) and _is_colour(name, found[name]):
        if name != "rgbColor":
            found.setdefault(f"{name}Style", {"rgbColor": found[name]})
    elif name.endswith(("ColorStyle", "colorStyle")) and isinstance(found[name], dict):
        colour = found[name].get("rgbColor")
        if colour is not None:
            found[name.removesuffix("Style")] = colour


def both_forms(mask: Json) -> Json:
    """A mask that names a colour in one form names it in both, or a cleared one would come back."""
    found: Json = {}
    for name, inner in mask.items():
        found[name] = both_forms(inner) if inner else inner
        if name.endswith(("Color", "color")) and name != "rgbColor":
            found.setdefault(f"{name}Style", {})
        if name.endswith(("ColorStyle", "colorStyle")):
            found.setdefault(name.removesuffix("Style"), {})
    return found
