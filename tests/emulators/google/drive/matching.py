"""The terms of a Drive query: which operators each takes, and how it compares."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Facts = Mapping[str, Any]
Test = Callable[[Facts], bool]

# Which operators each term takes, as the guide "Search query terms and operators" lists them.
_EQUAL = frozenset({"=", "!="})
_ORDER = frozenset({"<", "<=", "=", "!=", ">", ">="})
_MEMBERS = frozenset({"in"})
_HAS = frozenset({"has"})
TERMS: Mapping[str, frozenset[str]] = {
    "name": _EQUAL | {"contains"},
    "title": _EQUAL | {"contains"},
    "fullText": frozenset({"contains"}),
    "mimeType": _EQUAL | {"contains"},
    "modifiedTime": _ORDER,
    "viewedByMeTime": _ORDER,
    "createdTime": _ORDER,
    "sharedWithMeTime": _ORDER,
    "trashed": _EQUAL,
    "starred": _EQUAL,
    "sharedWithMe": _EQUAL,
    "parents": _MEMBERS,
    "owners": _MEMBERS,
    "writers": _MEMBERS,
    "readers": _MEMBERS,
    "properties": _HAS,
    "appProperties": _HAS,
    "visibility": _EQUAL,
    "shortcutDetails.targetId": _EQUAL,
    # terms of drives.list
    "createdDate": _ORDER,
    "memberCount": _ORDER,
    "organizerCount": _ORDER,
    "hidden": _EQUAL,
}
_TIMES = frozenset({"modifiedTime", "viewedByMeTime", "createdTime", "sharedWithMeTime"})
_NAMES = frozenset({"name", "title"})  # compared without regard to case
FLAGS = frozenset({"trashed", "starred", "sharedWithMe", "hidden"})
COUNTS = frozenset({"memberCount", "organizerCount"})


class QueryError(ValueError):
    """The text is not a query of the language."""


def compared(name: str, operator: str, value: str) -> Test:
    """One comparison as a function of a file's facts. Raises QueryError."""
    if operator not in TERMS[name]:
        raise QueryError(f"{name} does not take {operator}")
    if operator == "in":
        return lambda facts: value in facts.get(name, ())
    if operator == "contains":
        return _containing(name, value)
    wanted = _typed(name, value)
    compare = _COMPARE[operator]

    def test(facts: Facts) -> bool:
        held = facts.get(name)
        if held is None:
            return operator == "!="
        return compare(held.casefold() if name in _NAMES else held, wanted)

    return test


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda held, wanted: bool(held == wanted),
    "!=": lambda held, wanted: bool(held != wanted),
    "<": lambda held, wanted: bool(held < wanted),
    "<=": lambda held, wanted: bool(held <= wanted),
    ">": lambda held, wanted: bool(held > wanted),
    ">=": lambda held, wanted: bool(held >= wanted),
}


def _typed(name: str, value: str) -> Any:
    if name in FLAGS:
        return value == "true"
    if name in COUNTS:
        return int(value)
    if name not in _TIMES:
        return value.casefold() if name in _NAMES else value
    try:
        when = datetime.fromisoformat(value)
    except ValueError as error:
        raise QueryError(f"{value} is no time") from error
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _containing(name: str, value: str) -> Test:
    if name == "mimeType":
        return lambda facts: value in facts.get(name, "")
    if name == "fullText":
        return lambda facts: _says(facts.get(name, ""), value)
    return lambda facts: _begins(facts.get(name, ""), value)


def words(text: str) -> list[str]:
    """The words of a text, as the index holds them: letters and digits, without regard to case."""
    return re.findall(r"\w+", text.casefold())


def _begins(text: str, wanted: str) -> bool:
    """Whether the wanted words stand in the text one after another, the last one perhaps only
    begun.
    """
    held, sought = words(text), words(wanted)
    if not sought:
        return wanted.strip().casefold() in text.casefold()
    *whole, last = sought
    for start in range(len(held) - len(sought) + 1):
        window = held[start : start + len(sought)]
        if window[:-1] == whole and window[-1].startswith(last):
            return True
    return False


def _says(text: str, wanted: str) -> bool:
    """Whether every wanted word stands in the text; within double quotes, one after another."""
    held = words(text)
    phrase = len(wanted) > 1 and wanted.startswith('"') and wanted.endswith('"')
    sought = words(wanted)
    if not phrase:
        return all(word in held for word in sought)
    return any(held[at : at + len(sought)] == sought for at in range(len(held)))
