"""The options of a field that somebody wants to make: are they of the right form?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.emulators.airtable import kinds
from tests.emulators.airtable.formulas.moments import zone_of


def _text(given: Any) -> bool:
    return isinstance(given, str) and bool(given)


def _between(least: int, most: int) -> Callable[[Any], bool]:
    return lambda given: type(given) is int and least <= given <= most


def _format(known: Mapping[str, str]) -> Callable[[Any], bool]:
    return lambda given: isinstance(given, dict) and given.get("name") in [*known]


def _choices(given: Any) -> bool:
    return isinstance(given, list) and all(
        isinstance(one, dict)
        and _text(one.get("name"))
        and isinstance(one.get("id", ""), str)
        and one.get("color", kinds.COLOURS[0]) in kinds.COLOURS
        for one in given
    )


FORMS: dict[str, Callable[[Any], bool]] = {
    "precision": _between(0, 8),
    "max": _between(1, 10),
    "symbol": _text,
    "icon": _text,
    "color": _text,
    "choices": _choices,
    "durationFormat": lambda given: given in kinds.DURATIONS,
    "dateFormat": _format(kinds.DATE_FORMATS),
    "timeFormat": _format(kinds.TIME_FORMATS),
    "timeZone": lambda given: _text(given) and zone_of(given) is not None,
    "linkedTableId": _text,
    "viewIdForRecordSelection": _text,
}


def wrong_option(kind: str, options: Any) -> str:
    """The name of an option that is missing, unknown or of the wrong form; "" for none."""
    if not isinstance(options, dict | None):
        return "options"
    given = options or {}
    needed = kinds.needs(kind)
    known = {*needed, *({"viewIdForRecordSelection"} if "linkedTableId" in needed else ())}
    for name in (*needed, *given):
        if name not in given or name not in known or not FORMS[name](given[name]):
            return name
    return ""
