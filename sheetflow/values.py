"""What the product is about, as values: rows, plans, outcomes. All frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]  # C only
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, NotRequired, TypedDict

from sheetflow.sequences import Chosen

STATUS_LENGTH = 90
"""Longest text after the dash of a status, so that it can be read in a cell."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[Any, Any]:
    return _NOTHING


class Word(StrEnum):
    """The six status words. Nothing else ever starts a status."""

    SENT = "Sent"
    DONE = "Done"
    WAITING = "Waiting"
    SKIPPED = "Skipped"
    NEEDS_YOU = "Needs you"
    NOT_SURE = "Not sure"

    @property
    def stops(self) -> bool:
        """Whether a row with this word waits for a person or for time."""
        return self in (Word.WAITING, Word.NEEDS_YOU, Word.NOT_SURE)


@dataclass(frozen=True)
class Status:
    """What a row says of itself: one of six words, a dash, and a short text.

    >>> str(Status(Word.NEEDS_YOU, "no e-mail address"))
    'Needs you — no e-mail address'
    """

    word: Word
    text: str = ""

    def __str__(self) -> str:
        text = " ".join(self.text.split())
        if len(text) > STATUS_LENGTH:
            text = text[: STATUS_LENGTH - 1].rstrip() + "…"
        return f"{self.word} — {text}" if text else str(self.word)


@dataclass(frozen=True)
class CellError:
    """What a spreadsheet shows where a formula failed: `#REF!`, `#N/A`, `Loading…`."""

    text: str

    def __str__(self) -> str:
        return self.text


class Cell(NamedTuple):
    """A cell as its column's type reads it: a value, empty (None), or a status for a person.

    `tidied` says what was cleaned away on the way to `value` ("a hidden space in the address").
    A tuple is made in half the time, and no value is made as often as this one.
    """

    raw: object = None
    value: Any = None
    problem: Status | None = None
    tidied: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it, which is not the same as a problem."""
        return self.value is None and self.problem is None


EMPTY_CELL = Cell()


@dataclass(frozen=True, slots=True)
class Row:
    """An identity and its cells, by column name, as the table gave them.

    `number` is where a person finds it (the row number in a spreadsheet); it is never an identity.
    `mark` is where the connector finds it until the table is read again.
    """

    id: str
    cells: Mapping[str, object]
    number: int | None = None
    mark: object = None
    hidden: bool = False


@dataclass(frozen=True, order=True)
class RowRef:
    """A row by name: its table's and its own."""

    table: str
    row: str

    def __str__(self) -> str:
        return f"{self.table}/{self.row}"


@dataclass(frozen=True)
class Person:
    """Whom a row stands for, as far as its table says; `email` and `phone` are already checked."""

    name: str = ""
    email: Cell = EMPTY_CELL
    phone: Cell = EMPTY_CELL
    zone: str = ""
    language: str = ""
    row: RowRef | None = None


@dataclass(frozen=True)
class Blank:
    """A value that an earlier step will produce; shown by name until then: ‹Zoom link›."""

    label: str

    def __str__(self) -> str:
        return f"‹{self.label}›"

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True, order=True)
class Key:
    """What makes a change happen once: chapter · recipe · step · table · row · occasion."""

    chapter: str
    recipe: str
    step: str
    table: str
    row: str
    occasion: str = ""

    def __str__(self) -> str:
        parts = (self.chapter, self.recipe, self.step, self.table, self.row, self.occasion)
        return " · ".join(parts).rstrip(" ·")

    @property
    def ref(self) -> RowRef:
        """The row this key is about."""
        return RowRef(self.table, self.row)

    @cached_property
    def digest(self) -> str:
        """A short name that is the same for the same key everywhere: 32 hexadecimal digits."""
        return digest(self.chapter, self.recipe, self.step, self.table, self.row, self.occasion)

    @property
    def lasting(self) -> str:
        """The digest without the occasion: one meeting keeps it however often it moves."""
        return replace(self, occasion="").digest


class Letter(TypedDict):
    """The shape of `data["letter"]`: a message as a person will read it."""

    to: str
    name: str
    sender: str
    subject: str
    text: str
    html: str
    language: str


class Meeting(TypedDict):
    """The shape of `data["meeting"]`. `starts` and `ends` are ISO 8601 with an offset.

    `uid` is what calendars know it by, and `sequence` counts its versions. `gone` are those who
    were told of it before, and are not expected any more.
    """

    title: str
    starts: str
    ends: str
    zone: str
    place: str
    people: list[dict[str, str]]
    method: Literal["REQUEST", "CANCEL"]
    uid: NotRequired[str]
    sequence: NotRequired[int]
    gone: NotRequired[list[dict[str, str]]]


@dataclass(frozen=True)
class Change:
    """One planned effect for one row.

    `summary` says it to a person. `data` is all that applying needs, as JSON holds it; its
    "letter" and "meeting", where it has them, are a Letter and a Meeting, and "said" is a text that
    is longer than its summary; reports show them. `cells` go into the row itself when the sheet is
    told. `gives` are names that later steps may use; a value not known yet is a `Blank`. `part`
    tells several changes of one step and row apart (one mail to each of two people). `to` are the
    addresses reached, `whom` the rows of the people at them (without any: the row itself), and
    `channel` says how, such as "email": for whoever must count or forbid. `kind` is for a message
    that is of another kind than its step, such as the news that a call is off. `done` is what the
    row says afterwards; without it, "Done" and when. `informed` are those of `to` who only hear
    more of what they were told before: to them it is transactional, whatever it is to others.
    `tried_at` is set for a change in doubt: when at the latest it may have been handed over.
    `awaits` names what another change of the same step and row gives once it is done, such as the
    link of a call: that one goes first, and this one only if it was done, planned once more then.
    """

    summary: str
    data: Mapping[str, Any] = field(default_factory=_nothing)
    cells: Mapping[str, Any] = field(default_factory=_nothing)
    gives: Mapping[str, Any] = field(default_factory=_nothing)
    part: str = ""
    to: tuple[str, ...] = ()
    whom: tuple[RowRef, ...] = ()
    channel: str = ""
    kind: str = ""
    done: Status | None = None
    tried_at: datetime | None = None
    awaits: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()

    @property
    def letter(self) -> Letter | None:
        """The message that it hands over, if it does; with a meeting, the news of that."""
        return self.data.get("letter")

    @property
    def meeting(self) -> Meeting | None:
        """The meeting that it tells people of, if it does: by its letter, or by a calendar."""
        return self.data.get("meeting")

    def kind_for(self, address: str, kind: str) -> str:
        """Of which kind it is to one of those whom it reaches, when the message is of that kind."""
        return "transactional" if address in self.informed else kind


