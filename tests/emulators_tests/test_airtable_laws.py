"""Airtable's emulator: formulas made at random, against Python's own reading of the same text."""

import calendar
import json
import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from hypothesis import assume, given, settings, strategies as st

from tests.emulators.airtable import make_service
from tests.emulators.airtable.changing import Transaction
from tests.emulators.airtable.formulas.evaluating import Place, parsed, value_of
from tests.emulators.airtable.formulas.moments import (
    Moment,
    difference,
)
from tests.emulators.airtable.formulas.parsing import BadFormula
from tests.emulators.airtable.formulas.timereading import parsed as read_by
from tests.emulators.airtable.formulas.timewriting import formatted
from tests.emulators.airtable.formulas.values import Broken, Failed, text
from tests.emulators.airtable.state import dump_data, load_data
from tests.emulators.airtable.world import World
from tests.emulators.exchanging import Request

NOW = Moment(datetime(2026, 11, 22, tzinfo=UTC))
CELLS = {"A": 7, "B": -2.5, "C": None, "Name": "Ann Lee"}
HERE = Place(NOW, "recAnn0000000001", NOW, lambda names: NOW, CELLS.get)


def value(formula: str) -> Any:
    return value_of(parsed(formula), HERE)


# two texts at once: a formula, and what Python calls the same ------------------------------------

PYTHON = {
    "A": 7,
    "B": -2.5,
    "C": 0,
    "Name": "Ann Lee",
    "IF": lambda condition, yes, no: yes if condition else no,
    "AND": lambda *given: all(given),
    "OR": lambda *given: any(given),
    "XOR": lambda *given: sum(map(bool, given)) % 2 == 1,
    "NOT": lambda given: not given,
    "ABS": abs,
    "MIN": min,
    "MAX": max,
    "SUM": lambda *given: sum(given),
    "INT": math.floor,
    "LEN": len,
    "LEFT": lambda given, count: given[:count],
    "MID": lambda given, start, count: given[start - 1 : start - 1 + count],
    "REPT": lambda given, count: given * count,
    "UPPER": str.upper,
    "LOWER": str.lower,
    "TRIM": str.strip,
    "FIND": lambda wanted, within: within.find(wanted) + 1,
    "SUBSTITUTE": lambda given, old, new: given.replace(old, new),
}
Pair = tuple[str, str]


def joined(operator: str, other: str, one: Pair, two: Pair) -> Pair:
    return f"{one[0]} {operator} {two[0]}", f"{one[1]} {other} {two[1]}"


def called(name: str, *given: Pair) -> Pair:
    return (
        f"{name}({', '.join(one for one, _ in given)})",
        f"{name}({', '.join(other for _, other in given)})",
    )


def wrapped(pair: Pair) -> Pair:
    return f"({pair[0]})", f"({pair[1]})"


def literal(given: object) -> Pair:
    return repr(given), repr(given)


letters = st.text("abcXYZ äß", max_size=6).map(lambda one: (f"'{one}'", repr(one)))
counts = st.integers(0, 4)
leaves = st.one_of(
    st.integers(0, 20).map(literal),
    st.sampled_from([0.5, 0.25, 2.75]).map(literal),
    st.sampled_from(["A", "B", "C"]).map(lambda name: ("{" + name + "}", name)),
)


def numbers(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    yes = st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner, inner).map(
        lambda it: joined(it[0], {"=": "=="}.get(it[0], it[0]), wrapped(it[1]), wrapped(it[2]))
    )
    return st.one_of(
        st.tuples(st.sampled_from("+-*"), inner, inner).map(
            lambda it: joined(it[0], it[0], it[1], it[2])
        ),
        inner.map(wrapped),
        inner.map(lambda it: (f"-({it[0]})", f"-({it[1]})")),
        st.tuples(st.sampled_from(["MIN", "MAX", "SUM"]), inner, inner).map(lambda it: called(*it)),
        st.tuples(st.sampled_from(["ABS", "INT"]), inner).map(lambda it: called(*it)),
        st.tuples(yes, inner, inner).map(lambda it: called("IF", *it)),
        st.tuples(st.sampled_from(["AND", "OR", "XOR"]), yes, yes, inner).map(
            lambda it: called("IF", called(it[0], it[1], it[2]), it[3], literal(1))
        ),
        letters.map(lambda it: called("LEN", it)),
    )


