"""`sheetflow history`: what was handed over, what became of it, and what is not sure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation

if TYPE_CHECKING:
    from sheetflow.ledger.records import Record


@click.command(epilog='Example: sheetflow history --person "Ana"')
@click.option("--recipe", default="", metavar="NAME", help="Only what this recipe did.")
@click.option(
    "--person", default="", metavar="TEXT", help="Only people with this in their name, or row ids."
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def history(invocation: Invocation, recipe: str, person: str, limit: int, as_json: bool) -> None:
    """Show what was done, the newest first, and what is not sure.

    It reads the ledger, and changes nothing.
    """
    workspace = invocation.open_workspace()
    with workspace.ledger(read_only=True) as ledger:
        records = ledger.history(person, recipe, limit=limit)
    zone = workspace.clock.zone
    if as_json:
        terminal.say(json.dumps([_facts(record, zone) for record in records], indent=2))
    elif records:
        _print_table(records, zone)
    else:
        terminal.say("Nothing was done yet.")


def _facts(record: Record, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "at": record.at.astimezone(zone).isoformat(timespec="seconds"),
        "chapter": record.key.chapter,
        "recipe": record.key.recipe,
        "step": record.key.step,
        "action": record.action,
        "table": record.key.table,
        "row": record.key.row,
        "occasion": record.key.occasion,
        "who": record.who,
        "state": record.state.value,
        "status": str(record.status or ""),
        "reference": record.reference,
        "attempt": record.attempt,
        "told": record.told,
        "run": record.run,
    }


def _print_table(records: Sequence[Record], zone: ZoneInfo) -> None:
    from rich.table import Table

    table = Table("When", "Recipe", "Step", "Who", "What became of it", box=None)
    for record in records:
        cells = (
            f"{record.at.astimezone(zone):%Y-%m-%d %H:%M}",
            record.key.recipe,
            record.key.step,
            record.who or record.key.row,
            str(record.status or record.state.value),
        )
        table.add_row(*map(terminal.printable, cells))
    terminal.results().print(table)