@dataclass(frozen=True)
class Noop:
    """Nothing is to be done for this row and step, and why. A `quiet` one is not told there.

    `guard` names the guard that holds a change back. `until` is when it is looked at again by
    itself, None for "not before a person acts" or "whenever the reason has gone".
    """

    reason: str
    word: Word = Word.SKIPPED
    gives: Mapping[str, Any] = field(default_factory=_nothing)
    part: str = ""
    quiet: bool = False
    guard: str = ""
    until: datetime | None = None

    @property
    def status(self) -> Status:
        """The reason, as a row says it."""
        return Status(self.word, self.reason)


@dataclass(frozen=True)
class Entry:
    """One line of a plan: what one step does, or does not, for one row.

    `reads` are the rows it was made from, each with a digest of the cells a person may edit; if one
    of them changes before applying, the entry is skipped. `awaits` are the blanks it was made with.
    `was` are the cells that `deed.cells` replaces. `doubtful` means that it may have been handed
    over before: applying asks the service first, and does nothing unless it was certainly not.
    `asked_again` means that a person wants it handed over once more, whatever became of it, and
    `confirmed` that a person says that it arrived: nothing is done, and it is kept as done.
    """

    key: Key
    action: str
    who: str
    deed: Change | Noop
    reads: Mapping[RowRef, str] = field(default_factory=_nothing)
    awaits: tuple[str, ...] = ()
    was: Mapping[str, Any] = field(default_factory=_nothing)
    on_failure: str = "stop"
    doubtful: bool = False
    asked_again: bool = False
    kind: str = ""
    confirmed: bool = False

    @property
    def change(self) -> Change | None:
        """The change, if there is one."""
        return self.deed if isinstance(self.deed, Change) else None

    @cached_property
    def content(self) -> str:
        """A digest of what would be handed over, for "same key, different content: stop"."""
        change = self.change
        return digest(self.action, change.data, change.cells) if change else ""


@dataclass(frozen=True)
class LeftOut:
    """A row that the recipe does not act on: the first reason why."""

    row: RowRef
    who: str
    reason: str
    number: int | None = None


@dataclass(frozen=True)
class Asked:
    """What somebody is asked to let go out for one row.

    `who` is what the row is called, and `sentence` what it says. `changes` are digests of what
    would be done, by the digest of each key, and `says` tells it in words.
    """

    who: str
    sentence: str
    changes: Mapping[str, str]
    says: str = ""


@dataclass(frozen=True)
class Plan:
    """All that one run of a recipe would do, and for everyone else why not.

    `halted` says why nothing at all may be done with this table now. `notices` are worth saying
    once. `asks` are what waits for a tick in its row, by row id, and `asked` what those ticks would
    let go out. There may be very many entries: go through them, and keep what is needed of each.
    """

    recipe: str
    name: str
    fingerprint: str
    chapter: str
    table: str
    made_at: datetime
    entries: Sequence[Entry]
    left_out: Sequence[LeftOut] = ()
    notices: tuple[str, ...] = ()
    halted: str = ""
    asks: Mapping[str, Asked] = field(default_factory=_nothing)
    asked: Sequence[Entry] = ()

    @cached_property
    def changes(self) -> Sequence[Entry]:
        """The entries that do something."""
        return Chosen(self.entries, does_something)


def does_something(entry: Entry) -> bool:
    """Whether an entry is a change, and not the reason why there is none."""
    return isinstance(entry.deed, Change)


@dataclass(frozen=True)
class Receipt:
    """What a service gave back for a deed: its reference, and values for later steps.

    `remark` is what the row should say beside what was planned, in a few words.
    """

    reference: str = ""
    gives: Mapping[str, Any] = field(default_factory=_nothing)
    remark: str = ""


class State(StrEnum):
    """What the ledger knows of a key, in the words that people are told."""

    WAITING = "waiting"
    HANDING_OVER = "handing over"
    DONE = "done"
    REFUSED = "refused"
    NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Outcome:
    """What became of one entry. `state` is None for what the ledger need not remember."""

    entry: Entry
    status: Status
    at: datetime
    state: State | None = None
    receipt: Receipt | None = None
    retry_at: datetime | None = None


def digest(*parts: Any) -> str:
    """32 hexadecimal digits that are equal only for equal JSON-like values."""
    text = in_json(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def in_json(value: Any) -> str:
    """A value as digests are made of it: its names sorted."""
    return "".join(_ENCODE(value, 0))


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return dict(value)
        case Sequence():
            return list(value)
        case _:
            return str(value)


# What json.dumps makes anew for each value: markers, default, encoder, indent, the two separators,
# sort_keys, skipkeys, allow_nan.
_ENCODE: Callable[[Any, int], Sequence[str]] = c_make_encoder(
    None, _plain, encode_basestring, None, ": ", ", ", True, False, True
)