def texts(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return st.one_of(
        st.tuples(inner, inner).map(lambda it: joined("&", "+", it[0], it[1])),
        st.tuples(st.sampled_from(["UPPER", "LOWER", "TRIM"]), inner).map(lambda it: called(*it)),
        st.tuples(st.sampled_from(["LEFT", "REPT"]), inner, counts.map(literal)).map(
            lambda it: called(*it)
        ),
        st.tuples(inner, st.integers(1, 4).map(literal), counts.map(literal)).map(
            lambda it: called("MID", *it)
        ),
        st.tuples(inner, st.sampled_from("abX").map(literal), letters).map(
            lambda it: called("SUBSTITUTE", *it)
        ),
        st.tuples(st.tuples(letters, inner).map(lambda it: called("FIND", *it)), inner, inner).map(
            lambda it: called("IF", *it)
        ),
    )


a_number = st.recursive(leaves, numbers, max_leaves=8)
a_text = st.recursive(letters | st.just(("Name", "Name")), texts, max_leaves=6)


@given(a_number)
@settings(max_examples=150, deadline=None)
def test_arithmetic_and_logic_are_as_python_has_them(pair: Pair) -> None:
    expected = eval(pair[1], {"__builtins__": {}}, PYTHON)
    assert math.isclose(value(pair[0]) or 0, expected, rel_tol=1e-12, abs_tol=1e-9), pair


@given(a_text)
@settings(max_examples=100, deadline=None)
def test_texts_are_as_python_has_them(pair: Pair) -> None:
    expected = eval(pair[1], {"__builtins__": {}}, PYTHON)
    assert text(value(pair[0])) == expected, pair


@given(st.text("ABC{}()'\"\\,+-*/&=<>!1.% IFLENDATEADD", max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_formula_or_refused(formula: str) -> None:
    try:
        tree = parsed(formula)
    except BadFormula:
        return
    found = value_of(tree, HERE)
    try:
        assert isinstance(found, Broken) or isinstance(text(found), str)
    except Failed:
        assert isinstance(found, list)


@given(st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_quoted(given_text: str) -> None:
    for mark in "'\"":
        quoted = given_text.replace("\\", "\\\\").replace(mark, "\\" + mark)
        assert text(value(mark + quoted + mark)) == given_text


# dates -------------------------------------------------------------------------------------------

days = st.dates(date(1970, 1, 1), date(2100, 12, 31))
times = st.datetimes(datetime(1970, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC))


@given(days, st.integers(-500, 500), st.sampled_from(["days", "weeks", "months", "years"]))
@settings(max_examples=100, deadline=None)
def test_adding_to_dates_is_as_dateutil_has_it(day: date, count: int, unit: str) -> None:
    expected = day + relativedelta(**{unit: count})
    assert value(f"DATESTR(DATEADD('{day}', {count}, '{unit}'))") == expected.isoformat()


@given(times, times)
@settings(max_examples=100, deadline=None)
def test_months_between_are_as_dateutil_has_them(one: datetime, two: datetime) -> None:
    # the last day of a month is a month after the last day of the one before in one reading only
    assume(one.day <= 28 and two.day <= 28)
    expected = relativedelta(one, two)
    assert difference(Moment(one), Moment(two), "months") == expected.years * 12 + expected.months
    assert difference(Moment(one), Moment(two), "years") == expected.years
    assert difference(Moment(one), Moment(two), "days") == int((one - two) / timedelta(days=1))


@given(times)
@settings(max_examples=100, deadline=None)
def test_times_are_written_as_the_c_library_writes_them(time: datetime) -> None:
    found = formatted(Moment(time), "YYYY-MM-DD|HH:mm:ss|YY|DDDD|hh A|WW|GGGG|E|dddd|MMM|X")
    wanted = "%Y-%m-%d|%H:%M:%S|%y|%j|%I %p|%V|%G|%u"
    names = f"{calendar.day_name[time.weekday()]}|{calendar.month_abbr[time.month]}"
    assert found == f"{time.strftime(wanted)}|{names}|{int(time.timestamp())}"


@given(times, st.sampled_from(["YYYY-MM-DDTHH:mm:ss.SSSSSS", "D/M/YYYY h:mm:ss.SSSSSS a"]))
@settings(max_examples=60, deadline=None)
def test_what_was_written_is_read(time: datetime, pattern: str) -> None:
    assert read_by(formatted(Moment(time), pattern), pattern) == Moment(time)


@given(days)
@settings(max_examples=60, deadline=None)
def test_weeks_are_numbered_from_the_first_of_january(day: date) -> None:
    begins = date(day.year, 1, 1)
    by_sunday = int(day.strftime("%U")) + (begins.isoweekday() != 7)
    by_monday = int(day.strftime("%W")) + (begins.isoweekday() != 1)
    assert value(f"WEEKNUM('{day}')") == by_sunday
    assert value(f"WEEKNUM('{day}', 'Monday')") == by_monday


@given(days, st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_working_days_there_and_back(day: date, count: int) -> None:
    assume(day.isoweekday() < 6)
    there = value(f"DATESTR(WORKDAY('{day}', {count}))")
    assert value(f"DATESTR(WORKDAY('{there}', -{count}))") == day.isoformat()
    assert value(f"WORKDAY_DIFF('{day}', '{there}')") == count + 1


# links -------------------------------------------------------------------------------------------

LINKED = {
    "bases": [
        {
            "id": "appLaws0000000001",
            "tables": [
                {
                    "name": name,
                    "fields": [
                        "Name",
                        {
                            "name": "Others",
                            "type": "multipleRecordLinks",
                            "options": {"linkedTableId": other},
                        },
                    ],
                    "records": [{"id": f"rec{name}{n}", "fields": {"Name": f"{n}"}} for n in "123"],
                }
                for name, other in (("One", "Two"), ("Two", "One"))
            ],
        }
    ]
}
step = st.tuples(
    st.sampled_from([0, 1]),
    st.sampled_from("123"),
    st.none() | st.lists(st.sampled_from("123"), unique=True, max_size=3),
    st.booleans(),
)


@given(st.lists(step, max_size=12))
@settings(max_examples=60, deadline=None)
def test_links_agree_on_both_sides_whatever_is_done_and_undone(steps: list[Any]) -> None:
    world = World()
    load_data(world, LINKED)
    base = world.bases["appLaws0000000001"]
    for which, number, links, kept in steps:
        table, other = base.tables[which], base.tables[1 - which]
        record = table.records.get(f"rec{table.name}{number}")
        if record is None:
            continue
        before = dump_data(world)
        change = Transaction(world, base, world.default_user.id)
        if links is None:
            change.delete_record(table, record)
        else:
            named = [f"rec{other.name}{one}" for one in links]
            there = [one for one in named if one in other.records]
            change.set_cell(table, record, table.fields[1], there or None)
        if not kept:
            change.undo()
            assert dump_data(world) == before
        pairs = [
            {
                (one.id, link)[:: 1 - 2 * place]
                for one in side.records.values()
                for link in one.cells.get(side.fields[1].id, [])
            }
            for place, side in enumerate(base.tables)
        ]
        assert pairs[0] == pairs[1]


# bodies ------------------------------------------------------------------------------------------

BASE = "appLaws0000000001"
anything = st.recursive(
    st.sampled_from([None, True, 0, -2.5, "", "text", "recOne1", "Name", {}, []]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "fields", "field", "Name"]), inner)
    ),
    max_leaves=5,
)


def one_of(key: str, *names: str) -> st.SearchStrategy[Any]:
    return st.tuples(st.sampled_from(names), anything).map(lambda it: {key: {it[0]: it[1]}})


bodies = st.one_of(
    st.tuples(
        st.just(f"/v0/{BASE}/One"),
        one_of("fields", "Name", "Others")
        | one_of("records", "fields")
        | st.builds(lambda one: {"records": [{"fields": one}], "typecast": True}, anything),
    ),
    st.tuples(
        st.just(f"/v0/{BASE}/One/listRecords"),
        st.dictionaries(
            st.sampled_from(["sort", "fields", "filterByFormula", "pageSize", "offset", "view"]),
            anything,
        ),
    ),
    st.tuples(
        st.just(f"/v0/meta/bases/{BASE}/tables/One/fields"),
        st.builds(
            lambda kind, options: {"name": "New", "type": kind, "options": options},
            st.sampled_from(["number", "singleSelect", "dateTime", "multipleRecordLinks"]),
            anything
            | st.dictionaries(
                st.sampled_from(["precision", "choices", "linkedTableId", "dateFormat"]), anything
            ),
        ),
    ),
    st.tuples(
        st.just(f"/v0/bases/{BASE}/webhooks"),
        st.builds(lambda one: {"specification": {"options": one}}, anything)
        | st.builds(
            lambda filters, includes: {
                "specification": {
                    "options": {
                        "filters": {"dataTypes": ["tableData"], **filters},
                        "includes": includes,
                    }
                }
            },
            st.dictionaries(st.sampled_from(["changeTypes", "recordChangeScope"]), anything),
            anything,
        ),
    ),
)


@given(st.sampled_from(["POST", "PATCH", "PUT"]), bodies)
@settings(max_examples=200, deadline=None)
def test_whatever_is_sent_is_answered_or_refused(verb: str, sent: tuple[str, Any]) -> None:
    service = make_service(data=LINKED)
    path, body = sent
    headers = {"authorization": "Bearer patX", "content-type": "application/json"}
    before = service.state()
    answer = service.answer(Request(verb, path, "", headers, json.dumps(body).encode()))
    assert answer.violations == []
    assert answer.status == 200 or service.state() == before
