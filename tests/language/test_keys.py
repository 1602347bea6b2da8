"""A table of keys: what is read by it, and what is told of anything else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import jsonschema
import pytest

from sheetflow.language.keys import Key, ListKind, MapKind, NamedKind, read_map
from sheetflow.language.kind_table import KINDS, key_of, kind_of
from sheetflow.language.kinds import TextKind, WholeNumberKind
from sheetflow.language.problems import Problems, did_you_mean, in_words, suggest
from sheetflow.language.reading import NOTHING, UNREAD, Reading
from sheetflow.language.schema import settings_schema
from sheetflow.language.vocabulary import Option
from sheetflow.language.yamlfile import parse_yaml
from sheetflow.secrets import Secret

FILE = Path("sheetflow.yaml")
PLACE = (
    Key("file", TextKind(), "The file.", required=True),
    Key("sheet", TextKind(), "The tab.", default=""),
)
SETTINGS = (
    Key("name", TextKind(), "Who you are.", required=True),
    Key("tables", NamedKind(MapKind(PLACE, dict), "table"), "Where they are.", default={}),
    Key("quiet", kind_of(tuple[time, ...]), "When nobody is written to.", default=()),
    Key("limit", WholeNumberKind(1), "The most in a day."),
)


def read(text: str) -> tuple[dict[str, Any], list[str]]:
    """What the keys make of a text, and what is told."""
    problems = Problems()
    document = parse_yaml(text, FILE, problems)
    assert document is not None
    found: dict[str, Any] = {}
    with problems.gathering(document.root.position, "settings"):
        found = read_map(document.root, SETTINGS, Reading(problems, title="settings"))
    return found, [str(problem) for problem in sorted(problems)]


def test_nested_maps_are_read_with_their_defaults():
    assert read("name: Us\ntables:\n  People: {file: a.xlsx}\nquiet: [21:00, 8:00]\n") == (
        {
            "name": "Us",
            "tables": {"People": {"file": "a.xlsx", "sheet": ""}},
            "quiet": (time(21), time(8)),
            "limit": None,
        },
        [],
    )


def test_every_mistake_is_told_at_its_place():
    text = """\
nmae: Us
tables:
  People:
    fiel: a.xlsx
    sheet: [a, b]
  Coaches: coaches.csv
