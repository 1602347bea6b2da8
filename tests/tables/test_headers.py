"""Headers and what a table is, beyond what the habits of people already show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheetflow.errors import ColumnMissing
from sheetflow.tables.headers import header, is_separator, nearest, slug
from sheetflow.tables.spec import ColumnSpec, PersonColumns, TableSpec
from tests.tables.memory import PEOPLE, people, table_of


@pytest.mark.parametrize(
    "text", ["E-mail Address", "  e‑mail\u00a0ADDRESS*", "E-mail\naddress:", "Ｅ－mail address?"]
)
def test_headers_are_compared_without_what_people_add(text: str):
    assert header(text) == "e-mail address"


def test_a_header_as_templates_write_it():
    assert [slug(name) for name in ("First name", "E-mail?", "2nd choice", "Año")] == [
        "first_name",
        "e_mail",
        "_2nd_choice",
        "año",
    ]


def test_the_row_with_the_known_headers_is_the_row_of_headers():
    rows = [["Sign-ups"], ["Name of tab", "x"], [], ["Name", "Email"], ["Ana", "a@x.org"]]
    table, _ = table_of(rows)
    assert [row.number for row in table.rows] == [5]


def test_headers_below_the_tenth_row_are_not_looked_for():
    rows: list[list[object]] = [["x"]] * 10
    with pytest.raises(ColumnMissing):
        table_of([*rows, ["Name", "Email"], ["Ana", "a@x.org"]])


def test_an_empty_table_says_what_is_missing():
    with pytest.raises(ColumnMissing) as error:
        table_of([])
    assert str(error.value) == (
        'I can\'t find the "Name" column in "People". Has it been renamed or deleted?'
    )


def test_a_name_as_written_comes_before_an_alias_and_an_alias_before_custom():
    spec = people(phone=ColumnSpec("Phone", "phone", aliases=("Ring",)))
    spec = replace(spec, person=PersonColumns("Name", "Email", "Phone"))
    rows = [["Name", "Email", "Mobile", "Ring"], ["Ana", "a@x.org", "1", "2"]]
    table, _ = table_of(rows, spec)
    assert table.rows[0].cells["Phone"] == "2"
    assert table.rows[0].cells["Mobile"] == "1"
    table, _ = table_of([["Name", "Email", "Ring", "Phone"], ["Ana", "a@x.org", "1", "2"]], spec)
    assert table.rows[0].cells["Phone"] == "2"


def test_two_declared_columns_do_not_take_each_others():
    spec = people(phone=ColumnSpec("Phone", "phone"), mobile=ColumnSpec("Mobile", "phone"))
    table, _ = table_of([["Name", "Email", "Mobile"], ["Ana", "a@x.org", "1"]], spec)
    assert table.rows[0].cells["Mobile"] == "1"
    with pytest.raises(ColumnMissing, match='I can\'t find the "Phone" column'):
        table.cell(table.rows[0], "Phone")


def test_a_declared_column_that_nobody_uses_may_be_missing():
    spec = people(call=ColumnSpec("First call", "date and time"))
    table, _ = table_of([["Name", "Email", "1st call"], ["Ana", "a@x.org", None]], spec)
    assert "First call" in table.columns
    with pytest.raises(ColumnMissing) as error:
        table.cell(table.rows[0], "First call")
    assert error.value.hint == 'Is it "1st call" now?'


def test_a_column_of_ours_may_be_missing_and_is_empty():
    table, _ = table_of([["Name", "Email"], ["Ana", "a@x.org"]])
    assert table.cell(table.rows[0], "coach").is_empty
    assert table.column("COACH*") == "Coach"


def test_a_needed_column_beyond_a_gap_is_still_found():
    rows = [["Name", None, "Email", "Note"], ["Ana", None, "a@x.org", "x"]]
    table, _ = table_of(rows)
    assert table.person(table.rows[0]).email.value == "a@x.org"


def test_the_likeliest_header_is_suggested():
    assert nearest("Email", ["Contact", "Notes"]) == "Contact"
    assert nearest("First call", ["Notes", "First  Call date"]) == "First  Call date"
    assert nearest("Email", ["Region"]) == ""


@pytest.mark.parametrize(
    "cells",
    [
        *(["— March —"], ["======"], [None, "* * *"], ["March ---", None], ["-- a --", "-- a --"]),
        *(["Total", 5], ["TOTALS:", None, 7], ["Subtotal", "3"]),
    ],
)
def test_rows_that_only_part_others(cells: list[object]):
    assert is_separator(cells)


@pytest.mark.parametrize(
    "cells",
    [
        ["March"],
        ["Ana —"],
        ["-Ana"],
        ["Total", "total@example.org"],
        ["— a —", "b"],
        [],
        ["Ana-Lea"],
    ],
)
def test_rows_that_may_be_people(cells: list[object]):
    assert not is_separator(cells)


def test_a_table_without_people_takes_every_row():
    table, _ = table_of([["Group", "Area"], ["North", 1], [None, 2]], TableSpec("Groups", "x", {}))
    assert [row.cells["Area"] for row in table.rows] == [1, 2]
    assert PEOPLE.owned == (
        "Coach",
        "Sheetflow status",
        "Sheetflow when",
        "Send again?",
        "Go ahead",
        "Sheetflow ID",
    )
