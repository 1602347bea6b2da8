"""`sheetflow schema` and `sheetflow reference`."""

import json

import jsonschema
from ruamel.yaml import YAML


def _schema(call, *arguments: str) -> dict:
    found = json.loads(call("schema", *arguments).out)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def test_the_recipe_of_a_new_workspace_fits_its_schema(call, workspace):
    recipe = YAML(typ="safe").load(workspace / "recipes/welcome/recipe.yaml")
    jsonschema.validate(recipe, _schema(call))


def test_a_mistyped_option_does_not_fit_the_schema(call, workspace):
    recipe = YAML(typ="safe").load(workspace / "recipes/welcome/recipe.yaml")
    recipe["steps"][0]["templte"] = recipe["steps"][0].pop("template")
    validator = jsonschema.Draft202012Validator(_schema(call))
    assert not validator.is_valid(recipe)


def test_the_settings_of_a_new_workspace_fit_their_schema(call, workspace):
    settings = YAML(typ="safe").load(workspace / "sheetflow.yaml")
    schema = _schema(call, "--settings")
    jsonschema.validate(settings, schema)
    assert not jsonschema.Draft202012Validator(schema).is_valid({**settings, "tabels": {}})


def test_there_is_a_schema_outside_of_a_workspace_too(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "email" in json.dumps(_schema(call))
    assert "postal_address" in json.dumps(_schema(call, "--settings"))


def test_help_shows_the_line_that_editors_look_for(call):
    said = call("schema", "--help")
    assert "# yaml-language-server: $schema=../../recipe.schema.json" in said.out.replace("\n", " ")


def test_the_reference_names_every_action_and_setting(call):
    said = call("reference")
    assert said.code == 0
    for name in ("assign", "follow_up", "email", "invite", "meet", "set", "add_row"):
        assert f"### {name}\n" in said.out
    assert "## sheetflow.yaml" in said.out
