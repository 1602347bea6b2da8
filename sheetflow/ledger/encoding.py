"""Small values as JSON text, so that each comes back as the same value and of the same kind.

A kind that JSON lacks is an object with one key: {"$date": "2026-03-14"}. A mapping that JSON
cannot hold, or that looks like such an object, is {"$map": [[key, value], ...]}.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow.ledger.records import NOTHING
from sheetflow.values import Blank, RowRef


def as_text(values: Mapping[str, Any]) -> str:
    """`values` as JSON text. What has no form of its own is kept as `str()` shows it.

    >>> as_text({"when": date(2026, 3, 14)})
    '{"when":{"$date":"2026-03-14"}}'
    """
    if not values:
        return "{}"
    return json.dumps(_plain(values), separators=(",", ":"), ensure_ascii=False)


def from_text(text: str) -> Mapping[str, Any]:
    """The values that `as_text` was given. Raises ValueError if it never wrote this."""
    if text == "{}":
        return NOTHING
    found, _ = (_TAGGED if '{"$' in text else _PLAIN).raw_decode(text)
    if not isinstance(found, dict):
        raise ValueError(f"not a mapping: {text[:40]}")
    return found


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` without those that hold a blank, which a later step was still to fill."""
    return {name: value for name, value in values.items() if not _has_blank(value)}


def _has_blank(value: object) -> bool:
    match value:
        case Blank():
            return True
        case Mapping():
            return any(_has_blank(item) for item in value.values())
        case list() | tuple():
            return any(_has_blank(item) for item in value)
        case _:
            return False


def _plain(value: object) -> Any:
    match value:
        case None | bool():
            return value
        case str():
            return str(value)
        case int():
            return int(value)
        case float():
            return value if math.isfinite(value) else {"$float": repr(value)}
        case datetime():
            return {"$time": _moment(value)}
        case date():
            return {"$date": value.isoformat()}
        case RowRef():
            return {"$row": [value.table, value.row]}
        case Mapping():
            return _plain_mapping(value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return str(value)


def _plain_mapping(values: Mapping[Any, Any]) -> dict[str, Any]:
    if all(isinstance(key, str) and not key.startswith("$") for key in values):
        return {str(key): _plain(value) for key, value in values.items()}
    return {"$map": [[_plain(key), _plain(value)] for key, value in values.items()]}


def _moment(value: datetime) -> list[Any]:
    """A time on the clock, and how to read it: the zone by name, where it has one."""
    zone = value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else ""
    return [(value.replace(tzinfo=None) if zone else value).isoformat(), zone, value.fold]


def _restored(found: dict[str, Any]) -> Any:
    match found:
        case {"$float": text}:
            return float(text)
        case {"$time": [text, zone, fold]}:
            return _restored_moment(datetime.fromisoformat(text).replace(fold=fold), zone)
        case {"$date": text}:
            return date.fromisoformat(text)
        case {"$row": [table, row]}:
            return RowRef(table, row)
        case {"$map": pairs}:
            return dict(pairs)
        case _ if any(key.startswith("$") for key in found):
            raise ValueError(f"not written by us: {found}")
        case _:
            return found


def _restored_moment(moment: datetime, zone: str) -> datetime:
    return moment.replace(tzinfo=ZoneInfo(zone)) if zone else moment


_PLAIN = json.JSONDecoder()
_TAGGED = json.JSONDecoder(object_hook=_restored)
