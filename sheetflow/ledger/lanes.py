"""Handing over from several threads, with their commits grouped into as few as possible.

A disk takes about a millisecond to make a commit durable, however much is in it. So while one
thread commits, the others queue up, and the next one commits for them all: as soon as every lane
waits, or after a moment in which those that are still busy could have come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Condition, RLock
from types import TracebackType
from typing import Any

from sqlalchemy import Connection

from sheetflow.errors import LedgerError
from sheetflow.ledger import contacts, lines, messages, moves
from sheetflow.ledger.moves import Finish, Intent
from sheetflow.ledger.records import NOTHING, Reach, Record
from sheetflow.ledger.writer import Writer
from sheetflow.values import Entry, Key, Outcome

MOMENT = 0.002
"""Seconds to wait for the other lanes; about what a commit takes, so it at most doubles that."""


@dataclass(eq=False)
class Request:
    """What one lane wants durable now, and what came of it."""

    finishes: Sequence[Finish]
    intent: Intent | None = None
    handed_over: Record | None = None
    refused: LedgerError | None = None
    failed: LedgerError | None = None
    over: bool = False

    @property
    def asked_about(self) -> Iterator[str]:
        """The keys of which only the ledger can tell what is known."""
        asked = (finish for finish in self.finishes if finish.in_hand is None)
        yield from (finish.outcome.entry.key.digest for finish in asked)
        if self.intent:
            yield self.intent.entry.key.digest


@dataclass
class Committer:
    """Makes the requests of all lanes durable, those that wait together in one transaction.

    Whoever finds nobody committing commits for all who wait; the others sleep until they are done.
    """

    writer: Writer
    moment: float = MOMENT
    lanes: int = 0
    """How many lanes are open, and may want something any moment."""
    keeps_messages: bool = False
    _waiting: list[Request] = field(default_factory=list)
    _leader: Request | None = None

    def __post_init__(self) -> None:
        lock = RLock()
        self._news = Condition(lock)
        self._gathered = Condition(lock)

    def opened(self, lanes: int) -> None:
        """So many lanes more, or fewer."""
        with self._news:
            self.lanes += lanes
            self._gathered.notify()

    def commit(self, request: Request, *others: Request) -> None:
        """Return once they are durable, all in one transaction.

        Raises LedgerError when they could not be written.
        """
        try:
            if self._leads(request, others):
                self._commit_all()
        finally:
            self._step_back(request, *others)
        if request.failed is not None:
            raise request.failed

    def _leads(self, request: Request, others: Sequence[Request]) -> bool:
        """Wait until `request` is over, or until it is on us to commit it; say which."""
        with self._news:
            self._waiting += [request, *others]
            if self._all_wait():
                self._gathered.notify()
            self._news.wait_for(lambda: request.over or self._leader is None)
            if not request.over:
                self._leader = request
                self._gathered.wait_for(self._all_wait, self.moment)
            return not request.over

    def _all_wait(self) -> bool:
        return len(self._waiting) >= self.lanes

    def _step_back(self, *ours: Request) -> None:
        """Let others commit, and have no part in it, even when interrupted in the middle."""
        with self._news:
            self._waiting = [request for request in self._waiting if request not in ours]
            if self._leader in ours:
                self._leader = None
                self._news.notify_all()

    def _commit_all(self) -> None:
        requests: list[Request] = []
        try:
            with self.writer.transaction(prepared=True) as connection:
                requests = self._taken()  # as late as may be, so that many come along
                _write(connection, requests)
                if self.keeps_messages:
                    messages.write(connection, _going(requests))
        except BaseException as error:
            self._tell(requests or self._taken(), _for_another_thread(error))
            raise
        self._tell(requests, None)

    def _taken(self) -> list[Request]:
        with self._news:
            requests, self._waiting = self._waiting, []
        return requests

    def _tell(self, requests: Sequence[Request], failed: LedgerError | None) -> None:
        with self._news:
            for request in requests:
                request.failed, request.over = failed, True


@dataclass
class Lane:
    """One worker's way to the ledger: hand over, do the deed, say what became of it, and again.

    The end of one change becomes durable in the same commit as the beginning of the next.
    """

    committer: Committer
    _finished: list[Finish] = field(default_factory=list)
    _in_hand: dict[Key, Record] = field(default_factory=dict)

    def hand_over(
        self,
        entry: Entry,
        *,
        run: str,
        at: datetime,
        data: Mapping[str, Any] = NOTHING,
        reach: Reach | None = None,
    ) -> int:
        """Return once it is durable that `entry` is being handed over: now do the deed.

        `data` is what the action would need to find out later whether it was done; `reach` says to
        whom it goes, for whoever counts. Gives the number of the attempt, from 1. Raises
        NotHandedOver when it must not go out, and LedgerError when the ledger cannot be written; in
        both cases the deed must not be done.
        """
        return self._commit(Intent(entry, run, at, data, reach))

    def finish(
        self,
        outcome: Outcome,
        *,
        run: str = "",
        cells: Mapping[str, Any] | None = None,
        gives: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Note what became of an entry; durable with the next hand-over, `flush` or leaving.

        Also for a change without a deed and for one held back, neither of which is handed over.
        WAITING says "not now" and changes nothing where the ledger knows more than that. An outcome
        without a state is not for the ledger; what was handed over must have one, or LedgerError is
        raised. `cells` and `gives` are the change's own, and the receipt's, where not said.
        """
        key = outcome.entry.key
        if outcome.state is not None:
            in_hand = self._in_hand.pop(key, None)
            self._finished.append(Finish(outcome, run, in_hand, cells, gives, data))
        elif key in self._in_hand:
            raise LedgerError(f"{key}: this was handed over, so its outcome needs a state.")

    def flush(self) -> None:
        """Return once everything finished is durable. Raises LedgerError when it cannot be."""
        if self._finished:
            self._commit(None)

    def _commit(self, intent: Intent | None) -> int:
        request = self._request(intent)
        self.committer.commit(request)
        self._settle(request)
        if request.refused is not None:
            raise request.refused
        return request.handed_over.attempt if request.handed_over else 0

    def _request(self, intent: Intent | None) -> Request:
        return Request(tuple(self._finished), intent)

    def _settle(self, request: Request) -> None:
        """What it asked for is durable now, or was refused."""
        self._finished.clear()
        if request.handed_over is not None:
            self._in_hand[request.handed_over.key] = request.handed_over

    def __enter__(self) -> Lane:
        self.committer.opened(1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        try:
            self.flush()
        except LedgerError as trouble:
            if error is None:
                raise
            error.add_note(str(trouble))
        finally:
            self.committer.opened(-1)


def hand_over_together(
    wanted: Sequence[tuple[Lane, Intent]],
) -> Sequence[LedgerError | None]:
    """Hand over on several lanes at once, in one commit: for each, None or why it must not go out.

    The lanes are one thread's own. Raises LedgerError when the ledger cannot be written; then none
    of the deeds may be done.
    """
    requests = [lane._request(intent) for lane, intent in wanted]
    wanted[0][0].committer.commit(*requests)
    for (lane, _), request in zip(wanted, requests, strict=True):
        lane._settle(request)
    return [request.refused for request in requests]


def _write(connection: Connection, requests: Sequence[Request]) -> None:
    known = lines.read(connection, [digest for each in requests for digest in each.asked_about])
    in_hand = (finish.in_hand for each in requests for finish in each.finishes)
    known.update({record.key.digest: record for record in in_hand if record is not None})
    changed: dict[str, Record] = {}
    for request in requests:
        _apply(request, known, changed)
    lines.write(connection, changed.values(), known=known)
    _write_contacts(connection, requests)


def _write_contacts(connection: Connection, requests: Sequence[Request]) -> None:
    """Whom the changes reach that go out now, in the same transaction as their intents."""
    going = [
        (one.handed_over, one.intent.reach, one.intent.at)
        for one in requests
        if one.handed_over and one.intent and one.intent.reach
    ]
    contacts.write(
        connection,
        [(record.key.digest, reach, at) for record, reach, at in going],
        again=[record.key.digest for record, _, _ in going if record.attempt > 1],
    )


def _going(requests: Sequence[Request]) -> Iterator[tuple[Entry, str, datetime]]:
    """What goes out now: each entry, in which run, and when."""
    for one in requests:
        if one.handed_over and one.intent:
            yield one.intent.entry, one.intent.run, one.intent.at


def _apply(request: Request, known: Mapping[str, Record], changed: dict[str, Record]) -> None:
    """Put into `changed` what `request` asks for; what is refused is noted in the request."""

    def now(digest: str) -> Record | None:
        return changed.get(digest) or known.get(digest)

    for finish in request.finishes:
        digest = finish.outcome.entry.key.digest
        try:
            changed[digest] = moves.finish(now(digest), finish)
        except LedgerError as error:
            request.refused = error
    if request.intent and not request.refused:
        digest = request.intent.entry.key.digest
        try:
            request.handed_over = moves.hand_over(now(digest), request.intent)
        except LedgerError as error:
            request.refused = error
        else:
            changed[digest] = request.handed_over


def _for_another_thread(error: BaseException) -> LedgerError:
    if isinstance(error, LedgerError):
        return LedgerError(error.message, hint=error.hint)
    return LedgerError("The ledger was not written: another thread was interrupted.")
