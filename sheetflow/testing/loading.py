"""Finds the tests beside a recipe and reads them: every mistake at once, each with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sheetflow.errors import Problem, ProblemsFound, SheetflowError
from sheetflow.language.keys import read_map
from sheetflow.language.nodes import Document
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems
from sheetflow.language.reading import Reading
from sheetflow.language.recipe import Recipe
from sheetflow.language.yamlfile import read_yaml
from sheetflow.testing.cases import Case, CaseFile, GivenRows, Name, Turn
from sheetflow.testing.columns import KnownColumns, UsedColumns
from sheetflow.testing.keys import WrittenCase, case_table
from sheetflow.testing.roll import Roll
from sheetflow.workspace import Workspace

FILE = "tests.yaml"
FOLDER = "tests"


def files_of(recipe: Path) -> tuple[Path, ...]:
    """The files with a recipe's tests: tests.yaml and tests/ beside recipe.yaml.

    A recipe that is a file among others, recipes/thanks.yaml, has tests/thanks.yaml. Raises
    ProblemsFound where nobody can tell which recipe tests.yaml is about.
    """
    beside, folder = recipe.parent / FILE, recipe.parent / FOLDER
    if recipe.name == "recipe.yaml":
        found = [beside, *sorted(folder.glob("*.yaml"))]
    else:
        found = [beside, folder / recipe.name]
        if beside.is_file() and len(list(recipe.parent.glob("*.yaml"))) > 2:  # it, and the recipe
            cure = f"Move it to {FOLDER}/{recipe.name}, with the name of its recipe."
            what = "it stands beside several recipes."
            raise ProblemsFound([Problem(beside, 0, 0, "tests", what, cure)])
    return tuple(path for path in found if path.is_file())


def recipe_of(path: Path) -> Path | None:
    """The recipe that a file of tests is about, if it is one."""
    folder = path.parent.parent if path.parent.name == FOLDER else path.parent
    for recipe in (folder / "recipe.yaml", folder / path.name, *sorted(folder.glob("*.yaml"))):
        if recipe.is_file() and recipe != path and path in files_of(recipe):
            return recipe
    return None


def load_cases(path: Path, recipe: Recipe, columns: KnownColumns, workspace: Workspace) -> CaseFile:
    """The tests in a file. Raises ProblemsFound with everything that is wrong in it."""
    problems = Problems()
    document = read_yaml(path, problems)
    written: dict[str, Any] = {}
    if document is not None:
        with problems.gathering(document.root.position, "tests"):
            at = _reading(document, recipe, workspace, problems)
            written = read_map(document.root, case_table(columns, _links(recipe)), at)
    problems.raise_any()
    cases = tuple(_cases(written, path, problems))
    for case in cases:
        _check_names(case, recipe, columns, problems)
    problems.raise_any()
    return CaseFile(path, recipe, cases)


def known_columns(recipe: Recipe, workspace: Workspace) -> KnownColumns:
    """The columns that the workspace's settings and this recipe speak of."""

    @cache
    def sheet(table: str) -> Sequence[str] | None:
        return _columns_of_sheet(workspace, table)

    used = UsedColumns(recipe, workspace.vocabulary)
    return KnownColumns(workspace.settings.tables, used.by_table, used.maybe, sheet)


def check_tests(workspace: Workspace, recipe: Path) -> tuple[Problem, ...]:
    """Every mistake in the tests of one recipe; none, as long as the recipe itself has some."""
    found: list[Problem] = []
    try:
        files = files_of(recipe)
    except ProblemsFound as problems:
        return problems.problems
    if not files:
        return ()
    try:
        loaded = workspace.recipe(str(recipe), offline=True)
    except ProblemsFound:
        return ()
    columns = known_columns(loaded, workspace)
    for path in files:
        try:
            load_cases(path, loaded, columns, workspace)
        except ProblemsFound as problems:
            found += problems.problems
    return tuple(found)


