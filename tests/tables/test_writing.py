"""Writing back: whatever people do meanwhile, each status lands on its own person's row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sheetflow.errors import TableChanged, TableError
from sheetflow.tables import statuses
from sheetflow.tables.spec import ColumnSpec
from sheetflow.tables.table import RowWrite, Table
from sheetflow.values import CellError
from tests.tables.memory import PEOPLE, Memory, people, table_of

HEADERS = ["Name", "Email", "Coach", "Sheetflow status", "Sheetflow when", "Sheetflow ID"]


def canary(number: int) -> list[object]:
    """A person whose every cell says who it is."""
    return [f"P{number} Canary", f"p{number}@example.org", None, None, None, None]


Doing = Callable[[Memory], None]


def _swap(first: int, second: int) -> Doing:
    def do(memory: Memory) -> None:
        body = memory.rows[1:]
        if body:
            a, b = first % len(body), second % len(body)
            body[a], body[b] = body[b], body[a]
            memory.rows[1:] = body

    return do


def _insert(place: int, number: int) -> Doing:
    new = {"Name": f"New{number} Person", "Email": f"new{number}@example.org"}
    return lambda memory: memory.rows.insert(
        1 + place % len(memory.rows), [new.get(header) for header in memory.rows[0]]
    )


def _delete(place: int) -> Doing:
    def do(memory: Memory) -> None:
        if len(memory.rows) > 2:
            del memory.rows[1 + place % (len(memory.rows) - 1)]

    return do


def _blank(place: int) -> Doing:
    return lambda memory: memory.rows.insert(1 + place % len(memory.rows), [])


def _reverse(memory: Memory) -> None:
    memory.rows[1:] = memory.rows[1:][::-1]


def _move_columns(memory: Memory) -> None:
    width = max(len(row) for row in memory.rows)
    for row in memory.rows:
        row.extend([None] * (width - len(row)))
        row.insert(0, row.pop())


places = st.integers(0, 30)
doings = st.lists(
    st.one_of(
        st.builds(_swap, places, places),
        st.builds(_insert, places, places),
        st.builds(_delete, places),
        st.builds(_blank, places),
        st.just(_reverse),
        st.just(_move_columns),
    ),
    max_size=6,
)


@given(count=st.integers(1, 12), first=doings, then=doings, marked=st.booleans())
def test_every_status_is_on_its_own_persons_row(
    count: int, first: list[Doing], then: list[Doing], marked: bool
) -> None:
    rows = [canary(number) for number in range(count)]
    if marked:
        for number, row in enumerate(rows):
            row[5] = f"sf-{number}"
    table, memory = table_of([HEADERS, *rows])
    writes = [
        RowWrite(row.id, {"Sheetflow status": f"Sent to {row.cells['Email']}"})
        for row in table.rows
    ]
    for do in first:
        do(memory)
    before = [list(row) for row in memory.rows]
    if then:
        memory.between = lambda: [do(memory) for do in then] and None
        before = []
    written = table.write(writes)
    _each_status_is_beside_its_person(memory)
    there = {row.cells["Email"] for row in Table(PEOPLE, memory).rows}
    for row, told in zip(table.rows, written, strict=True):
        assert (told.vanished is None) == (row.cells["Email"] in there)
    if before:
        assert _without_ours(memory.rows) == _without_ours(before)


def _each_status_is_beside_its_person(memory: Memory) -> None:
    header = memory.rows[0]
    for row in memory.rows[1:]:
        cells = dict(zip(header, row, strict=False))
        if cells.get("Sheetflow status"):
            assert cells["Sheetflow status"] == f"Sent to {cells['Email']}"


def _without_ours(rows: list[list[Any]]) -> list[list[Any]]:
    ours = [number for number, text in enumerate(rows[0]) if str(text).startswith("Sheetflow")]
    return [
        [cell for number, cell in enumerate(row) if number not in ours and cell is not None]
        for row in rows
    ]


def test_new_columns_stand_right_of_everything_and_the_id_comes_last():
    table, memory = table_of([["Name", "Email", None, "Ask Lee"], ["Ana", "ana@x.org"]])
    (row,) = table.rows
    table.write([RowWrite(row.id, {"Sheetflow status": "Done", "Coach": "Lee"})])
    assert memory.rows == [
        ["Name", "Email", None, "Ask Lee", "Coach", "Sheetflow status", "Sheetflow ID"],
        ["Ana", "ana@x.org", None, None, "Lee", "Done", row.id],
    ]


def test_one_write_is_one_write_and_the_same_again_is_none():
    table, memory = table_of([HEADERS, canary(1), canary(2)])
    writes = [RowWrite(row.id, {"Sheetflow status": "Done", "Coach": None}) for row in table.rows]
    table.write(writes)
    table.write(writes)
    Table(PEOPLE, memory).write(writes)
    assert len(memory.writes) == 1


@pytest.mark.parametrize(("saved", "readings"), [(False, 1), (True, 2)])
def test_a_table_is_read_again_before_it_is_written_only_if_somebody_saved_it(saved, readings):
    table, memory = table_of([HEADERS, canary(1)])
    if saved:
        memory.rows.append(canary(2))
    table.write([RowWrite(table.rows[0].id, {"Sheetflow status": "Done"})])
    assert (memory.rows[1][3], memory.reads) == ("Done", readings)


def test_a_value_that_a_person_wrote_meanwhile_stays_and_is_told():
    table, memory = table_of([HEADERS, canary(1)])
    (row,) = table.rows
    memory.rows[1][2] = "Lee"
    (written,) = table.write([RowWrite(row.id, {"Coach": "Sam", "Sheetflow status": "Done"})])
    assert memory.rows[1][2:4] == ["Lee", "Done"]
    assert written.status == statuses.person_changed("Coach", "Lee")
    assert str(written.status) == "Done — you changed Coach to Lee, so I left it"
    assert "Coach" not in written.cells


def test_what_was_expected_counts_rather_than_what_was_read():
    table, memory = table_of([HEADERS, [*canary(1)[:2], "Lee"]])
    (row,) = table.rows
    (written,) = table.write([RowWrite(row.id, {"Coach": "Sam"}, {"Coach": None})])
    assert memory.rows[1][2] == "Lee"
    assert written.status == statuses.person_changed("Coach", "Lee")
    (written,) = table.write([RowWrite(row.id, {"Coach": "Sam"}, {"Coach": "Lee"})])
    assert memory.rows[1][2] == "Sam"
    assert written.status is None


def test_our_own_earlier_value_is_nobody_elses():
    table, memory = table_of([HEADERS, canary(1)])
    (row,) = table.rows
    table.write([RowWrite(row.id, {"Coach": "Sam"})])
    (written,) = table.write([RowWrite(row.id, {"Coach": "Lee"})])
    assert written.status is None
    assert memory.rows[1][2] == "Lee"


def test_a_column_that_is_not_ours_is_refused_before_anything_is_written():
    table, memory = table_of([HEADERS, canary(1)])
    (row,) = table.rows
    with pytest.raises(TableError, match='"Email" of "People" is not a column'):
        table.write([RowWrite(row.id, {"Sheetflow status": "Done", "Email": "me@x.org"})])
    assert memory.writes == []


def test_a_formula_in_our_column_stays_and_is_told():
    table, memory = table_of([HEADERS, [*canary(1)[:2], 4]])
    memory.formulas = {2: {2}}
    (row,) = table.rows
    (written,) = table.write([RowWrite(row.id, {"Coach": "Sam", "Sheetflow status": "Done"})])
    assert memory.rows[1][2:4] == [4, "Done"]
    assert written.left == {"Coach": statuses.formula_left("Coach")}
    assert written.cells == {"Sheetflow status": "Done", "Sheetflow ID": row.id}


def test_a_row_that_is_gone_is_told_and_nobody_else_gets_its_status():
    table, memory = table_of([HEADERS, canary(1), canary(2)])
    second = table.rows[1]
    del memory.rows[1]
    written = table.write([RowWrite(row.id, {"Sheetflow status": "Sent"}) for row in table.rows])
    assert written[0].status == statuses.row_vanished("P1 C.")
    assert memory.rows[1] == [*canary(2)[:3], "Sent", None, second.id]


def test_somebody_else_under_the_same_id_gets_no_status():
    rows = [HEADERS, [*canary(1)[:5], "sf-1"], [*canary(2)[:5], "sf-2"]]
    table, memory = table_of(rows)
    memory.rows[1][:2], memory.rows[2][:2] = memory.rows[2][:2], memory.rows[1][:2]
    written = table.write([RowWrite("sf-1", {"Sheetflow status": "Sent"})])
    assert written[0].vanished is not None
    assert memory.writes == []


def test_an_address_corrected_meanwhile_does_not_lose_the_row():
    table, memory = table_of([HEADERS, canary(1), canary(2)])
    first = table.rows[0]
    memory.rows[1][1] = "other@example.org"
    (written,) = table.write([RowWrite(first.id, {"Sheetflow status": "Sent"})])
    assert written.vanished is None
    assert memory.rows[1][3:] == ["Sent", None, first.id]


def test_two_rows_that_are_the_same_person_keep_their_own_statuses_when_swapped():
    table, memory = table_of([[*HEADERS, "Note"], [*canary(1), "a"], [*canary(1), "b"]])
    first, second = table.rows
    _reverse(memory)
    table.write(
        [
            RowWrite(first.id, {"Sheetflow status": "Sent"}),
            RowWrite(second.id, {"Sheetflow status": "Skipped"}),
        ]
    )
    assert [(row[3], row[6]) for row in memory.rows[1:]] == [("Skipped", "b"), ("Sent", "a")]


def test_a_table_that_is_saved_all_the_time_is_given_up_after_some_tries():
    table, memory = table_of([HEADERS, canary(1)])

    def again() -> None:
        memory.rows.append(["x"])
        memory.between = again

    memory.between = again
    with pytest.raises(TableChanged):
        table.write([RowWrite(table.rows[0].id, {"Sheetflow status": "Sent"})])
    assert memory.writes == []


def test_moments_are_written_in_the_tables_zone_and_found_equal_again():
    spec = replace(PEOPLE, zone="Europe/Berlin", writes=("Next step due", "Seen"))
    spec = replace(spec, columns={"Next step due": ColumnSpec("Next step due", "date and time")})
    table, memory = table_of([[*HEADERS[:2], "Next step due", "Seen"], canary(1)[:2]], spec)
    (row,) = table.rows
    write = RowWrite(
        row.id,
        {"Next step due": "2026-03-04T18:00:00+00:00", "Seen": datetime(2026, 7, 1, 9, tzinfo=UTC)},
    )
    table.write([write])
    assert memory.rows[1][2:4] == [datetime(2026, 3, 4, 19), datetime(2026, 7, 1, 11)]
    memory.rows[1][3] = "2026-07-01 11:00"
    table.write([write])
    assert len(memory.writes) == 1


def test_a_row_of_another_table_is_written_by_a_name_that_finds_it_again():
    coaches, _ = table_of(
        [["Name", "Email"], ["Sam", "s1@x.org"], ["Sam", "s2@x.org"], ["Lee", "l@x.org"]]
    )
    spec = people(coach=ColumnSpec("Coach", "row", table="Coaches"))
    memory = Memory([HEADERS, canary(1), canary(2)])
    table = Table(spec, memory, resolve=lambda _name: coaches)
    ids = [row.id for row in coaches.rows]
    table.write(
        [
            RowWrite(row.id, {"Coach": coach})
            for row, coach in zip(table.rows, (ids[1], ids[2]), strict=True)
        ]
    )
    assert [row[2] for row in memory.rows[1:]] == ["s2@x.org", "Lee"]
    again = Table(spec, memory, resolve=lambda _name: coaches)
    assert [again.cell(row, "Coach").value for row in again.rows] == [ids[1], ids[2]]


def test_control_characters_never_reach_a_cell():
    table, memory = table_of([HEADERS, canary(1)])
    (row,) = table.rows
    table.write(
        [RowWrite(row.id, {"Coach": "\x00Sam\x1b[31m\ud800", "Sheetflow status": "x" * 40_000})]
    )
    assert memory.rows[1][2] == "Sam[31m"
    assert len(str(memory.rows[1][3])) == 32_767


def test_a_row_is_added_once_however_often_it_is_asked_for():
    table, memory = table_of([["Name", "Email"], ["Ana", "ana@x.org"], ["Total", 1]])
    cells = {"Name": "=1+1", "e-mail": "bo@x.org"}
    assert table.append(cells, "sf-bo").reference == "sf-bo"
    assert table.append(cells, "sf-bo").reference == "sf-bo"
    assert memory.rows[1:] == [
        ["Ana", "ana@x.org"],
        ["Total", 1],
        ["=1+1", "bo@x.org", "sf-bo"],
    ]
    assert Table(PEOPLE, memory).row("sf-bo") is not None


def test_a_row_with_a_natural_key_is_added_once():
    spec = replace(PEOPLE, key=("Email",))
    table, memory = table_of([["Name", "Email"], ["Ana", "ana@x.org"]], spec)
    assert table.append({"Name": "Ana", "Email": "ANA@x.org "}, "sf-any").reference == "ana@x.org"
    assert table.append({"Name": "Bo", "Email": "bo@x.org"}, "sf-any").reference == "bo@x.org"
    assert memory.rows == [["Name", "Email"], ["Ana", "ana@x.org"], ["Bo", "bo@x.org"]]


def test_an_unknown_column_of_a_new_row_is_told():
    table, memory = table_of([["Name", "Email"], ["Ana", "ana@x.org"]])
    with pytest.raises(TableError, match='I can\'t find the "Shoe size" column in "People"'):
        table.append({"Shoe size": 44}, "sf-x")
    assert memory.writes == []


def test_an_error_in_our_column_is_a_persons_business():
    table, memory = table_of([HEADERS, canary(1)])
    (row,) = table.rows
    memory.rows[1][2] = CellError("#REF!")
    (written,) = table.write([RowWrite(row.id, {"Coach": "Sam"})])
    assert written.status == statuses.person_changed("Coach", "#REF!")
