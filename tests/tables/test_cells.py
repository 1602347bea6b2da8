"""Cells that try to be more than a cell, and laws that hold for every cell."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, date, datetime, time as time_of_day
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sheetflow.tables import statuses
from sheetflow.tables.addresses import read_email, read_phone
from sheetflow.tables.cells import read_cell
from sheetflow.tables.dates import read_date, read_moment
from sheetflow.tables.spec import CellKind, ColumnSpec
from sheetflow.tables.text import normal, trimmed, without_hidden
from sheetflow.tables.wording import short
from sheetflow.values import Cell, CellError, Status

BERLIN = ZoneInfo("Europe/Berlin")
KINDS: tuple[CellKind, ...] = get_args(CellKind)


def read(raw: object, kind: CellKind = "text", **more: Any) -> Cell:
    return read_cell(raw, ColumnSpec("It", kind, **more), zone=BERLIN, region="US")


HOSTILE = [
    "x" * 2**20,
    "a" + "\u0301" * 10_000,
    "\u0301a" * 500_000,
    "\u200b" * 2**20,
    " " * 2**20,
    "@" * 100_000,
    "a@" * 100_000,
    "a@x.org, " * 50_000,
    "<" * 100_000,
    "1" * 100_000,
    "1-" * 50_000,
    "\ud800" * 1000,
    "\x00" * 1000,
    "1e999999999",
    "9" * 5000,
]


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_costs_more_than_a_moment(kind: CellKind):
    began = time.process_time()
    for raw in HOSTILE:
        cell = read(raw, kind, choices=("Yes",))
        assert cell.value is None or cell.problem is None
        assert len(str(cell.problem or "")) < 120
    assert time.process_time() - began < 10  # seconds; a tenth of one is usual


raws = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.builds(CellError, st.sampled_from(["#REF!", "#N/A"])),
)


@given(raw=raws, kind=st.sampled_from(KINDS))
def test_a_cell_is_a_value_or_empty_or_a_question(raw: object, kind: CellKind):
    cell = read(raw, kind, choices=("Yes", "No"))
    assert cell.value is None or cell.problem is None
    assert cell.raw is raw
    if cell.problem:
        assert cell.problem.word.stops
    if isinstance(cell.value, datetime):
        assert cell.value.tzinfo is not None
    if isinstance(cell.value, str):
        assert cell.value.encode()
        assert cell.value == cell.value.strip()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raw", [None, "", " ", "\u00a0\u200b", "\n"])
def test_a_cell_with_nothing_to_see_is_empty(kind: CellKind, raw: object):
    assert read(raw, kind).is_empty


@pytest.mark.parametrize(
    "raw", [CellError("#REF!"), "#REF!", "#N/A", " #NAME? ", "Loading...", "#¡VALOR!", "Err:508"]
)
def test_errors_of_any_program_are_waited_for(raw: object):
    problem = read(raw, "text").problem
    assert problem == statuses.error_cell(str(raw).strip())


@pytest.mark.parametrize("raw", ["#1 fan", "#REF", "Loading dock", "C#!", "#winning!"])
def test_words_that_only_look_like_errors_are_words(raw: str):
    assert read(raw).value == raw


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (2138.0, "2138"),
        (2138, "2138"),
        (1.5, "1.5"),
        (True, "TRUE"),
        (datetime(2026, 3, 4, 19), "2026-03-04 19:00"),
        (date(2026, 3, 4), "2026-03-04"),
        (time_of_day(19, 0), "19:00"),
        ("  02138 ", "02138"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("می‌خواهم\u200f", "می‌خواهم"),
        ("two\nlines", "two\nlines"),
        ("broken \ud800 half", "broken  half"),
    ],
)
def test_any_value_is_text_where_text_is_wanted(raw: object, text: str):
    assert read(raw).value == text


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        *((raw, 1200) for raw in ("1200", "1 200", "1\u202f200", "1'200", 1200.0, "1200.0")),
        *((raw, 1200.5) for raw in ("1,200.50", "1.200,5", "1 200.5", 1200.5)),
        *((raw, 1234567) for raw in ("1,234,567", "1.234.567")),
        *((raw, 12.5) for raw in ("12,5", "12.5", "12.50")),
        *((raw, 0.125) for raw in ("0.125", "0,125", ".125")),
        *((raw, -3) for raw in ("-3", "−3")),
        ("٤٢", 42),
    ],
)
def test_numbers_are_read(raw: object, number: float):
    assert read(raw, "number").value == number


@pytest.mark.parametrize("raw", ["1,200", "1.200", "about 5", "5-6", "1,20,000", "½", "NaN", "5%"])
def test_numbers_that_could_be_others_are_asked_about(raw: str):
    assert read(raw, "number").problem == statuses.not_a_number(raw)


def test_a_bare_number_is_a_date_only_where_that_is_declared():
    assert read(46085.7916667, "date and time").problem is not None
    found = read(46085.7916667, "date and time", serials=True).value
    assert found == datetime(2026, 3, 4, 19, 0, tzinfo=BERLIN)
    assert read(46085, "date", serials=True).value == date(2026, 3, 4)
    assert read(46085, "date and time", serials=True).problem == statuses.no_time(date(2026, 3, 4))
    assert read(7, "date", serials=True).problem is not None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *((text, date(2026, 3, 4)) for text in ("2026-03-04", "2026/3/4", "2026.03.04")),
        *(
            (text, date(2026, 3, 4))
            for text in ("4 March 2026", "4th of March 2026", "Mar 4, 2026")
        ),
        *((text, date(2026, 3, 4)) for text in ("Wed, 4 Mar 2026", "Wednesday March 4th, 2026")),
        *(
            (text, date(2026, 3, 4))
            for text in ("4. März 2026", "4 de marzo de 2026", "4 mars 2026")
        ),
        *((text, date(2026, 3, 13)) for text in ("13/3/2026", "3/13/2026", "13.3.2026")),
        *((text, date(2026, 3, 4)) for text in ("Mar 4, 2026", "4 mars 2026")),
        ("5.5.2026", date(2026, 5, 5)),
        ("29 February 2028", date(2028, 2, 29)),
    ],
)
def test_days_are_read(text: str, day: date):
    assert read_date(text, BERLIN) == day


@pytest.mark.parametrize(
    "text",
    [
        *("13/4/26", "4 March", "March 2026", "Tue 4 March 2026", "31 April 2026", "2026-13-01"),
        *("tomorrow", "next Friday", "4/3", "2026", "29 February 2026", "0/0/2026", "1.2.3.4"),
        *("4 March 2026 or 5 March 2026", "4-5 March 2026", "?", "TBC", "32 Märch 2026"),
    ],
)
def test_days_that_could_be_others_or_none_are_asked_about(text: str):
    assert isinstance(read_date(text, BERLIN), Status)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        *((f"4 March 2026 {t}", datetime(2026, 3, 4, 18, tzinfo=UTC)) for t in ("7pm", "7 p.m.")),
        *((f"4 March 2026, {t}", datetime(2026, 3, 4, 18, tzinfo=UTC)) for t in ("19:00", "19h")),
        ("4 March 2026 at 12:30 am", datetime(2026, 3, 3, 23, 30, tzinfo=UTC)),
        ("4 March 2026 at 12pm", datetime(2026, 3, 4, 11, tzinfo=UTC)),
        ("2026-03-04T19:00:30.5Z", datetime(2026, 3, 4, 19, 0, 30, tzinfo=UTC)),
        ("2026-03-04 19:00 +0530", datetime(2026, 3, 4, 13, 30, tzinfo=UTC)),
        ("2026-03-04 19:00 America/New_York", datetime(2026, 3, 5, 0, tzinfo=UTC)),
        ("4. März 2026 um 19 Uhr", datetime(2026, 3, 4, 18, tzinfo=UTC)),
    ],
)
def test_moments_are_read(text: str, moment: datetime):
    found = read_moment(text, BERLIN)
    assert isinstance(found, datetime)
    assert found.astimezone(UTC) == moment


@pytest.mark.parametrize(
    "text",
    [
        *(f"4 March 2026 {t}" for t in ("7", "25:00", "13pm", "0am", "7-8pm", "noon", "19:60")),
        *(f"2026-03-04 19:00 {zone}" for zone in ("CET", "EST", "Europe/Atlantis", "+99:00")),
    ],
)
def test_moments_that_could_be_others_or_none_are_asked_about(text: str):
    assert isinstance(read_moment(text, BERLIN), Status)


@pytest.mark.parametrize("text", ["0001-01-01 00:00+05:00", "9999-12-31 23:00", "1066-10-14 09:00"])
def test_moments_at_the_ends_of_time_are_asked_about(text: str):
    assert isinstance(read_moment(text, BERLIN), Status)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)))
def test_a_local_time_is_read_only_if_the_clocks_show_it_once(local: datetime):
    local = local.replace(microsecond=0)
    found = read_moment(local, BERLIN)
    moments = {
        moment
        for fold in (0, 1)
        if (moment := local.replace(tzinfo=BERLIN, fold=fold).astimezone(UTC))
        .astimezone(BERLIN)
        .replace(tzinfo=None)
        == local
    }
    if isinstance(found, datetime):
        assert moments == {found.astimezone(UTC)}
    else:
        assert len(moments) != 1


@pytest.mark.parametrize(
    "raw",
    [
        *("ana@gmial.com", "ana@gmal.com", "ana@gmaill.com", "ana@gmail.con", "ana@gmail.co"),
        *("ana@hotmial.com", "ana@yaho.com", "ana@outlok.com", "ana@iclould.com", "ana@gnail.com"),
    ],
)
def test_misspelt_mail_providers_are_asked_about(raw: str):
    problem = read_email(raw).problem
    assert problem is not None
    assert problem.text.startswith(f'is "{raw}" right? Or "ana@')


@pytest.mark.parametrize(
    "raw",
    [
        *("ana@gmail.com", "ana@mail.com", "ana@ymail.com", "ana@hotmail.no", "ana@yahoo.co.uk"),
        *("ana@gmx.de", "ana@example.co", "o'neil+tag@example.org", "иван@пример.рф"),
        *("ana@xn--bcher-kva.example", "josé@example.org", "ana@example.test"),
    ],
)
def test_addresses_of_all_kinds_are_left_as_they_are(raw: str):
    cell = read_email(raw)
    assert (cell.problem, cell.tidied) == (None, "")
    assert str(cell.value).split("@")[0] == raw.split("@")[0]


@pytest.mark.parametrize(
    "raw",
    [
        *("ana", "@example.org", "ana@", "ana@localhost", "ana@example", "ana@exa mple.org"),
        *("ana@example.org, call first", "a@x>,<b.org", "ana@example..org", "ana@example.org\x7f@"),
        *("ana(at)example.org", "http://example.org", 'ana"@example.org', "ana@[127.0.0.1]", 5),
    ],
)
def test_what_is_no_address_is_asked_about(raw: object):
    assert read_email(raw).problem is not None


def test_the_same_address_twice_is_one():
    assert read_email("ana@x.org\nana@x.org").value == "ana@x.org"
    assert read_email("Ana <ana@x.org>, Bo <bo@x.org>").problem == statuses.two_addresses()
    assert read_email("a@x.org; bo@gmial.com", many=True).problem == statuses.odd_address(
        "bo@gmial.com", "bo@gmail.com"
    )


@pytest.mark.parametrize("raw", ["аna@example.org", "ana@раураl.com", "ana@аррӏе.com", "аnа@x.org"])
def test_letters_that_only_look_alike_are_asked_about(raw: str):
    problem = read_email(raw).problem
    assert problem is not None
    assert "some letters only look right" in problem.text


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        *((raw, "+16175550123") for raw in ("617-555-0123", "1 (617) 555 0123", "'6175550123")),
        *((raw, "+16175550123") for raw in ("6.175550123E9", 6175550123.0, "tel:+1-617-555-0123")),
        ("617 555 0123 x12", "+16175550123;ext=12"),
        ("+49 30 901820", "+4930901820"),
    ],
)
def test_phones_are_read(raw: object, number: str):
    assert read_phone(raw, "US").value == number


def test_a_phone_needs_its_country_where_the_table_has_none():
    assert read_phone("617 555 0123", "").problem == statuses.phone_without_country("617 555 0123")
    assert read_phone("+1 617 555 0123", "").value == "+16175550123"
    assert read_phone("030/901820", "DE").value == "+4930901820"


@pytest.mark.parametrize("raw", ["6.17E+09", "555 0123", "call me", "12345678901234567890", 617])
def test_what_is_no_phone_is_asked_about(raw: object):
    assert read_phone(raw, "US").problem is not None


def test_texts_are_compared_without_case_width_or_hidden_signs():
    assert normal("  Ｅ-Mail\u200b ADDRESS\u00a0 ") == "e-mail address"
    assert normal("Straße") == normal("STRASSE")


@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing_more(text: str):
    assert trimmed(trimmed(text)) == trimmed(text)
    assert normal(normal(text)) == normal(text)


@given(
    *(
        st.integers(0, most).map(f"{{:0{digits}}}".format)
        for most, digits in ((9999, 4), (13, 2), (32, 2))
    )
)
def test_a_day_with_dashes_is_read_as_the_same_one_with_slashes(year: str, month: str, day: str):
    dashes, slashes = (read_date(mark.join((year, month, day)), BERLIN) for mark in "-/")
    if isinstance(slashes, Status):
        assert isinstance(dashes, Status)
        assert dashes.text == slashes.text.replace("/", "-")
    else:
        assert dashes == slashes


@given(
    st.text(
        "aé. \u00a0\u034f\u0377\u05d0\u0627\u0661\u115f\u17b4\u2003\u2066\u3164\ufe0f\uffa0",
        max_size=8,
    )
)
def test_signs_that_nobody_sees_beside_a_text_change_nothing_about_it(text: str):
    assert without_hidden(text) == without_hidden(f"\t{text}")
    assert short(text, 60) == short(f"\u200b{text}", 60)
    turned = any(unicodedata.bidirectional(sign) in ("R", "AL", "AN") for sign in text)
    assert short(text, 60).startswith("\u2068") == turned
