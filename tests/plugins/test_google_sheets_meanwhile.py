"""What people do while a run writes, more than once, and what becomes of answers that are lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.plugins._sheets import KEY, RECIPE, World, world
from tests.plugins.test_google_sheets_between import HUMAN, OURS, PEOPLE, TELLING

GREETED = RECIPE + "status: Greeted {{ person.name }}\n"
WITHOUT_STAGE = tuple(row[:4] for row in PEOPLE)


def _meanwhile(w: World, nth: int, **edit: Any) -> None:
    """Somebody edits the sheet just before request number `nth` from now."""
    do = {"edit": {"spreadsheet": KEY, "sheet": "People", **edit}}
    w.emulator.faults.add(when={"service": "sheets", "nth": nth}, do=do, times=1)


def _line_drops(w: World, nth: int, when: str = "after") -> None:
    w.emulator.faults.add(when={"service": "sheets", "nth": nth}, do={"drop": when}, times=1)


def _as_it_should_be(w: World) -> None:
    """Each header is there once, and each person has their own, and nothing more."""
    head, *below = [row for row in w.rows() if any(row)]
    headers = [text for text in head if text]
    assert len(headers) == len(set(headers))
    assert set(OURS) <= set(headers)
    there = {}
    for row in below:
        cells = {h or "": text for h, text in zip(head, row, strict=False) if text}
        assert cells.pop("Sheetflow ID").startswith("sf-")
        assert cells.pop("Sheetflow when") == "2026-03-14 12:00"
        there[cells["Name"]] = cells
    expected = {}
    for row in WITHOUT_STAGE[1:]:
        human = {h: text for h, text in zip(HUMAN, row, strict=True) if h in headers}
        told = {"Stage": f"Met {row[0]}", "Sheetflow status": f"Done — Greeted {row[0]}"}
        expected[row[0]] = human | told
    assert there == expected


def _told(w: World) -> None:
    for _ in range(2):
        w.run(w.workspace(recipe=TELLING))


def test_a_header_that_is_renamed_meanwhile_is_no_moved_column(tmp_path: Path):
    with world(tmp_path, ("People", WITHOUT_STAGE)) as w:
        _meanwhile(w, 3, set=["D1", "Remarks"])
        _told(w)
        head, *below = w.rows()
        assert head == [*HUMAN[:3], "Remarks", *OURS]
        human = [list(row[:4]) for row in WITHOUT_STAGE[1:]]
        assert [row[:4] for row in below if any(row)] == human
        told = [row[4:6] for row in below if any(row)]
        assert told == [[f"Met {row[0]}", f"Done — Greeted {row[0]}"] for row in human]


@pytest.mark.parametrize("column", ["C", "D"])
def test_a_column_that_is_deleted_meanwhile_stays_deleted(tmp_path: Path, column: str):
    gone = HUMAN["ABCD".index(column)]
    with world(tmp_path, ("People", WITHOUT_STAGE)) as w:
        _meanwhile(w, 3, delete_column=column)
        _told(w)
        assert gone not in w.rows()[0]
        _as_it_should_be(w)


TWICE: Mapping[str, Mapping[int, Mapping[str, Any]]] = {
    "before the write and before it is taken back": {
        3: {"insert_column": "A"},
        5: {"insert_column": "B"},
    },
    "at three requests in a row": {
        3: {"insert_column": "D"},
        4: {"insert_column": "A"},
        5: {"insert_column": "C"},
    },
    "right of everything": {3: {"insert_column": "E"}, 5: {"insert_column": "E"}},
    "inserted, and deleted again": {3: {"insert_column": "A"}, 5: {"delete_column": "A"}},
    "inserted, and another one deleted": {3: {"insert_column": "A"}, 5: {"delete_column": "D"}},
    "inserted, and sorted": {3: {"insert_column": "A"}, 5: {"sort": "B"}},
}


@pytest.mark.parametrize("edits", TWICE.values(), ids=TWICE)
def test_columns_that_move_more_than_once_leave_nothing_behind(
    tmp_path: Path, edits: Mapping[int, Mapping[str, Any]]
):
    with world(tmp_path, ("People", WITHOUT_STAGE)) as w:
        for nth, edit in edits.items():
            _meanwhile(w, nth, **edit)
        _told(w)
        _as_it_should_be(w)


@pytest.mark.parametrize("nth", [3, 5])
@pytest.mark.parametrize("column", ["A", "D", "E"])
def test_what_came_to_stand_elsewhere_is_taken_back_though_an_answer_is_lost(
    tmp_path: Path, column: str, nth: int
):
    with world(tmp_path, ("People", WITHOUT_STAGE)) as w:
        _meanwhile(w, 3, insert_column=column)
        _line_drops(w, nth)
        _told(w)
        _as_it_should_be(w)


def test_a_write_whose_answer_is_lost_is_not_repeated_over_what_a_person_writes_then(
    tmp_path: Path,
):
    with world(tmp_path, ("People", PEOPLE)) as w:
        _line_drops(w, 3)
        _meanwhile(w, 4, set=["E2", "Called"])
        w.run(w.workspace(recipe=TELLING))
        assert w.asked().count("values.batchUpdateByDataFilter") <= 2
        stages = {name: cells["Stage"] for name, cells in w.by_name().items()}
    first = PEOPLE[1][0]
    others = [row[0] for row in PEOPLE[2:]]
    assert stages == {first: "Called", **{name: f"Met {name}" for name in others}}


def test_after_an_answer_was_lost_a_correction_goes_by_what_stands_there_since(tmp_path: Path):
    with world(tmp_path, ("People", WITHOUT_STAGE)) as w:
        refused = {"status": 403}
        w.emulator.faults.add(when={"service": "sheets", "nth": 3}, do=refused, times=1)
        assert w.run(w.workspace(recipe=GREETED)).untold, "the rows have anchors, and no words"
        _line_drops(w, 2)
        _meanwhile(w, 3, set=["F2", "by hand"])
        w.run(w.workspace(recipe=GREETED))
        head, *below = w.rows()
        assert head == [*HUMAN, *OURS[1:]]
        assert below[0][5] == "by hand"
        assert all(row[6].startswith("sf-") for row in below if any(row))


def test_a_write_that_arrived_is_looked_for_once_when_its_answer_is_lost(tmp_path: Path):
    with world(tmp_path) as w:
        _line_drops(w, 3)
        assert w.run().untold == ""
        read, write = "getByDataFilter", "values.batchUpdateByDataFilter"
        assert w.asked() == [read, "batchUpdate", write, read]


def test_who_was_written_to_is_told_so_after_something_stopped_the_telling(tmp_path: Path):
    with world(tmp_path) as w:
        refused = {"status": 403}
        w.emulator.faults.add(when={"service": "sheets", "nth": 3}, do=refused, times=1)
        assert w.run(w.workspace(recipe=GREETED)).untold
        _meanwhile(w, 1, delete_column="C")
        said = []
        for _ in range(2):
            w.run(w.workspace(recipe=GREETED))
            said.append(w.by_name()["Ana Reyes"]["Sheetflow status"])
        assert said == ['Needs you — person has no "region".', "Done — Greeted Ana Reyes"]
        assert len(w.mails()) == 4
