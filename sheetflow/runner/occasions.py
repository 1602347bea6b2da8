"""Which time this is: once is the default, more must be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sheetflow.language.schedules import Again
from sheetflow.ledger.records import Record
from sheetflow.plugin.action import Work
from sheetflow.tables import statuses
from sheetflow.values import Noop, State, Word, digest

SEPARATOR = "/"
"""Between an occasion and the part of it that goes to one of several people."""

_AND = "."
"""Between the marks of several columns in the name of an occasion."""

_MARK = 12
"""Hexadecimal digits of what a cell holds; a column has four of its own before them."""


@dataclass(frozen=True)
class Occasion:
    """One time that a step happens for a row: its name in the key, and what is known of it."""

    name: str
    records: tuple[Record, ...]

    def record(self, part: str) -> Record | None:
        """What became of one part."""
        wanted = joined(self.name, part)
        return next((found for found in self.records if found.key.occasion == wanted), None)

    @property
    def expired(self) -> bool:
        """Whether it was held back until it was of no use any more."""
        return bool(self.records) and all(
            record.status == statuses.too_late() for record in self.records
        )

    @property
    def finished(self) -> bool:
        """Whether all of it is done and the row says so."""
        return bool(self.records) and all(
            record.state is State.DONE and record.told for record in self.records
        )


def joined(occasion: str, part: str) -> str:
    """The occasion of one part, as it stands in a key."""
    return SEPARATOR.join(text for text in (occasion, part) if text)


def without_part(occasion: str, part: str) -> str:
    """The occasion that `joined` made this of."""
    return occasion.removesuffix(joined("", part)).removesuffix(SEPARATOR) if part else occasion


def occasion_of(again: Again | None, records: Sequence[Record], work: Work) -> Occasion | Noop:
    """The occasion that is due now, or why none is."""
    if again is None:
        return Occasion("", tuple(records))
    if again.columns:
        return _when_changed(again.columns, records, work)
    return _every(again, records, work.tools.clock.now())


def _when_changed(columns: Sequence[str], records: Sequence[Record], work: Work) -> Occasion | Noop:
    """A cell that changed and changed back before anything went out is no new occasion."""
    values = {column: work.value(column) for column in columns}
    if all(value is None for value in values.values()):
        named = " and ".join(f'"{column}"' for column in columns)
        return Noop(f"{named} {'is' if len(columns) == 1 else 'are'} empty", quiet=True)
    marks = {_of_column(column): digest(value)[:_MARK] for column, value in values.items()}
    names = list(dict.fromkeys(_name_of(record) for record in records))
    gone_out = [name for name in names if _went_out(_named(name, records))]
    for latest in (*gone_out[-1:], *names[-1:]):
        if _is_about(latest, marks):
            return _named(latest, records)
    return Occasion(f"{len(names) + 1}-{_marked(marks)}", ())


def _marked(marks: Mapping[str, str]) -> str:
    """The marks as a name has them; that of one column stands alone, as it always has."""
    if len(marks) == 1:
        return next(iter(marks.values()))
    return _AND.join(f"{column}{mark}" for column, mark in marks.items())


def _is_about(name: str, marks: Mapping[str, str]) -> bool:
    """Whether an occasion was what the cells hold now, as far as its name tells.

    A recipe that names one column more, or one less, does nothing again for that alone: what a name
    says nothing of has not changed.
    """
    known = name.partition("-")[2].split(_AND)
    if len(known[0]) == _MARK:
        return known[0] in marks.values()
    told = {part[:-_MARK]: part[-_MARK:] for part in known}
    both = told.keys() & marks.keys()
    return bool(both) and all(told[column] == marks[column] for column in both)


def _of_column(column: str) -> str:
    return digest(column)[:4]


def _went_out(occasion: Occasion) -> bool:
    return any(record.state not in (State.WAITING, State.REFUSED) for record in occasion.records)


def _every(again: Again, records: Sequence[Record], now: datetime) -> Occasion | Noop:
    assert again.every is not None
    names = list(dict.fromkeys(_name_of(record) for record in records))
    if not names:
        return Occasion("1", ())
    latest = _named(names[-1], records)
    if not latest.finished and not latest.expired:
        return latest
    if again.times and len(names) >= again.times:
        return Noop(f"already {len(names)} times", Word.DONE, quiet=True)
    due = max(record.at for record in latest.records).astimezone(now.tzinfo) + again.every
    if due > now:
        return Noop(f"again from {statuses.moment(due)}", Word.DONE, quiet=True)
    return Occasion(str(len(names) + 1), ())


def _named(name: str, records: Sequence[Record]) -> Occasion:
    return Occasion(name, tuple(found for found in records if _name_of(found) == name))


def _name_of(record: Record) -> str:
    return record.key.occasion.partition(SEPARATOR)[0]
