"""What the ledger remembers, as values: records of changes, runs, and what rows say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sheetflow.values import Key, State, Status

NOTHING: Mapping[str, Any] = MappingProxyType({})


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
    records that it was the last to touch, by their status word.
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


@dataclass(frozen=True, slots=True)
class Said:
    """What a recipe last had a row say, and when."""

    status: Status
    at: datetime
