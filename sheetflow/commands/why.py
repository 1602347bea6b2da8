"""`sheetflow why`: why each step happened for somebody, or did not."""

from __future__ import annotations

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation


@click.command(epilog='Examples: sheetflow why "Ana", or sheetflow why "row 12" welcome')
@click.argument("person", metavar="PERSON")
@click.argument("recipe", metavar="[RECIPE]", default="")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def why(invocation: Invocation, person: str, recipe: str, as_json: bool) -> None:
    """Tell why each step of a recipe happened for somebody, or did not.

    PERSON is a name or part of it, an address, a row's id, or "row 12". Without RECIPE, every
    recipe is asked. It reads the tables and the ledger, and changes nothing.
    """
    from sheetflow.reporting.why import why as find_out
    from sheetflow.reporting.why_text import why_json, why_text

    workspace = invocation.open_workspace()
    found = find_out(workspace, person, recipe)
    told = why_json if as_json else why_text
    terminal.say(told(found, workspace.clock.zone))
