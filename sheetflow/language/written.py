"""Values as a person writes them: dates in words, 3 and not 3.0, nothing that hides or breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow.errors import RowStopped
from sheetflow.language.templating.fields import Empty, Fields, NotYet, stop
from sheetflow.values import CellError, Status, Word

_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class DayWords:
    """How one language writes a day; names are separated by spaces, the week begins on Monday."""

    days: str
    short_months: str
    months: str
    day: str = "{w} {d} {m}"
    date: str = "{d} {month} {y}"
    comma: str = ", "
    yes: str = "yes"
    no: str = "no"


WORDS: Mapping[str, DayWords] = {
    "en": DayWords(
        "Mon Tue Wed Thu Fri Sat Sun",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "January February March April May June July August September October November December",
    ),
    "es": DayWords(
        "lun mar mié jue vie sáb dom",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        date="{d} de {month} de {y}",
        yes="sí",
    ),
    "fr": DayWords(
        "lun. mar. mer. jeu. ven. sam. dim.",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        yes="oui",
        no="non",
    ),
    "de": DayWords(
        "Mo Di Mi Do Fr Sa So",
        "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        day="{w}, {d}. {m}",
        date="{d}. {month} {y}",
        yes="ja",
        no="nein",
    ),
    "ar": DayWords(
        "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
        comma="، ",
        yes="نعم",
        no="لا",
    ),
}
"""Names of days and months, abbreviated as each language does it."""


@lru_cache(maxsize=256)
def words_of(language: str) -> DayWords:
    """The words of a language such as "es-MX", English where there are none."""
    return WORDS.get(re.split(r"[-_]", language, maxsplit=1)[0].lower(), WORDS["en"])


def clean(text: str, *, lines: bool) -> str:
    """`text` without control and direction characters; line breaks become spaces unless `lines`.

    >>> clean("Ana\\x00\\r\\nBcc: x", lines=False)
    'Ana Bcc: x'
    """
    if text.isprintable():
        return text
    text = _BREAKS.sub("\n" if lines else " ", text).replace("\t", " ")
    return _SURROGATES.sub("\ufffd", _HIDDEN.sub("", text))


def as_text(value: Any, *, language: str = "", zone: tzinfo | None = None) -> str:
    """A value as a person writes it. Raises RowStopped for what cannot be written.

    >>> as_text(3.0), as_text(True), as_text(date(2026, 11, 3))
    ('3', 'yes', '3 November 2026')
    """
    if type(value) is str:
        return value
    match value:
        case str():
            return str(value)
        case bool():
            words = words_of(language)
            return words.yes if value else words.no
        case int() | NotYet():
            return str(value)
        case float() | Decimal():
            return _number(value)
        case time():
            return f"{value:%H:%M}"
        case date():
            return _date(value, language, zone)
        case list() | tuple():
            return ", ".join([as_text(part, language=language, zone=zone) for part in value])
        case _:
            return _without_text(value)


def _date(value: date, language: str, zone: tzinfo | None) -> str:
    if isinstance(value, datetime) and value.time() != time():
        return day_and_time(value, language, zone)
    return date_in_words(value, language)


def _without_text(value: Any) -> str:
    if value is None or type(value).__name__ == "Undefined":  # `{{ "x" if y }}` without an else
        return ""
    if isinstance(value, Empty):
        value.stop()
    if isinstance(value, CellError):
        raise RowStopped(Status(Word.WAITING, f"a cell in this row shows {value}"))
    if isinstance(value, Fields):
        stop("the text uses a whole row where it needs one column of it")
    return stop("the text uses something that cannot be written out")


def _number(value: float | Decimal) -> str:
    return f"{value:.10f}".rstrip("0").rstrip(".")


def moment(value: Any) -> date | datetime:
    """A date, or a date and time, also from its ISO 8601 text. Raises RowStopped otherwise."""
    if isinstance(value, date):
        return value
    try:
        text = str(value).strip()
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return stop(f'"{clean(str(value), lines=False)[:30]}" is not a date')


def day(value: date | datetime, language: str) -> str:
    """A day without its year: "Tue 3 Nov"."""
    words = words_of(language)
    weekday = words.days.split()[value.weekday()]
    month = words.short_months.split()[value.month - 1]
    return words.day.format(w=weekday, d=value.day, m=month)


def date_in_words(value: date | datetime, language: str) -> str:
    """A date with its year: "3 November 2026"."""
    return _date_in_words(value.year, value.month, value.day, language)


@lru_cache(maxsize=1024)
def _date_in_words(year: int, month: int, day: int, language: str) -> str:
    words = words_of(language)
    return words.date.format(d=day, month=words.months.split()[month - 1], y=year)


def day_and_time(value: datetime, language: str, zone: tzinfo | None) -> str:
    """A moment as the people of a zone write it: "Tue 3 Nov, 18:00 CET"."""
    local = in_zone(value, zone)
    text = f"{day(local, language)}{words_of(language).comma}{local:%H:%M}"
    return f"{text} {_zone_name(local)}".rstrip()


def in_zone(value: datetime, zone: tzinfo | None) -> datetime:
    """The same moment in another zone; one without a zone stays as it is."""
    return value.astimezone(zone) if zone and value.tzinfo else value


def _zone_name(moment: datetime) -> str:
    name = moment.tzname() or ""
    if name[:1] not in "+-":
        return name
    if isinstance(moment.tzinfo, ZoneInfo):  # no abbreviation is in use there: name the town
        return f"({moment.tzinfo.key.rpartition('/')[2].replace('_', ' ')})"
    return f"(UTC{name})"
