"""Mistakes in tests are told all at once, each with its place and its cure."""

from __future__ import annotations

import pytest

from sheetflow.errors import ProblemsFound, SetupError
from sheetflow.testing.loading import check_tests, files_of, recipe_of
from sheetflow.testing.suite import load_suite
from sheetflow.workspace import Workspace


def test_every_mistake_is_told_at_once_with_line_and_column(bench):
    found = bench.problems(
        """\
        tests:
          - name: one
            at: tomorrow
            given:
              Peple:
                - {Name: Ana}
              People:
                - {Code: 1, Naem: Ana, Email: ana@example.org}
            expect:
              mials: []
              meetings: {with: Ana, news: moved}
        """
    )
    assert found == [
        '3:9: tests: at: "tomorrow" is not understood here. '
        "Write a day and a time, such as 2026-11-23 09:00.",
        '5:7: tests: given: Peple: there is no table "Peple". Did you mean "People"?',
        "8:21: tests: given: People: Naem: neither the recipe nor sheetflow.yaml knows a column "
        '"Naem" of People. Did you mean "Name"? If the table has it, declare it there under '
        "columns.",
        '10:7: tests: expect: there is no key "mials". Did you mean "mails"?',
        '11:35: tests: expect: meetings: news: "moved" is not one of the words for this. '
        'It can be "new", "changed" or "called off".',
    ]


def test_names_that_no_given_row_has_are_told(bench):
    found = bench.problems(
        """\
        at: 2026-03-14 09:00
        tests:
          - name: one
            given:
              People: [{Code: 1, Name: Ana}, {Code: 2, Name: Bo}, {Code: 3, Name: Bo}]
            expect:
              mails: {to: Anna}
              cells: {Bo: {Stage: x}, Cleo: {Stage: x}}
              left_out: {Anna: because}
        """
    )
    assert found == [
        '7:19: expect: nobody is called "Anna" here. Did you mean "Ana"?',
        '8:15: expect: 2 rows of People are called "Bo". Write "row 3", "row 4", or an address.',
        '8:31: expect: no row of People is called "Cleo" here. There are "Ana", "Bo" and "Bo".',
        '9:18: expect: no row of People is called "Anna" here. Did you mean "Ana"?',
    ]


def test_a_test_says_when_it_is_and_has_a_name_of_its_own(bench):
    one = "  - {name: one, expect: nothing}\n"
    found = bench.problems(f"tests:\n{one}{one}")
    assert [text.partition(" ")[0] for text in found] == ["2:5:", "3:5:", "3:5:"]
    assert "does not say when it is" in found[0]
    assert "two tests are called" in "".join(found)
    (none,) = bench.problems("tests: []\n")
    assert none == " tests: there is no test. Write one, or remove the file."


def test_a_column_that_only_the_sheet_has_may_be_given_where_the_sheet_is_at_hand(bench):
    tests = (
        "tests:\n  - name: one\n    at: 2026-03-14 09:00\n"
        "    given: {People: [{Code: 1, Name: Ana, Shoe size: 38, Stage: Old}]}\n"
        "    expect: nothing\n"
    )
    (found,) = bench.problems(tests)
    assert '"Shoe size" of People' in found
    settings = (bench.folder / "sheetflow.yaml").read_text("utf-8")
    bench.write("sheetflow.yaml", settings.replace("ledger: {environment: NO_SUCH_LEDGER}\n", ""))
    bench.write("nowhere.csv", "Code,Name,Email,Shoe size\n")
    assert bench.said(tests) == []


def test_check_tells_the_mistakes_of_tests_too(bench):
    path = bench.write("recipes/welcome/tests.yaml", "tetss: []\n")
    bench.write("nowhere.csv", "Code,Name,Email,Stage,Home town,Starts,Shifts,Coach,Due\n")
    settings = (bench.folder / "sheetflow.yaml").read_text("utf-8")
    bench.write("sheetflow.yaml", settings.replace("ledger: {environment: NO_SUCH_LEDGER}\n", ""))
    workspace = Workspace.open(bench.folder)
    found = check_tests(workspace, bench.folder / "recipes/welcome/recipe.yaml")
    assert [str(each) for each in found] == [
        f'{path}:1:1: tests: there is no key "tetss". Did you mean "tests"?'
    ]


def test_a_recipe_with_a_mistake_is_told_instead_of_its_tests(bench):
    bench.write("recipes/welcome/tests.yaml", "tests: [{name: one, expect: nothing}]\n")
    bench.recipe("recipe: Welcome\n")
    with pytest.raises(ProblemsFound, match="for_each"):
        load_suite(bench.folder)


def test_tests_stand_beside_their_recipe(bench):
    recipes = bench.folder / "recipes"
    folder = recipes / "welcome"
    for name in ("tests.yaml", "tests/late.yaml", "tests/early.yaml"):
        bench.write(f"recipes/welcome/{name}", "tests: []\n")
    beside = [folder / "tests.yaml", folder / "tests/early.yaml", folder / "tests/late.yaml"]
    assert list(files_of(folder / "recipe.yaml")) == beside
    assert {recipe_of(path) for path in beside} == {folder / "recipe.yaml"}
    bench.write("recipes/thanks.yaml", "")
    bench.write("recipes/tests/thanks.yaml", "")
    bench.write("recipes/tests.yaml", "")
    own = (recipes / "tests.yaml", recipes / "tests/thanks.yaml")
    assert files_of(recipes / "thanks.yaml") == own
    bench.write("recipes/other.yaml", "")
    with pytest.raises(ProblemsFound, match="beside several recipes"):
        files_of(recipes / "thanks.yaml")


def test_where_there_are_no_tests_that_is_said(bench):
    with pytest.raises(SetupError, match="There are no tests here"):
        load_suite(bench.folder)
    with pytest.raises(SetupError, match=r'no recipe "welcom" here\. Did you mean "welcome"'):
        load_suite(bench.folder, "welcom")
