"""What the ledger remembers, as values: records of changes, runs, and what rows say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sheetflow.values import Key, State, Status

NOTHING: Mapping[str, Any] = MappingProxyType({})

STATUS_STEP = "status"
"""The step under which it is kept what a row was told; that is nothing that went out."""


@dataclass(frozen=True, slots=True)
class Record:
    """All that is known of one key. Message texts are not: only `content`, a digest of them.

    `cells` are what the row is to show, `gives` what later steps may use, `data` what the action
    wants to know next time. `at` is when it came to this `state`; `retry_at` is the earliest moment
    for another try. `attempt` counts the times it was handed over. `told` says whether the sheet
    shows this. `run` is the run that brought it here. Times are in UTC.
    """

    key: Key
    state: State
    action: str
    content: str
    who: str
    status: Status | None
    reference: str
    gives: Mapping[str, Any]
    cells: Mapping[str, Any]
    data: Mapping[str, Any]
    at: datetime
    retry_at: datetime | None
    attempt: int
    told: bool
    run: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a recipe, and what became of it.

    `ended_at` is None for one that is still going or was stopped in the middle. `words` counts the
    records that it was the last to touch, by their status word; `reached` the people it did
    something for.
    """

    id: str
    chapter: str
    recipe: str
    fingerprint: str
    made_at: datetime
    begun_at: datetime
    ended_at: datetime | None = None
    summary: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    words: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    reached: int = 0


@dataclass(frozen=True, slots=True)
class Funnel:
    """Of the rows that a run found: how many there were, how many are held, how many are done.

    A row is held that waits for a person or for time, whatever was done for it; it is done when
    all was done, by this run or before. The rest had nothing to be done for them.
    """

    matched: int
    held: int
    done: int


@dataclass(frozen=True, slots=True)
class Load:
    """How many rows somebody has who is given rows, and how many they may have (None: any)."""

    name: str
    load: int
    room: int | None = None


@dataclass(frozen=True)
class Figures:
    """What one run adds to the pictures.

    `went_out` counts by day and word what was handed to a service, or may have been: what has a
    reference there, and what was turned down. A cell that a step decided is nothing that went out.
    `loads` is everybody who is given rows, by step.
    """

    funnel: Funnel
    went_out: Mapping[tuple[date, str], int] = field(default_factory=dict)
    loads: Mapping[str, Sequence[Load]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """What a recipe last had a row say, and when."""

    status: Status
    at: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom one change reaches: a keyed digest for each address, by which channel, of which kind.

    `kinds`, where there are any, say for each of them of which kind it is to them.
    """

    whom: tuple[str, ...]
    channel: str
    kind: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """One message that reached somebody, or may have: of which kind, when."""

    kind: str
    at: datetime


BY_LINK = "the link in a mail"
"""Who put somebody on the list who did so by a link: only what a link did can a link take back."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """Somebody who asked not to be written to; `whom` is a keyed digest, never an address."""

    whom: str
    channel: str
    why: str
    who: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Switch:
    """Whether a recipe was switched on or off, by whom, since when and why."""

    is_on: bool
    why: str
    who: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One change of an approved plan: its key's digest, the row, and what it would do.

    `content` is a digest of the change. `moving` is the same with its moments counted from when the
    plan was made, and with the rows as they were: "in 24 hours" is later in a later plan.
    """

    key: str
    row: str
    who: str
    content: str
    moving: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Who gave their Go to which plan, when. `plan` is a digest of all its items."""

    fingerprint: str
    plan: str
    who: str
    at: datetime
    items: tuple[Item, ...]
