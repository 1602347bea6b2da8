"""`sheetflow test`: a line for each test, what differs in words, and an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

TESTS = """\
at: 2026-03-14 09:00
tests:
  - name: whoever signs up is welcomed
    given:
      People: [{Name: Ana, Email: ana@example.org}, {Name: Bo, Email: bo@example.org, Stage: Old}]
    expect:
      mails: {to: Ana}
      cells: {Ana: {Stage: Welcomed}}
  - name: Bo is not
    given:
      People: [{Name: Bo, Email: bo@example.org, Stage: Old}]
    expect:
      mails: {to: Bo, subject: Welcome}
"""


@pytest.fixture
def file(workspace: Path) -> Path:
    """The tests beside the recipe of a new workspace."""
    path = workspace / "recipes/welcome/tests.yaml"
    path.write_text(TESTS, "utf-8")
    return path


def test_each_test_has_a_line_and_what_differs_is_told_in_words(call, file):
    said = call("test")
    assert (said.code, said.err) == (1, "")
    assert said.out.splitlines()[1:] == [
        "  passed  whoever signs up is welcomed",
        "  FAILED  Bo is not (recipes/welcome/tests.yaml:9)",
        '          Bo should have got "Welcome", but nothing was sent: Stage is "Old", not empty',
        "2 tests: 1 passed, 1 failed.",
    ]


def test_some_tests_are_chosen_by_their_name(call, file):
    said = call("test", "-k", "WELCOMED")
    assert (said.code, said.out.splitlines()[-1]) == (0, "1 test: 1 passed, 0 failed.")
    said = call("test", "-k", "nothing like it")
    assert (said.code, said.out) == (2, "")
    assert 'No test has "nothing like it" in its name.' in said.err


def test_a_recipe_a_file_or_a_folder_may_be_named(call, file, workspace, monkeypatch):
    assert call("test", "welcome").code == 1
    assert call("test", "recipes").code == 1
    monkeypatch.chdir("/")
    assert call("test", str(file), "-k", "welcomed").code == 0
    assert call("test", str(workspace / "recipes/welcome/recipe.yaml")).code == 1


def test_results_are_told_to_programs_too(call, file):
    said = call("test", "--json")
    found = json.loads(said.out)
    assert (said.code, found["passed"], found["failed"], found["untested"]) == (1, 1, 1, [])
    assert found["tests"][1] == {
        "recipe": "welcome",
        "file": str(file),
        "line": 9,
        "name": "Bo is not",
        "passed": False,
        "broken": "",
        "differences": [
            {
                "run": "",
                "who": "Bo",
                "what": 'Bo should have got "Welcome", but nothing was sent: '
                'Stage is "Old", not empty',
            }
        ],
    }


def test_a_mistake_in_a_test_is_told_by_test_and_by_check(call, file):
    file.write_text(TESTS.replace("Stage: Welcomed", "Stge: Welcomed"), "utf-8")
    for said in (call("test"), call("check"), call("check", str(file))):
        assert said.code == 2
        assert f"{file}:8:21: tests: expect: cells: Ana: Stge: " in said.out + said.err
        assert 'Did you mean "Stage"?' in said.out + said.err


def test_without_tests_the_cure_is_told(call):
    said = call("test")
    assert (said.code, said.err.strip()) == (
        2,
        "There are no tests here. Write tests.yaml beside recipe.yaml.",
    )


def test_tests_fit_their_schema(call, file):
    schema = json.loads(call("schema", "--tests").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    tests = YAML(typ="safe").load(TESTS.replace("at: 2026-03-14 09:00", "at: '2026-03-14 09:00'"))
    validator.validate(tests)
    tests["tests"][0]["expcet"] = tests["tests"][0].pop("expect")
    assert not validator.is_valid(tests)
