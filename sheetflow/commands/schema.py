"""`sheetflow schema`: the keys of a recipe, or of the settings, as JSON Schema for editors."""

from __future__ import annotations

import json

import click

from sheetflow.commands.invocation import Invocation


@click.command(epilog="Example: sheetflow schema > recipe.schema.json")
@click.option("--settings", "of_settings", is_flag=True, help="The schema of sheetflow.yaml.")
@click.option("--tests", "of_tests", is_flag=True, help="The schema of tests.yaml.")
@click.pass_obj
def schema(invocation: Invocation, of_settings: bool, of_tests: bool) -> None:
    """Print the JSON Schema of recipes, with which editors complete and check.

    In a workspace it knows its tables and plugins. Keep it in a file, and name that file in the
    first line of a recipe; editors with the YAML language server read it:

    \b
    # yaml-language-server: $schema=../../recipe.schema.json
    """
    from sheetflow.language.schema import recipe_schema, settings_schema
    from sheetflow.testing.keys import case_table
    from sheetflow.workspace.keys import setting_table

    if of_settings:
        keys = setting_table(invocation.registry())
        found = settings_schema(keys, "Sheetflow settings")
    elif of_tests:
        found = settings_schema(case_table(), "Sheetflow tests", invocation.vocabulary())
    else:
        found = recipe_schema(invocation.vocabulary())
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))
