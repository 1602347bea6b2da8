"""`sheetflow explain`: a recipe in plain sentences, made from what it really says."""

from __future__ import annotations

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation


@click.command(epilog="Example: sheetflow explain welcome")
@click.argument("recipe", metavar="RECIPE")
@click.pass_obj
def explain(invocation: Invocation, recipe: str) -> None:
    """Say in plain sentences what a recipe does, to be read aloud.

    RECIPE is its name, or the path of its file. What is said comes from what the recipe means to
    Sheetflow, not from its comments. It changes nothing.
    """
    from sheetflow.reporting.explain import explain as read_aloud

    workspace = invocation.open_workspace()
    terminal.say(read_aloud(workspace.recipe(recipe, offline=True), workspace))
