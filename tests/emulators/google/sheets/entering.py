"""What becomes of a text that a person types into a cell: `valueInputOption=USER_ENTERED`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .entering_dates import entered_date
from .entering_numbers import entered_number
from .formatting_locales import AMERICAN, Locale, locale_of

Value = dict[str, Any]
"""The API's ExtendedValue."""
Format = dict[str, str]
"""The API's NumberFormat: its type and its pattern."""

_FORMULA_LIKE = re.compile(r"[+-]\s*(?:[A-Za-z_$(\"'{]|[\d.]+\s*[-+*/^&(<>=])")


def enter(
    text: Any,
    *,
    locale: Locale | str = AMERICAN,
    now: datetime,
    zone: ZoneInfo | None = None,
    format_before: Mapping[str, Any] | None = None,
) -> tuple[Value | None, Format | None]:
    """The value of a cell after somebody typed `text`, and the number format it brings along.

    `text` may also be a JSON number or truth value, which stays what it is. The value is None
    where nothing is left in the cell; the format is None where the cell keeps the one it has.
    `now` (aware) says which year a date without one means, in `zone`.
    """
    if text is None or text == "":
        return None, None
    if isinstance(text, bool):
        return {"boolValue": text}, None
    if isinstance(text, (int, float)):
        return {"numberValue": text}, None
    place = locale_of(locale) if isinstance(locale, str) else locale
    before = str((format_before or {}).get("type", ""))
    if before == "TEXT":
        return {"stringValue": text.removeprefix("'")}, None
    if text.startswith("'"):
        return {"stringValue": text[1:]}, None
    if text.startswith("=") and len(text) > 1:
        return {"formulaValue": text}, None
    year = (now.astimezone(zone) if zone else now).year
    return _typed(text, place, year, before)


def _typed(text: str, place: Locale, year: int, before: str) -> tuple[Value, Format | None]:
    clean = text.strip()
    if clean.upper() in (place.true, "TRUE"):
        return {"boolValue": True}, None
    if clean.upper() in (place.false, "FALSE"):
        return {"boolValue": False}, None
    found = entered_number(clean, place) or entered_date(clean, place, year)
    if found is None:
        if _FORMULA_LIKE.match(clean) and _reads_as_formula(clean):
            return {"formulaValue": "=" + clean}, None
        return {"stringValue": text}, None
    number, kind, pattern = found
    if kind == "" and before == "PERCENT":
        number /= 100
    value = {"numberValue": _whole(number)}
    if kind == "" or kind == before or (kind == "NUMBER" and before not in ("", "TEXT")):
        return value, None
    return value, {"type": kind, "pattern": pattern}


def _whole(number: float) -> float | int:
    """3.0 as 3, which is how the API writes it in JSON."""
    return int(number) if number == int(number) and abs(number) < 1e15 else number


def _reads_as_formula(text: str) -> bool:
    """Whether a text after + or - is a formula that can be read; a phone number is not."""
    from .formulas.reading import Unreadable, read  # formulas need values, which need formats

    try:
        read("=" + text)
    except Unreadable:
        return False
    return True
