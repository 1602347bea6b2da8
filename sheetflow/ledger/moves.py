"""Which state follows which for one key, and which moves are refused.

    (nothing), waiting ──hand over──> handing over ──finish──> done | refused | not known | waiting
    (nothing), waiting ──finish, settle──> done | refused | not known | waiting    without a deed
    handing over, its process gone ──left over──> not known
    not known ──settle──> done | refused | waiting | not known    reconciled, or a person decided
    refused ──settle──> waiting                                   a person asks again
    done ──> nothing, ever

Each move takes what the ledger has (None for nothing) and gives what it is to have; it touches no
database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sheetflow.clock import aware
from sheetflow.errors import LedgerError
from sheetflow.ledger.encoding import known as without_blanks
from sheetflow.ledger.records import NOTHING, Reach, Record
from sheetflow.ledger.refusals import (
    AlreadyDone,
    ContentDiffers,
    InProgress,
    NeedsAPerson,
    NotYet,
)
from sheetflow.values import Entry, Key, Outcome, Receipt, State, Status, Word

LEFT_OVER = Status(Word.NOT_SURE, "stopped in the middle. Check before you ask for it again")
"""What a row says when its process died between handing over and knowing."""

_SETTLED = (State.DONE, State.REFUSED, State.WAITING, State.NOT_KNOWN)
_AFTER: Mapping[State, tuple[State, ...]] = {
    State.WAITING: _SETTLED,
    State.NOT_KNOWN: _SETTLED,
    State.REFUSED: (State.WAITING,),
    State.HANDING_OVER: (),
    State.DONE: (),
}


@dataclass(frozen=True, slots=True)
class Intent:
    """An entry that is about to be handed over, in which run, when, and to whom."""

    entry: Entry
    run: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """What became of an entry, and what the row, later steps and the action's next time need.

    None stands for what the ledger already has. `in_hand` is its record, where this lane handed it
    over: nobody else may touch it until then, so that it need not be read again.
    """

    outcome: Outcome
    run: str = ""
    in_hand: Record | None = None
    cells: Mapping[str, Any] | None = None
    gives: Mapping[str, Any] | None = None
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What was found out, or decided, about a change. None stands for what the ledger has."""

    state: State
    at: datetime
    receipt: Receipt | None = None
    status: Status | None = None
    cells: Mapping[str, Any] | None = None
    data: Mapping[str, Any] | None = None
    run: str = ""


def blank_record(
    entry: Entry,
    *,
    run: str,
    at: datetime,
    state: State = State.WAITING,
    data: Mapping[str, Any] = NOTHING,
    attempt: int = 0,
) -> Record:
    """What is known of an entry that the ledger has never heard of: nothing happened yet."""
    change = entry.change
    return Record(
        key=entry.key,
        state=state,
        action=entry.action,
        content=entry.content,
        who=entry.who,
        status=None,
        reference="",
        gives=without_blanks(change.gives) if change else NOTHING,
        cells=without_blanks(change.cells) if change else NOTHING,
        data=data,
        at=_utc(at),
        retry_at=None,
        attempt=attempt,
        told=False,
        run=run,
    )


def hand_over(known: Record | None, intent: Intent) -> Record:
    """The record of a change that goes out next. Raises NotHandedOver when it must not."""
    if known is not None:
        _may_go_out(known, intent.entry, _utc(intent.at))
    return blank_record(
        intent.entry,
        run=intent.run,
        at=intent.at,
        state=State.HANDING_OVER,
        data=intent.data or (known.data if known else NOTHING),
        attempt=1 + (known.attempt if known else 0),
    )


