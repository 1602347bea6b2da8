"""Columns of which the system itself knows more than a header: a lasting name, moments, links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from sheetflow.tables import statuses
from sheetflow.tables.sameness import zoned
from sheetflow.tables.source import Edit, LeftAlone, NewRow, Sheet, SheetColumn, SheetRow
from sheetflow.tables.spec import ColumnSpec, PersonColumns
from sheetflow.tables.table import RowWrite, Table
from sheetflow.values import Receipt
from tests.tables.memory import PEOPLE, Memory, people

BERLIN = ZoneInfo("Europe/Berlin")


class System(Memory):
    """A table in a system with ids of its own: the mark of a row is its id there."""

    def __init__(self, rows: Sequence[Sequence[object]], *columns: SheetColumn) -> None:
        super().__init__(rows)
        self.columns = columns
        self.added: list[NewRow] = []

    def read(self) -> Sheet:
        below = [
            SheetRow(tuple(row), n, f"rec{n}", id=f"rec{n}")
            for n, row in enumerate(self.rows[1:], 2)
        ]
        head = SheetRow(tuple(self.rows[0]), 1, "headers")
        return Sheet((head, *below), self._version(), columns=self.columns)

    def write(self, sheet: Sheet, edits: Sequence[Edit], **new: Sequence[NewRow]) -> tuple[()]:
        self.writes.append(edits)
        self.added += new.get("new_rows", ())
        return ()


def test_a_column_is_found_by_the_name_that_the_system_has_for_it():
    spec = people(name=ColumnSpec("Name", aliases=("fldWho",)))
    rows = [["Name", "Who it is", "Email"], ["north", "Ana", "a@x.org"]]
    table = Table(spec, System(rows, SheetColumn("fldA"), SheetColumn("fldWho")))
    assert table.rows[0].cells["Name"] == "Ana"
    assert Table(spec, System(rows)).rows[0].cells["Name"] == "north", "nobody knows better"


def test_a_moment_is_written_with_its_zone_where_the_column_keeps_moments():
    spec = replace(people(call=ColumnSpec("Call", "date and time")), writes=("Call",))
    spec = replace(spec, zone="Europe/Berlin")
    head = ["Name", "Email", "Call"]
    base = System([head, ["Ana", "a@x.org", None]], *[SheetColumn()] * 2, SheetColumn(zoned=True))
    table = Table(spec, base)
    table.write([RowWrite("rec2", {"Call": "2026-03-20 18:00"})])
    assert base.writes == [(Edit("rec2", 2, datetime(2026, 3, 20, 17, tzinfo=UTC)),)]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2026-07-01T18:00:00", datetime(2026, 7, 1, 16, tzinfo=UTC)),
        ("2026-07-01T18:00:00+00:00", datetime(2026, 7, 1, 18, tzinfo=UTC)),
        (datetime(2026, 3, 1, 18, 0, 1, 5), datetime(2026, 3, 1, 17, 0, 1, tzinfo=UTC)),
        (date(2026, 7, 1), datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("soon", "soon"),
        (None, None),
        (7, 7),
    ],
)
def test_a_date_or_time_is_the_moment_that_it_is(value: object, found: object):
    assert zoned(value, BERLIN) == found


def test_whom_a_link_means_is_written_by_mark_and_two_of_one_name_are_nobody():
    spec = people(coach=ColumnSpec("Coach", "row", table="Team"))
    team = [["Name", "Email"], ["Sam", "s@x.org"], ["Lee", "l@x.org"], ["Lee", "l2@x.org"]]
    coaches = Table(
        replace(PEOPLE, name="Team", person=PersonColumns("Name", "Email")), System(team)
    )
    rows = [["Name", "Email", "Coach"], ["Ana", "a@x.org", "rec3"]]
    base = System(rows, *[SheetColumn()] * 2, SheetColumn(links=True))
    table = Table(spec, base, resolve=lambda _name: coaches)
    assert table.cell(table.rows[0], "Coach").value == "rec3"
    for meant in ("sam", "rec2", "S@x.org", "Lee"):
        table.write([RowWrite("rec2", {"Coach": meant}, {"Coach": "rec3"})])
    assert [edit.value for (edit,) in base.writes] == ["rec2", "rec2", "rec2", "Lee"]


def test_a_column_that_changes_with_our_writing_is_no_change_of_the_row():
    spec = people()
    versions = set()
    for touched in ("today", "tomorrow"):
        rows = [["Name", "Email", "Touched"], ["Ana", "a@x.org", touched]]
        table = Table(spec, System(rows, *[SheetColumn()] * 2, SheetColumn(restless=True)))
        versions.add(table.version(table.rows[0]))
    assert len(versions) == 1


def test_an_id_in_the_row_comes_before_the_systems_own_and_a_key_before_both():
    rows = [["Name", "Email", "Sheetflow ID"], ["Ana", "a@x.org", "sf-1"], ["Bo", "b@x.org", None]]
    assert [row.id for row in Table(PEOPLE, System(rows)).rows] == ["sf-1", "rec3"]
    keyed = Table(replace(PEOPLE, key=("Email",)), System(rows))
    assert [row.id for row in keyed.rows] == ["a@x.org", "b@x.org"]


def test_a_row_that_is_added_names_the_columns_that_tell_it_from_others():
    base = System([["Name", "Email", "Sheetflow ID"], ["Ana", "a@x.org", "sf-1"]])
    table = Table(replace(PEOPLE, writes=("Name",)), base)
    assert table.append({"Name": "Ana"}, "sf-1") == Receipt("sf-1")
    assert table.append({"Name": "Bo"}, "sf-2") == Receipt("sf-2")
    assert base.added == [NewRow("rec2", {0: "Bo", 2: "sf-2"}, (2,))]
    keyed = Table(replace(PEOPLE, key=("Name",)), base)
    keyed.append({"Name": "Cy", "Email": "c@x.org"}, "sf-3")
    assert base.added[1:] == [NewRow("rec2", {0: "Cy", 1: "c@x.org"}, (0,))]


def test_what_a_source_says_of_an_edit_that_it_did_not_make_is_told():
    class Refusing(System):
        def write(self, sheet: Sheet, edits: Sequence[Edit], **new: object) -> list[LeftAlone]:
            return [LeftAlone(edits[0], "refused", statuses.unknown_choice("Lost", "Coach"))]

    table = Table(PEOPLE, Refusing([["Name", "Email", "Coach"], ["Ana", "a@x.org", None]]))
    (done,) = table.write([RowWrite("rec2", {"Coach": "Lost"})])
    assert (done.cells, done.status) == ({}, statuses.unknown_choice("Lost", "Coach"))
