"""Somebody edits the sheet, or the line drops, between any two requests of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sheetflow.hosting.restoring import Right, answer
from tests.emulators.google.sheets import operations
from tests.emulators.google.sheets.model import Cell, Spreadsheet
from tests.plugins._sheets import KEY, RECIPE, World, put, world

HUMAN = ("Name", "Email", "Region", "Note")
OURS = ("Stage", "Sheetflow status", "Sheetflow when", "Sheetflow ID")
NAMES = ("Cy Ono", "Ana Reyes", "Di Sol", "Bo Tran", "Ed Fox", "Flo Gray")
PEOPLE = (
    (*HUMAN, "Stage"),
    *((n, f"{n.split()[0].lower()}@example.org", f"region {n}", f"note {n}", None) for n in NAMES),
)
TELLING = (
    RECIPE + "  - set:\n      Stage: Met {{ person.name }}\nstatus: Greeted {{ person.name }}\n"
)
BEFORE = TELLING.replace("Met ", "Saw ").replace("Greeted ", "Noticed ")

EDITS: Mapping[str, Mapping[str, Any]] = {
    "sorted": {"sort": "A"},
    "sorted the other way": {"sort": ["A", "DESCENDING"]},
    "a row inserted above the headers": {"insert": 1},
    "a row inserted among the people": {"insert": 3},
    "a row deleted": {"delete": 3},
    "a row moved down": {"move": [2, 6]},
    "a row moved up": {"move": [7, 2]},
    "a column inserted on the left": {"insert_column": "A"},
    "a column inserted before ours": {"insert_column": "E"},
    "a column inserted among ours": {"insert_column": "G"},
    "a column deleted": {"delete_column": "C"},
    "a note edited": {"set": ["D3", "edited"]},
    "the tab renamed": {"rename": "People"},
}


def _met(w: World, name: str = "ws") -> None:
    """What must hold afterwards, whatever happened in between."""
    head, *below = [row for row in w.rows() if any(row)]
    people = {}
    for row in below:
        assert not any(row[len(head) :]), f"something beyond the headers: {row}"
        cells = dict(zip(head, row, strict=False))
        people[cells["Name"]] = cells
        words = cells["Name"]
        for column in ("Name", "Email", "Region", "Note"):
            if column in cells and cells[column] != "edited":
                expected = (
                    f"{words.split()[0].lower()}@example.org"
                    if column == "Email"
                    else words
                    if column == "Name"
                    else f"{column.lower()} {words}"
                )
                assert cells[column] == expected, (column, cells)
        assert cells["Stage"] == f"Met {words}"
        assert cells["Sheetflow status"] == f"Done — Greeted {words}"
        for other in set(head) - {*HUMAN, *OURS}:
            assert not cells.get(other), f"something of ours in another column: {cells}"
    assert len({cells["Sheetflow ID"] for cells in people.values()}) == len(people)
    mails = w.mails(name)
    assert len(mails) == len(set(mails)) == len(NAMES)


def _anchored(w: World) -> None:
    """Rows have their anchors, and say what another workspace had them say, which is known here."""
    w.run(w.workspace(recipe=BEFORE, name="before"))
    answer(w.workspace(recipe=TELLING), Right.LEDGER)


def _swept(
    folder: Path, nth: int, do: Mapping[str, Any], *, anchored: bool, done: Any = _met
) -> list[str]:
    """Run with `do` before request number `nth`, once more in peace, and look."""
    with world(folder, ("People", PEOPLE)) as w:
        if anchored:
            _anchored(w)
        asked = len(w.asked())
        w.emulator.faults.add(when={"service": "sheets", "nth": nth}, do=do, times=1)
        w.run(w.workspace(recipe=TELLING))
        w.run(w.workspace(recipe=TELLING))
        done(w)
        return w.asked()[asked:]


QUICK = (
    ("sorted", 2),
    ("sorted", 3),
    ("a row inserted above the headers", 2),
    ("a row deleted", 3),
    ("a row moved up", 2),
    ("a column inserted on the left", 3),
    ("a column inserted among ours", 3),
    ("a column deleted", 3),
)


@pytest.mark.parametrize(("what", "nth"), QUICK)
def test_each_row_is_told_its_own(tmp_path: Path, what: str, nth: int):
    _swept(tmp_path, nth, {"edit": {"spreadsheet": KEY, **EDITS[what]}}, anchored=False)


@pytest.mark.slow
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
@pytest.mark.parametrize("what", EDITS)
def test_each_row_is_told_its_own_whatever_is_edited_in_between(
    tmp_path: Path, what: str, nth: int
):
    if nth > 1 or "deleted" not in what:  # what is gone before it is read, nobody is told of
        _swept(tmp_path, nth, {"edit": {"spreadsheet": KEY, **EDITS[what]}}, anchored=False)


@pytest.mark.slow
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
@pytest.mark.parametrize("what", EDITS)
def test_each_row_that_has_its_anchor_is_told_its_own(tmp_path: Path, what: str, nth: int):
    if nth > 1 or "deleted" not in what:  # what is gone before it is read, nobody is told of
        _swept(tmp_path, nth, {"edit": {"spreadsheet": KEY, **EDITS[what]}}, anchored=True)


@pytest.mark.parametrize(
    ("nth", "when", "anchored"),
    [
        (2, "after", False),
        (3, "before", False),
        (3, "after", False),
        (3, "after", True),
        *(
            pytest.param(nth, when, anchored, marks=pytest.mark.slow)
            for nth, when, anchored in (
                (1, "before", False),
                (1, "after", False),
                (2, "before", False),
                (1, "after", True),
                (2, "before", True),
                (2, "after", True),
                (3, "before", True),
            )
        ),
    ],
)
def test_a_line_that_drops_loses_nothing_and_repeats_nothing(
    tmp_path: Path, nth: int, when: str, anchored: bool
):
    def done(w: World) -> None:
        _met(w)
        lines = [row[2] for row in w.rows("Sheetflow log")[1:] if any(row)]
        told = [text for text in lines if "Greeted" in text]
        assert len(told) == len(set(told)) == len(NAMES), "each is in the log once"

    _swept(tmp_path, nth, {"drop": when}, anchored=anchored, done=done)


@pytest.mark.parametrize("nth", [1, 3])
def test_a_service_that_is_asked_too_often_is_asked_later(tmp_path: Path, nth: int):
    asked = _swept(tmp_path, nth, {"status": 429, "retry_after": "7"}, anchored=False)
    assert len(asked) == 5, "one of the three again, and the second run's reading"


def _sort_three_columns(world: Any) -> None:
    """Name, Email and Region are sorted, and the others stay: the classic accident."""
    book, sheet = _people(world)
    area = {"startRowIndex": 1, "endRowIndex": 7, "startColumnIndex": 0, "endColumnIndex": 3}
    operations.sort(book, sheet, area, [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}])


def _paste_over(world: Any) -> None:
    """The first person's cells are replaced by somebody's who was not there."""
    _, sheet = _people(world)
    for column, text in enumerate(("Gus New", "gus@example.org", "region Gus", "note Gus")):
        value = {"stringValue": text}
        sheet.rows[1].cells[column] = Cell(value)


def _people(world: Any) -> tuple[Any, Any]:
    book = next(f.document for f in world.files.values() if isinstance(f.document, Spreadsheet))
    return book, book.titled("People")


@pytest.mark.parametrize("nth", [2, 3])
@pytest.mark.parametrize("edit", [_sort_three_columns, _paste_over])
@pytest.mark.parametrize("anchored", [False, True], ids=["new", "anchored"])
def test_nobody_is_told_what_is_another_persons(
    tmp_path: Path, edit: Callable[[Any], None], nth: int, anchored: bool
):
    with world(tmp_path, ("People", PEOPLE)) as w:
        if anchored:
            _anchored(w)
        w.emulator.between(edit, service="sheets", nth=nth)
        w.run(w.workspace(recipe=TELLING))
        for name, cells in w.by_name().items():
            for column in ("Stage", "Sheetflow status"):
                text = cells.get(column, "")
                told = "Greeted" in text or "Met" in text
                own = text.endswith(str(name))
                assert not told or own, f"{name} was told {text!r}"


SCORED = (
    (*HUMAN, "Score", *OURS),
    *((n, f"{n.split()[0].lower()}@example.org", f"region {n}", f"note {n}") for n in NAMES),
)


@pytest.mark.parametrize("column", ["A", "E"])
def test_a_formula_that_was_written_over_for_a_moment_is_back_as_sheets_would_have_it(
    tmp_path: Path, column: str
):
    with world(tmp_path, ("People", SCORED)) as w:
        for line in range(2, 8):
            put(w.emulator.url, f"'People'!E{line}", [[f"=LEN(B{line})"]], typed=True)
        _anchored(w)
        edit = {"spreadsheet": KEY, "insert_column": column}
        w.emulator.faults.add(when={"service": "sheets", "nth": 3}, do={"edit": edit}, times=1)
        w.run(w.workspace(recipe=TELLING))
        score, email = "F", "C" if column == "A" else "B"
        head, *below = w.rows()
        place = ord(score) - ord("A")
        assert head[place] == "Score"
        scores = [row[place] for row in below if any(row)]
        assert scores == [f"=LEN({email}{line})" for line in range(2, 8)]
