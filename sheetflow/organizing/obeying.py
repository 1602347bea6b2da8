"""Doing what the ticks of the control table ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheetflow.clock import Clock
from sheetflow.errors import LedgerBusy, ProblemsFound, ServiceError, SheetflowError, TableBusy
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.roster import Roll
from sheetflow.ledger.controls import Control
from sheetflow.ledger.records import Switch
from sheetflow.ledger.store import Ledger
from sheetflow.organizing.deciding import decide
from sheetflow.organizing.lines import EVERYTHING, Line
from sheetflow.runner.pausing import pause_all, resume_all
from sheetflow.runner.switching import switch_on
from sheetflow.tables.table import Table
from sheetflow.tables.text import normal
from sheetflow.values import Row
from sheetflow.workspace import CHAPTER
from sheetflow.workspace.organizer_keys import ON, RECIPE

WHO = "a tick in the sheet"

PASSING = (LedgerBusy, TableBusy, ServiceError)
"""What may be better at the next look. Switching off is tried again whatever was in the way."""

TWICE = "There are two lines for this recipe, so no tick counts. Take one of them away."


@dataclass
class Obeyed:
    """What became of the ticks. `rows` are the lines by recipe, `kept` what is to be remembered.

    `waiting` are the ticks that were set and could not be followed yet; they stay. `changed` says
    that a recipe was switched, and `again` that something must be tried again.
    """

    rows: dict[str, Row] = field(default_factory=dict)
    doubled: dict[str, list[Row]] = field(default_factory=dict)
    kept: dict[str, Control] = field(default_factory=dict)
    passing: dict[str, str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    changed: bool = False
    again: bool = False


@dataclass(frozen=True)
class Obeying:
    """Follows ticks, one line after the other: those that were taken away first."""

    roll: Roll
    ledger: Ledger
    clock: Clock
    journal: Journal

    def obey(self, table: Table, before: Mapping[str, Control], wanted: Sequence[Line]) -> Obeyed:
        """Do what the lines of this reading ask for; `wanted` says how things are."""
        found = _found(table, [line.recipe for line in wanted])
        asked = []
        for line in wanted:
            row = found.rows.get(line.recipe)
            if row is None or line.recipe in found.doubled:
                continue
            known = before.get(line.recipe)
            tick = table.cell(row, ON)
            decision = decide(known, tick, row.cells, is_on=line.is_on)
            found.kept[line.recipe] = _kept(line.recipe, known, ticked=tick.value is True)
            if tick.problem is not None:
                found.passing[line.recipe] = decision.remark
                found.kept[line.recipe] = known or Control(line.recipe, ticked=False)
            elif decision.wish:
                asked.append((line.recipe, decision))
        for name, decision in sorted(asked, key=lambda one: one[1].wish != "off"):
            self._follow(name, decision.wish, decision.remark, found, before.get(name))
        return found

    def _follow(
        self, name: str, wish: str, remark: str, found: Obeyed, known: Control | None
    ) -> None:
        if wish == "refused":
            found.kept[name] = replace(found.kept[name], remark=remark)
            return
        found.kept[name] = replace(found.kept[name], remark="")
        try:
            self._switch(name, on=wish == "on")
        except SheetflowError as error:
            if wish == "on" and not isinstance(error, PASSING):
                found.kept[name] = replace(found.kept[name], remark=_why_not(error))
                return
            found.passing[name] = f"Not {wish} yet, tried again: {error.message}"
            found.kept[name] = known or Control(name, ticked=wish == "off")
            found.waiting.add(name)
            found.again = True
        else:
            found.changed = True
            self.journal.say("switched by a tick", recipe=name, on=wish == "on")

    def _switch(self, name: str, *, on: bool) -> None:
        now = self.clock.now()
        if name == EVERYTHING:
            act = resume_all if on else pause_all
            act(self.ledger, CHAPTER, who=WHO, at=now)
        elif on:
            workspace = self.roll.workspace
            switch_on(workspace.recipe(name), workspace, who=WHO)
        else:
            self.ledger.decisions.switch(CHAPTER, name, Switch(False, "", WHO, now))


def _found(table: Table, names: Sequence[str]) -> Obeyed:
    """Which line is which recipe's, whoever sorted them."""
    found = Obeyed()
    known = {normal(name): name for name in names}
    lines: dict[str, list[Row]] = {}
    for row in table.rows:
        lines.setdefault(normal(row.cells.get(RECIPE)), []).append(row)
    for text, rows in lines.items():
        name = known.get(text)
        if name is None:
            continue
        found.rows[name] = rows[0]
        if len(rows) > 1:
            found.doubled[name] = rows
    return found


def _kept(name: str, known: Control | None, *, ticked: bool) -> Control:
    return replace(known, ticked=ticked) if known is not None else Control(name, ticked)


def _why_not(error: SheetflowError) -> str:
    """Why a recipe stays off, for somebody who does not write recipes."""
    if isinstance(error, ProblemsFound):
        first = error.problems[0]
        where = f" ({first.file.name}, line {first.line})" if first.line else ""
        return f"It stays off: there is a mistake in it. Ask whoever wrote it{where}."
    return f"It stays off: {error.message}"
