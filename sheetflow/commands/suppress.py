"""`sheetflow suppress`: whom nobody writes to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.asking import whoever_is_here
from sheetflow.commands.invocation import Invocation

if TYPE_CHECKING:
    from sheetflow.ledger.store import Ledger
    from sheetflow.tables.handles import Handle
    from sheetflow.workspace import Workspace

_SHOWN = 8
"""Digits of a digest that tell people on the list apart."""


@click.command(epilog='Example: sheetflow suppress ana@example.org --why "wrote back"')
@click.argument("address", metavar="ADDRESS|PHONE", default="")
@click.option("--why", default="", metavar="TEXT", help="What to remember about it.")
@click.option("--list", "as_list", is_flag=True, help="Show the list, or if somebody is on it.")
@click.option("--lift", is_flag=True, help="Take them off the list.")
@click.pass_obj
def suppress(invocation: Invocation, address: str, why: str, as_list: bool, lift: bool) -> None:
    """Never write to somebody again: no recipe, of whatever kind.

    It counts from the next message on, in a run that is under way too. The address itself is not
    kept, only a digest that nobody can read it back from.
    """
    if not address and not as_list:
        raise click.UsageError("Say whom: sheetflow suppress ADDRESS|PHONE")
    workspace = invocation.open_workspace()
    if as_list:
        with workspace.ledger() as ledger:
            _show(ledger, workspace, address)
        return
    handle = _handle(address, workspace)
    with workspace.ledger(read_only=False) as ledger:
        say = _lift(ledger, handle) if lift else _suppress(ledger, handle, why, workspace)
    terminal.say(say)


def _suppress(ledger: Ledger, handle: Handle, why: str, workspace: Workspace) -> str:
    from sheetflow.ledger.records import Suppression

    asked = Suppression(
        _name(ledger, handle), handle.channel, why, whoever_is_here(), workspace.clock.now()
    )
    if ledger.decisions.suppress(asked):
        return f"{handle.text} is not written to any more."
    return f"{handle.text} was on the list already."


def _lift(ledger: Ledger, handle: Handle) -> str:
    if ledger.decisions.lift(_name(ledger, handle)):
        return f"{handle.text} may be written to again."
    return f"{handle.text} was not on the list."


def _show(ledger: Ledger, workspace: Workspace, address: str) -> None:
    from rich.table import Table

    listed = ledger.decided("", "").suppressions
    only = _name(ledger, _handle(address, workspace)) if address else ""
    found = [each for each in listed.values() if only in ("", each.whom)]
    if not found:
        terminal.say("Not on the list." if address else "Nobody is on the list.")
        return
    table = Table("Since", "By", "Channel", "Digest", "Why", box=None)
    for each in found:
        since = each.since.astimezone(workspace.clock.zone)
        cells = (f"{since:%Y-%m-%d}", each.who, each.channel, each.whom[:_SHOWN], each.why)
        table.add_row(*map(terminal.printable, cells))
    terminal.results().print(table)


def _handle(address: str, workspace: Workspace) -> Handle:
    from sheetflow.tables.handles import handles_in

    found = handles_in(address, workspace.settings.organization.country)
    if len(found) != 1:
        raise click.UsageError(
            "That is neither one e-mail address nor one phone number. "
            "Write a number with + and the code of its country."
        )
    return found[0]


def _name(ledger: Ledger, handle: Handle) -> str:
    from sheetflow.tables.handles import keyed

    return keyed(ledger.salt, handle.text)
