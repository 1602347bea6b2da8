"""How a value looks in a field: with its currency, its places, its way of writing dates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.emulators.airtable.formulas.moments import Moment
from tests.emulators.airtable.formulas.timewriting import formatted
from tests.emulators.airtable.formulas.values import text
from tests.emulators.airtable.world import Field


def shown(column: Field, value: Any, zone: str, locale: str) -> str:
    """One value as text; a formula's value looks as its result does."""
    kind, options = column.type, column.options
    result = options.get("result")
    if isinstance(result, dict):
        kind, options = result.get("type", ""), result.get("options", {})
    if value is None:
        return ""
    if isinstance(value, Moment):
        return day(value, options, zone, locale)
    if kind == "checkbox":
        return "checked" if value else ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return amount(kind, options, value)
    return text(value)


def amount(kind: str, options: dict[str, Any], value: float) -> str:
    """A number as its field shows it."""
    if kind == "duration":
        return duration(value, options.get("durationFormat", "h:mm"))
    if "precision" not in options or kind not in {"number", "currency", "percent"}:
        return text(value)
    places = options["precision"]
    if kind == "percent":
        return f"{value * 100:.{places}f}%"
    if kind == "currency":
        sign = "-" if value < 0 else ""
        return f"{sign}{options.get('symbol', '$')}{abs(value):.{places}f}"
    told = f"{value:.{places}f}"
    return told.rstrip("0").rstrip(".") if places == 8 and "." in told else told


def duration(seconds: float, form: str) -> str:
    """3:45 or 3:45:06.7."""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    if form == "h:mm":
        hours, minutes = divmod(round(seconds / 60), 60)
        return f"{sign}{hours}:{minutes:02}"
    places = len(form.partition(".")[2])
    minutes, rest = divmod(round(seconds, places), 60)
    width = places + 3 if places else 2
    return f"{sign}{int(minutes // 60)}:{int(minutes % 60):02}:{rest:0{width}.{places}f}"


def day(value: Moment, options: dict[str, Any], zone: str, locale: str) -> str:
    """A date or time as its field shows it."""
    pattern = options.get("dateFormat", {}).get("format", "YYYY-MM-DD")
    clock = options.get("timeFormat", {}).get("format")
    if clock:
        own = options.get("timeZone", "client")
        zone = zone if own == "client" else own
        pattern = f"{pattern} {clock}"
    elif not value.day_only:
        pattern = f"{pattern} h:mma"
    else:
        zone = "utc"
    return formatted(replace(value, zone=zone, locale=locale), pattern)
