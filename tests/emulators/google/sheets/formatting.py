"""What a cell shows: its value by its number format, as `FORMATTED_VALUE` gives it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .formatting_dates import is_date_pattern, shown_date
from .formatting_locales import AMERICAN, Locale, locale_of
from .formatting_numbers import shown_number

ERRORS = {
    "ERROR": "#ERROR!",
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "LOADING": "Loading...",
}
"""The API's types of error and what a cell shows for each."""
_DATES = ("DATE", "TIME", "DATE_TIME")


def shown(
    value: Mapping[str, Any] | None,
    number_format: Mapping[str, Any] | None = None,
    locale: Locale | str = AMERICAN,
) -> str:
    """The text of a cell whose effective value is `value` (the API's ExtendedValue; None: empty).

    `number_format` is the API's NumberFormat; without one the number is shown automatically.
    """
    place = locale_of(locale) if isinstance(locale, str) else locale
    if not value:
        return ""
    if "errorValue" in value:
        return ERRORS.get(value["errorValue"].get("type", "ERROR"), "#ERROR!")
    if "boolValue" in value:
        return place.true if value["boolValue"] else place.false
    pattern = (number_format or {}).get("pattern", "")
    if "numberValue" in value:
        kind = (number_format or {}).get("type", "")
        return shown_by(float(value["numberValue"]), kind, pattern, place)
    text = str(value.get("stringValue", value.get("formulaValue", "")))
    return shown_text(text, pattern)


def shown_by(number: float, kind: str, pattern: str, locale: Locale) -> str:
    """A number by the kind and pattern of a number format; either may be empty."""
    chosen = pattern or default_pattern(kind, locale)
    if not chosen or kind == "TEXT" or chosen.lower() == "general" or chosen == "@":
        return automatic(number, locale)
    if kind in _DATES or (kind not in ("NUMBER", "PERCENT", "CURRENCY", "SCIENTIFIC")):
        section = chosen.split(";")[0]
        if is_date_pattern(section):
            return shown_date(number, section, locale)
    return shown_number(number, chosen, locale)


def shown_text(text: str, pattern: str) -> str:
    """A text by the fourth section of a pattern (or by its one section with an @), else as is."""
    sections = pattern.split(";")
    section = sections[3] if len(sections) > 3 else sections[0] if "@" in sections[0] else "@"
    if section.strip() in ("@", ""):
        return text if section else ""
    return section.replace('"', "").replace("\\", "").replace("@", text)


def default_pattern(kind: str, locale: Locale) -> str:
    """The pattern of a kind of number format that names none; empty for automatic and text."""
    return {
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": locale.money,
        "DATE": locale.date,
        "TIME": locale.time,
        "DATE_TIME": f"{locale.date} {locale.time.replace(' am/pm', '')}",
        "SCIENTIFIC": "0.00E+00",
    }.get(kind, "")


def automatic(number: float, locale: Locale = AMERICAN) -> str:
    """A number as a cell without a format shows it.

    Whole numbers of up to 15 digits are shown whole, others with up to 10 significant digits,
    very large and very small ones as powers of ten with up to 5 decimals.
    """
    if math.isnan(number) or math.isinf(number):
        return "#NUM!"
    if number == 0:
        return "0"
    size = abs(number)
    if size >= 1e15 or size < 1e-5:
        mantissa, exponent = f"{number:.5E}".split("E")
        text = mantissa.rstrip("0").rstrip(".") + f"E{exponent}"
        return text.replace(".", locale.decimal)
    if number == int(number):
        return str(int(number))
    places = max(0, 9 - math.floor(math.log10(size)))
    rounded = Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", locale.decimal)
