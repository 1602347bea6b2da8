"""`sheetflow backup`: a copy of the ledger that can be kept in a safe place."""

from __future__ import annotations

from pathlib import Path

import click

from sheetflow.commands import terminal
from sheetflow.commands.files import NEW_FILE
from sheetflow.commands.invocation import Invocation


@click.command(epilog="Example: sheetflow backup /mnt/safe/ledger.db")
@click.argument("file", type=NEW_FILE, metavar="FILE")
@click.pass_obj
def backup(invocation: Invocation, file: Path) -> None:
    """Leave a copy of the ledger in FILE: of one moment, also while serve is running.

    A copy that stands there already is replaced. Wherever the ledger is kept, the copy is one file;
    it holds names, and only you can read it. Recipes and settings are not in it: copy the folder
    beside it. To use it: sheetflow restore FILE
    """
    from sheetflow.ledger.copying import back_up

    workspace = invocation.open_workspace()
    with workspace.ledger() as ledger:
        back_up(ledger, file.resolve())
    terminal.say(f"{file} is a copy of the ledger.")
