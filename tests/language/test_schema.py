"""The JSON Schema accepts what the loader accepts, and an editor refuses what is mistyped."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sheetflow.language.conditions.phrasebook import FORMS
from sheetflow.language.loading import load_recipe
from sheetflow.language.nodes import Items, Map, Node, Scalar
from sheetflow.language.problems import Problems
from sheetflow.language.recipe_keys import RECIPE_KEYS, STEP_KEYS
from sheetflow.language.schedules import AGAINS, SCHEDULES
from sheetflow.language.schema import recipe_schema
from sheetflow.language.vocabulary import Vocabulary
from sheetflow.language.yamlfile import parse_yaml
from tests.language.vocabularies import RECIPE, VOCABULARY, write_recipe

SCHEMA = json.loads(json.dumps(recipe_schema(VOCABULARY)))
CHECK = jsonschema.Draft202012Validator(SCHEMA)
START = "recipe: x\nfor_each: volunteer in Volunteers\nwhere: everyone\n"


def as_editor(node: Node) -> Any:
    """What an editor's YAML 1.2 makes of a node: numbers, booleans and null where nobody quoted."""
    match node:
        case Items(items):
            return [as_editor(item) for item in items]
        case Map(entries):
            return {entry.key.text: as_editor(entry.value) for entry in entries}
        case Scalar(text) if node.quoted:
            return text
        case Scalar("true" | "false" as text):
            return text == "true"
        case Scalar("" | "null" | "~"):
            return None
        case Scalar(text) if re.fullmatch(r"[-+]?\d+", text):
            return int(text)
        case Scalar(text) if re.fullmatch(r"[-+]?\d*\.\d+|[-+]?\d+(\.\d*)?[eE][-+]?\d+", text):
            return float(text)
        case Scalar(text):
            return text


def accepts(text: str) -> bool:
    """Whether the schema accepts a recipe."""
    document = parse_yaml(text, Path("r.yaml"), Problems())
    assert document is not None
    return CHECK.is_valid(as_editor(document.root))


def test_the_schema_is_one():
    CHECK.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


ACCEPTED = [
    RECIPE,
    *(f"{START}schedule: {example}\nsteps: [{{set: {{Status: x}}}}]\n" for example in SCHEDULES),
    *(f"{START}steps: [{{set: {{A: x}}, again: '{example}'}}]\n" for example in AGAINS[:2]),
    *(
        START.replace("where: everyone", f"where: {{Status: '{example}'}}")
        + "steps: [{set: {Status: x}}]\n"
        for form in FORMS
        for example in form.examples
    ),
    START.replace("everyone", "{any of: [{Status: is New}, {Region: [is A, is not B]}]}")
    + "steps: [{set: {Status: 01234, Region: 9:00, Name: NO}}]\n",
    START.replace("everyone", "{expression: volunteer.region == 'North'}")
    + "rows: visible\nsteps: [{set: {Status: true}, if: volunteer.region, id: a-1}]\n",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_the_loader_accepts_the_schema_accepts(tmp_path: Path, text: str):
    load_recipe(write_recipe(tmp_path, text.replace("{A: x}", "{Status: x}")), VOCABULARY)
    assert accepts(text)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("schedule:", "shedule:"),
        ("every weekday at 09:00", "weekly"),
        ("volunteer in Volunteers", "volunteer in Volunters"),
        ("volunteer in Volunteers", "volunteer"),
        ("Coach: is empty", "Coach: empty"),
        ("Coach: is empty", "Coach:"),
        ("- assign:", "- asign:"),
        ("coach from Coaches", "coach of Coaches"),
        ("prefer: fewest", "prefer: fewst"),
        ("save_in:", "save in:"),
        ("for: 30 minutes", "for: 30"),
        ("by: room", "by: rom"),
        ("again: when First call changes", "again: often"),
        ("people_per_run: 40", "people_per_run: forty"),
        ("people_per_run: 40", "people: 40"),
        ("  people_per_run: 40", "  people_per_run: 0"),
        ("recipe: Match", "recipes: Match"),
    ],
)
def test_what_is_mistyped_the_schema_refuses(tmp_path: Path, written: str, typed: str):
    assert written in RECIPE
    assert not accepts(RECIPE.replace(written, typed))


def test_each_action_offers_its_own_options_with_their_help():
    alternatives = SCHEMA["properties"]["steps"]["items"]["anyOf"]
    assert [each["title"] for each in alternatives] == list(VOCABULARY.actions)
    email = alternatives[2]
    assert list(email["properties"]) == [
        "email",
        "template",
        "copies",
        "quiet",
        *(key.name for key in STEP_KEYS),
    ]
    assert email["required"] == ["email", "template"]
    assert email["properties"]["template"]["description"] == "The message."


def test_every_key_has_its_help():
    assert {name: found["description"] for name, found in SCHEMA["properties"].items()} == {
        key.name: key.help for key in RECIPE_KEYS
    }


def test_a_workspace_without_tables_still_has_a_schema():
    schema = json.loads(json.dumps(recipe_schema(Vocabulary(VOCABULARY.actions, {}))))
    check = jsonschema.Draft202012Validator(schema)
    check.check_schema(schema)
    assert check.is_valid(
        {
            "recipe": "x",
            "for_each": "volunteer in Anything",
            "where": "everyone",
            "steps": [{"add_row": "Anything", "cells": {"A": "b"}}],
        }
    )


def test_without_any_action_the_schema_is_still_one():
    jsonschema.Draft202012Validator.check_schema(
        json.loads(json.dumps(recipe_schema(Vocabulary({}, {}))))
    )
