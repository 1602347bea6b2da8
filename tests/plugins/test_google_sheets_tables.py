"""What Google calls a table takes in the columns and rows that are made beside and below it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import requests
from sheetflow_plugins.google_sheets import GoogleSheets

from sheetflow.network.door import Door
from sheetflow.tables.source import NewRow
from tests.plugins._sheets import KEY, World, world
from tests.plugins.test_google_sheets_between import HUMAN, OURS, TELLING
from tests.plugins.test_google_sheets_meanwhile import WITHOUT_STAGE, _as_it_should_be, _meanwhile

READ, ANCHOR, WRITE = "getByDataFilter", "batchUpdate", "values.batchUpdateByDataFilter"
FOLK = ("People", WITHOUT_STAGE)


def _batch(w: World, *asked: dict[str, Any]) -> None:
    answer = requests.post(
        f"{w.emulator.url}/v4/spreadsheets/{KEY}:batchUpdate",
        json={"requests": asked},
        timeout=5,
    )
    assert answer.ok, answer.text


def _area(rows: int, columns: int) -> dict[str, int]:
    start = {"startRowIndex": 0, "startColumnIndex": 0}
    return {"sheetId": 7, **start, "endRowIndex": rows, "endColumnIndex": columns}


def _make(w: World, rows: int = len(WITHOUT_STAGE), columns: int = 4) -> None:
    _batch(w, {"addTable": {"table": {"name": "Folk", "range": _area(rows, columns)}}})


def _table(w: World) -> dict[str, Any]:
    address = f"{w.emulator.url}/v4/spreadsheets/{KEY}"
    sheets = requests.get(address, timeout=5).json()["sheets"]
    found: dict[str, Any] = next(one["tables"][0] for one in sheets if "tables" in one)
    return found


def _is_whole(w: World) -> None:
    """The table reaches from the headers to the last person, and over all columns."""
    rows = w.rows()
    head = next(place for place, row in enumerate(rows) if "Name" in row)
    first, last = rows[head].index("Name"), max(p for p, row in enumerate(rows) if any(row))
    area = {"startRowIndex": head, "startColumnIndex": first, **_table(w)["range"]}
    area.pop("sheetId", None)
    assert area == {
        "startRowIndex": head,
        "endRowIndex": last + 1,
        "startColumnIndex": first,
        "endColumnIndex": len(rows[head]),
    }


def _told(w: World, runs: int = 2) -> None:
    for _ in range(runs):
        w.run(w.workspace(recipe=TELLING))


def test_a_table_takes_in_the_columns_with_the_request_that_makes_them(tmp_path: Path):
    with world(tmp_path, FOLK) as w:
        _make(w)
        before = len(w.asked())
        _told(w)
        assert w.asked()[before:] == [READ, READ, ANCHOR, WRITE, READ]
        assert w.rows()[0] == [*HUMAN, *OURS]
        _is_whole(w)


@pytest.mark.parametrize("within", ["table", "filter"])
def test_who_sorts_through_a_table_or_filter_leaves_none_of_our_columns_behind(
    tmp_path: Path, within: str
):
    with world(tmp_path, FOLK) as w:
        if within == "table":
            _make(w)
        else:
            _batch(w, {"setBasicFilter": {"filter": {"range": _area(len(WITHOUT_STAGE), 4)}}})
        _told(w, 1)
        before = [row[0] for row in w.rows()]
        w.emulator.faults.add(
            when={"service": "sheets"},
            do={"edit": {"spreadsheet": KEY, "sheet": "People", "sort": "A", "within": within}},
            times=1,
        )
        requests.get(f"{w.emulator.url}/v4/spreadsheets/{KEY}", timeout=5)
        assert [row[0] for row in w.rows()] != before
        _as_it_should_be(w)


BETWEEN: Sequence[tuple[str, int, tuple[tuple[str | None, ...], ...]]] = (
    ("a column that was left out of it", 3, WITHOUT_STAGE),
    (
        "a remark beside it without a header",
        4,
        (WITHOUT_STAGE[0], (*WITHOUT_STAGE[1], "phoned"), *WITHOUT_STAGE[2:]),
    ),
)


@pytest.mark.parametrize(("columns", "rows"), [one[1:] for one in BETWEEN])
def test_a_table_with_something_beside_it_stays_as_it_is(
    tmp_path: Path, columns: int, rows: tuple[tuple[str | None, ...], ...]
):
    with world(tmp_path, ("People", rows)) as w:
        _make(w, columns=columns)
        _told(w, 1)
        assert _table(w)["range"]["endColumnIndex"] == columns
        assert set(OURS) <= set(w.rows()[0])


def test_where_a_table_may_not_become_wider_it_is_told_all_the_same(
    tmp_path: Path,
):
    with world(tmp_path, FOLK) as w:
        _make(w)
        w.emulator.faults.add(
            when={"service": "sheets", "method": "sheets.spreadsheets.batchUpdate"},
            do={"status": 400},
            times=2,
        )
        _told(w, 3)
        assert _table(w)["range"]["endColumnIndex"] == 4
        _as_it_should_be(w)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", [2, 3, 4])
def test_a_lost_answer_leaves_no_column_that_nobody_named(tmp_path: Path, nth: int, when: str):
    with world(tmp_path, FOLK) as w:
        _make(w)
        w.emulator.faults.add(when={"service": "sheets", "nth": nth}, do={"drop": when}, times=1)
        _told(w)
        assert w.rows()[0] == [*HUMAN, *OURS]
        _as_it_should_be(w)
        _is_whole(w)


def test_a_run_that_ended_before_the_headers_leaves_no_column_that_nobody_named(tmp_path: Path):
    with world(tmp_path, FOLK) as w:
        _make(w)
        fault = {"service": "sheets", "method": f"sheets.spreadsheets.{WRITE}"}
        w.emulator.faults.add(when=fault, do={"drop": "before"}, times=40)
        w.run(w.workspace(recipe=TELLING))
        assert w.rows()[0] == [*HUMAN, *(f"Column {n}" for n in range(5, 9))]
        w.emulator.faults.clear()
        _told(w)
        assert w.rows()[0] == [*HUMAN, *OURS]
        _is_whole(w)


EDITS: dict[str, dict[str, Any]] = {
    "a row inserted above the headers": {"insert": 1},
    "a row inserted among the people": {"insert": 3},
    "a row deleted": {"delete": 3},
    "a column inserted on the left": {"insert_column": "A"},
    "a column inserted among theirs": {"insert_column": "C"},
    "a column deleted": {"delete_column": "C"},
    "sorted": {"sort": "A", "within": "table"},
}


SLOW = pytest.mark.slow


@pytest.mark.parametrize("nth", [pytest.param(2, marks=SLOW), 3, pytest.param(4, marks=SLOW)])
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_somebody_edits_the_sheet_while_a_table_becomes_wider(
    tmp_path: Path, edit: dict[str, Any], nth: int
):
    with world(tmp_path, FOLK) as w:
        _make(w)
        _meanwhile(w, nth, **edit)
        _told(w, 3)
        rows = [row for row in w.rows() if any(row)]
        names = {row[rows[0].index("Name")] for row in rows[1:]}
        assert len(rows[0]) - len([cell for cell in rows[0] if cell]) <= 1
        assert names <= {row[0] for row in WITHOUT_STAGE[1:]}
        _is_whole(w)


def test_a_row_that_is_added_becomes_part_of_the_table(tmp_path: Path):
    """What stands below the table goes further down."""
    with world(tmp_path, ("People", (*WITHOUT_STAGE, ("Total",)))) as w:
        _make(w)
        connector = GoogleSheets(
            GoogleSheets.Settings(url=w.emulator.url), door=Door(may_write=True), folder=w.folder
        )
        table = connector.open_table({"spreadsheet": KEY, "sheet": "People"})
        cells = {0: "Gus Hay", 1: "gus@example.org"}
        sheet = table.read()
        table.write(sheet, [], new_rows=[NewRow(sheet.rows[-2].mark, cells)])
        assert [row[0] for row in w.rows()[-3:]] == ["Flo Gray", "Gus Hay", "Total"]
        assert _table(w)["range"]["endRowIndex"] == len(WITHOUT_STAGE) + 1
        sheet = table.read()
        beyond = NewRow(sheet.rows[1].mark, {0: "Hal Ito", 6: "beside the table"})
        table.write(sheet, [], new_rows=[beyond])
        assert w.rows()[-1][0] == "Hal Ito"
        assert _table(w)["range"]["endRowIndex"] == len(WITHOUT_STAGE) + 1
