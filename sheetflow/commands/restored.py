"""`sheetflow restored`: say what is right after an old copy of the ledger was put back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.asking import agreed, whoever_is_here
from sheetflow.commands.invocation import Invocation
from sheetflow.errors import SetupError
from sheetflow.language.problems import did_you_mean

if TYPE_CHECKING:
    from sheetflow.hosting.restoring import Standing

OPEN = 1
"""The exit code while something waits for an answer."""


@click.command(epilog="Example: sheetflow restored --sheets-are-right")
@click.option(
    "--sheets-are-right",
    "right",
    flag_value="SHEETS",
    help="What rows were told since is not done again; all else goes on.",
)
@click.option(
    "--nothing-is-sure",
    "right",
    flag_value="NOTHING",
    help="The same, and whoever is due now is asked about first: a run was cut off.",
)
@click.option(
    "--ledger-is-right",
    "right",
    flag_value="LEDGER",
    help="It is no old copy: it was moved, or nothing was sent since.",
)
@click.option("--ran", multiple=True, metavar="RECIPE", help="Only this recipe may have run since.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def restored(ctx: click.Context, right: str | None, ran: Sequence[str], yes: bool) -> None:
    """Show what the sheets say that the ledger does not know, and say which of them is right.

    An old copy of the ledger has forgotten whom Sheetflow wrote to since, so nothing goes out
    before somebody has answered. Rows that were told something since count as done where only one
    recipe can have done it, and say Not sure otherwise; there, answer in the row. Without an
    option, nothing is changed, and the exit code is 1 while there is something to answer.
    """
    from sheetflow.hosting.restoring import Right, answer, look
    from sheetflow.reporting.groups import counted

    workspace = ctx.ensure_object(Invocation).open_workspace()
    for name in ran:
        if name not in workspace.recipes:
            known = workspace.recipes
            raise SetupError(f'There is no recipe "{name}".', hint=did_you_mean(name, known) or "")
    standing = look(workspace)
    if not standing.is_open:
        terminal.say("The ledger knows all that the sheets say. There is nothing to answer.")
        for said in standing.answers[:1]:
            at = said.at.astimezone(workspace.clock.zone)
            terminal.say(f"{said.who} said that {said.right}, {at:%Y-%m-%d %H:%M}.")
        return
    for line in _lines(standing):
        terminal.say(line)
    if right is None:
        terminal.say(_CHOICES)
        ctx.exit(OPEN)
    if agreed(ctx, f"Is it so that {Right[right]}?", yes=yes):
        rows = answer(workspace, Right[right], ran, who=whoever_is_here(), seen=standing.mark)
        left = counted(rows, "row is left as it is", "rows are left as they are")
        doubts = f" {left}, or will ask." if rows else ""
        terminal.say(f"Kept: {Right[right]}.{doubts} Look at each plan before you go on.")


def _lines(standing: Standing) -> Iterator[str]:
    yield from standing.sentences
    if not any(found for _, found in standing.tables.values()):
        yield "No sheet says anything that the ledger does not know."
    yield "Who asked for nothing more since then is forgotten, too: sheetflow suppress"


_CHOICES = """
Answer with one of these:
  sheetflow restored --sheets-are-right   what rows were told since is not done again
  sheetflow restored --nothing-is-sure    a run was cut off since: whoever is due is asked about
  sheetflow restored --ledger-is-right    it is no old copy, or nothing was sent since"""