quiet: [21:00, noon]
limit: 0
colour: red
"""
    assert read(text)[1] == [
        'sheetflow.yaml:1:1: settings: there is no key "nmae". Did you mean "name"?',
        'sheetflow.yaml:4:5: tables: People: there is no key "fiel". Did you mean "file"?',
        "sheetflow.yaml:5:12: tables: People: sheet: this is a list. Write a text.",
        "sheetflow.yaml:6:12: tables: Coaches: this must be a map of keys and values."
        " Its keys are: file, sheet.",
        'sheetflow.yaml:7:16: quiet: "noon" is not a time of day.'
        " Write a time of day, such as 09:00 or 18:30.",
        "sheetflow.yaml:8:8: limit: 0 is too small. The least is 1.",
        'sheetflow.yaml:9:1: settings: there is no key "colour".'
        ' The keys are "name", "tables", "quiet" and "limit".',
    ]


def test_a_key_without_a_value_and_a_missing_key_are_told():
    assert read("limit:\n")[1] == [
        'sheetflow.yaml:1:1: settings: "name" is missing. Write name: Welcome call',
        "sheetflow.yaml:1:7: limit: nothing is written here."
        " Write a whole number in digits, such as 40.",
    ]


def test_a_file_that_is_no_map_is_told_what_its_keys_are():
    for text, what in [("", "nothing is written here."), ("- a\n", "this must be a map")]:
        (told,) = read(text)[1]
        assert told.startswith(f"sheetflow.yaml:1:1: settings: {what}")
        assert told.endswith("Its keys are: name, tables, quiet, limit.")


VALUES = [
    (str, "NO", "NO"),
    (str, "01234", "01234"),
    (str, '""', ""),
    (int, "40", 40),
    (int | None, "40", 40),
    (Decimal, "2.5", Decimal("2.5")),
    (bool, "yes", True),
    (bool, "No", False),
    (timedelta, "1 hour 30 minutes", timedelta(minutes=90)),
    (time, "9:05", time(9, 5)),
    (ZoneInfo, "Europe/Berlin", ZoneInfo("Europe/Berlin")),
    (Literal["stop", "stop everything"], "Stop  everything", "stop everything"),
    (tuple[str, ...], "[a, NO]", ("a", "NO")),
    (tuple[str, ...], "a", ("a",)),
    (dict[str, int], "{a: 1}", {"a": 1}),
    (Mapping[str, str], "{a: 01}", {"a": "01"}),
    (Secret, "{file: x}", {"file": "x"}),
    (Secret, "{environment: X}", {"environment": "X"}),
]


@pytest.mark.parametrize(("type_", "written", "expected"), VALUES)
def test_a_value_is_read_by_its_type(type_: Any, written: str, expected: object):
    problems = Problems()
    document = parse_yaml(f"- {written}\n", FILE, problems)
    assert document is not None
    (node,) = document.root.items  # type: ignore[union-attr]  # it is a list
    assert Reading(problems).value(kind_of(type_), node) == expected
    assert list(problems) == []


WRONG = [
    (int, "forty", '"forty" is not a whole number.'),
    (int, "1e5", '"1e5" is not a whole number.'),
    (int, "0x10", '"0x10" is not a whole number.'),
    (int, "-1", "-1 is too small."),
    (int, "٣", '"٣" is not a whole number.'),
    (Decimal, "2,5", '"2,5" is not a number.'),
    (bool, "true", '"true" is not understood here.'),
    (bool, "1", '"1" is not understood here.'),
    (timedelta, "30", '"30" is not a length of time.'),
    (time, "540", '"540" is not a time of day.'),
    (ZoneInfo, "Berlin", '"Berlin" is not a time zone.'),
    (Literal["stop", "go"], "halt", '"halt" is not one of the words for this.'),
    (tuple[str, ...], "[]", "the list is empty."),
    (str, "{a: b}", "this is a map."),
    (str, "", "nothing is written here."),
    (dict[str, int], "[a]", "this must be a map."),
    (dict[str, int], "{'': 1}", "there is an empty name."),
    (Secret, "hunter2", "a secret is never written here, only where it is kept."),
    (Secret, "{file: a, environment: b}", "a secret is never written here, only where it is kept."),
]


@pytest.mark.parametrize(("type_", "written", "what"), WRONG)
def test_a_value_of_another_type_is_told(type_: Any, written: str, what: str):
    problems = Problems()
    document = parse_yaml(f"a: {written}\n", FILE, problems)
    assert document is not None
    node = document.root.get("a")  # type: ignore[union-attr]  # it is a map
    assert node is not None
    assert Reading(problems, "a").value(kind_of(type_), node) in (UNREAD, {})
    (problem,) = problems
    assert problem.what == what
    assert problem.cure


def test_a_secret_is_not_repeated_in_its_problem():
    problems = Problems()
    document = parse_yaml("password: hunter2\n", FILE, problems)
    assert document is not None
    node = document.root.get("password")  # type: ignore[union-attr]  # it is a map
    assert node is not None
    Reading(problems, "password").value(kind_of(Secret), node)
    assert [str(problem) for problem in problems] == [
        "sheetflow.yaml:1:11: password: a secret is never written here, only where it is kept."
        " Write {file: NAME} or {environment: NAME}."
    ]


def test_a_type_that_nothing_is_written_as_is_a_mistake_of_the_plugin():
    with pytest.raises(TypeError, match="no option can be declared as"):
        kind_of(object)


def test_every_kind_says_how_it_is_written_and_has_an_example():
    assert [type_ for type_, kind in KINDS.items() if not (kind.words and kind.example)] == []


def test_an_option_becomes_a_key():
    key = key_of(Option("for", "for_", timedelta, "How long.", False, timedelta(minutes=30)))
    assert (key.name, key.kind, key.help) == ("for", KINDS[timedelta], "How long.")
    assert (key.required, key.default) == (False, timedelta(minutes=30))


def test_the_schema_of_a_table_of_keys_says_the_same():
    schema = settings_schema(SETTINGS, "Settings", NOTHING)
    check = jsonschema.Draft202012Validator(schema)
    check.check_schema(schema)
    good = {"name": "Us", "tables": {"A": {"file": "a.csv"}}, "quiet": ["21:00"], "limit": 3}
    assert list(check.iter_errors(good)) == []
    for bad in ({"nmae": "Us"}, {"name": "Us", "tables": {"A": {}}}, {"name": "Us", "limit": "x"}):
        assert not check.is_valid(bad)


def test_the_nearest_word_is_suggested_whatever_joins_its_parts():
    assert did_you_mean("for each", ["for_each", "rows"]) == 'Did you mean "for_each"?'
    assert did_you_mean("If-None", ["if_none"]) == 'Did you mean "if_none"?'
    assert did_you_mean("colour", ["to", "at"]) == ""
    assert did_you_mean("x" * 100_000, ["x" * 90]) == 'Did you mean "' + "x" * 90 + '"?'
    assert suggest("colour", [], "There are") == ""
    assert in_words(["a"], "or") == '"a"'


def test_a_list_of_maps_is_read_too():
    problems = Problems()
    document = parse_yaml("- {file: a}\n- {flie: b}\n", FILE, problems)
    assert document is not None
    kind = ListKind(MapKind(PLACE, dict))
    assert Reading(problems).value(kind, document.root) == ({"file": "a", "sheet": ""},)
    assert [problem.what for problem in problems] == ['there is no key "flie".']
