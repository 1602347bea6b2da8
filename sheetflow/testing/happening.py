"""What a run did, as a test asks about it: mails, meetings, cells, rows, deeds, and why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sheetflow.ledger.replies import Reply
from sheetflow.runner.running import Run
from sheetflow.tables.memory_table import HEADERS, MemoryTable
from sheetflow.tables.spec import TableSpec
from sheetflow.testing.columns import meanings
from sheetflow.testing.standing_in import NOTED
from sheetflow.values import Change, Letter, Meeting, Noop, Outcome, State

REPEATED = "told once more"
"""The news of an invitation that its guest has already, in no newer version."""


@dataclass(frozen=True)
class SentMail:
    """One mail, and the row it was about."""

    letter: Letter
    row: int


@dataclass(frozen=True)
class Invitation:
    """One version of a meeting, whom it went to, and the mails that say so.

    There are no `letters` where a calendar writes to the guests itself.
    """

    title: str
    starts: datetime
    ends: datetime
    place: str
    news: str
    guests: tuple[str, ...]
    letters: tuple[Letter, ...]
    row: int


@dataclass(frozen=True)
class WrittenCell:
    """One cell of a given row that has another value than before."""

    table: str
    row: int
    column: str
    was: object
    now: object


@dataclass(frozen=True)
class Happened:
    """All that one run did. `reasons` say by row what was not done, and why."""

    mails: tuple[SentMail, ...]
    meetings: tuple[Invitation, ...]
    cells: tuple[WrittenCell, ...]
    rows: Mapping[str, tuple[Mapping[str, object], ...]]
    deeds: tuple[tuple[int, str], ...]
    troubles: tuple[tuple[int, str], ...]
    reasons: Mapping[int, tuple[str, ...]]


@dataclass
class Guestbook:
    """Which version of each meeting every guest of a test was last told of."""

    _last: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def news(self, meeting: Meeting, guest: str, *, is_gone: bool = False) -> str:
        """What the invitation tells this guest, by what they had before."""
        key = (str(meeting.get("uid", meeting["title"])), guest)
        sequence = int(meeting.get("sequence", 0))
        method = "CANCEL" if is_gone else str(meeting["method"])
        before = self._last.get(key)
        self._last[key] = (sequence, method)
        if method == "CANCEL":
            return "called off"
        if before is None or before[1] == "CANCEL":
            return "new"
        return "changed" if sequence > before[0] else REPEATED


Snapshot = Mapping[str, Sequence[Mapping[str, object]]]


def snapshot(tables: Mapping[str, MemoryTable]) -> Snapshot:
    """The rows of every table as they stand now."""
    return {name: table.rows for name, table in tables.items()}


@dataclass(frozen=True)
class Seen:
    """One run as it was looked at. `numbers` are the rows of the recipe's table by id.

    `before` and `after` are all tables, and `answers` what was taken in first. Whatever is in doubt
    is a trouble, unless it went to one of the addresses that are `lost`.
    """

    run: Run
    numbers: Mapping[str, int]
    before: Snapshot
    after: Snapshot
    answers: Sequence[Reply] = ()
    lost: Collection[str] = ()

    def row(self, outcome: Outcome) -> int:
        """The number of the row that an outcome is about, 0 for one of no row that is there."""
        return self.numbers.get(outcome.entry.key.row, 0)


def what_happened(
    seen: Seen, *, tables: Mapping[str, TableSpec], guestbook: Guestbook, noted: Collection[str]
) -> Happened:
    """The effects of a run; those of `noted` actions are deeds that nothing else shows."""
    did = [(outcome, change) for outcome in seen.run.outcomes if (change := _done(outcome))]
    at = {id(change): seen.row(outcome) for outcome, change in did}
    changes = [change for _, change in did]
    return Happened(
        mails=tuple(
            SentMail(change.letter, at[id(change)])
            for change in changes
            if change.letter is not None and change.meeting is None
        ),
        meetings=tuple(_invitations(changes, at, guestbook)),
        cells=tuple(_written(seen.before, seen.after, tables)),
        rows=dict(_added(seen.before, seen.after, tables)),
        deeds=tuple(
            (at[id(change)], change.summary)
            for outcome, change in did
            if _is_noted(outcome, noted) and change.letter is None and change.meeting is None
        ),
        troubles=tuple(_troubles(seen)),
        reasons=_reasons(seen),
    )


def _is_noted(outcome: Outcome, actions: Collection[str]) -> bool:
    reference = outcome.receipt.reference if outcome.receipt else ""
    return outcome.entry.action in actions or reference == NOTED


def _done(outcome: Outcome) -> Change | None:
    return outcome.entry.change if outcome.state is State.DONE else None


def _invitations(
    changes: Sequence[Change], at: Mapping[int, int], guestbook: Guestbook
) -> Iterator[Invitation]:
    together: dict[tuple[str, ...], list[tuple[str, Change, Meeting]]] = defaultdict(list)
    for change in changes:
        if (meeting := change.meeting) is None:
            continue
        when = str(datetime.fromisoformat(meeting["starts"]).timestamp())
        for guest, is_gone in _told(change, meeting):
            news = guestbook.news(meeting, guest, is_gone=is_gone)
            of = (str(meeting.get("uid", "")), meeting["title"], when, news)
            together[of].append((guest, change, meeting))
    for (*_, news), told in together.items():
        _, first, meeting = told[0]
        yield Invitation(
            title=meeting["title"],
            starts=datetime.fromisoformat(meeting["starts"]),
            ends=datetime.fromisoformat(meeting["ends"]),
            place=meeting["place"],
            news=news,
            guests=tuple(guest for guest, *_ in told),
            letters=tuple(letter for _, change, _ in told if (letter := change.letter)),
            row=at[id(first)],
        )


def _told(change: Change, meeting: Meeting) -> Iterator[tuple[str, bool]]:
    """Whom a change tells of its meeting, and whether that they are not expected any more."""
    if change.letter is not None:
        yield change.letter["to"], False
        return
    for guest in meeting["people"]:
        yield guest["email"], False
    for guest in meeting.get("gone", ()):
        yield guest["email"], True


def _written(
    before: Snapshot, after: Snapshot, tables: Mapping[str, TableSpec]
) -> Iterator[WrittenCell]:
    for table, rows in after.items():
        meant = meanings(rows, tables[table])
        for number, (old, new) in enumerate(zip(before[table], rows, strict=False), HEADERS + 1):
            for header in new:
                if _text(old.get(header)) != _text(new[header]):
                    was = old.get(header)
                    yield WrittenCell(table, number, meant[header], was, new[header])


def _added(
    before: Snapshot, after: Snapshot, tables: Mapping[str, TableSpec]
) -> Iterator[tuple[str, tuple[Mapping[str, object], ...]]]:
    for table, rows in after.items():
        new = rows[len(before[table]) :]
        if new:
            meant = meanings(new, tables[table])
            cells = ({meant[header]: row[header] for header in row} for row in new)
            yield table, tuple(cells)


def _troubles(seen: Seen) -> Iterator[tuple[int, str]]:
    """What should not happen in any test: something went wrong on the way."""
    for outcome in seen.run.outcomes:
        if outcome.state is State.REFUSED or is_in_doubt(outcome, besides=seen.lost):
            error = outcome.receipt.reference if outcome.receipt else ""
            why = f" ({error})" if error else ""
            yield seen.row(outcome), f"{outcome.status}{why}"
    if seen.run.untold:
        yield 0, f"the sheet could not be told: {seen.run.untold}"


def is_in_doubt(outcome: Outcome, *, besides: Collection[str] = ()) -> bool:
    """Whether nobody knows if it was done, and it went to nobody `besides` those that may be so."""
    change = outcome.entry.change
    to = () if change is None else map(str.casefold, change.to)
    return outcome.state is State.NOT_KNOWN and not any(address in besides for address in to)


def _reasons(seen: Seen) -> Mapping[int, tuple[str, ...]]:
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for answer in seen.answers:
        if answer.says:
            found[seen.numbers.get(answer.ref.row, 0)][answer.says] = None
    if seen.run.plan.halted:
        for number in seen.numbers.values():
            found[number][seen.run.plan.halted] = None
    for left in seen.run.plan.left_out:
        found[seen.numbers.get(left.row.row, 0)][left.reason] = None
    for outcome in seen.run.outcomes:
        deed = outcome.entry.deed
        if isinstance(deed, Noop) or outcome.state is not State.DONE:
            stops = outcome.status.word.stops
            said = str(outcome.status) if stops else outcome.status.text
            found[seen.row(outcome)][said] = None
    return {number: tuple(reasons) for number, reasons in found.items()}


def _text(value: object) -> str:
    return "" if value is None else str(value)
