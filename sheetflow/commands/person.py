"""`sheetflow person`: all that ever happened with one person."""

from __future__ import annotations

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation


@click.command(epilog="Example: sheetflow person ana@example.org")
@click.argument("address", metavar="ADDRESS")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def person(invocation: Invocation, address: str, as_json: bool) -> None:
    """Show all that ever happened with one person, over all recipes and tables.

    ADDRESS is an address, a name or part of it, a row's id, or "row 12". The oldest comes first. It
    reads the tables and the ledger, and changes nothing.
    """
    from sheetflow.reporting.timeline import timelines
    from sheetflow.reporting.timeline_text import timeline_json, timeline_text

    workspace = invocation.open_workspace()
    found = timelines(workspace, address)
    told = timeline_json if as_json else timeline_text
    terminal.say(told(found, workspace.clock.zone))
