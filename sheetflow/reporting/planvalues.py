"""The values of a plan as JSON holds them, and back.

Whatever JSON has no word for is written as an object with one key that names its type:
`{"@date": "2026-03-14"}`. What is read is held against the values' own declarations.
"""

from __future__ import annotations

import dataclasses
import math
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from types import UnionType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sheetflow.sequences import LongSequence
from sheetflow.values import (
    Asked,
    Blank,
    CellError,
    Change,
    Entry,
    Key,
    LeftOut,
    Noop,
    Plan,
    RowRef,
    Status,
    Word,
)

_VALUES = {
    kind.__name__: kind
    for kind in (Asked, Blank, CellError, Change, Entry, Key, LeftOut, Noop, Plan, RowRef, Status)
}


class NoPlanError(ValueError):
    """This says something that no plan says."""


# Writing


def written(value: Any) -> Any:
    """A value as JSON holds it. Raises TypeError for one that no plan holds."""
    match value:
        case Word():
            return {"@Word": value.value}
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case float():
            return value if math.isfinite(value) else {"@float": str(value)}
        case datetime():
            return {"@datetime": _written_moment(value)}
        case date() | time():
            return {f"@{type(value).__name__}": value.isoformat()}
        case timedelta():
            return {"@timedelta": [value.days, value.seconds, value.microseconds]}
        case tuple() | LongSequence():
            return {"@tuple": [written(item) for item in value]}
        case list():
            return [written(item) for item in value]
        case Mapping():
            return _written_mapping(value)
        case _ if type(value) is _VALUES.get(type(value).__name__):
            return {f"@{type(value).__name__}": _written_fields(value)}
    raise TypeError(f"a plan holds no {type(value).__name__}")


def _written_moment(moment: datetime) -> list[Any]:
    if isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key:
        return [moment.replace(tzinfo=None).isoformat(), moment.tzinfo.key, moment.fold]
    return [moment.isoformat()]


def _written_mapping(value: Mapping[Any, Any]) -> Any:
    if all(isinstance(key, str) and not key.startswith("@") for key in value):
        return {str(key): written(held) for key, held in value.items()}
    return {"@mapping": [[written(key), written(held)] for key, held in value.items()]}


def _written_fields(value: Any) -> dict[str, Any]:
    return {name: written(held) for name, held in kept_fields(value).items()}


def kept_fields(value: Any) -> dict[str, Any]:
    """The fields that are not what they would be anyway, which keeps the file small."""
    return {
        field.name: held
        for field in dataclasses.fields(value)
        if not _is_default(field, held := getattr(value, field.name))
    }


def _is_default(field: dataclasses.Field[Any], held: Any) -> bool:
    if field.default_factory is not dataclasses.MISSING:
        return bool(held == field.default_factory())
    return type(held) is type(field.default) and bool(held == field.default)


# Reading


def read(value: Any) -> Any:
    """The value that was written. Raises NoPlanError, or one of Python's errors, if none was."""
    if isinstance(value, list):
        return [read(item) for item in value]
    if not isinstance(value, dict):
        return value
    tags = [key for key in value if key.startswith("@")]
    if not tags:
        return {key: read(held) for key, held in value.items()}
    if len(value) > 1:
        raise NoPlanError
    (tag, held), *_ = value.items()
    name = tag.removeprefix("@")
    return _read_fields(name, held) if name in _VALUES else _READERS[name](held)


def _read_fields(name: str, held: Mapping[str, Any]) -> Any:
    fields = {field: read(value) for field, value in held.items()}
    hints = _hints(name)
    if not all(fits(value, hints[field]) for field, value in fields.items()):
        raise NoPlanError
    return _VALUES[name](**fields)


def _read_moment(held: list[Any]) -> datetime:
    moment = datetime.fromisoformat(held[0])
    return moment.replace(tzinfo=ZoneInfo(held[1]), fold=held[2]) if held[1:] else moment


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "Word": Word,
    "float": float,
    "datetime": _read_moment,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda held: timedelta(*held),
    "tuple": lambda held: tuple(read(item) for item in held),
    "mapping": lambda held: {read(key): read(value) for key, value in held},
}


@cache
def _hints(name: str) -> Mapping[str, Any]:
    return typing.get_type_hints(_VALUES[name])


def fits(value: Any, hint: Any) -> bool:
    """Whether `value` is what a field is declared to hold."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if hint in (Any, object):
        return True
    if origin in (UnionType, typing.Union):
        return any(fits(value, each) for each in inside)
    if origin is Literal:
        return value in inside
    if origin in (tuple, Sequence):
        return isinstance(value, tuple) and all(fits(item, inside[0]) for item in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(
            fits(key, inside[0]) and fits(held, inside[1]) for key, held in value.items()
        )
    if hint is None or hint is type(None):
        return value is None
    return isinstance(value, hint) and (hint is bool) == isinstance(value, bool)


def hint_of(kind: str, field: str) -> Any:
    """What a field of a kind of value is declared to hold. Raises KeyError if there is none."""
    return _hints(kind)[field]
