"""Airtable's emulator: formulas, each with the value it has."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.emulators.airtable.formulas.evaluating import (
    Place,
    as_json,
    checked,
    parsed,
    value_of,
)
from tests.emulators.airtable.formulas.functions import FUNCTIONS, MANY
from tests.emulators.airtable.formulas.moments import Moment
from tests.emulators.airtable.formulas.parsing import BadFormula, renamed

NOW = Moment(datetime(2026, 11, 22, 20, 30, 15, 250_000, tzinfo=UTC))  # a Sunday
CELLS = {
    "Name": "Ann Lee",
    "A": 3,
    "B": 2.5,
    "Zero": 0,
    "Empty": None,
    "Done": True,
    "Undone": None,
    "Tags": ["x", "y"],
    "One": ["solo"],
    "None": [],
    "Numbers": [1, 2, 3.5],
    "Day": Moment(datetime(2026, 1, 31, tzinfo=UTC), day_only=True),
    "Time": Moment(datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
    "Odd {name}": "odd",
}
ERROR = {"error": "#ERROR!"}


def modified(names: Sequence[str]) -> Moment | None:
    return None if list(names) == ["Empty"] else NOW


HERE = Place(NOW, "recAnn0000000001", NOW, modified, CELLS.get)


def value(formula: str) -> Any:
    return as_json(value_of(checked(formula, CELLS.__contains__), HERE))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        # operators
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("100 / 10 / 5", 2),
        ("--3", 3),
        ("-A + 1", -2),
        ("2 * -3", -6),
        (".5 + 1.", 1.5),
        ("1e3", 1000),
        ("1 / 0", {"specialValue": "Infinity"}),
        ("-1 / 0", {"specialValue": "-Infinity"}),
        ("0 / 0", {"specialValue": "NaN"}),
        ("'a' & 1 + 2 & \"b\"", "a3b"),
        ("1 + 1 = 2", 1),
        ("'a' & 'b' = 'ab'", 1),
        ("1 < 2", 1),
        ("2 <= 1", 0),
        ("'a' < 'b'", 1),
        ("'a' != 'A'", 1),
        ("1 = '1'", 0),
        # names
        ("{Name} & Name", "Ann LeeAnn Lee"),
        (r"{Odd \{name\}}", "odd"),
        (
            r"'it\'s' & "
            r'"\"q\""',
            'it\'s"q"',
        ),
        # blanks
        ("BLANK() = ''", 1),
        ("BLANK() = 0", 1),
        ("BLANK() = FALSE()", 1),
        ("Empty = BLANK()", 1),
        ("Zero = BLANK()", 1),
        ("Name = BLANK()", 0),
        ("Empty + 1", 1),
        ("Empty & 'x'", "x"),
        ("''", None),
        ("BLANK()", None),
        ("None = ''", 1),
        # checkboxes
        ("Done = TRUE()", 1),
        ("Done = 1", 1),
        ("Done & ''", "1"),
        ("Undone & ''", None),
        ("NOT(Undone)", 1),
        ("IF(Done, 'yes', 'no')", "yes"),
        # lists
        ("Tags & '!'", "x, y!"),
        ("Tags = 'x, y'", 1),
        ("One = 'solo'", 1),
        ("Tags", ["x", "y"]),
        ("Numbers * 2", ERROR),
        ("SUM(Numbers)", 6.5),
        # errors
        ("'a' + 1", ERROR),
        ("1 + ERROR()", ERROR),
        ("IF(TRUE(), 1, ERROR())", 1),
        ("ISERROR(ERROR())", 1),
        ("ISERROR(1 / 0)", 1),
        ("ISERROR(1)", 0),
        ("IF(ISERROR('a' * 2), 'failed', 'fine')", "failed"),
    ],
)
def test_operators_and_values(formula: str, expected: object) -> None:
    assert value(formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("CONCATENATE('a', 1, Tags)", "a1x, y"),
        ("LEN(Name)", 7),
        ("LEN(Empty)", 0),
        ("LEFT(Name, 3)", "Ann"),
        ("RIGHT(Name, 3)", "Lee"),
        ("RIGHT(Name, 0)", None),
        ("MID(Name, 2, 4)", "nn L"),
        ("FIND('n', Name)", 2),
        ("FIND('n', Name, 3)", 3),
        ("FIND('z', Name)", 0),
        ("FIND('N', Name)", 0),
        ("SEARCH('z', Name)", None),
        ("SEARCH('Lee', Name)", 5),
        ("SUBSTITUTE('a-b-c', '-', '+')", "a+b+c"),
        ("SUBSTITUTE('a-b-c', '-', '+', 2)", "a-b+c"),
        ("SUBSTITUTE('a-b-c', '-', '+', 9)", "a-b-c"),
        ("REPLACE('abcdef', 2, 3, 'X')", "aXef"),
        ("REPT('ab', 3)", "ababab"),
        ("REPT('ab', 1000000)", ERROR),
        ("TRIM('  a b  ')", "a b"),
        ("UPPER('aß')", "ASS"),
        ("LOWER('AÄ')", "aä"),
        ("T(Name)", "Ann Lee"),
        ("T(A)", None),
        ("VALUE('$1,234.50')", 1234.5),
        ("VALUE('-3')", -3),
        ("VALUE('none')", ERROR),
        ("ENCODE_URL_COMPONENT('a b&ü')", "a%20b%26%C3%BC"),
        ("ARRAYJOIN(Tags)", "x, y"),
        ("ARRAYJOIN(Numbers, '; ')", "1; 2; 3.5"),
        ("ARRAYUNIQUE(Tags, Tags)", ["x", "y"]),
        ("ARRAYCOMPACT(Tags, '', Empty, 'z')", ["x", "y", "z"]),
        ("ARRAYFLATTEN(Tags, Numbers)", ["x", "y", 1, 2, 3.5]),
        ("ARRAYSLICE(Numbers, 2)", [2, 3.5]),
        ("REGEX_MATCH(Name, '^A')", 1),
        ("REGEX_MATCH(Name, '^L')", 0),
        ("REGEX_EXTRACT('a12b3', '[0-9]+')", "12"),
        ("REGEX_EXTRACT('abc', '[0-9]+')", ERROR),
        ("REGEX_REPLACE('a1b2', '([a-z])([0-9])', '$2$1')", "1a2b"),
        ("REGEX_MATCH('aa', '(a)\\\\1')", ERROR),
        ("REGEX_MATCH('ab', 'a(?=b)')", ERROR),
        ("REGEX_MATCH('ab', '(')", ERROR),
    ],
)
def test_text_functions(formula: str, expected: object) -> None:
    assert value(formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("IF(A > 2, 'more')", "more"),
        ("IF(A > 5, 'more')", None),
        ("if(1, 'small letters')", "small letters"),
        ("SWITCH(A, 1, 'one', 3, 'three')", "three"),
        ("SWITCH(A, 1, 'one', 'other')", "other"),
        ("SWITCH(A, 1, 'one', 2, 'two')", None),
        ("AND(1, 'x', Done)", 1),
        ("AND(1, Empty)", 0),
        ("OR(0, '', Empty)", 0),
        ("OR(0, 'x')", 1),
        ("XOR(1, 1, 1)", 1),
        ("XOR(1, 1)", 0),
        ("NOT(0)", 1),
        ("RECORD_ID()", "recAnn0000000001"),
        ("SUM(1, 2.5, 'text', Empty)", 3.5),
        ("AVERAGE(1, 2, 6)", 3),
        ("AVERAGE(Empty)", {"specialValue": "NaN"}),
        ("MIN(3, 1, 2)", 1),
        ("MAX(Numbers, A)", 3.5),
        ("COUNT(1, 'a', Empty, Numbers)", 4),
        ("COUNTA(1, 'a', Empty, '')", 2),
        ("COUNTALL(1, 'a', Empty)", 3),
        ("ROUND(2.675, 2)", 2.68),
        ("ROUND(-2.5)", -3),
        ("ROUND(1234, -2)", 1200),
        ("ROUNDUP(1.01, 1)", 1.1),
        ("ROUNDUP(-1.2)", -2),
        ("ROUNDDOWN(1.99, 1)", 1.9),
        ("ROUNDDOWN(-1.9)", -1),
        ("INT(-1.5)", -2),
        ("CEILING(7, 5)", 10),
        ("CEILING(1.2)", 2),
        ("FLOOR(7, 5)", 5),
        ("FLOOR(-1.2)", -2),
        ("MOD(7, 3)", 1),
        ("MOD(-7, 3)", 2),
        ("MOD(7, 0)", {"specialValue": "NaN"}),
        ("ABS(-2)", 2),
        ("SQRT(9)", 3),
        ("SQRT(-1)", {"specialValue": "NaN"}),
        ("POWER(2, 10)", 1024),
        ("POWER(10, 400)", {"specialValue": "Infinity"}),
        ("EXP(0)", 1),
        ("LOG(1000)", 3),
        ("LOG(8, 2)", 3),
        ("EVEN(1.5)", 2),
        ("EVEN(-3)", -2),
        ("ODD(1.5)", 3),
        ("ODD(-2)", -3),
    ],
)
def test_logic_and_numbers(formula: str, expected: object) -> None:
    assert value(formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("TODAY()", "2026-11-22"),
        ("NOW()", "2026-11-22T20:30:15.250Z"),
        ("Day", "2026-01-31"),
        ("Day & ''", "2026-01-31T00:00:00.000Z"),
        ("DATEADD(Day, 1, 'month')", "2026-02-28"),
        ("DATEADD(Day, -1, 'y')", "2025-01-31"),
        ("DATEADD(Day, 2, 'weeks')", "2026-02-14"),
        ("DATEADD(Day, 90, 'minutes')", "2026-01-31T01:30:00.000Z"),
        ("DATEADD(Day, 1, 'moons')", ERROR),
        ("DATEADD(Empty, 1, 'days')", ERROR),
        ("DATETIME_DIFF('2026-03-01', Day, 'days')", 29),
        ("DATETIME_DIFF('2026-03-01', Day, 'months')", 1),
        ("DATETIME_DIFF(Day, '2026-03-01', 'weeks')", -4),
        ("DATETIME_DIFF('2026-01-31T00:01:00Z', Day)", 60),
        (
            "DATETIME_FORMAT(Day, 'dddd, MMMM Do YYYY [at] h:mm a')",
            "Saturday, January 31st 2026 at 12:00 am",
        ),
        (
            "DATETIME_FORMAT(NOW(), 'YY-M-D H:m:s.SSS Q W w X')",
            "26-11-22 20:30:15.250 4 47 48 1795379415",
        ),
        ("DATETIME_FORMAT(SET_TIMEZONE(Time, 'Europe/Berlin'), 'HH:mm Z')", "01:30 +01:00"),
        (
            "DATETIME_FORMAT(SET_TIMEZONE(DATEADD(Time, 1, 'hour'), 'Europe/Berlin'), 'HH:mm ZZ')",
            "03:30 +0200",
        ),
        ("DATETIME_FORMAT(SET_LOCALE(Day, 'de'), 'dddd, D. MMMM')", "Samstag, 31. Januar"),
        ("DATETIME_FORMAT(Day, 'L LT')", "01/31/2026 12:00 AM"),
        ("DATETIME_PARSE('31.1.2026 4:05 pm', 'D.M.YYYY h:mm a')", "2026-01-31T16:05:00.000Z"),
        ("DATETIME_PARSE('4 Mar 26', 'D MMM YY')", "2026-03-04"),
        ("DATETIME_PARSE('nothing')", ERROR),
        ("DATETIME_PARSE('2026-02-30')", ERROR),
        ("DATESTR(Time)", "2026-03-29"),
        ("TIMESTR(Time)", "00:30:00"),
        ("YEAR(Day) & MONTH(Day) & DAY(Day)", "2026131"),
        ("HOUR(NOW()) & ':' & MINUTE(NOW()) & ':' & SECOND(NOW())", "20:30:15"),
        ("HOUR(SET_TIMEZONE(NOW(), 'Asia/Tokyo'))", 5),
        ("WEEKDAY(NOW())", 0),
        ("WEEKDAY(NOW(), 'Monday')", 6),
        ("WEEKNUM('2026-01-04')", 2),
        ("WEEKNUM('2026-01-04', 'Monday')", 1),
        ("WORKDAY('2026-11-20', 1)", "2026-11-23"),
        ("WORKDAY('2026-11-23', -1)", "2026-11-20"),
        ("WORKDAY('2026-11-20', 1, '2026-11-23, 2026-11-24')", "2026-11-25"),
        ("WORKDAY_DIFF('2026-11-20', '2026-11-24')", 3),
        ("WORKDAY_DIFF('2026-11-20', '2026-11-24', '2026-11-23')", 2),
        ("WORKDAY_DIFF('2026-11-24', '2026-11-20')", -3),
        ("IS_BEFORE(Day, TODAY())", 1),
        ("IS_AFTER(Day, TODAY())", 0),
        ("IS_SAME(Day, '2026-01-05', 'month')", 1),
        ("IS_SAME(Day, '2026-01-05', 'day')", 0),
        ("IS_SAME(Day, '2026-01-31')", 1),
        ("IS_BEFORE(Empty, TODAY())", ERROR),
        ("FROMNOW(Day)", "10 months"),
        ("TONOW(DATEADD(NOW(), 25, 'days'))", "25 days"),
        ("Day > '2026-01-30'", 1),
        ("Day = '2026-01-31'", 1),
        ("Day < TODAY()", 1),
        ("Empty < TODAY()", 0),
        ("CREATED_TIME() = NOW()", 1),
        ("LAST_MODIFIED_TIME() > '2026-11-22T20:30:15.249Z'", 1),
        ("LAST_MODIFIED_TIME({Name}, A) > '2026-11-22T20:30:15.250Z'", 0),
        ("LAST_MODIFIED_TIME(Empty) > '2026-01-01'", 0),
    ],
)
def test_dates(formula: str, expected: object) -> None:
    assert value(formula) == expected


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("", "Invalid formula. Please check your formula text."),
        ("1 +", "Invalid formula. Please check your formula text."),
        ("(1", "Invalid formula. Please check your formula text."),
        ("'open", "Invalid formula. Please check your formula text."),
        ("{open", "Invalid formula. Please check your formula text."),
        ("1 2", "Invalid formula. Please check your formula text."),
        ("1 ^ 2", "Invalid formula. Please check your formula text."),
        ("a = = b", "Invalid formula. Please check your formula text."),
        ("NOPE(1)", "Unknown function: NOPE"),
        ("LEN()", "Invalid number of arguments for LEN()"),
        ("LEN(1, 2)", "Invalid number of arguments for LEN()"),
        ("LAST_MODIFIED_TIME('x')", "LAST_MODIFIED_TIME() takes only field names"),
        ("Foo & {Bar baz} & Foo", "Unknown field names: foo, bar baz"),
        ("(" * 200 + "1" + ")" * 200, "Formula is nested too deeply."),
        ("IF(" * 200, "Formula is nested too deeply."),
        ("-" * 200 + "1", "Invalid formula. Please check your formula text."),
        ("1" * 200_000, "Formula is too long."),
    ],
)
def test_what_is_no_formula_is_told(formula: str, said: str) -> None:
    with pytest.raises(BadFormula) as told:
        checked(formula, CELLS.__contains__)
    assert str(told.value) == said


def test_long_chains_are_worked_out() -> None:
    assert value("+".join(["1"] * 5000)) == 5000
    assert value("&".join(["'a'"] * 5000)) == "a" * 5000


def test_a_field_can_be_called_otherwise() -> None:
    formula = "{Name} & 'Name {Name}' & LEN( Name )"
    assert renamed(formula, lambda one: "fld" + one.name) == (
        "{fldName} & 'Name {Name}' & LEN( {fldName} )"
    )


def test_every_function_says_how_many_values_it_takes() -> None:
    wanted = """
        ABS AND ARRAYCOMPACT ARRAYFLATTEN ARRAYJOIN ARRAYSLICE ARRAYUNIQUE AVERAGE BLANK CEILING
        CONCATENATE COUNT COUNTA COUNTALL CREATED_TIME DATEADD DATESTR DATETIME_DIFF
        DATETIME_FORMAT DATETIME_PARSE DAY ENCODE_URL_COMPONENT ERROR EVEN EXP FALSE FIND FLOOR
        FROMNOW HOUR IF INT IS_AFTER IS_BEFORE IS_SAME ISERROR LAST_MODIFIED_TIME LEFT LEN LOG
        LOWER MAX MID MIN MINUTE MOD MONTH NOT NOW ODD OR POWER RECORD_ID REGEX_EXTRACT REGEX_MATCH
        REGEX_REPLACE REPLACE REPT RIGHT ROUND ROUNDDOWN ROUNDUP SEARCH SECOND SET_LOCALE
        SET_TIMEZONE SQRT SUBSTITUTE SUM SWITCH T TIMESTR TODAY TONOW TRIM TRUE UPPER VALUE WEEKDAY
        WEEKNUM WORKDAY WORKDAY_DIFF XOR YEAR
    """
    assert sorted(FUNCTIONS) == sorted(wanted.split())
    for name, known in FUNCTIONS.items():
        if known.most == MANY:
            continue
        too_many = f"{name}({', '.join(['1'] * (known.most + 1))})"
        with pytest.raises(BadFormula):
            parsed(too_many)
