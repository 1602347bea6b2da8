"""add_row: one row in another table, never two, whatever happens in between."""

from __future__ import annotations

from sheetflow_plugins.add_row import AddRow

from sheetflow.language.vocabulary import Cells, TableName
from sheetflow.tables.spec import ColumnSpec
from sheetflow.values import Change, Noop, Receipt, Status, Word
from tests.plugins.rows import Tables, on_occasion, planned, template

LOG = [{"id": "l1", "Name": "Old line", "When": "2026-01-01", "Count": 1}]
COLUMNS = (ColumnSpec("When", kind="date"), ColumnSpec("Count", kind="number"))


def tables(person="Ana", columns=COLUMNS):
    found = Tables()
    found.add("People", [{"id": "p1", "Name": person}])
    found.add("Call log", LOG, columns=columns)
    return found


def add_row(found, **cells):
    written = Cells({column: template(text) for column, text in cells.items()})
    return AddRow(AddRow.Options(table=TableName("Call log"), cells=written), found.tools())


def plan(found, **cells):
    return planned(add_row(found, **cells), found.works("People"))["p1"]


CELLS = {"Name": "Call with {{ person.name }}", "When": "{{ today }}", "Count": "2"}


def test_the_plan_says_the_row_and_names_it():
    found = tables()
    row_id = "sf-" + found.works("People")[0].key.digest[:12]
    assert plan(found, **CELLS) == Change(
        "add to Call log: Call with Ana, 2026-03-14, 2",
        data={
            "table": "Call log",
            "id": row_id,
            "cells": {"Name": "Call with Ana", "When": "2026-03-14", "Count": 2},
        },
        done=Status(Word.DONE, "added to Call log"),
    )


def test_the_plan_says_cells_as_people_write_them_and_leaves_empty_ones_out():
    written = {"Name": "{{ now }}", "When": "{{ today }}", "Count": '{{ "" }}'}
    assert plan(tables(), **written).summary == "add to Call log: 2026-03-14 12:00, 2026-03-14"


def test_planning_writes_nothing():
    found = tables()
    plan(found, **CELLS)
    assert found.sources["Call log"].saved == 0


def test_the_row_is_there_afterwards_and_only_once():
    found = tables()
    change = plan(found, **CELLS)
    action = add_row(found, **CELLS)
    assert action.apply(change) == action.apply(change) == Receipt(change.data["id"])
    found.read_again()
    rows = found.table("Call log").rows
    assert [row.id for row in rows] == ["l1", change.data["id"]]
    assert found.table("Call log").cell(rows[1], "Name").value == "Call with Ana"
    assert plan(found, **CELLS) == Noop("is in Call log already", Word.DONE)


def test_after_a_crash_it_is_looked_up():
    found = tables()
    change = plan(found, **CELLS)
    assert add_row(found, **CELLS).reconcile(change) is False
    add_row(found, **CELLS).apply(change)
    found.read_again()
    assert add_row(found, **CELLS).reconcile(change) == Receipt(change.data["id"])


def test_another_occasion_is_another_row():
    found = tables()
    action = add_row(found, **CELLS)
    [work] = found.works("People")
    ids = {action.plan(on_occasion(work, occasion)).data["id"] for occasion in ("1", "2", "2")}
    assert len(ids) == 2


def test_what_looks_like_a_formula_is_written_as_a_text():
    found = tables('=HYPERLINK("https://example.net")')
    change = plan(found, Name="{{ person.name }}")
    add_row(found).apply(change)
    assert found.sources["Call log"].sheet.rows[-1].cells[1] == '=HYPERLINK("https://example.net")'


def test_a_text_that_its_column_cannot_hold_is_asked_about():
    assert plan(tables(), Count="many") == 'Needs you — which number is "many"? Write only digits'
