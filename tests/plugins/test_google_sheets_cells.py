"""Cells and formulas of Google Sheets, there and back."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given, strategies as st
from sheetflow_plugins._sheets_cells import serial, shown_alike, value_of, written
from sheetflow_plugins._sheets_formulas import letters, moved, number_of

from sheetflow.values import CellError

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)


def _cell(value: object, kind: str = "") -> dict[str, object]:
    look = {"effectiveFormat": {"numberFormat": {"type": kind}}} if kind else {}
    return {"effectiveValue": {"numberValue": value}, **look}


@given(MOMENTS)
def test_a_moment_comes_back_as_it_was_written(moment: datetime):
    assert value_of(_cell(serial(moment), "DATE_TIME")) == moment
    assert shown_alike(serial(moment), moment)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_a_day_comes_back_as_it_was_written(day: date):
    assert value_of(_cell(serial(day), "DATE")) == day


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (_cell(46095.5), 46095.5),
        (_cell(46095.75, "DATE"), date(2026, 3, 14)),
        (_cell(0.75, "TIME"), time(18)),
        (_cell(1.5, "TIME"), 1.5),
        (_cell(-3, "DATE"), -3),
        (_cell(1e12, "DATE"), 10**12),
        (_cell(7.0), 7),
        ({"effectiveValue": {"stringValue": ""}}, None),
        ({"effectiveValue": {"boolValue": False}}, False),
        ({"effectiveValue": {"errorValue": {"type": "N_A"}}}, CellError("#N/A")),
        ({"effectiveValue": {"errorValue": {"type": "LOADING"}}}, CellError("Loading...")),
        ({"effectiveFormat": {"numberFormat": {"type": "DATE"}}}, None),
        ({}, None),
    ],
)
def test_a_cell_is_what_it_shows(cell: dict[str, object], value: object):
    assert value_of(cell) == value
    assert type(value_of(cell)) is type(value)


@pytest.mark.parametrize(
    ("value", "dated", "text"),
    [
        (None, False, ""),
        (True, False, True),
        (datetime(2026, 3, 14, 12), False, "2026-03-14 12:00"),
        (datetime(2026, 3, 14, 12), True, 46095.5),
        (date(2026, 3, 14), False, "2026-03-14"),
        (date(2026, 3, 14), True, 46095),
        (time(18), True, 0.75),
        ("=1+1", True, "=1+1"),
        ("x" * 60_000, False, "x" * 50_000),
    ],
)
def test_a_value_is_written_as_it_will_be_read(value: object, dated: bool, text: object):
    assert written(value, dated=dated) == text


@pytest.mark.parametrize(
    ("there", "ours", "alike"),
    [
        ("", None, True),
        (None, "", True),
        ("x", None, False),
        (1, True, False),
        (7, 7.0, True),
        ("7", 7, False),
        ("#REF!", CellError("#REF!"), True),
        ("Ana", "ana", False),
    ],
)
def test_what_came_back_is_compared_as_it_is(there: object, ours: object, alike: bool):
    assert shown_alike(there, ours) == alike


@given(st.integers(0, 18_277))
def test_a_column_is_known_by_its_letters(column: int):
    assert number_of(letters(column)) == column


@pytest.mark.parametrize(
    ("formula", "becomes"),
    [
        ("=B2*2", "=C5*2"),
        ("=SUM(B2:D2)", "=SUM(C5:D5)"),
        ("=$B$2&B$9", "=$C$5&C$9"),
        ('="B2"&B2', '="B2"&C5'),
        ("='My B2'!B2+Team!B2", "='My B2'!B2+Team!B2"),
        ("=LOG10(B2)", "=LOG10(C5)"),
        ("=B2B+XB2_1", "=B2B+XB2_1"),
        ("=A1", "=A1"),
    ],
)
def test_a_formula_is_moved_as_sheets_would(formula: str, becomes: str):
    assert moved(formula, {1: 2}, (1, 4)) == becomes
