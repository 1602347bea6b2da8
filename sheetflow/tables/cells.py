"""A raw cell becomes what its column is declared to hold: a value, empty, or needs a person."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sheetflow.tables import statuses
from sheetflow.tables.addresses import LONGEST_LIST, read_email, read_phone
from sheetflow.tables.dates import read_date, read_moment
from sheetflow.tables.spec import CellKind, ColumnSpec
from sheetflow.tables.text import error_in, is_overlong, normal, shown, trimmed, without_hidden
from sheetflow.values import Cell, Status

Rows = Callable[[ColumnSpec, str], "str | Status"]
"""Finds the row of another table that a text names: its id, or the question to ask."""

_YES = (
    "yes y true t 1 x ✓ ✔ ☑ ✅ on ja j wahr oui vrai si sí verdadero sim verdadeiro vero tak да так"
)
_NO = "no n false f 0 off nein falsch non faux falso não nao nie нет ні ✗ ✘ ☐ ❌"
_ANSWERS: Mapping[str, bool] = {
    **dict.fromkeys(_YES.split(), True),
    **dict.fromkeys(_NO.split(), False),
}
_PLAIN = re.compile(r"[+-]?(\d+|\d*\.\d{1,2}|\d*\.\d{4,}|0?\.\d{3})([eE][+-]?\d{1,2})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([ '’.,])\d{3})(?:\1\d{3})*(?:([.,])\d+)?")
_COMMA = re.compile(r"[+-]?(0,\d+|\d+,\d{1,2}|\d+,\d{4,})")


def read_cell(
    raw: object, column: ColumnSpec, *, zone: ZoneInfo, region: str = "", rows: Rows | None = None
) -> Cell:
    """The cell as `column` declares it.

    A time without a zone is in `zone`, a phone number without a country in `region`. `rows` finds
    whom a cell of kind "row" means.
    """
    if raw is None or raw == "":
        return Cell(raw)
    if error := error_in(raw):
        return Cell(raw, problem=statuses.error_cell(error))
    if not isinstance(raw, str):
        return _typed(raw, shown(raw), column, zone, region, rows)
    if is_overlong(raw) or (column.kind != "text" and len(raw) > LONGEST_LIST):
        return Cell(raw, problem=statuses.too_long(column.name))
    clean = trimmed(raw)
    return _typed(raw, clean, column, zone, region, rows) if clean else Cell(raw)


def native_kind(raw: object) -> CellKind:
    """How a cell of an undeclared column is read: dates stay dates, all else is text."""
    if isinstance(raw, datetime):
        return "date and time"
    return "date" if isinstance(raw, date) else "text"


def _typed(
    raw: object, text: str, column: ColumnSpec, zone: ZoneInfo, region: str, rows: Rows | None
) -> Cell:
    match column.kind:
        case "text":
            return Cell(raw, text)
        case "email":
            return read_email(raw, many=column.many)
        case "phone":
            return read_phone(raw, region)
        case "date":
            return _cell(raw, read_date(raw, zone, serials=column.serials))
        case "date and time":
            return _cell(raw, read_moment(raw, zone, serials=column.serials))
        case "yes/no":
            return _cell(raw, _answer(raw, text))
        case "choice":
            return _cell(raw, _choice(text, column))
        case "number":
            return _cell(raw, _number(raw, text))
        case "row":
            return _cell(raw, rows(column, text) if rows else text)


def _cell(raw: object, found: object) -> Cell:
    return Cell(raw, problem=found) if isinstance(found, Status) else Cell(raw, found)


def _answer(raw: object, text: str) -> bool | Status:
    if isinstance(raw, bool):
        return raw
    answer = _ANSWERS.get(normal(text).replace("\ufe0f", ""))
    return statuses.not_yes_or_no(text) if answer is None else answer


def _choice(text: str, column: ColumnSpec) -> str | Status:
    wanted = normal(text)
    found = [choice for choice in column.choices if normal(choice) == wanted]
    return found[0] if found else statuses.unknown_choice(text, column.name)


def _number(raw: object, text: str) -> int | float | Status:
    """A number; 1,200 and 1.200 are asked, being 1200 in one country and 1.2 in the next."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _whole(raw) if math.isfinite(raw) else statuses.not_a_number(text)
    plain = without_hidden(text).replace("−", "-")
    if _PLAIN.fullmatch(plain):
        return _whole(plain)
    if _COMMA.fullmatch(plain):
        return _whole(plain.replace(",", "."))
    match = _GROUPED.fullmatch(plain)
    if match is None or _could_be_a_fraction(match):
        return statuses.not_a_number(text)
    group, point = match[1], match[2]
    return _whole(plain.replace(group, "").replace(point or ".", "."))


def _could_be_a_fraction(match: re.Match[str]) -> bool:
    group, point, groups = match[1], match[2], match[0].count(match[1])
    return group == point or (group in ".," and groups == 1 and not point)


def _whole(found: str | float) -> int | float:
    number = float(found)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
