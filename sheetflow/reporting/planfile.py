"""A plan as a file, and back: exactly the same plan, or a refusal in words.

Whatever JSON has no word for is written as an object with one key that names its type:
`{"@date": "2026-03-14"}`. What is read is held against the values' own declarations and against
the file's digest, so that a damaged, edited or foreign file never becomes half a plan.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from types import UnionType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sheetflow.errors import SetupError
from sheetflow.spool import LongSequence
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
    digest,
    in_json,
)

FORMAT = "sheetflow plan"
VERSION = 1
LARGEST = 200_000_000
"""Characters of the largest plan that is read: 20,000 people with two messages of 5 kB each."""

_VALUES = {
    kind.__name__: kind
    for kind in (Asked, Blank, CellError, Change, Entry, Key, LeftOut, Noop, Plan, RowRef, Status)
}


class _NoPlanError(ValueError):
    """The file says something that no plan says."""


def plan_to_json(plan: Plan) -> str:
    """The plan as a text that `plan_from_json` reads back as an equal plan."""
    return "".join(plan_in_json(plan))


def plan_in_json(plan: Plan) -> Iterator[str]:
    """The same text part by part, an entry a line: there may be very many."""
    seal = hashlib.blake2b(b"[", digest_size=16)
    yield f'{{"format": "{FORMAT}", "version": {VERSION}, "plan": '
    for sealed, shown in _parts(plan):
        seal.update(sealed.encode("utf-8", "surrogatepass"))
        yield shown
    seal.update(b"]")
    yield f', "digest": "{seal.hexdigest()}"}}\n'


def plan_from_json(text: str) -> Plan:
    """The plan that was written, equal to what it was.

    Raises SetupError when the text is no plan, was changed, is too large, or was written by another
    version of Sheetflow.
    """
    if len(text) > LARGEST:
        raise _refusal(f"it is larger than {LARGEST // 1_000_000} MB.")
    try:
        whole = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant)
        plan = _read(_body(whole))
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        raise _refusal("it is damaged or cut short.") from None
    if not isinstance(plan, Plan):
        raise _refusal("there is no plan in it.")
    return plan


def _body(whole: object) -> object:
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise _refusal("it was not written by sheetflow plan.")
    if whole.get("version") != VERSION:
        raise _refusal("it was written by another version of Sheetflow.")
    if whole.get("digest") != digest(whole.get("plan")):
        raise _refusal("it was changed after it was written.")
    return whole["plan"]


def _refusal(what: str) -> SetupError:
    return SetupError(f"This plan file cannot be used: {what}", hint="Make the plan again.")


# Writing


def _parts(plan: Plan) -> Iterator[tuple[str, str]]:
    """The plan in parts, each as its digest is made of it and as it is written."""
    yield _twice('{"@Plan": {')
    between = ""
    for name, held in sorted(_kept_fields(plan).items()):
        yield _twice(f'{between}"{name}": ')
        if isinstance(held, tuple | LongSequence):
            yield from _items(held)
        else:
            yield _encoded(held)
        between = ", "
    yield _twice("}}")


def _items(items: Iterable[Any]) -> Iterator[tuple[str, str]]:
    yield _twice('{"@tuple": [')
    for number, item in enumerate(items):
        yield (", ", ",\n") if number else ("", "\n")
        yield _encoded(item)
    yield _twice("]}")


def _encoded(value: Any) -> tuple[str, str]:
    written = _written(value)
    return in_json(written), json.dumps(written, sort_keys=True, allow_nan=False)


def _twice(text: str) -> tuple[str, str]:
    return text, text


def _written(value: Any) -> Any:
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
            return {"@tuple": [_written(item) for item in value]}
        case list():
            return [_written(item) for item in value]
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
        return {str(key): _written(held) for key, held in value.items()}
    return {"@mapping": [[_written(key), _written(held)] for key, held in value.items()]}


def _written_fields(value: Any) -> dict[str, Any]:
    return {name: _written(held) for name, held in _kept_fields(value).items()}


def _kept_fields(value: Any) -> dict[str, Any]:
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


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(item) for item in value]
    if not isinstance(value, dict):
        return value
    tags = [key for key in value if key.startswith("@")]
    if not tags:
        return {key: _read(held) for key, held in value.items()}
    if len(value) > 1:
        raise _NoPlanError
    (tag, held), *_ = value.items()
    name = tag.removeprefix("@")
    return _read_fields(name, held) if name in _VALUES else _READERS[name](held)


def _read_fields(name: str, held: Mapping[str, Any]) -> Any:
    fields = {field: _read(value) for field, value in held.items()}
    hints = _hints(name)
    if not all(_fits(value, hints[field]) for field, value in fields.items()):
        raise _NoPlanError
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
    "tuple": lambda held: tuple(_read(item) for item in held),
    "mapping": lambda held: {_read(key): _read(value) for key, value in held},
}


@cache
def _hints(name: str) -> Mapping[str, Any]:
    return typing.get_type_hints(_VALUES[name])


def _fits(value: Any, hint: Any) -> bool:
    """Whether `value` is what a field is declared to hold."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if hint in (Any, object):
        return True
    if origin in (UnionType, typing.Union):
        return any(_fits(value, each) for each in inside)
    if origin is Literal:
        return value in inside
    if origin in (tuple, Sequence):
        return isinstance(value, tuple) and all(_fits(item, inside[0]) for item in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(
            _fits(key, inside[0]) and _fits(held, inside[1]) for key, held in value.items()
        )
    if hint is None or hint is type(None):
        return value is None
    return isinstance(value, hint) and (hint is bool) == isinstance(value, bool)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _NoPlanError
    return found


def _no_constant(_text: str) -> Any:
    raise _NoPlanError
