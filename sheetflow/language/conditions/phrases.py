"""The closed list of conditions on one cell: what each is called, and when it holds.

A phrase works on plain values: a text, a number, a date, a moment with its zone, True or False, or
None for an empty cell. Texts are compared without regard to case, width, or spaces around them.
How each is written is in phrasebook.py.
"""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from sheetflow.language.conditions.wording import EMPTY, as_written
from sheetflow.language.durations import duration_in_words
from sheetflow.language.written import as_text

Kind = Literal["text", "number", "date", "date and time", "yes/no"]
Value = str | int | float | Decimal | bool | date | datetime | None

_YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}


class Phrase(ABC):
    """One condition. `kind` is how the cell must be read for it, None for as it is declared."""

    kind: Kind | None = None
    negated: bool = False

    @abstractmethod
    def holds(self, value: Value, now: datetime) -> bool:
        """Whether it is true of a cell's value at a moment that carries a zone."""

    @abstractmethod
    def __str__(self) -> str:
        """The phrase as an author writes it."""

    def unlike(self) -> str:
        """What a cell for which it does not hold is not: 'not "New"'. "" when the cell says it."""
        return f"not {str(self).partition(' ')[2]}"


@dataclass(frozen=True)
class Is(Phrase):
    """`is New`, `is New or Old`, `is empty`, `is empty or New`, and the same with `is not`."""

    words: tuple[str, ...] = ()
    or_empty: bool = False
    negated: bool = False

    def holds(self, value: Value, now: datetime) -> bool:  # noqa: ARG002 - the shape of a Phrase
        found = self.or_empty if _is_empty(value) else any(_same(value, w) for w in self.words)
        return found is not self.negated

    def __str__(self) -> str:
        words = ([EMPTY] if self.or_empty else []) + [as_written(word) for word in self.words]
        return f"is {'not ' if self.negated else ''}{' or '.join(words)}"

    def unlike(self) -> str:
        if self.negated:
            return ""
        words = ([EMPTY] if self.or_empty else []) + [f'"{word}"' for word in self.words]
        return f"not {words[0]}" if len(words) == 1 else f"neither {' nor '.join(words)}"


@dataclass(frozen=True)
class Has(Phrase):
    """`contains X`, `starts with X`."""

    part: str
    at_start: bool = False
    kind = "text"

    def holds(self, value: Value, now: datetime) -> bool:  # noqa: ARG002 - the shape of a Phrase
        text, part = normal(value), normal(self.part)
        return text.startswith(part) if self.at_start else part in text

    def __str__(self) -> str:
        return f"{'starts with' if self.at_start else 'contains'} {self.part}"

    def unlike(self) -> str:
        verb = "which does not start with" if self.at_start else "which does not contain"
        return f'{verb} "{self.part}"'


@dataclass(frozen=True)
class Compares(Phrase):
    """`is more than N`, `is less than N`; an empty cell is neither."""

    number: Decimal
    more: bool
    kind = "number"

    def holds(self, value: Value, now: datetime) -> bool:  # noqa: ARG002 - the shape of a Phrase
        number = _number(value)
        if number is None:
            return False
        return number > self.number if self.more else number < self.number

    def __str__(self) -> str:
        return f"is {'more' if self.more else 'less'} than {self.number:f}"


@dataclass(frozen=True)
class Beside(Phrase):
    """`is before DATE`, `is after DATE`, where DATE may have a time, which is the cell's own."""

    when: date | datetime
    after: bool

    @property
    def kind(self) -> Kind:  # type: ignore[override]  # depends on what was written
        """A date is compared with days, a date and time with moments."""
        return "date and time" if isinstance(self.when, datetime) else "date"

    def holds(self, value: Value, now: datetime) -> bool:  # noqa: ARG002 - the shape of a Phrase
        if not isinstance(value, date):
            return False
        if isinstance(self.when, datetime) and isinstance(value, datetime):
            value = value.replace(tzinfo=None)
            return value > self.when if self.after else value < self.when
        day, when = day_of(value), day_of(self.when)
        return day > when if self.after else day < when

    def __str__(self) -> str:
        when = self.when
        written = f"{when:%Y-%m-%d %H:%M}" if isinstance(when, datetime) else when.isoformat()
        return f"is {'after' if self.after else 'before'} {written}"


