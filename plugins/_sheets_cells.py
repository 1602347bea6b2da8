"""Cells of Google Sheets as values of ours, and back: numbers that count days, errors, checkboxes.

A date is a number of days since 30 December 1899 without a zone (SERIAL_NUMBER in the API's words),
and only the cell's format tells it from any other number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sheetflow import CellError

EPOCH = datetime(1899, 12, 30)
LONGEST = 50_000
"""Characters in the longest text that a cell holds; a longer one fails the whole request."""

DATED = ("DATE", "DATE_TIME")
_LAST = (datetime.max - EPOCH).days
_ERRORS: Mapping[str, str] = {
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "LOADING": "Loading...",
}


def value_of(cell: Mapping[str, Any]) -> object:
    """What a CellData shows: None, text, number, True or False, date, time, or CellError."""
    found = cell.get("effectiveValue")
    if not found:
        return None
    if "stringValue" in found:
        return found["stringValue"] or None
    if "numberValue" in found:
        return _number(found["numberValue"], format_of(cell))
    if "boolValue" in found:
        return bool(found["boolValue"])
    if "errorValue" in found:
        return CellError(_ERRORS.get(found["errorValue"].get("type", ""), "#ERROR!"))
    return None


def format_of(cell: Mapping[str, Any]) -> str:
    """The type of the number format that the cell is shown in, or ""."""
    shown = cell.get("effectiveFormat") or {}
    return str(shown.get("numberFormat", {}).get("type", ""))


def written(value: object, *, dated: bool) -> object:
    """What goes to the API with RAW for a value; "" empties the cell.

    A date becomes a number where the cell is formatted as a date, and ISO text elsewhere: a number
    would be shown as one there.
    """
    match value:
        case None:
            return ""
        case datetime() | date() if dated:
            return serial(value)
        case time() if dated:
            return day_part(value)
        case datetime():
            return value.isoformat(" ", "seconds" if value.second else "minutes")
        case date() | time():
            return value.isoformat()
        case bool() | int() | float():
            return value
        case _:
            return str(value)[:LONGEST]


def serial(value: date) -> float:
    """The days since the epoch, with the time as a fraction."""
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    days = (moment.replace(tzinfo=None) - EPOCH) / timedelta(days=1)
    return int(days) if days == int(days) else days


def day_part(value: time) -> float:
    """The part of a day that has passed."""
    return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400


def shown_alike(there: object, ours: object) -> bool:
    """Whether what the API gave back unformatted is this value of ours."""
    if isinstance(ours, CellError):
        return isinstance(there, str) and there.startswith(("#", "Loading"))
    if isinstance(ours, datetime | date):
        ours = serial(ours)
    if isinstance(ours, time):
        ours = day_part(ours)
    blank = (None, "")
    if there in blank or ours in blank:
        return there in blank and ours in blank
    if _is_number(there) and _is_number(ours):
        return abs(float(str(there)) - float(str(ours))) < 1e-5
    return type(there) is type(ours) and there == ours


def entered(value: object) -> dict[str, Any]:
    """A CellData that holds the value as it is."""
    match value:
        case None | "":
            return {}
        case bool():
            return {"userEnteredValue": {"boolValue": value}}
        case int() | float():
            return {"userEnteredValue": {"numberValue": value}}
        case _:
            return {"userEnteredValue": {"stringValue": str(value)}}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(found: Any, shown_as: str) -> object:
    number = float(found)
    if shown_as in DATED and 0 <= number < _LAST:
        moment = EPOCH + timedelta(seconds=round(number * 86_400))
        return moment.date() if shown_as == "DATE" else moment
    if shown_as == "TIME" and 0 <= number < 1:
        return (EPOCH + timedelta(seconds=round(number * 86_400) % 86_400)).time()
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
