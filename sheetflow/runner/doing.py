"""One deed, and what became of it. What was not surely turned down may have been taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sheetflow.errors import NotAllowed, NotFound, Refused, RowStopped, TooFast, Unreachable
from sheetflow.plugin.action import Action
from sheetflow.tables import statuses
from sheetflow.values import Change, Entry, Outcome, Receipt, State, Status, Word

TRY_AGAIN = timedelta(minutes=15)
"""When a service that could not take something is asked again, unless it says when."""


Result = Receipt | Exception
"""What a deed gave back, or why it gave nothing back."""


def do(action: Action[Any], entries: Sequence[Entry]) -> Sequence[Result]:
    """Do what the entries say: one by `apply`, several at the same time by `apply_many`."""
    changes = [_change(entry) for entry in entries]
    try:
        if len(changes) == 1:
            return [action.apply(changes[0])]
        results = action.apply_many(changes)
    except Exception as error:  # noqa: BLE001 - whatever it was, it is told for each of them
        return [error] * len(changes)
    missing = RuntimeError("an action did not say what became of a change")
    return [*results, *[missing] * len(changes)][: len(changes)]


def became(entry: Entry, result: Result, at: datetime, again: str) -> Outcome:
    """What became of the entry. Raises NotAllowed, which is about us and not about this row.

    `again` is the column in which a person answers where nobody can know.
    """
    match result:
        case Receipt():
            return done(entry, result, at)
        case NotAllowed():
            raise result
        case Refused() | NotFound():
            return Outcome(entry, Status(Word.NEEDS_YOU, result.message), at, State.REFUSED)
        case TooFast() | Unreachable():
            return _later(entry, result, at)
        case RowStopped():
            return Outcome(entry, result.status, at, State.WAITING)
        case _:  # whatever it was, it may have been taken
            # Only the name of the error is kept: its words may hold an address or a secret.
            receipt = Receipt(reference=type(result).__name__)
            doubt = statuses.not_sure(entry.who, again)
            return Outcome(entry, doubt, at, State.NOT_KNOWN, receipt)


def done(entry: Entry, receipt: Receipt, at: datetime) -> Outcome:
    """The outcome of a deed that was done."""
    change = _change(entry)
    planned = change.done or Status(Word.DONE, statuses.WHEN)
    whole = Receipt(receipt.reference, {**change.gives, **receipt.gives})
    said = planned.text.replace(statuses.WHEN, statuses.moment(at))
    said = "; ".join(text for text in (said, receipt.remark) if text)
    return Outcome(entry, Status(planned.word, said), at, State.DONE, whole)


def ask(action: Action[Any], entry: Entry, at: datetime, again: str) -> Outcome | None:
    """What the service knows of a change in doubt; None when it surely never arrived.

    `again` is the column in which a person answers where it does not know.
    """
    try:
        answer = action.reconcile(_change(entry))
    except Exception:  # noqa: BLE001 - who cannot answer does not know
        answer = True
    if isinstance(answer, Receipt):
        return done(entry, answer, at)
    if answer:
        since = _change(entry).tried_at or at  # not now: the doubt is as old as the try
        return Outcome(entry, statuses.not_sure(entry.who, again), since, State.NOT_KNOWN)
    return None


def _later(entry: Entry, error: TooFast | Unreachable, at: datetime) -> Outcome:
    retry_at = at + (getattr(error, "retry_after", None) or TRY_AGAIN)
    busy = Outcome(entry, statuses.provider_busy(retry_at), at, State.WAITING)
    return replace(busy, retry_at=retry_at)


def _change(entry: Entry) -> Change:
    assert isinstance(entry.deed, Change)
    return entry.deed
