"""`sheetflow restore`: put a copy of the ledger back, or move it into another database."""

from __future__ import annotations

from pathlib import Path

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation


@click.command(epilog="Example: sheetflow restore /mnt/safe/ledger.db")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE"
)
@click.pass_obj
def restore(invocation: Invocation, file: Path) -> None:
    """Make FILE, a copy that sheetflow backup left, the ledger of this workspace.

    There must be none yet where the settings say that the ledger is: move it away first. Nothing
    runs before you have said what is right: sheetflow restored
    """
    from sheetflow.ledger.copying import put_back

    workspace = invocation.open_workspace()
    put_back(file, workspace.ledger_address, workspace.clock)
    terminal.say(f"The ledger is what {file} was. See what it misses: sheetflow restored")
