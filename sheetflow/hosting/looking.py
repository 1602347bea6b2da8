"""Whether the tables of a recipe that runs on change may have changed since they were looked at.

Files on this machine tell by their content. Of a table elsewhere, a mark tells that some connection
hears of its changes; others are looked at now and then by running the recipe, which does nothing
where nothing has changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sheetflow.errors import SheetflowError
from sheetflow.hosting.roster import Stamp, stamp_of
from sheetflow.language.vocabulary import Pick, TableName
from sheetflow.workspace import Workspace
from sheetflow.workspace.settings import FILE


@dataclass(frozen=True)
class Marks:
    """What is known of tables elsewhere, by their names.

    A mark in `of` is another one when its table may have changed. Of the tables in `watched` all
    changes are told; a mark of another one says that some were.
    """

    of: Mapping[str, str] = field(default_factory=dict)
    watched: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Look:
    """The state of a recipe's tables.

    `state` is that of all that can tell; `elsewhere` says that some are not on this machine, and
    `others` that not all of those tell. An empty `state` is for a recipe that cannot be read: then
    its run says why.
    """

    state: str
    others: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Tables:
    """What a recipe reads: files on this machine, and names of tables elsewhere."""

    files: tuple[Path, ...] = ()
    elsewhere: tuple[str, ...] = ()


@dataclass
class Looks:
    """Remembers the content of files, so that a look costs little while nothing changes."""

    _tables: dict[str, tuple[tuple[Stamp, Stamp], Tables]] = field(default_factory=dict)
    _contents: dict[Path, tuple[Stamp, str]] = field(default_factory=dict)

    def at(self, workspace: Workspace, recipe: str, marks: Marks) -> Look:
        """What the recipe's tables are like now."""
        tables = self.tables(workspace, recipe)
        if tables is None:
            return Look("", others=True, elsewhere=True)
        found = {str(file): self._content(file) for file in tables.files}
        told = {f"table {name}": marks.of[name] for name in tables.elsewhere if name in marks.of}
        others = not marks.watched.issuperset(tables.elsewhere)
        state = json.dumps({**found, **told}, sort_keys=True)
        return Look(state, others, elsewhere=bool(tables.elsewhere))

    def tables(self, workspace: Workspace, recipe: str) -> Tables | None:
        """What the recipe reads, as long as it is not written anew; None if it is not sound."""
        stamp = (stamp_of(workspace.recipes[recipe]), stamp_of(workspace.folder / FILE))
        known = self._tables.get(recipe)
        if known is None or known[0] != stamp:
            try:
                known = self._tables[recipe] = (stamp, _tables(workspace, recipe))
            except SheetflowError:
                return None
        return known[1]

    def _content(self, file: Path) -> str:
        """A digest of the file. It is read again only when it was written."""
        stamp = stamp_of(file)
        known = self._contents.get(file)
        if known is None or known[0] != stamp:
            try:
                with file.open("rb") as content:
                    found = hashlib.file_digest(content, "sha256").hexdigest()
            except OSError:
                found = ""
            known = self._contents[file] = (stamp, found)
        return known[1]


def _tables(workspace: Workspace, name: str) -> Tables:
    recipe, settings = workspace.recipe(name, offline=True), workspace.settings
    named = [recipe.table, settings.policy.do_not_contact]
    for step in recipe.steps:
        named += [str(value) for value in step.options.values() if isinstance(value, TableName)]
        named += [value.table for value in step.options.values() if isinstance(value, Pick)]
    files, elsewhere, seen = set(), set[str](), set[str]()
    while named:
        table = named.pop()
        if not table or table in seen:
            continue
        seen.add(table)
        spec = settings.tables[table]
        named += [column.table for column in spec.columns.values() if column.table]
        if "file" in spec.place and spec.connector not in settings.connections:
            files.add(workspace.folder / spec.place["file"])
        else:
            elsewhere.add(table)
    return Tables(tuple(sorted(files)), tuple(sorted(elsewhere)))
