"""Whether the tables of a recipe that runs on change may have changed since they were looked at.

Files on this machine tell by their content. Other tables cannot tell yet, and are looked at now and
then by running the recipe, which does nothing where nothing has changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from sheetflow.errors import SheetflowError
from sheetflow.hosting.roster import Stamp, stamp_of
from sheetflow.language.vocabulary import Pick, TableName
from sheetflow.workspace import Workspace
from sheetflow.workspace.settings import FILE

_Known = tuple[tuple[Stamp, Stamp], tuple[Path, ...], bool]
"""When recipe and settings were written, the files by then, and whether there were others."""


@dataclass(frozen=True)
class Look:
    """The state of a recipe's tables: `state` of those that can tell, and whether there are others.

    An empty `state` is for a recipe that cannot be read: then its run says why.
    """

    state: str
    others: bool = False


@dataclass
class Looks:
    """Remembers the content of files, so that a look costs little while nothing changes."""

    _tables: dict[str, tuple[tuple[Stamp, Stamp], tuple[Path, ...], bool]] = field(
        default_factory=dict
    )
    _contents: dict[Path, tuple[Stamp, str]] = field(default_factory=dict)

    def at(self, workspace: Workspace, recipe: str) -> Look:
        """What the recipe's tables are like now."""
        stamp = (stamp_of(workspace.recipes[recipe]), stamp_of(workspace.folder / FILE))
        known = self._tables.get(recipe)
        if known is None or known[0] != stamp:
            try:
                known = self._tables[recipe] = (stamp, *_files(workspace, recipe))
            except SheetflowError:
                return Look("", others=True)
        found = {str(file): self._content(file) for file in known[1]}
        return Look(json.dumps(found, sort_keys=True), known[2])

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


def _files(workspace: Workspace, name: str) -> tuple[tuple[Path, ...], bool]:
    """The files among a recipe's tables, and whether there are tables elsewhere."""
    recipe, settings = workspace.recipe(name, offline=True), workspace.settings
    named = [recipe.table, settings.policy.do_not_contact]
    for step in recipe.steps:
        named += [str(value) for value in step.options.values() if isinstance(value, TableName)]
        named += [value.table for value in step.options.values() if isinstance(value, Pick)]
    files, others, seen = set(), False, set[str]()
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
            others = True
    return tuple(sorted(files)), others
