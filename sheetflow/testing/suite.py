"""All tests of a workspace, or of some of its recipes: found, read, and tried one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sheetflow.errors import Problem, ProblemsFound, SetupError
from sheetflow.language.problems import did_you_mean
from sheetflow.testing.cases import CaseFile
from sheetflow.testing.columns import KnownColumns
from sheetflow.testing.loading import FILE, files_of, known_columns, load_cases
from sheetflow.testing.silence import SILENCE
from sheetflow.testing.stand_ins import Rehearsal
from sheetflow.testing.trying import CaseResult, try_case


@dataclass(frozen=True)
class Suite:
    """Files of tests, read and checked. `untested` are the recipes that have none."""

    workspace: Rehearsal
    files: tuple[tuple[CaseFile, KnownColumns], ...]
    untested: tuple[str, ...] = ()

    def try_all(self, having: str = "") -> Iterator[tuple[CaseFile, CaseResult]]:
        """Try every test whose name holds `having`, whatever its case."""
        for file, columns in self.files:
            for case in file.cases:
                if having.casefold() in case.name.casefold():
                    yield file, try_case(case, file.recipe, self.workspace, columns)


def load_suite(folder: Path, only: Path | str | None = None) -> Suite:
    """The tests of a workspace; with `only`, those of one recipe, file of tests, or folder.

    Raises ProblemsFound with all mistakes in settings, recipes and tests, and SetupError where
    there is no test.
    """
    with SILENCE.held():
        workspace = Rehearsal.open(folder)
        chosen = dict(_chosen(workspace, only))
        found: list[tuple[CaseFile, KnownColumns]] = []
        problems: list[Problem] = []
        for recipe, files in chosen.items():
            try:
                found += _read(workspace, recipe, files)
            except ProblemsFound as wrong:
                problems += wrong.problems
    if problems:
        raise ProblemsFound(problems)
    if not found:
        raise SetupError("There are no tests here.", hint=f"Write {FILE} beside recipe.yaml.")
    untested = (name for name, path in workspace.recipes.items() if chosen.get(path) == ())
    return Suite(workspace, tuple(found), tuple(untested))


def _read(
    workspace: Rehearsal, recipe: Path, files: Sequence[Path]
) -> list[tuple[CaseFile, KnownColumns]]:
    if not files:
        return []
    loaded = workspace.recipe(str(recipe))
    columns = known_columns(loaded, workspace)
    problems: list[Problem] = []
    found = []
    for path in files:
        try:
            found.append((load_cases(path, loaded, columns, workspace), columns))
        except ProblemsFound as wrong:
            problems += wrong.problems
    if problems:
        raise ProblemsFound(problems)
    return found


def _chosen(
    workspace: Rehearsal, only: Path | str | None
) -> Iterator[tuple[Path, tuple[Path, ...]]]:
    """Each recipe that is meant, with the files of its tests that are meant."""
    recipes = workspace.recipes
    if only is not None and str(only).rstrip("/") in recipes:
        recipe = recipes[str(only).rstrip("/")]
        yield recipe, files_of(recipe)
        return
    place = workspace.folder.resolve() if only is None else Path(only).resolve()
    found = False
    for recipe in recipes.values():
        files = files_of(recipe)
        if place == recipe.resolve() or place in recipe.resolve().parents:
            found = True
            yield recipe, files
        elif place in map(Path.resolve, files):
            found = True
            yield recipe, (place,)
    if not found and only is not None:
        raise SetupError(
            f'There is no recipe "{only}" here.',
            hint=did_you_mean(str(only), recipes) or f"There are: {', '.join(recipes)}.",
        )