@dataclass(frozen=True)
class _Shared:
    """What a file says for all of its tests."""

    at: Any
    given: GivenRows


def _reading(
    document: Document, recipe: Recipe, workspace: Workspace, problems: Problems
) -> Reading:
    words = workspace.vocabulary
    return Reading(
        problems,
        title="tests",
        comments=document.comments,
        vocabulary=words,
        table=words.tables.get(recipe.table),
    )


def _cases(written: Mapping[str, Any], path: Path, problems: Problems) -> Iterator[Case]:
    shared = _Shared(written["at"], written["given"])
    names: dict[str, int] = {}
    for case in written["tests"]:
        place = case.position
        if case.name in names:
            what = f'two tests are called "{case.name}", the other on line {names[case.name]}.'
            problems.add(place, "name", what, "Say in the name what each of them shows.")
        names[case.name] = place.line
        if case.at is None and shared.at is None:
            cure = "Write at: and when the recipe runs, such as at: 2026-11-23 09:00"
            problems.add(place, "tests", f'"{case.name}" does not say when it is.', cure)
        else:
            yield _case(case, shared)
    if not written["tests"]:
        problems.add(Position(path), "tests", "there is no test.", "Write one, or remove the file.")


def _case(case: WrittenCase, shared: _Shared) -> Case:
    first = Turn(case.at or shared.at, case.expect, not_sure=case.not_sure)
    given = {**shared.given, **case.given}
    return Case(case.name, case.position.line, given, (first, *case.again))


def _links(recipe: Recipe) -> Collection[str] | None:
    """What the links of its messages are called; None where a message was not read."""
    if recipe.unread:
        return None
    return tuple(dict.fromkeys(link.label for each in recipe.messages for link in each.links))


def _check_names(case: Case, recipe: Recipe, columns: KnownColumns, problems: Problems) -> None:
    """Note every name that no given row has, or several have."""
    for turn, given in case.rows_before():
        before = _roll(given, recipe, columns)
        for table, edits in turn.change.items():
            for edit in edits:
                with problems.gathering(edit.row.position, f"change: {table}"):
                    before.number(edit.row, table)
        for answer in filter(None, (each.about for each in turn.answered)):
            with problems.gathering(answer.position, "answered: about"):
                before.number(answer)
        after = _roll(_with_added(given, turn), recipe, columns)
        for name in _rows_named(turn):
            with problems.gathering(name.position, "expect"):
                after.number(name)
        for where, name in _people_named(turn):
            with problems.gathering(name.position, where):
                after.addresses(name)


def _roll(given: GivenRows, recipe: Recipe, columns: KnownColumns) -> Roll:
    rows = {table: [row.cells for row in found] for table, found in given.items()}
    return Roll(columns.tables, recipe.table, rows)


def _with_added(given: GivenRows, turn: Turn) -> GivenRows:
    added = {table: (*given.get(table, ()), *rows) for table, rows in turn.add.items()}
    return {**given, **added}


def _rows_named(turn: Turn) -> Iterator[Name]:
    yield from (cells.row for cells in turn.expect.cells)
    yield from turn.expect.left_out


def _people_named(turn: Turn) -> Iterator[tuple[str, Name]]:
    """Everybody whom a run and what comes before it name, each with the key that does."""
    yield from (("answered: by", answer.by) for answer in turn.answered)
    yield from (("not_sure", name) for name in turn.not_sure)
    yield from (("expect", mail.to) for mail in turn.expect.mails)
    for meeting in turn.expect.meetings:
        yield from (("expect", guest) for guest in meeting.guests)


def _columns_of_sheet(workspace: Workspace, table: str) -> Sequence[str] | None:
    """The headers of a table on this machine, where it can be read; None for any other."""
    try:
        real = Workspace.open(workspace.folder)
        return real.vocabulary.tables[table].columns
    except SheetflowError:
        return None
