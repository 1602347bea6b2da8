"""Tables in memory in Berlin, and what an action says for each of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetflow.errors import RowStopped
from sheetflow.language.position import Position
from sheetflow.language.templating import Environment, Template
from sheetflow.network.door import Door
from sheetflow.plugin.action import Action, Work
from sheetflow.plugin.testing import GivenTables
from sheetflow.plugin.tools import Tools
from sheetflow.values import Change, Noop

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 14, 12, tzinfo=BERLIN)
"""Saturday 14 March 2026, noon in Berlin."""


class Tables(GivenTables):
    """The tables of a test, at noon in Berlin, which may be written."""

    def __init__(self) -> None:
        super().__init__(zone="Europe/Berlin", door=Door(may_write=True))

    def tools(self, now: datetime = NOON, **more: object) -> Tools:
        """What an action is given."""
        return super().tools(now, **more)

    def works(
        self, table: str, name: str = "person", now: datetime = NOON, **more: object
    ) -> list[Work]:
        """Every row of a table, on its way."""
        return super().works(table, name, now, **more)


def planned(action: Action, works: Sequence[Work]) -> dict[str, Change | Noop | str]:
    """What an action says for each row, by row id; a row that stops says its status."""
    action.prepare(works)
    found = {}
    for work in works:
        try:
            found[work.row.id] = action.plan(work)
        except RowStopped as stop:
            found[work.row.id] = str(stop.status)
    return found


def on_occasion(work: Work, occasion: str) -> Work:
    """The same row, another time."""
    return replace(work, key=replace(work.key, occasion=occasion))


def template(text: str) -> Template:
    """A template as an author writes it."""
    return Environment().template(text, Position(Path("recipe.yaml"), 1, 1), "a test")
