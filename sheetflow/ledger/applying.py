"""The one process that hands over: its turn, its lanes, and what it writes down beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import insert, update

from sheetflow.clock import Clock
from sheetflow.errors import LedgerError
from sheetflow.ledger import figures as pictures, lines, messages, moves, sheets
from sheetflow.ledger.asks import Ask, note_given, replace_asks
from sheetflow.ledger.encoding import as_text
from sheetflow.ledger.lanes import Committer, Lane
from sheetflow.ledger.moves import Settlement
from sheetflow.ledger.records import Figures, Record
from sheetflow.ledger.schema import UNTOLD, records, runs
from sheetflow.ledger.writer import Writer
from sheetflow.values import Entry, Key, Outcome, Receipt, State, Status


@dataclass(frozen=True)
class Applying:
    """This process's turn at applying; made by `Ledger.applying`.

    `left_over` are the changes that the process before was handing over when it died. They are
    *not known* now, and wait to be settled. Every method raises LedgerError when the ledger cannot
    be written, or when the turn is over.
    """

    writer: Writer
    committer: Committer
    clock: Clock
    left_over: tuple[Record, ...] = ()

    def begin(
        self,
        recipe: str,
        chapter: str,
        fingerprint: str,
        made_at: datetime,
        *,
        at: datetime | None = None,
    ) -> str:
        """Write down that a run of a plan begins; gives the run's id."""
        at = at or self.clock.now()
        run = f"{at:%Y%m%d-%H%M%S}-{token_hex(4)}"
        line = {
            "id": run,
            "chapter": chapter,
            "recipe": recipe,
            "fingerprint": fingerprint,
            "made_at": made_at,
            "begun_at": at,
            "summary": "{}",
        }
        with self.writer.transaction() as connection:
            pictures.keep_of_killed(connection, self.clock.zone)
            connection.execute(insert(runs), line)
        return run

    def end(
        self,
        run: str,
        summary: Mapping[str, Any],
        *,
        reached: int = 0,
        figures: Figures | None = None,
        at: datetime | None = None,
    ) -> None:
        """Write down that a run came to its end, how, whom it reached, and its figures."""
        at = at or self.clock.now()
        ended = {"ended_at": at, "summary": as_text(summary), "reached": reached}
        with self.writer.transaction() as connection:
            connection.execute(update(runs).where(runs.c.id == run).values(ended))
            if figures is not None:
                pictures.keep(connection, run, figures, at)

    def keep_messages(self, lasting: timedelta) -> None:
        """Keep what is handed over from now on so long, and let go of what is older; 0: of all."""
        self.committer.keeps_messages = bool(lasting)
        with self.writer.transaction() as connection:
            messages.forget(connection, self.clock.now() - lasting)

    def lane(self) -> Lane:
        """One worker's way to hand over; use it in a `with`, in one thread."""
        return Lane(self.committer)

    def hold(
        self, entry: Entry, status: Status, *, until: datetime | None, run: str, at: datetime
    ) -> None:
        """Remember a change that is held back, so that it can be seen. `until` may be unknown."""
        held = Outcome(entry, status, at, State.WAITING, retry_at=until)
        with self.lane() as lane:
            lane.finish(held, run=run)

    def settle(
        self,
        what: Key | Entry,
        state: State,
        receipt: Receipt | None,
        status: Status | None,
        at: datetime,
        *,
        cells: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        run: str = "",
    ) -> Record:
        """Write down what was found out, or decided, about a change; gives what is known now.

        By its key for one the ledger knows; by its entry also for one that has no deed. WAITING is
        for "certainly not done", and the only way to have it handed over again.
        """
        key = what.key if isinstance(what, Entry) else what
        found = Settlement(state, at, receipt, status, cells, data, run)
        with self.writer.transaction() as connection:
            known = lines.read(connection, [key.digest])
            before = known.get(key.digest) or _unheard_of(what, run=run, at=at)
            after = moves.settle(before, found)
            lines.write(connection, [after], known=known)
        return after

    def told(self, keys: Iterable[Key], at: datetime) -> None:  # noqa: ARG002 - the caller's moment
        """Note that the sheet shows what is known of these changes."""
        digests = [key.digest for key in keys]
        with self.writer.transaction() as connection:
            for some in lines.in_parts(digests):
                connection.execute(
                    update(records).where(records.c.digest.in_(some)).values(told=True)
                )

    def told_all(self, chapter: str, recipe: str) -> None:
        """Note that the sheet shows all that is known of a recipe, but for what is in hand."""
        r = records.c
        untold = (r.chapter == chapter, r.recipe == recipe, r.state != State.HANDING_OVER.value)
        with self.writer.transaction() as connection:
            connection.execute(update(records).where(*untold, UNTOLD).values(told=True))

    def remember_statuses(
        self,
        chapter: str,
        table: str,
        recipe: str,
        said: Mapping[str, Status | None],
        *,
        at: datetime,
    ) -> None:
        """Remember what `recipe` now has rows say, by row id; None forgets what a row said."""
        with self.writer.transaction() as connection:
            sheets.write_statuses(connection, chapter, table, recipe, said, at=at)

    def remember_asks(
        self, chapter: str, table: str, recipe: str, new: Mapping[str, Ask | None]
    ) -> None:
        """Remember what rows now ask, by row id; None for those that ask no more."""
        with self.writer.transaction() as connection:
            replace_asks(connection, chapter, table, recipe, new)

    def remember_ticks(self, chapter: str, table: str, recipe: str, rows: Iterable[str]) -> None:
        """Remember that somebody ticked what these rows ask."""
        with self.writer.transaction() as connection:
            note_given(connection, chapter, table, recipe, rows, at=self.clock.now())

    def remember_identities(
        self, chapter: str, table: str, marks: Mapping[str, Mapping[str, str]]
    ) -> None:
        """Remember who the rows are, by row id. Rows not named stay as they were."""
        with self.writer.transaction() as connection:
            sheets.write_identities(connection, chapter, table, marks)


def _unheard_of(what: Key | Entry, *, run: str, at: datetime) -> Record:
    if isinstance(what, Key):
        raise LedgerError(
            f"{what}: the ledger has never heard of this, so it cannot be settled.",
            hint="This is a fault in Sheetflow: please report it.",
        )
    return moves.blank_record(what, run=run, at=at)