def finish(known: Record | None, finish: Finish) -> Record:
    """The record of what became of a change. Raises LedgerError where that cannot follow.

    Two things change nothing: what is said once more, after a commit that may or may not have
    taken, and "not now" about a change of which the ledger knows more than that.
    """
    outcome = finish.outcome
    if outcome.state not in _SETTLED:
        raise LedgerError(f"{outcome.entry.key}: an outcome is not {outcome.state}.")
    if known is None or known.state is State.WAITING:
        before = _as_planned_now(known, finish)
    elif known.state is State.HANDING_OVER and finish.in_hand is not None:
        before = known
    elif outcome.state is State.WAITING or _same_end(known, outcome):
        return known
    else:
        raise _cannot_follow(known.key, known.state, outcome.state)
    receipt = outcome.receipt or Receipt(before.reference)
    cells = before.cells if finish.cells is None else finish.cells
    return replace(
        before,
        state=outcome.state,
        status=outcome.status,
        reference=receipt.reference,
        gives={**before.gives, **receipt.gives} if finish.gives is None else finish.gives,
        cells=cells,
        data=before.data if finish.data is None else finish.data,
        at=_utc(outcome.at),
        retry_at=_utc(outcome.retry_at) if outcome.retry_at else None,
        told=_still_told(known, outcome.status, cells),
        run=finish.run or before.run,
    )


def settle(known: Record, found: Settlement) -> Record:
    """The record once somebody found out, or decided. Raises LedgerError as `finish` does."""
    if found.state not in _AFTER[known.state]:
        raise _cannot_follow(known.key, known.state, found.state)
    receipt, status = found.receipt or Receipt(known.reference), found.status or known.status
    cells = known.cells if found.cells is None else found.cells
    return replace(
        known,
        state=found.state,
        status=status,
        reference=receipt.reference,
        gives={**known.gives, **receipt.gives},
        cells=cells,
        data=known.data if found.data is None else found.data,
        at=_utc(found.at),
        retry_at=None,
        told=_still_told(known, status, cells),
        run=found.run or known.run,
    )


def left_over(known: Record, at: datetime) -> Record:
    """The record of a change whose process died while handing it over."""
    return replace(known, state=State.NOT_KNOWN, status=LEFT_OVER, at=_utc(at), told=False)


def _may_go_out(known: Record, entry: Entry, at: datetime) -> None:
    match known.state:
        case State.DONE | State.REFUSED:
            raise AlreadyDone(known, f"this is {known.state} since {_day(known.at)}.")
        case State.NOT_KNOWN:
            raise NeedsAPerson(
                known,
                "nobody knows whether this was handed over.",
                hint="Find out, and say so; Sheetflow does not repeat it on its own.",
            )
        case State.HANDING_OVER if known.content != entry.content:
            raise ContentDiffers(known, "this is being handed over with other content.")
        case State.HANDING_OVER:
            raise InProgress(known, "this is being handed over at this moment.")
        case State.WAITING if known.attempt and known.retry_at and known.retry_at > at:
            raise NotYet(known, f"this is to be tried again from {_day(known.retry_at)}.")


def _as_planned_now(waiting: Record | None, finish: Finish) -> Record:
    """A change that was never handed over, or not taken, as its entry says it now."""
    fresh = blank_record(finish.outcome.entry, run=finish.run, at=finish.outcome.at)
    if waiting is None:
        return fresh
    run = finish.run or waiting.run
    return replace(fresh, attempt=waiting.attempt, data=waiting.data, run=run)


def _same_end(known: Record, outcome: Outcome) -> bool:
    end = (outcome.state, outcome.status, outcome.at)
    return (known.state, known.status, known.at) == end


def _still_told(known: Record | None, status: Status | None, cells: Mapping[str, Any]) -> bool:
    """Whether the sheet, told of `known`, already shows this status and these cells."""
    return known is not None and known.told and (known.status, known.cells) == (status, cells)


def _cannot_follow(key: Key, before: State, after: State) -> LedgerError:
    return LedgerError(
        f"{key}: the ledger has this as {before}, which cannot become {after}.",
        hint="This is a fault in Sheetflow: please report it.",
    )


def _utc(moment: datetime) -> datetime:
    return aware(moment).astimezone(UTC)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
