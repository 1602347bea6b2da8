"""Recipes read aloud, and kept until one of the files they are made from is another one.

To check a recipe, its tables are opened for their columns, and a workbook of 20,000 rows takes two
seconds to open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sheetflow.errors import ProblemsFound, SheetflowError
from sheetflow.language.recipe import Recipe
from sheetflow.reporting.explain import explained
from sheetflow.reporting.groups import one_line
from sheetflow.workspace import Workspace
from sheetflow.workspace.settings import FILE

Section = tuple[str, Sequence[tuple[int, str]]]
"""A heading, and its lines with how deep they stand."""
Stamp = tuple[int, int, int]
Stamps = Mapping[Path, Stamp | None]

MOST = 500
"""How many recipes are kept."""


@dataclass(frozen=True)
class Aloud:
    """What a recipe says of itself; or, where it has mistakes, what they are."""

    name: str = ""
    about: str = ""
    sections: Sequence[Section] = ()
    problems: Sequence[str] = ()


@dataclass
class Readings:
    """The recipes of a workspace as they were read last."""

    _kept: dict[Path, tuple[Stamps, Aloud]] = field(default_factory=dict)

    def of(self, workspace: Workspace, name: str) -> Aloud:
        """The recipe of that name, as its files say now."""
        path = workspace.recipes[name]
        stamps = {each: _stamp(each) for each in _made_from(workspace, path)}
        kept = self._kept.get(path)
        if kept is None or kept[0] != stamps:
            if len(self._kept) >= MOST:
                self._kept.clear()
            kept = self._kept[path] = (stamps, _read(workspace, name))
        return kept[1]


def _read(workspace: Workspace, name: str) -> Aloud:
    try:
        recipe = workspace.recipe(name, offline=True)
    except ProblemsFound as error:
        return Aloud(problems=[str(each) for each in error.problems])
    except SheetflowError as error:
        return Aloud(problems=[str(error)])
    about = one_line(recipe.about, 1_000)
    return Aloud(one_line(recipe.name), about, _sections(recipe, workspace))


def _sections(recipe: Recipe, workspace: Workspace) -> list[Section]:
    return [
        (title, [((len(line) - len(line.lstrip(" "))) // 2, line.strip()) for line in lines])
        for title, lines in explained(recipe, workspace)
    ]


def _made_from(workspace: Workspace, recipe: Path) -> Iterator[Path]:
    """Every file of this machine that can change what a recipe says, or whether it is right.

    A folder is another one when a file in it comes or goes.
    """
    yield from (workspace.folder / FILE, recipe)
    for folder in (recipe.parent / "templates", workspace.folder / "templates"):
        yield folder
        yield from sorted(folder.glob("*"))
    yield workspace.folder / "plugins"
    for table in workspace.settings.tables.values():
        if isinstance(file := table.place.get("file"), str):
            yield workspace.folder / file


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
