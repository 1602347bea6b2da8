"""After an old copy of the ledger was put back: what sheets know better, and what people say.

Nothing goes out while that is open: the ledger is refused, and so is a table that says more than
the ledger knows. What may have been done since is then never done again on its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, update

from sheetflow.errors import SheetflowError
from sheetflow.language.recipe import Recipe
from sheetflow.ledger import backups
from sheetflow.ledger.databases import place
from sheetflow.ledger.lost import Lost, keep_lost
from sheetflow.ledger.restorings import Restoring, keep_restoring, read_restorings
from sheetflow.ledger.schema import records
from sheetflow.ledger.store import Ledger
from sheetflow.ledger.tellings import Tellings, note
from sheetflow.network.door import Door
from sheetflow.runner.forgotten import Forgotten, forgotten_in, in_words
from sheetflow.runner.planning import propose
from sheetflow.tables.table import Table
from sheetflow.values import State, digest
from sheetflow.workspace import CHAPTER, Workspace


class Right(StrEnum):
    """What a person says is right."""

    LEDGER = "the ledger is right"
    SHEETS = "the sheets are right"
    NOTHING = "nothing is sure"


@dataclass(frozen=True)
class Standing:
    """What is in question: why the ledger is, or ""; and by table, the rows that say more.

    `answers` are what people said before, the latest first.
    """

    reason: str
    tables: Mapping[str, tuple[Table, Sequence[Forgotten]]]
    recipes: Mapping[str, Recipe]

    answers: Sequence[Restoring] = ()

    @property
    def is_open(self) -> bool:
        """Whether a person has to say what is right."""
        return bool(self.reason) or any(found for _, found in self.tables.values())

    @property
    def mark(self) -> str:
        """What it is known again by: another one means that something has changed."""
        # by moments: a row without an id gets another one with each reading
        told = {name: sorted(str(row.at) for row in found) for name, found in self._found}
        return digest(self.reason, told)

    @property
    def sentences(self) -> Sequence[str]:
        """What is in question, a sentence for the ledger itself and for each table."""
        told = (in_words(found, self.tables[name][0]) for name, found in self._found)
        return [*filter(None, [self.reason]), *(one.partition(" Put the right")[0] for one in told)]

    @property
    def _found(self) -> Iterator[tuple[str, Sequence[Forgotten]]]:
        return ((name, found) for name, (_, found) in self.tables.items() if found)


@dataclass(frozen=True)
class Following:
    """What follows from an answer: how many rows count as done, ask, or may be written to again."""

    done: int = 0
    ask: int = 0
    again: int = 0


class Overtaken(SheetflowError):
    """What is in question is not what it was when somebody looked at it. `now` is how it stands."""

    exit_code = 1

    def __init__(self, now: Standing) -> None:
        super().__init__("What is in question has changed since you looked at it.")
        self.now = now


def look(workspace: Workspace) -> Standing:
    """Read the ledger and every table that a recipe goes through. It writes nothing.

    Raises SheetflowError when a table cannot be read now, or a recipe is wrong: then nobody can
    tell what that one did.
    """
    asked = _asking(workspace)
    recipes = {name: asked.recipe(name, offline=True) for name in asked.recipes}
    ledger = asked.ledger()
    door = Door(may_write=False, pacer=asked.pacer, bill=asked.bill, clock=asked.clock)
    with closing(asked.opened(ledger, door)) as opened:  # the ledger is closed with it
        reason = _why(asked, ledger)
        names = sorted({recipe.table for recipe in recipes.values()})
        opened.expect(names)
        tellings = Tellings(ledger.database, CHAPTER)
        found = {}
        for name in names:
            table = opened.table(name)
            found[name] = (table, forgotten_in(table, tellings.known(name)))
        with ledger.database.reading() as connection:
            before = read_restorings(connection)
        return Standing(reason, found, recipes, before)


def follows(standing: Standing, right: Right, ran: Collection[str], now: datetime) -> Following:
    """What would follow from that answer, for the rows that say more than the ledger knows."""
    if right is Right.LEDGER:
        return Following(again=sum(len(found) for _, found in standing.tables.values()))
    lost = list(_lost(standing, ran, now))
    asking = {_row(one) for one in lost if not one.is_done}
    done = {_row(one) for one in lost} - asking
    every = sum(len(found) for _, found in standing.tables.values())
    return Following(len(done), len(asking), every - len(done) - len(asking))


def answer(
    workspace: Workspace,
    right: Right,
    ran: Collection[str] = (),
    *,
    who: str = "somebody",
    seen: str = "",
) -> int:
    """Keep what `who` says is right; gives the number of rows for which something is in doubt.

    `ran` are the recipes that may have run since; without any, all of them may have. Until the last
    word is written, the ledger stays in question. Raises SheetflowError, as `look` does; and
    Overtaken if what is in question is not what has the mark `seen`.
    """
    asked = _asking(workspace)
    standing, now = look(asked), asked.clock.now()
    if seen and standing.mark != seen:
        raise Overtaken(standing)
    with asked.ledger(read_only=False) as ledger:
        lost = () if right is Right.LEDGER else tuple(_lost(standing, ran, now))
        with ledger.database.writing() as connection:
            backups.mark_as_copy(connection, now)
            for name, (_, found) in standing.tables.items():
                note(connection, CHAPTER, name, map(_as_known, found))
            _keep(connection, lost)
        if right is Right.NOTHING:
            lost = (*lost, *_due(asked, standing, ran, {_place(one) for one in lost}, now))
        with ledger.database.writing() as connection:
            _keep(connection, lost)
            said = Restoring(right.value, tuple(sorted(ran)), _rows(lost), who, now)
            keep_restoring(connection, said)
            backups.accept(ledger.database, connection, was_in_question=bool(standing.reason))
        backups.remember(ledger.database)
    return _rows(lost)


def _asking(workspace: Workspace) -> Workspace:
    """The same workspace, opened by whoever is to say whether its ledger is right."""
    asked = Workspace.open(workspace.folder, clock=workspace.clock)
    asked.in_question = True
    return asked


def _why(workspace: Workspace, ledger: Ledger) -> str:
    """Why the ledger itself may have forgotten something, or ""."""
    where = place(workspace.ledger_address)
    return (backups.lost(where) if isinstance(where, Path) else "") or backups.in_question(
        ledger.database
    )


def _lost(standing: Standing, ran: Collection[str], now: datetime) -> Iterator[Lost]:
    """What the sheets say was done: as done where only one recipe can have, else in doubt."""
    for name, (table, found) in standing.tables.items():
        meant = [id for id, recipe in standing.recipes.items() if recipe.table == name]
        meant = [id for id in meant if not ran or id in ran]
        for row in found:
            for recipe in meant:
                done = row.says_done and len(meant) == 1
                has_id = row.row not in table.minted
                yield Lost(recipe, name, row.row, done, has_id, row.at, now)


def _due(
    workspace: Workspace,
    standing: Standing,
    ran: Collection[str],
    known: Collection[tuple[str, str, str]],
    now: datetime,
) -> Iterator[Lost]:
    """Whoever a recipe would do something for now: a run that was cut off told nobody."""
    with workspace.open_session(may_write=False) as session:
        for name, recipe in standing.recipes.items():
            if ran and name not in ran:
                continue
            rows = {entry.key.row for entry in propose(recipe, session).changes}
            for row in sorted(rows):
                if (name, recipe.table, row) not in known:
                    has_id = row not in session.tools.table(recipe.table).minted
                    yield Lost(name, recipe.table, row, False, has_id, now, now)


def _keep(connection: Connection, lost: Sequence[Lost]) -> None:
    keep_lost(connection, CHAPTER, lost)
    r = records.c
    for one in lost:  # what was refused then may have been mended and sent since
        place = (r.chapter == CHAPTER, r.recipe == one.recipe, r.table_name == one.table_name)
        refused = (r.row_id == one.row_id, r.state == State.REFUSED.value)
        waits = {"state": State.WAITING.value, "retry_at": None}
        connection.execute(update(records).where(*place, *refused).values(waits))


def _place(one: Lost) -> tuple[str, str, str]:
    return (one.recipe, one.table_name, one.row_id)


def _row(one: Lost) -> tuple[str, str]:
    return (one.table_name, one.row_id)


def _rows(lost: Sequence[Lost]) -> int:
    return len(set(map(_row, lost)))


def _as_known(found: Forgotten) -> tuple[int, int]:
    return (found.told.second, found.told.second)
