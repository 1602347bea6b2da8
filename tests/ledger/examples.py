"""Entries and outcomes to put into a ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow.values import Change, Entry, Key, Outcome, Receipt, State, Status, Word

NOW = datetime(2026, 3, 14, 12, tzinfo=ZoneInfo("Europe/Berlin"))
LATER = NOW + timedelta(hours=1)
SENT = Status(Word.SENT, "14 Mar 12:00")
WAITING = Status(Word.WAITING, "mail service is busy, trying again 13:00")
UNSURE = Status(Word.NOT_SURE, "line dropped while sending")


def entry(
    row: str = "ana",
    *,
    text: str = "Hello",
    who: str = "Ana López",
    change: Change | None = None,
    **key: Any,
) -> Entry:
    """A mail to Ana, unless said otherwise."""
    place = {"chapter": "", "recipe": "welcome", "step": "email", "table": "People", **key}
    return Entry(Key(row=row, **place), "email", who, change or Change("mail", {"text": text}))


def outcome(
    of: Entry,
    state: State | None = State.DONE,
    *,
    at: datetime = NOW,
    status: Status | None = None,
    **more: Any,
) -> Outcome:
    """What became of an entry: sent, unless said otherwise."""
    statuses = {State.WAITING: WAITING, State.NOT_KNOWN: UNSURE}
    status = status or (SENT if state is None else statuses.get(state, SENT))
    more.setdefault("receipt", Receipt("<1@example.org>") if state is State.DONE else None)
    return Outcome(of, status, at, state, **more)
