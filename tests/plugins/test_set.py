"""set: cells of the row, as what their columns hold, and only where they do not say so yet."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sheetflow_plugins.set import Set

from sheetflow.language.vocabulary import Cells
from sheetflow.tables.spec import ColumnSpec
from sheetflow.values import Change, Noop, Status, Word
from tests.plugins.rows import BERLIN, NOON, Tables, planned, template

COLUMNS = (
    ColumnSpec("Calls", kind="number"),
    ColumnSpec("Called", kind="yes/no"),
    ColumnSpec("Last call", kind="date"),
    ColumnSpec("Next call", kind="date and time"),
)
EMPTY = {"id": "p1", "Stage": None, "Calls": None, "Called": None, "Last call": None}


def plan(row, **cells):
    tables = Tables()
    row = {**EMPTY, "Next call": None, "Signed up": None, "Note": None, **row}
    ours = [column for column in row if column != "Name"]
    tables.add("People", [row], columns=COLUMNS, writes=ours)
    written = Cells({column.replace("_", " "): template(text) for column, text in cells.items()})
    action = Set(Set.Options(cells=written), tables.tools())
    return planned(action, tables.works("People"))["p1"]


def test_it_writes_what_the_recipe_says():
    assert plan({"Name": "Ana"}, Stage="Prospect", Note="{{ person.name }} R.") == Change(
        "set Stage, Note",
        cells={"Stage": "Prospect", "Note": "Ana R."},
        done=Status(Word.DONE, "set Stage, Note"),
    )


def test_a_cell_that_says_so_already_is_left_alone():
    assert plan({"Stage": " Prospect "}, Stage="Prospect") == Noop(
        "it says so already", Word.DONE, quiet=True
    )
    assert plan({"Stage": "Prospect", "Calls": 2}, Stage="Prospect", Calls="3").cells == {
        "Calls": 3
    }


def test_an_empty_text_empties_a_cell_and_leaves_an_empty_one():
    assert plan({"Stage": "Prospect"}, Stage="").cells == {"Stage": ""}
    assert isinstance(plan({}, Stage=""), Noop)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("Calls", "3", 3),
        ("Called", "yes", True),
        ("Last_call", "2026-03-01", date(2026, 3, 1)),
        ("Last_call", "{{ today }}", date(2026, 3, 14)),
        ("Next_call", "{{ now }}", NOON),
        (
            "Next_call",
            "2026-03-20 18:30",
            datetime(2026, 3, 20, 18, 30, tzinfo=BERLIN),
        ),
        ("Stage", "{{ today }}", "14 March 2026"),
    ],
)
def test_a_text_becomes_what_its_column_holds(column, text, value):
    declared = (*COLUMNS, ColumnSpec("Stage"))
    tables = Tables()
    row = {**EMPTY, "Next call": None}
    tables.add("People", [row], columns=declared, writes=list(row))
    name = column.replace("_", " ")
    action = Set(Set.Options(cells=Cells({name: template(text)})), tables.tools())
    assert planned(action, tables.works("People"))["p1"].cells == {name: value}


def test_a_text_that_its_column_cannot_hold_is_asked_about():
    assert plan({}, Calls="a few") == 'Needs you — which number is "a few"? Write only digits'


def test_a_needed_cell_that_is_empty_stops_the_row():
    said = plan({}, Stage="Since {{ person.signed_up }}")
    assert said == 'Needs you — the text uses "Signed up", which is empty here'


def test_what_an_earlier_step_did_not_give_stops_the_row():
    said = plan({}, Stage="{{ meeting.link }}")
    assert isinstance(said, str)
    assert said.startswith("Needs you — ")


def test_what_looks_like_a_formula_or_a_template_in_a_cell_is_only_a_text():
    hostile = "=1+1 {{ 7*7 }}"
    assert plan({"Name": hostile}, Stage="{{ person.name }}").cells == {"Stage": hostile}


def test_after_a_crash_it_was_certainly_not_done():
    tables = Tables()
    action = Set(Set.Options(cells=Cells({})), tables.tools())
    assert action.reconcile(Change("set Stage")) is False
