"""A table in memory is as strict as a real one, and remembers what it was before."""

from __future__ import annotations

import pytest

from sheetflow.errors import TableChanged
from sheetflow.tables.memory_table import MemoryTable, sheet_of
from sheetflow.tables.source import Edit, LeftAlone, Merge, NewColumn, NewRow, Sheet, SheetRow

ROWS = [["Name", "Stage"], ["Ana"], ["Bo", "New"]]


def test_what_is_written_stands_there_and_what_was_there_is_remembered():
    table = MemoryTable(sheet_of(ROWS))
    new = [NewColumn("Note", 2, 0)], [NewRow(2, {0: "Cy", 2: "late"})]
    left = table.write(table.read(), [Edit(1, 2, "x")], new_columns=new[0], new_rows=new[1])
    assert left == []
    assert table.rows == [
        {"Name": "Ana", "Stage": None, "Note": "x"},
        {"Name": "Bo", "Stage": "New", "Note": None},
        {"Name": "Cy", "Stage": None, "Note": "late"},
    ]
    table.write(table.read(), [Edit(2, 1, "Called"), Edit(1, 2, "y")])
    table.write(table.read(), [Edit(2, 1, "Left")])
    nothing = dict.fromkeys([(0, 2), (1, 2), (3, 0), (3, 2)])
    assert table.written == {**nothing, (2, 1): "New"}
    assert [row.number for row in table.read().rows] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda table: table.type_into(2, {"Stage": "Left"}),
        lambda table: table.add([{"Name": "Cy"}]),
        lambda table: table.write(table.read(), [Edit(1, 1, "Left")]),
    ],
)
def test_nothing_is_written_over_what_somebody_changed_meanwhile(meanwhile):
    table = MemoryTable(sheet_of(ROWS))
    sheet = table.read()
    meanwhile(table)
    there = table.read()
    with pytest.raises(TableChanged):
        table.write(sheet, [Edit(1, 1, "Called")])
    assert table.read() == there


def test_what_is_typed_is_no_write_of_ours_and_a_new_header_is_a_new_column():
    table = MemoryTable(sheet_of(ROWS))
    table.type_into(3, {"Stage": "", "Note": "moved"})
    assert table.headers == ("Name", "Stage", "Note")
    assert table.rows[1] == {"Name": "Bo", "Stage": None, "Note": "moved"}
    assert table.written == {}


def test_formulas_and_merged_cells_are_left_alone_in_a_copy():
    rows = (
        SheetRow(("Name", "Stage", "Sum"), 1, "headers"),
        SheetRow(("Ana", "New", 4), 3, "rec1", formulas=frozenset([2])),
        SheetRow(("Bo", None, 5), 4, object()),
    )
    read = Sheet(rows, "a version", (Merge(3, 4, 1, 1),))
    table = MemoryTable.copy_of(read, "People")
    assert [row.mark for row in table.read().rows] == ["headers", "rec1", 2]
    edits = [Edit("rec1", 2, 1), Edit("rec1", 1, "Left"), Edit(2, 1, "x")]
    assert table.write(table.read(), edits) == [
        LeftAlone(edits[0], "formula"),
        LeftAlone(edits[2], "merged"),
    ]
    assert [row.cells for row in table.read().rows[1:]] == [("Ana", "Left", 4), ("Bo", None, 5)]
    assert table.written == {("rec1", 1): "New"}
