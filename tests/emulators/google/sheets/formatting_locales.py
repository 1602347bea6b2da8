"""How a locale writes numbers, dates and money, as far as entering and showing a cell need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ENGLISH_DAYS = (
    *("Monday", "Tuesday", "Wednesday", "Thursday"),
    *("Friday", "Saturday", "Sunday"),
)
GERMAN_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
GERMAN_DAYS = (
    *("Montag", "Dienstag", "Mittwoch", "Donnerstag"),
    *("Freitag", "Samstag", "Sonntag"),
)


@dataclass(frozen=True)
class Locale:
    """One locale; patterns are Google's number format patterns."""

    code: str
    decimal: str = "."
    group: str = ","
    order: Literal["mdy", "dmy", "ymd"] = "mdy"
    separators: str = "/-"
    currency: str = "$"
    money: str = '"$"#,##0.00'
    date: str = "m/d/yyyy"
    time: str = "h:mm:ss am/pm"
    months: tuple[str, ...] = ENGLISH_MONTHS
    days: tuple[str, ...] = ENGLISH_DAYS
    true: str = "TRUE"
    false: str = "FALSE"

    @property
    def list_separator(self) -> str:
        """What stands between a function's arguments: where commas are decimal, semicolons."""
        return ";" if self.decimal == "," else ","


AMERICAN = Locale("en_US")
_EURO = "#,##0.00\\ [$€-1]"
_LOCALES = {
    "en_US": AMERICAN,
    "en_GB": Locale(
        "en_GB", order="dmy", currency="£", money='"£"#,##0.00', date="dd/mm/yyyy", time="hh:mm:ss"
    ),
    "de_DE": Locale(
        "de_DE", decimal=",", group=".", order="dmy", separators="./-", currency="€",
        money='#,##0.00\\ "€"', date="dd.mm.yyyy", time="hh:mm:ss", months=GERMAN_MONTHS,
        days=GERMAN_DAYS, true="WAHR", false="FALSCH",
    ),
    "fr_FR": Locale(
        "fr_FR", decimal=",", group=" ", order="dmy", currency="€", money=_EURO,
        date="dd/mm/yyyy", time="hh:mm:ss", true="VRAI", false="FAUX",
    ),
    "ja_JP": Locale("ja_JP", order="ymd", currency="¥", money='"¥"#,##0', date="yyyy/mm/dd",
                    time="h:mm:ss"),
}  # fmt: skip
_NEAR = {
    "en": "en_GB",
    "de": "de_DE",
    "fr": "fr_FR",
    "it": "de_DE",
    "es": "de_DE",
    "nl": "de_DE",
    "pt": "de_DE",
    "ja": "ja_JP",
}


def locale_of(code: str) -> Locale:
    """The locale of a code such as "en_US", "de" or "en-GB"; what is not known counts as en_US.

    A language whose own locale is not held here takes the nearest one's numbers and dates.
    """
    clean = code.replace("-", "_")
    if clean in _LOCALES:
        return _LOCALES[clean]
    language = clean.split("_")[0]
    if clean == "en" or language not in _NEAR:
        return AMERICAN
    return _LOCALES[_NEAR[language]]
