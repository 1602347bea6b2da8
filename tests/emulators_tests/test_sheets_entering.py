"""What a person types becomes what Sheets makes of it, and shows as Sheets shows it.

The first cases of each table were measured on the real service; the others follow its pages on
dates, number formats and typed input.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from tests.emulators.google.sheets.entering import enter
from tests.emulators.google.sheets.formatting import automatic, shown
from tests.emulators.google.sheets.formatting_dates import moment_of, serial_of

NOW = datetime(2026, 9, 5, 12, tzinfo=UTC)


def typed(text, locale="en_US", before=None):
    return enter(text, locale=locale, now=NOW, format_before=before)


def number(value, kind=None, pattern=None):
    return {"numberValue": value}, {"type": kind, "pattern": pattern} if kind else None


AMERICAN = {
    "007": number(7),
    "1-2": number(46024, "DATE", "m-d"),
    "$100.15": number(100.15, "CURRENCY", '"$"#,##0.00'),
    "2026-09-05": number(46270, "DATE", "yyyy-mm-dd"),
    "=1+2": ({"formulaValue": "=1+2"}, None),
    "'0123": ({"stringValue": "0123"}, None),
    "TRUE": ({"boolValue": True}, None),
    "false": ({"boolValue": False}, None),
    "50%": number(0.5, "PERCENT", "0%"),
    "12.5%": number(0.125, "PERCENT", "0.00%"),
    "-$5": number(-5, "CURRENCY", '"$"#,##0'),
    "€5": number(5, "CURRENCY", "[$€]#,##0"),
    "1,000.5": number(1000.5, "NUMBER", "#,##0.00"),
    "1,000": number(1000, "NUMBER", "#,##0"),
    "10,00": ({"stringValue": "10,00"}, None),
    "1e3": number(1000, "SCIENTIFIC", "0.00E+00"),
    "(5)": number(-5),
    "+5": number(5),
    ".5": number(0.5),
    " 3.10 ": number(3.1),
    "9/5/2026": number(46270, "DATE", "m/d/yyyy"),
    "09/05/26": number(46270, "DATE", "mm/dd/yy"),
    "9/5/31": number(11571, "DATE", "m/d/yy"),
    "1/2": number(46024, "DATE", "m/d"),
    "5/2026": number(46143, "DATE", "m/yyyy"),
    "Sep 5, 2026": number(46270, "DATE", "mmm d, yyyy"),
    "5 September 2026": number(46270, "DATE", "d mmmm yyyy"),
    "5-Sep": number(46270, "DATE", "d-mmm"),
    "10:30": number(0.4375, "TIME", "h:mm"),
    "10:30 PM": number(0.9375, "TIME", "h:mm am/pm"),
    "36:00:00": number(1.5, "TIME", "[h]:mm:ss"),
    "2026-09-05 18:00": number(46270.75, "DATE_TIME", "yyyy-mm-dd h:mm"),
    "9/5/2026 6:00 pm": number(46270.75, "DATE_TIME", "m/d/yyyy h:mm am/pm"),
    "+A1": ({"formulaValue": "=+A1"}, None),
    "-SUM(A1:A2)": ({"formulaValue": "=-SUM(A1:A2)"}, None),
}
TEXTS = [
    "13/1/2026",
    "2026-02-30",
    "555-1234",
    "+1 (555) 123-4567",
    "030 1234567",
    "1 1/2",
    "2026-09-05T10:00:00Z",
    "10:75",
    "24:00 pm",
    "5.9.2026",
    "ann@example.org",
    "-",
    "=",
    "1.2.3",
    "12 %x",
    "Mayor 5",
    "  spaced  ",
]


@pytest.mark.parametrize("text", AMERICAN)
def test_a_typed_text_becomes_a_value_and_brings_its_format(text):
    assert typed(text) == AMERICAN[text]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_no_number_date_or_formula_stays_the_text_it_is(text):
    assert typed(text) == ({"stringValue": text}, None)


GERMAN = {
    "1,5": number(1.5),
    "1.000,50": number(1000.5, "NUMBER", "#,##0.00"),
    "5,00 €": number(5, "CURRENCY", '#,##0.00\\ "€"'),
    "05.09.2026": number(46270, "DATE", "dd.mm.yyyy"),
    "5. September 2026": number(46270, "DATE", "d. mmmm yyyy"),
    "WAHR": ({"boolValue": True}, None),
    "1.5": ({"stringValue": "1.5"}, None),
}


@pytest.mark.parametrize("text", GERMAN)
def test_a_german_spreadsheet_reads_decimal_commas_and_the_day_first(text):
    assert typed(text, "de_DE") == GERMAN[text]


def test_a_british_spreadsheet_reads_the_day_first():
    assert typed("5/9/2026", "en_GB") == number(46270, "DATE", "d/m/yyyy")


def test_an_empty_text_empties_the_cell_and_json_values_stay_what_they_are():
    assert typed("") == (None, None)
    assert typed(None) == (None, None)
    assert typed(True) == ({"boolValue": True}, None)
    assert typed(2.5) == ({"numberValue": 2.5}, None)


def test_a_cell_of_plain_text_takes_everything_as_text():
    before = {"type": "TEXT", "pattern": "@"}
    assert typed("007", before=before) == ({"stringValue": "007"}, None)
    assert typed("=1+2", before=before) == ({"stringValue": "=1+2"}, None)


def test_a_cell_keeps_a_format_of_the_same_kind_and_percent_divides():
    date_format = {"type": "DATE", "pattern": "dd.mm.yy"}
    assert typed("2026-09-05", before=date_format) == number(46270)
    assert typed("5", before={"type": "PERCENT", "pattern": "0%"}) == number(0.05)
    assert typed("50%", before=date_format) == number(0.5, "PERCENT", "0%")


SHOWN = [
    (0.1 + 0.2, "0.3"),
    (1 / 3, "0.3333333333"),
    (100 / 3, "33.33333333"),
    (2 / 3, "0.6666666667"),
    (123456789.123456789, "123456789.1"),
    (12345678901234, "12345678901234"),
    (1e15, "1E+15"),
    (1.5e-10, "1.5E-10"),
    (-2.5, "-2.5"),
    (0, "0"),
    (-0.0, "0"),
]


@pytest.mark.parametrize(("value", "text"), SHOWN)
def test_a_number_without_a_format_shows_up_to_ten_significant_digits(value, text):
    assert automatic(value) == text


PATTERNS = [
    (1234.5, "#,##0.00", "1,234.50"),
    (-1234.5, "#,##0.00", "-1,234.50"),
    (-1234.5, "#,##0.00;(#,##0.00)", "(1,234.50)"),
    (0, '0;-0;"zero"', "zero"),
    (0.256, "0.0%", "25.6%"),
    (1234567, "0.00E+00", "1.23E+06"),
    (0.00123, "0.00E+00", "1.23E-03"),
    (9.999, "0.0E+00", "1.0E+01"),
    (5, "000", "005"),
    (1500000, '0.0,,"M"', "1.5M"),
    (7, "[<10]0;00", "7"),
    (1.5, "# ?/?", "1 1/2"),
    (1234, '"$"#,##0', "$1,234"),
    (1234, "[$€]#,##0", "€1,234"),
    (12, "0.##", "12"),
    (0.5, "#.##", ".5"),
    (-0.001, "0.00", "0.00"),
    (2.675, "0.00", "2.68"),
]


@pytest.mark.parametrize(("value", "pattern", "text"), PATTERNS)
def test_a_number_shows_by_its_pattern(value, pattern, text):
    given = {"type": "NUMBER", "pattern": pattern}
    assert shown({"numberValue": value}, given) == text


DATES = [
    (46270.5, "dddd, mmmm d, yyyy", "Saturday, September 5, 2026"),
    (46270.5, "ddd mmm dd yy", "Sat Sep 05 26"),
    (46270.520833, "yyyy-mm-dd hh:mm:ss", "2026-09-05 12:30:00"),
    (46270.5, "h:mm am/pm", "12:00 PM"),
    (46270.0, "h AM/PM", "12 AM"),
    (1.5, "[h]:mm", "36:00"),
    (0.5, "h:mm:ss.000", "12:00:00.000"),
    (46270, 'd "of" mmmm', "5 of September"),
    (46270.25, "mm:ss", "00:00"),
    (46270.99999999, "yyyy-mm-dd hh:mm:ss", "2026-09-06 00:00:00"),
]


@pytest.mark.parametrize(("serial", "pattern", "text"), DATES)
def test_a_serial_shows_as_the_date_and_time_it_stands_for(serial, pattern, text):
    assert shown({"numberValue": serial}, {"type": "DATE_TIME", "pattern": pattern}) == text


def test_a_kind_without_a_pattern_shows_as_the_locale_writes_it():
    serial = {"numberValue": 46270.75}
    assert shown(serial, {"type": "DATE"}) == "9/5/2026"
    assert shown(serial, {"type": "DATE"}, "de_DE") == "05.09.2026"
    assert shown({"numberValue": 1234.5}, {"type": "CURRENCY"}) == "$1,234.50"
    assert shown({"numberValue": 1234.5}, {"type": "CURRENCY"}, "de_DE") == "1.234,50 €"
    assert shown({"numberValue": 0.5}, None, "de_DE") == "0,5"
    assert shown({"numberValue": 7.0}, {"type": "TEXT"}) == "7"


def test_texts_truth_values_and_errors_show_as_themselves():
    assert shown({"stringValue": "Ann"}, {"type": "NUMBER", "pattern": "0.00"}) == "Ann"
    assert shown({"stringValue": "Ann"}, {"type": "TEXT", "pattern": '"Dear "@'}) == "Dear Ann"
    assert shown({"boolValue": True}) == "TRUE"
    assert shown({"boolValue": False}, None, "de_DE") == "FALSCH"
    assert shown({"errorValue": {"type": "DIVIDE_BY_ZERO"}}) == "#DIV/0!"
    assert shown(None) == ""


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(9998, 12, 31)))
def test_a_date_typed_as_iso_shows_as_it_was_typed(day):
    value, number_format = typed(day.isoformat())
    assert value == {"numberValue": serial_of(day)}
    assert shown(value, number_format) == day.isoformat()


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(9990, 1, 1)))
def test_a_moment_survives_its_serial_to_the_millisecond(moment):
    back = moment_of(serial_of(moment))
    assert abs(back - moment) <= timedelta(milliseconds=1)


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_value_that_can_be_shown(text):
    value, number_format = typed(text)
    assert isinstance(shown(value, number_format), str)


@given(st.floats(allow_nan=False, allow_infinity=False), st.text("0#,.%E+-?/;@mdyhs", max_size=12))
def test_no_pattern_and_no_number_breaks_showing(value, pattern):
    for kind in ("NUMBER", "DATE_TIME", "PERCENT"):
        given_format = {"type": kind, "pattern": pattern}
        assert isinstance(shown({"numberValue": value}, given_format), str)
