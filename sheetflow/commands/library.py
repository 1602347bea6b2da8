"""The shipped recipes, and what a workspace holds that starts with one of them.

Each stands in a folder with its messages, its tests and example tables. The settings of all of them
are one file; a workspace gets the tables and connections of its own recipe. The days in the example
tables are counted from EXAMPLE_DAY, and move along, so that the event of tomorrow is tomorrow's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from sheetflow.errors import SetupError

if TYPE_CHECKING:
    from sheetflow.language.recipe import Recipe
    from sheetflow.workspace import Workspace

EXAMPLE_DAY = date(2026, 3, 14)
"""The day from which the example tables beside the recipes are counted."""

SETTINGS = "sheetflow.yaml"
NEEDS_NOTHING = ("outbox", "room")
"""Connections that work as they stand."""

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_IN_A_WORKBOOK = re.compile(r"file: \S+\.xlsx\n    sheet: (.+)")
_POINTING = re.compile(r"^ +[^\n:]+: row of (?P<table>.+)\n", re.MULTILINE)
_NOT_CONTACTED = re.compile(r"^(?:#.*\n)*do_not_contact: (?P<table>.+)\n\n", re.MULTILINE)
_INDENTED = re.compile(r"(?:(?: .*)?\n)*")
_BLOCK = re.compile(r"  (\S.*?):(?: |$)")


class Library:
    """The folder of shipped recipes."""

    def __init__(self) -> None:
        self.folder = Path(str(files("sheetflow_recipes")))

    @property
    def names(self) -> tuple[str, ...]:
        """What the recipes are called, from a to z."""
        return tuple(sorted(path.parent.name for path in self.folder.glob("*/recipe.yaml")))

    def recipe(self, name: str) -> Recipe:
        """One of them, checked. Raises SetupError if there is none of that name."""
        if name not in self.names:
            from sheetflow.language.problems import did_you_mean

            hint = did_you_mean(name, self.names) or "sheetflow init --list shows them all."
            raise SetupError(f'There is no recipe "{name}" to start with.', hint=hint)
        return self._workspace().recipe(name, offline=True)

    def connections(self, recipe: Recipe) -> Collection[str]:
        """The connections it names that somebody has to set up first."""
        return sorted(set(_connections(recipe)) - set(NEEDS_NOTHING) - set(self._senders()))

    def today(self) -> date:
        """The day it is in the zone of the example campaign."""
        return self._workspace().clock.today()

    def settings(self, tables: Collection[str], connections: Collection[str]) -> str:
        """The settings of the example campaign, with just these tables and connections."""
        text = (self.folder / SETTINGS).read_text("utf-8")
        return settings_with(text, tables, connections)

    def workspace_files(self, recipe: Recipe, today: date) -> Mapping[str, bytes]:
        """What a workspace with this recipe holds: the content of each file, by its path within."""
        home = self.folder / recipe.id
        own = home / _file_name(recipe.table)
        paths = dict.fromkeys((own, *sorted(home.glob("*.csv"))))
        tables = {path.name: _moved(path.read_text("utf-8"), today) for path in paths}
        known = self._workspace().settings.tables
        names = [name for name in known if _file_name(name) in tables]
        settings = self.settings(names, {*_connections(recipe), *NEEDS_NOTHING})
        texts = {SETTINGS: _in_files(settings), **tables}
        return {name: text.encode() for name, text in texts.items()} | {
            f"recipes/{path.relative_to(self.folder).as_posix()}": path.read_bytes()
            for path in sorted(home.rglob("*"))
            if path.suffix in (".yaml", ".md")
        }

    def _workspace(self) -> Workspace:
        from sheetflow.workspace import Workspace

        return Workspace.open(self.folder)

    def _senders(self) -> Collection[str]:
        return self._workspace().settings.senders


def settings_with(text: str, tables: Collection[str], connections: Collection[str]) -> str:
    """Settings with just these tables and connections.

    What names a table that is not kept goes, too: columns that point at its rows, and the list of
    those who asked not to be written to.
    """
    text = _with_blocks(text, "connections", connections)
    text = _with_blocks(text, "tables", tables)

    def if_kept(line: re.Match[str]) -> str:
        return line[0] if line["table"] in tables else ""

    return _NOT_CONTACTED.sub(if_kept, _POINTING.sub(if_kept, text))


def _with_blocks(text: str, section: str, kept: Collection[str]) -> str:
    """The text with just these entries of a section, and the comments above them."""
    before, heading, rest = text.partition(f"\n{section}:\n")
    body = _INDENTED.match(rest)
    assert body is not None
    blocks = "".join(block for name, block in _blocks(body[0]) if name in kept).strip("\n")
    after = rest[body.end() :]
    return f"{before}{heading}{blocks}\n" + (f"\n{after}" if after else "")


def _blocks(body: str) -> Iterator[tuple[str, str]]:
    """Each entry of a section, with the lines above it that belong to nothing else."""
    name, lines, above = "", list[str](), list[str]()
    for line in body.splitlines(keepends=True):
        if not line.strip() or line.startswith("  #"):
            above.append(line)
            continue
        if found := _BLOCK.match(line):
            if name:
                yield name, "".join(lines)
            name, lines = found[1], []
        lines += [*above, line]
        above = []
    yield name, "".join(lines)


def _connections(recipe: Recipe) -> Iterator[str]:
    from sheetflow.language.vocabulary import Connection

    for step in recipe.steps:
        values = step.options.values()
        yield from (str(value) for value in values if isinstance(value, Connection) and value)


def _in_files(settings: str) -> str:
    """The settings with a file for each sheet of the workbook."""
    return _IN_A_WORKBOOK.sub(lambda sheet: f"file: {_file_name(sheet[1])}", settings)


def _file_name(table: str) -> str:
    return f"{table.strip().casefold().replace(' ', '-')}.csv"


def _moved(text: str, today: date) -> str:
    """An example table with each of its days as far from today as it was from EXAMPLE_DAY."""
    along: timedelta = today - EXAMPLE_DAY
    return _DAY.sub(lambda day: (date.fromisoformat(day[0]) + along).isoformat(), text)
