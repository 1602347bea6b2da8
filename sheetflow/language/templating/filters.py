"""What a template may do with a value: the filters and tests there are, each of them bounded."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote

from jinja2 import pass_context
from jinja2.runtime import Context, Undefined

from sheetflow.errors import RowStopped, SheetflowError
from sheetflow.language import written
from sheetflow.language.templating.fields import LONGEST_CELL, Empty, NotYet, stop
from sheetflow.language.templating.printing import INNER, language_of, safe_link, text_of, zone_of

Filter = Callable[..., Any]


def _day(context: Context, value: Any) -> str:
    return written.day(_local(context, value), language_of(context))


def _date(context: Context, value: Any) -> str:
    return written.date_in_words(_local(context, value), language_of(context))


def _time(context: Context, value: Any) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return f"{_with_time(_local(context, value)):%H:%M}"


def _day_and_time(context: Context, value: Any) -> str:
    moment = _with_time(written.moment(value))
    return written.day_and_time(moment, language_of(context), zone_of(context))


def _local(context: Context, value: Any) -> date | datetime:
    found = written.moment(value)
    return written.in_zone(found, zone_of(context)) if isinstance(found, datetime) else found


def _with_time(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else stop(f'"{value}" has no time of day')


def _default(value: Any, otherwise: Any = "", boolean: bool = False) -> Any:
    if isinstance(value, NotYet):
        return value
    missing = value is None or isinstance(value, (Empty, Undefined)) or value == ""
    return otherwise if missing or (boolean and not value) else value


def _first_word(context: Context, value: Any) -> str:
    return (text_of(context, value).split() or [""])[0]


def _replace(context: Context, value: Any, old: str, new: str) -> str:
    text = text_of(context, value)
    if not old:
        stop("the text replaces nothing by something")
    if len(text) + text.count(str(old)) * len(str(new)) > LONGEST_CELL:
        stop("a text grows too long")
    return text.replace(str(old), str(new))


def _split(context: Context, value: Any, separator: str = ",") -> list[str]:
    parts = text_of(context, value).split(separator or ",")
    return [part.strip() for part in parts if part.strip()]


def _join(context: Context, value: Any, separator: str = ", ") -> str:
    return str(separator).join(text_of(context, part) for part in _listed(value))


def _truncate(context: Context, value: Any, length: int = 80) -> str:
    text = text_of(context, value)
    return text if len(text) <= length else text[: max(length - 1, 0)].rstrip() + "…"


def _number(value: Any) -> int | float:
    if isinstance(value, (int, float)):
        return value
    try:
        number = float(str(value).strip()[:40])
    except ValueError:
        return stop(f'"{written.clean(str(value), lines=False)[:30]}" is not a number')
    return int(number) if number.is_integer() else number


def _listed(value: Any) -> Sequence[Any]:
    if isinstance(value, (list, tuple)):
        return value
    return stop("the text goes through something that is not a list")


def _on_text(function: Callable[[str], Any]) -> Filter:
    def of_text(context: Context, value: Any) -> Any:
        return function(text_of(context, value))

    return of_text


CONTEXTUAL: Mapping[str, Filter] = {
    "capitalize": _on_text(lambda text: text[:1].upper() + text[1:]),
    "date": _date,
    "day": _day,
    "day_and_time": _day_and_time,
    "first_word": _first_word,
    "join": _join,
    "lower": _on_text(str.lower),
    "replace": _replace,
    "split": _split,
    "string": _on_text(str),
    "time": _time,
    "trim": _on_text(str.strip),
    "truncate": _truncate,
    "upper": _on_text(str.upper),
    "urlencode": _on_text(lambda text: quote(text.encode("utf-8", "replace"), safe="")),
    "wordcount": _on_text(lambda text: len(text.split())),
}
"""Filters that print on their way, and so need to know the language and the zone."""

SIMPLE: Mapping[str, Filter] = {
    "abs": lambda value: abs(_number(value)),
    "first": lambda value: value[0] if len(value) else "",
    "float": lambda value: float(_number(value)),
    "int": lambda value: int(_number(value)),
    "last": lambda value: value[-1] if len(value) else "",
    "length": len,
    "link": safe_link,
    "list": lambda value: list(_listed(value)),
    "max": lambda value: max(_listed(value), default=""),
    "min": lambda value: min(_listed(value), default=""),
    "number": _number,
    "reverse": lambda value: value[::-1],
    "round": lambda value, digits=0: round(_number(value), int(digits)),
    "sort": lambda value: sorted(_listed(value)),
    "sum": lambda value: sum(map(_number, _listed(value))),
    "unique": lambda value: list(dict.fromkeys(_listed(value))),
}
"""Filters that need to know only the value."""

TESTS: Mapping[str, Callable[..., bool]] = {
    "boolean": lambda value: isinstance(value, bool),
    "divisibleby": lambda value, by: _number(value) % _number(by) == 0,
    "empty": lambda value: value is None or isinstance(value, Empty) or value == "",
    "eq": lambda value, other: value == other,
    "equalto": lambda value, other: value == other,
    "even": lambda value: _number(value) % 2 == 0,
    "false": lambda value: value is False,
    "ge": lambda value, other: value >= other,
    "gt": lambda value, other: value > other,
    "in": lambda value, others: value in others,
    "le": lambda value, other: value <= other,
    "lt": lambda value, other: value < other,
    "ne": lambda value, other: value != other,
    "none": lambda value: value is None or isinstance(value, Empty),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "odd": lambda value: _number(value) % 2 == 1,
    "string": lambda value: isinstance(value, str),
    "true": lambda value: value is True,
}


def filters_for(more: Mapping[str, Filter]) -> dict[str, Filter]:
    """Every filter of a template; `more` are those of plugins, which replace none of ours."""
    ours = {name: pass_context(_guarded(name, each)) for name, each in CONTEXTUAL.items()}
    ours |= {name: _guarded(name, each) for name, each in SIMPLE.items()}
    ours |= {name: pass_context(each) for name, each in INNER.items()}
    ours["default"] = ours["d"] = _default
    theirs = {name: _guarded(name, _contained(name, each)) for name, each in more.items()}
    return {**theirs, **ours}


def tests_for() -> dict[str, Any]:
    """Every test of a template: what may follow `is`."""
    tests: dict[str, Any] = {name: _deciding(each) for name, each in TESTS.items()}
    tests["defined"] = lambda value: not isinstance(value, (Empty, Undefined))
    tests["undefined"] = lambda value: isinstance(value, (Empty, Undefined))
    return tests


def _guarded(name: str, function: Filter) -> Filter:
    """A filter that lets an empty value through, and refuses one not known yet or grown too big."""

    @functools.wraps(function)
    def guarded(*values: Any, **options: Any) -> Any:
        subject, *rest = values[1:] if values and isinstance(values[0], Context) else values
        for value in (subject, *rest, *options.values()):
            if isinstance(value, NotYet):
                value.stop()
        if isinstance(subject, Empty):
            return 0 if name == "length" else subject
        return _bounded(function(*values, **options))

    return guarded


def _bounded(value: Any) -> Any:
    if isinstance(value, (str, list)) and len(value) > LONGEST_CELL:
        stop("a text grows too long")
    return value


def _contained(name: str, function: Filter) -> Filter:
    """A plugin's filter: whatever goes wrong in it stops the row and nothing else."""

    @functools.wraps(function)
    def contained(*values: Any, **options: Any) -> Any:
        try:
            return function(*values, **options)
        except (RowStopped, SheetflowError):
            raise
        except Exception as error:  # noqa: BLE001 - it is not ours: it may fail in any way
            stop(f'the filter "{name}" cannot use this value ({type(error).__name__})')

    return contained


def _deciding(function: Callable[..., bool]) -> Callable[..., bool]:
    @functools.wraps(function)
    def deciding(value: Any, *others: Any) -> bool:
        for each in (value, *others):
            if isinstance(each, NotYet):
                each.stop()
        return function(value, *others)

    return deciding
