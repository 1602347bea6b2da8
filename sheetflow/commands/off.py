"""`sheetflow off`: switch a recipe off, at once."""

from __future__ import annotations

import click

from sheetflow.commands import terminal
from sheetflow.commands.asking import whoever_is_here
from sheetflow.commands.invocation import Invocation


@click.command(epilog='Example: sheetflow off welcome --why "wrong link in the mail"')
@click.argument("recipe", metavar="RECIPE")
@click.option("--why", default="", metavar="TEXT", help="What to remember about it.")
@click.pass_obj
def off(invocation: Invocation, recipe: str, why: str) -> None:
    """Switch a recipe off: it does nothing any more, by itself or when it is run.

    A run that is under way stops before its next message. Works for a recipe with mistakes in it.
    """
    from sheetflow.ledger.records import Switch
    from sheetflow.workspace import CHAPTER

    workspace = invocation.open_workspace()
    name = recipe.rstrip("/")
    known = name if name in workspace.recipes else workspace.recipe(recipe, offline=True).id
    switch = Switch(False, why, whoever_is_here(), workspace.clock.now())
    with workspace.ledger(read_only=False) as ledger:
        ledger.decisions.switch(CHAPTER, known, switch)
    terminal.say(f"{known} is switched off.")
