"""A table as planning sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sheetflow.tables import statuses
from sheetflow.tables.source import Edit, Sheet, SheetRow
from sheetflow.tables.spec import ColumnSpec, PersonColumns
from sheetflow.tables.table import RowWrite, Table
from sheetflow.values import Cell, CellError, Person, RowRef, Status, Word
from tests.tables.memory import PEOPLE, Memory, people, table_of

HEADERS = ["Name", "Email", "Coach"]


def test_a_person_is_what_the_table_says():
    spec = replace(
        PEOPLE,
        person=PersonColumns("Name", "Email", "Phone", "Zone", "Language"),
        region="US",
    )
    headers = ["Name", "Email", "Phone", "Zone", "Language"]
    row = ["Ana Ruiz", "a@x.org ", 6175550123.0, "Europe/Berlin", "es"]
    table, _ = table_of([headers, row], spec)
    (ana,) = table.rows
    assert table.person(ana) == Person(
        name="Ana Ruiz",
        email=Cell("a@x.org ", "a@x.org", tidied="a hidden space in the address"),
        phone=Cell(6175550123.0, "+16175550123"),
        zone="Europe/Berlin",
        language="es",
        row=RowRef("People", ana.id),
    )


def test_a_row_is_called_by_its_name_or_its_number():
    rows = [["Ana Ruiz"], ["Bo"], ["Maria del Carmen Soto"], ["李小龙"], [None, "x@x.org"]]
    table, _ = table_of([HEADERS, *rows, [CellError("#REF!"), "y@x.org"]])
    assert [table.label(row) for row in table.rows] == [
        "Ana R.",
        "Bo",
        "Maria S.",
        "李小龙",
        "row 6",
        "row 7",
    ]


def test_undeclared_columns_keep_dates_and_are_text_otherwise():
    table, _ = table_of(
        [
            [*HEADERS, "Met", "On", "ZIP", "Ticked"],
            ["Ana", "a@x.org", None, datetime(2026, 3, 4, 19), date(2026, 3, 4), 2138.0, True],
        ],
        replace(PEOPLE, zone="Europe/Berlin"),
    )
    (ana,) = table.rows
    assert [table.cell(ana, name).value for name in ("Met", "On", "ZIP", "Ticked")] == [
        datetime(2026, 3, 4, 19, tzinfo=ZoneInfo("Europe/Berlin")),
        date(2026, 3, 4),
        "2138",
        "TRUE",
    ]
    assert table.cell(ana, "Ticked", "yes/no").value is True
    assert table.cell(ana, "ZIP", "number").value == 2138


def test_a_row_with_other_cells_is_read_as_it_is_given():
    table, _ = table_of([HEADERS, ["Ana", "a@x.org", "Lee"]])
    (ana,) = table.rows
    assert table.cell(ana, "Coach").value == "Lee"
    other = replace(ana, cells={**ana.cells, "Coach": "Sam"})
    assert table.cell(other, "Coach").value == "Sam"
    assert table.cell(ana, "Coach").value == "Lee"


def test_a_version_changes_with_what_people_write_and_not_with_what_we_write():
    table, memory = table_of([HEADERS, ["Ana", "a@x.org", None]])
    (ana,) = table.rows
    version = table.version(ana)
    table.write([RowWrite(ana.id, {"Coach": "Lee", "Sheetflow status": "Done"})])
    again = Table(PEOPLE, memory)
    assert again.version(again.rows[0]) == version
    memory.rows[1][1] = "ana@x.org"
    edited = Table(PEOPLE, memory)
    assert edited.version(edited.rows[0]) != version


def coaches(*names: list[object]) -> Table:
    table, _ = table_of([["Name", "Email"], *names])
    return table


def test_a_cell_that_names_a_row_of_another_table_gives_its_id():
    team = coaches(["Sam", "s@x.org"], ["Lee", "l@x.org"], ["Lee", "l2@x.org"])
    spec = people(coach=ColumnSpec("Coach", "row", table="Team"))
    rows = [["A", "a@x.org", c] for c in (" SAM", "l2@x.org", "Lee", "Kim", None, "#REF!")]
    memory = Memory([HEADERS, *[[f"{n}{r[0]}", f"{n}{r[1]}", r[2]] for n, r in enumerate(rows)]])
    table = Table(spec, memory, resolve=lambda name: {"Team": team}[name])
    found = [table.cell(row, "Coach") for row in table.rows]
    sam, _, second_lee = (row.id for row in team.rows)
    assert [cell.value for cell in found] == [sam, second_lee, None, None, None, None]
    assert [cell.problem for cell in found] == [
        None,
        None,
        statuses.two_of_that_name("Lee", "Team"),
        Status(Word.NEEDS_YOU, 'who is "Kim"? Not in "Team"'),
        None,
        statuses.error_cell("#REF!"),
    ]
    assert table.people == {"coach": "Coach"}


def test_somebody_who_is_there_twice_is_still_found_once():
    team = coaches(["Sam", "s@x.org"], ["Sam", "s@x.org"])
    assert team.named("sam") == (team.rows[0].id,)
    assert team.name_for(team.rows[0].id) == "Sam"
    assert team.name_for("nobody") == "nobody"


def test_a_row_whose_time_zone_cannot_be_read_is_asked_about_only_where_a_time_is():
    spec = replace(
        people(call=ColumnSpec("Call", "date and time")),
        person=PersonColumns("Name", "Email", time_zone="Zone"),
    )
    rows = [["Ana", "a@x.org", "?", "2026-03-04 19:00"], ["Bo", "b@x.org", "?", None]]
    table, _ = table_of([["Name", "Email", "Zone", "Call"], *rows], spec)
    ana, bo = table.rows
    assert table.cell(ana, "Call").problem == statuses.unknown_zone("?")
    assert table.cell(bo, "Call").is_empty


def test_a_system_with_ids_of_its_own_needs_no_column_for_them():
    class Base(Memory):
        def read(self) -> Sheet:
            rows = [SheetRow(tuple(self.rows[0]), 1, 1)]
            rows += [
                SheetRow(tuple(row), n, n, id=f"rec{n}") for n, row in enumerate(self.rows[1:], 2)
            ]
            return Sheet(tuple(rows), self._version())

    base = Base([["Name", "Email", "Coach"], ["Ana", "a@x.org", None], ["Bo", "b@x.org", None]])
    table = Table(PEOPLE, base)
    assert [row.id for row in table.rows] == ["rec2", "rec3"]
    assert table.minted == {}
    table.write([RowWrite("rec3", {"Coach": "Sam"})])
    assert base.writes == [(Edit(3, 2, "Sam"),)]