@dataclass(frozen=True)
class Passed(Phrase):
    """`is in the past`, `is in the future`; a date without a time is past when its day is over."""

    past: bool
    kind = "date and time"

    def holds(self, value: Value, now: datetime) -> bool:
        if isinstance(value, datetime):
            # In UTC: two clocks of one zone would be compared without their hour that comes twice.
            moment, now = value.astimezone(UTC), now.astimezone(UTC)
            return moment < now if self.past else moment > now
        if isinstance(value, date):
            return value < now.date() if self.past else value > now.date()
        return False

    def __str__(self) -> str:
        return f"is in the {'past' if self.past else 'future'}"


@dataclass(frozen=True)
class DaysAgo(Phrase):
    """`is today`, `was 3 days ago`: that calendar day, whatever the hour.

    `was more than 3 days ago` is any calendar day before it.
    """

    days: int
    earlier: bool = False
    kind = "date"

    def holds(self, value: Value, now: datetime) -> bool:
        if not isinstance(value, date):
            return False
        then = _there(now, value).date() - timedelta(days=self.days)
        return day_of(value) < then if self.earlier else day_of(value) == then

    def __str__(self) -> str:
        if not self.days and not self.earlier:
            return "is today"
        count = f"{self.days} day{'' if self.days == 1 else 's'} ago"
        return f"was more than {count}" if self.earlier else f"was {count}"


@dataclass(frozen=True)
class Within(Phrase):
    """`is within 48 hours`: from now on, and not later than that; or `is within the last 2 days`.

    Whole days are counted by the calendar and the clock on the wall where it takes place, so that
    48 hours before 10:00 is 10:00 also when summer time begins; the rest is counted in hours.
    """

    length: timedelta
    written: str = field(default="", compare=False)
    past: bool = False
    kind = "date and time"

    def holds(self, value: Value, now: datetime) -> bool:
        if not isinstance(value, date):
            return False
        here = _there(now, value)
        days, rest = divmod(self.length, timedelta(days=1))
        sign = -1 if self.past else 1
        there = (here + sign * timedelta(days=days)).astimezone(UTC) + sign * rest
        first, last = sorted((here.astimezone(UTC), there))
        if isinstance(value, datetime):
            return first <= value.astimezone(UTC) <= last
        return first.astimezone(here.tzinfo).date() <= value <= last.astimezone(here.tzinfo).date()

    def __str__(self) -> str:
        length = self.written or duration_in_words(self.length)
        return f"is within {'the last ' if self.past else ''}{length}"


@dataclass(frozen=True)
class Ticked(Phrase):
    """`is ticked`, `is not ticked`; an empty cell is not ticked."""

    negated: bool = False
    kind = "yes/no"

    def holds(self, value: Value, now: datetime) -> bool:  # noqa: ARG002 - the shape of a Phrase
        return (value is True) is not self.negated

    def __str__(self) -> str:
        return "is not ticked" if self.negated else "is ticked"

    def unlike(self) -> str:
        return ""


def normal(value: Value) -> str:
    """A value's text as texts are compared: NFKC, without outer spaces, without case."""
    text = value if isinstance(value, str) else "" if value is None else as_text(value)
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def day_of(value: date | datetime) -> date:
    """The day of a moment, where it takes place."""
    return value.date() if isinstance(value, datetime) else value


def _there(now: datetime, value: date) -> datetime:
    """This moment where the value's clock hangs."""
    return now.astimezone(value.tzinfo) if isinstance(value, datetime) else now


def _is_empty(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not normal(value))


def _same(value: Value, word: str) -> bool:
    if isinstance(value, bool):
        return _YES_OR_NO.get(normal(word)) is value
    if isinstance(value, date):
        return day_of(value).isoformat() == word.strip() or normal(value) == normal(word)
    if isinstance(value, str):
        return normal(value) == normal(word)
    number = _number(word)
    return number is not None and number == _number(value)


def _number(value: Value) -> Decimal | None:
    if value is None or isinstance(value, date | bool):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
