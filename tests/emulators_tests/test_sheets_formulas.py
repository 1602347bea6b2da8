"""Formulas are worth what Sheets says, spill, refuse circles, and follow rows that move."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given, strategies as st

from tests.emulators.google.sheets.formatting_locales import Locale, locale_of
from tests.emulators.google.sheets.formulas import (
    Area,
    Cut,
    Deleted,
    Inserted,
    Moved,
    Renamed,
    Unreadable,
    calculate,
    copied,
    format_of,
    moved,
    read,
)
from tests.emulators.google.sheets.formulas.references import letters, number, read_reference

TODAY = 46270.5  # 5 September 2026, noon
SHEETS = {"Data": 0, "Other one": 1}


@dataclass
class Cells:
    """Two sheets of 100 rows and 26 columns with these contents."""

    held: dict = field(default_factory=dict)
    locale: Locale = field(default_factory=lambda: locale_of("en_US"))
    now: float = TODAY

    def sheet(self, title):
        return SHEETS.get(title)

    def size(self, sheet):
        return 100, 26

    def entered(self, sheet, row, column):
        return self.held.get((sheet, row, column))

    def named(self, name):
        return Area(0, 0, 0, 3, 1) if name.lower() == "numbers" else None

    def formulas(self):
        return [place for place, value in self.held.items() if "formulaValue" in value]


def place(name, sheet=0):
    found = re.fullmatch(r"([A-Z]+)(\d+)", name)
    return sheet, int(found[2]) - 1, number(found[1])


def content(value):
    if isinstance(value, str):
        return {"formulaValue" if value.startswith("=") else "stringValue": value}
    return {"boolValue": value} if isinstance(value, bool) else {"numberValue": value}


def bare(value):
    (held,) = value.values()
    return (held["type"], held.get("message", "")) if isinstance(held, dict) else held


def worth(cells, locale="en_US"):
    source = Cells({place(name): content(one) for name, one in cells.items()}, locale_of(locale))
    found = calculate(source)
    return {f"{letters(c)}{r + 1}": bare(value) for (_, r, c), value in sorted(found.items())}


DATA = {"A1": 1, "A2": 2, "A3": 3, "B1": "x", "B2": "y", "B3": "x", "C1": "ann@b.org", "D1": 46270}


def result(formula, **more):
    return worth({**DATA, **more, "F1": formula}).get("F1")


RESULTS = {
    "=SUM(A1:A3)": 6,
    "=SUM(A:A)": 6,
    "=SUM(A2:A)": 5,
    "=SUM(2:2)": 2,
    "=SUM($A$1:A3, 4, \"5\")": 15,
    "=SUM(numbers)": 6,
    "=SUM(Data!A1:A2)": 3,
    "='Other one'!A1+1": 1,
    "=AVERAGE(A1:A3)": 2,
    "=COUNT(A1:D3)": 4,
    "=COUNTA(A1:D3)": 8,
    "=COUNTBLANK(A1:D1)": 0,
    "=MIN(A1:A3)+MAX(A1:A3)": 4,
    "=ROUND(2.345, 2)": 2.35,
    "=ROUND(-2.5)": -3,
    "=MOD(-1, 3)": 2,
    "=1+2*3^2": 19,
    "=-2^2": 4,
    "=(1+2)*3": 9,
    "=50%*2": 1,
    "=2/4": 0.5,
    "=\"a\"&1&TRUE": "a1TRUE",
    "=\"say \"\"hi\"\"\"": 'say "hi"',
    "=1<2": True,
    "=\"a\"=\"A\"": True,
    "=A1<>1": False,
    "=Z9=0": True,
    "=Z9=\"\"": True,
    "=COUNTIF(A1:A3, \">1\")": 2,
    "=COUNTIF(B1:B3, \"X\")": 2,
    "=COUNTIF(C1:C3, \"*@b.*\")": 1,
    "=COUNTIFS(A1:A3, \">1\", B1:B3, \"x\")": 1,
    "=SUMIF(B1:B3, \"x\", A1:A3)": 4,
    "=SUMIFS(A1:A3, B1:B3, \"x\", A1:A3, \"<3\")": 1,
    "=AVERAGEIF(A1:A3, \">1\")": 2.5,
    "=IF(A1>0, \"yes\", \"no\")": "yes",
    "=IF(A1>5, \"yes\")": False,
    "=IFS(A1=2, \"b\", TRUE, \"c\")": "c",
    "=SWITCH(A2, 1, \"one\", 2, \"two\", \"many\")": "two",
    "=IFERROR(A1/0, \"none\")": "none",
    "=IFNA(VLOOKUP(9, A1:B3, 2, FALSE), \"nobody\")": "nobody",
    "=AND(A1=1, A2=2)": True,
    "=OR(A1=2, A2=3)": False,
    "=NOT(TRUE)": False,
    "=CONCATENATE(B1, \"-\", A1:A3)": "x-123",
    "=CONCAT(B1, A1)": "x1",
    "=JOIN(\"-\", A1:A3)": "1-2-3",
    "=TEXTJOIN(\", \", TRUE, B1:B4)": "x, y, x",
    "=LEN(C1)": 9,
    "=LEFT(C1, 3)&RIGHT(C1, 4)&MID(C1, 4, 1)": "ann.org@",
    "=UPPER(\"aé\")&LOWER(\"B\")&PROPER(\"ann LEE\")": "AÉbAnn Lee",
    "=TRIM(\"  a   b \")": "a b",
    "=SUBSTITUTE(\"aXbX\", \"X\", \"-\", 2)": "aXb-",
    "=FIND(\"@\", C1)": 4,
    "=TEXT(D1, \"yyyy/mm/dd\")": "2026/09/05",
    "=TEXT(1234.5, \"#,##0.00\")": "1,234.50",
    "=VALUE(\"1,000\")": 1000,
    "=ROW()": 1,
    "=ROW(A7)+COLUMN(C1)": 10,
    "=INDEX(A1:B3, 2, 2)": "y",
    "=MATCH(\"y\", B1:B3, 0)": 2,
    "=MATCH(2.5, A1:A3)": 2,
    "=VLOOKUP(2, A1:B3, 2, FALSE)": "y",
    "=VLOOKUP(2.9, A1:B3, 2)": "y",
    "=HLOOKUP(1, A1:B3, 2, FALSE)": 2,
    "=XLOOKUP(3, A1:A3, B1:B3)": "x",
    "=XLOOKUP(9, A1:A3, B1:B3, \"none\")": "none",
    "=INDIRECT(\"A\"&2)": 2,
    "=SUM(OFFSET(A1, 1, 0, 2, 1))": 5,
    "=TODAY()": 46270,
    "=NOW()": 46270.5,
    "=DATE(2026, 2, 30)": 46083,
    "=DATE(2026, 14, 1)": 46419,
    "=YEAR(D1)*10000+MONTH(D1)*100+DAY(D1)": 20260905,
    "=WEEKDAY(D1)&WEEKDAY(D1, 2)": "76",
    "=EDATE(DATE(2026, 1, 31), 1)": 46081,
    "=EOMONTH(D1, 0)": 46295,
    "=DATEDIF(D1, D1+40, \"M\")": 1,
    "=NETWORKDAYS(D1, D1+9)": 6,
    "=HYPERLINK(\"https://example.org\", \"site\")": "site",
    "=ISBLANK(Z1)": True,
    "=ISNUMBER(A1)": True,
    "=ISERROR(A1/0)": True,
    "=REGEXMATCH(C1, \"^[a-z]+@\")": True,
    "=REGEXEXTRACT(C1, \"@(.*)\")": "b.org",
    "=REGEXREPLACE(\"abc\", \"(b)\", \"[$1]\")": "a[b]c",
    "=SUMPRODUCT(A1:A3, A1:A3)": 14,
    "=SUMPRODUCT((B1:B3=\"x\")*A1:A3)": 4,
    "=LARGE(A1:A3, 1)+SMALL(A1:A3, 1)": 4,
    "=SUM(1; 2)": 3,
    "=LET(x, A1*2, y, x+1, x*y)": 6,
    "=ADD(A1, A2)*DIVIDE(6, 3)": 6,
    "=GT(A2, A1)": True,
    "=SUBTOTAL(109, A1:A3)": 6,
    "=PERCENTILE(A1:A3, 0.25)": 1.5,
    "=QUARTILE(A1:A3, 2)": 2,
    "=MODE(1, 2, 2)": 2,
    "=VARP(A1:A3)*3": 2,
    "=ISEMAIL(C1)": True,
    "= sum( a1 , a2 )": 3,
}  # fmt: skip


@pytest.mark.parametrize("formula", RESULTS)
def test_a_formula_is_worth(formula):
    found = result(formula)
    assert found == RESULTS[formula]
    assert isinstance(found, bool) == isinstance(RESULTS[formula], bool)


ERRORS = {
    "=A1/0": ("DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero."),
    "=1+": ("ERROR", "Formula parse error."),
    "=SUM((A1)": ("ERROR", "Formula parse error."),
    "=NOSUCH(1)": ("NAME", "Unknown function: 'NOSUCH'."),
    "=nosuch": ("NAME", "Unknown range name: 'NOSUCH'."),
    "=Gone!A1": ("REF", "Unresolved sheet name 'Gone'."),
    "=ZZ1": ("REF", "Reference does not exist."),
    "=#REF!+1": ("REF", "Reference does not exist."),
    '="a"+1': (
        "VALUE",
        "Function ADD parameter 1 expects number values. But 'a' is a text and cannot be "
        "coerced to a number.",
    ),
    "=VLOOKUP(9, A1:B3, 2, FALSE)": ("N_A", "Did not find value '9' in VLOOKUP evaluation."),
    "=SUM()": (
        "N_A",
        "Wrong number of arguments to SUM. Expected at least 1 arguments, but got 0 arguments.",
    ),
    '=IMPORTRANGE("x", "A1")': ("REF", "You need to connect these sheets."),
    "=SQRT(-1)": ("NUM", "Function SQRT parameter 1 value is out of range."),
    "=10^400": ("NUM", "The result is not a number."),
    "=F1": (
        "REF",
        "Circular dependency detected. To resolve with iterative calculation, see File > Settings.",
    ),
    '=FILTER(A1:A3, B1:B3="z")': ("N_A", "No matches are found in FILTER evaluation."),
    "=AVERAGE(C1)": (
        "DIVIDE_BY_ZERO",
        "Evaluation of function AVERAGE caused a divide by zero error.",
    ),
}


@pytest.mark.parametrize("formula", ERRORS)
def test_a_formula_that_cannot_be_worked_out_says_why(formula):
    assert result(formula) == ERRORS[formula]


SPILLS = {
    "={1,2;3,4}": {"F1": 1, "G1": 2, "F2": 3, "G2": 4},
    "={A1:A2; 9}": {"F1": 1, "F2": 2, "F3": 9},
    "=ARRAYFORMULA(A1:A3*2)": {"F1": 2, "F2": 4, "F3": 6},
    '=ARRAYFORMULA(IF(A1:A3>1, "big", ""))': {"F1": "", "F2": "big", "F3": "big"},
    '=FILTER(A1:B3, B1:B3="x")': {"F1": 1, "G1": "x", "F2": 3, "G2": "x"},
    "=SORT(A1:A3, 1, FALSE)": {"F1": 3, "F2": 2, "F3": 1},
    "=UNIQUE(B1:B3)": {"F1": "x", "F2": "y"},
    "=TRANSPOSE(A1:A3)": {"F1": 1, "G1": 2, "H1": 3},
    "=SEQUENCE(2, 2)": {"F1": 1, "G1": 2, "F2": 3, "G2": 4},
    '=SPLIT("a,2", ",")': {"F1": "a", "G1": 2},
    "=INDEX(A1:B3, 2)": {"F1": 2, "G1": "y"},
    "=XLOOKUP(2, A1:A3, A1:B3)": {"F1": 2, "G1": "y"},
}


@pytest.mark.parametrize("formula", SPILLS)
def test_an_array_spills_into_its_empty_neighbours(formula):
    assert worth({**DATA, "F1": formula}) == SPILLS[formula]


def test_an_array_does_not_spill_over_what_stands_there():
    message = "Array result was not expanded because it would overwrite data in A2."
    assert worth({"A1": "=SEQUENCE(3)", "A2": "x"}) == {"A1": ("REF", message)}


def test_a_formula_sees_what_another_one_spilled():
    assert worth({"A1": "=SUM(B:B)", "B1": "=SEQUENCE(3)"})["A1"] == 6


def test_a_range_alone_is_the_cell_in_line_with_the_formula():
    assert worth({"A1": 1, "A2": 2, "C2": "=A1:A3"}) == {"C2": 2}


def test_a_formula_of_an_empty_cell_shows_nothing():
    assert worth({"A1": "=B1"}) == {}


def test_circles_of_several_cells_are_found():
    found = worth({"A1": "=B1", "B1": "=C1+1", "C1": "=A1", "D1": "=1+1"})
    assert found["D1"] == 2
    assert {found[name][0] for name in ("A1", "B1", "C1")} == {"REF"}


def test_a_chain_of_formulas_longer_than_the_stack_is_worked_out():
    cells = {(0, row, 0): {"formulaValue": f"=A{row + 2}+1"} for row in range(99)}
    assert calculate(Cells(cells))[0, 0, 0] == {"numberValue": 99}


def test_german_formulas_have_semicolons_and_decimal_commas():
    assert worth({"A1": "=SUM(1,5;2,5)", "A2": "=ROUND(2,345;2)"}, "de_DE") == {"A1": 4, "A2": 2.35}


MOVES = [
    ("=A5+$B$2", Inserted("Data", "ROWS", 3, 2), "=A7+$B$2"),
    ("=SUM(A1:A10)", Inserted("Data", "ROWS", 5, 1), "=SUM(A1:A11)"),
    ("=SUM(A1:A10)", Inserted("Data", "ROWS", 10, 1), "=SUM(A1:A10)"),
    ("=SUM(A:B)", Inserted("Data", "COLUMNS", 1, 1), "=SUM(A:C)"),
    ("=SUM(A1:A10)", Deleted("Data", "ROWS", 2, 3), "=SUM(A1:A7)"),
    ("=SUM(A3:A5)", Deleted("Data", "ROWS", 2, 3), "=SUM(#REF!)"),
    ("=A5&\"A5\"", Deleted("Data", "ROWS", 4, 1), "=#REF!&\"A5\""),
    ("='Other one'!A5", Inserted("Data", "ROWS", 0, 1), "='Other one'!A5"),
    ("=Data!A5", Inserted("Data", "ROWS", 0, 1), "=Data!A6"),
    ("=A1+A3", Moved("Data", "ROWS", 0, 1, 5), "=A5+A2"),
    ("=A1", Renamed("Data", "My data"), "=A1"),
    ("=Data!A1", Renamed("Data", "My data"), "='My data'!A1"),
    ("=Data!A1:B2", Renamed("Data", None), "=Data!#REF!"),
    ("=B2+C3", Cut("Data", 1, 1, 2, 2, "Data", 5, 5), "=F6+C3"),
    ("=B2", Cut("Data", 1, 1, 2, 2, "Other one", 0, 0), "='Other one'!A1"),
    ("=1+", Inserted("Data", "ROWS", 0, 1), "=1+"),
    ("no formula A1", Inserted("Data", "ROWS", 0, 1), "no formula A1"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "operation", "after"), MOVES)
def test_references_follow_what_they_refer_to(formula, operation, after):
    assert moved(formula, operation, "Data") == after


def test_a_copied_formula_refers_relatively_but_for_its_dollars():
    assert copied("=A1+$A1+A$1+$A$1+B:B+2:2", 2, 1) == "=B3+$A3+B$1+$A$1+C:C+4:4"
    assert copied("=A1", -1, 0) == "=#REF!"


REFERENCES = st.builds(
    lambda a, b, c, d, e, f: f"{a}{letters(b)}{c}{d}" + (f":{letters(b + e)}{d + f}" if f else ""),
    st.sampled_from(["", "$"]),
    st.integers(0, 700),
    st.sampled_from(["", "$"]),
    st.integers(1, 5000),
    st.integers(0, 9),
    st.integers(0, 9),
)


@given(REFERENCES)
def test_a_reference_reads_as_it_was_written(text):
    assert str(read_reference(text)) == text


@given(REFERENCES, st.integers(0, 6000), st.integers(1, 50))
def test_deleting_what_was_inserted_leaves_a_formula_as_it_was(text, at, count):
    formula = f"={text}*2"
    there = moved(formula, Inserted("Data", "ROWS", at, count), "Data")
    assert moved(there, Deleted("Data", "ROWS", at, count), "Data") == formula


@given(REFERENCES, st.integers(1, 50), st.integers(1, 50))
def test_copying_back_leaves_a_formula_as_it_was(text, rows, columns):
    assert copied(copied(f"={text}", rows, columns), -rows, -columns) == f"={text}"


@given(st.text("=+-*/^&<>()[]{},;:!$#'\"A1b. ", max_size=15))
def test_any_text_after_an_equals_sign_is_read_or_unreadable_and_never_breaks(text):
    with suppress(Unreadable):
        read("=" + text)
    assert set(worth({"A1": "=" + text})) <= {"A1", "B1", "C1", "A2", "B2"} | {
        f"{column}{row}" for column in "ABCDEFGH" for row in range(1, 9)
    }


def test_a_formula_brings_the_format_of_its_dates_and_references_along():
    formats = {"A1": {"type": "CURRENCY"}, "B1": {"type": "DATE"}}

    def at(reference):
        return formats.get(str(reference.first))

    kinds = {
        "=TODAY()": {"type": "DATE"},
        "=NOW()": {"type": "DATE_TIME"},
        "=A1*2": {"type": "CURRENCY"},
        "=SUM(A1:A9)": {"type": "CURRENCY"},
        "=B1+7": {"type": "DATE"},
        "=B1-B1": None,
        "=C1": None,
        "=LEN(A1)": None,
    }
    assert {formula: format_of(read(formula), at) for formula in kinds} == kinds


PEOPLE = {
    "A1": "Name",
    "B1": "Town",
    "C1": "Age",
    "A2": "Ann",
    "B2": "Ulm",
    "C2": 30,
    "A3": "Bob",
    "B3": "Bonn",
    "C3": 20,
    "A4": "Cid",
    "B4": "Ulm",
    "C4": 25,
}
QUERIES = {
    "select A where C > 20 order by C desc": [["Name"], ["Ann"], ["Cid"]],
    "select A, C where B = 'Ulm' and not A contains 'i' limit 5": [["Name", "Age"], ["Ann", 30]],
    "select B, count(A), avg(C) group by B label count(A) 'People'": [
        ["Town", "People", "avg Age"],
        ["Bonn", 1, 20],
        ["Ulm", 2, 27.5],
    ],
    "select sum(C)": [["sum Age"], [75]],
    "where A starts with 'B' or A is null": [["Name", "Town", "Age"], ["Bob", "Bonn", 20]],
    "select A order by A desc limit 1 offset 1": [["Name"], ["Bob"]],
    "select Col1 where Col2 matches 'U.*'": [["Name"], ["Ann"], ["Cid"]],
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_filters_groups_sorts_and_cuts(query):
    found = worth({**PEOPLE, "F1": f'=QUERY(A1:C4, "{query}")'})
    wanted = QUERIES[query]
    assert found == {
        f"{letters(5 + column)}{row + 1}": value
        for row, line in enumerate(wanted)
        for column, value in enumerate(line)
    }


@pytest.mark.parametrize("query", ["select Z", "pick A", "select A where", "where A ="])
def test_what_is_no_query_is_told_as_the_service_tells_it(query):
    kind, message = worth({**PEOPLE, "F1": f'=QUERY(A1:C4, "{query}")'})["F1"]
    assert kind == "VALUE"
    assert message.startswith("Unable to parse query string for Function QUERY parameter 2: ")
