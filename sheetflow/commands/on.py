"""`sheetflow on`: switch a recipe on, and leave those alone who match already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.asking import agreed, whoever_is_here
from sheetflow.commands.invocation import Invocation

if TYPE_CHECKING:
    from sheetflow.runner.switching import Present

NAMED = 20
"""How many of those who match now are named."""


@click.command(epilog="Example: sheetflow on welcome")
@click.argument("recipe", metavar="RECIPE")
@click.option("--include-present", is_flag=True, help="Act on those too who match now.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def on(ctx: click.Context, recipe: str, include_present: bool, yes: bool) -> None:
    """Switch a recipe on, so that it may run by itself.

    Whoever matches now is shown, and marked "Here before Sheetflow": this recipe never does
    anything for them. With --include-present, they are acted on like everybody who comes later.
    """
    from sheetflow.runner.switching import present, switch_on

    workspace = ctx.ensure_object(Invocation).open_workspace()
    found = workspace.recipe(recipe)
    with workspace.open_session(may_write=False) as session:
        switch = session.ledger.decided(session.chapter, found.id).switch
        if switch is not None and switch.is_on and not include_present:
            since = switch.since.astimezone(workspace.clock.zone)
            terminal.say(f"{found.id} is switched on since {since:%Y-%m-%d %H:%M}.")
            return
        terminal.tell(_in_words(present(found, session), include_present=include_present))
    if not agreed(ctx, f"Switch {found.id} on?", yes=yes):
        return
    done = switch_on(found, workspace, who=whoever_is_here(), include_present=include_present)
    marked = 0 if include_present else len(done.entries)
    terminal.say(f"{found.id} is switched on." + (f" Marked: {marked:,}." if marked else ""))


def _in_words(found: Present, *, include_present: bool) -> str:
    from sheetflow.reporting.groups import counted, one_line

    lines = []
    if found.entries:
        people = counted(len(found.entries), "person matches", "people match")
        names = ", ".join(one_line(entry.who) for entry in found.entries[:NAMED])
        more = len(found.entries) - NAMED
        lines.append(f"{people} now: {names}" + (f" and {more:,} more" if more > 0 else ""))
        acted_on = "They are acted on too."
        lines.append(acted_on if include_present else 'They are marked "Here before Sheetflow".')
    if found.marked and include_present:
        people = counted(len(found.marked), "person", "people")
        lines.append(f'{people} marked "Here before Sheetflow" may be acted on from now on.')
    return "\n".join(lines) or "Nobody matches now."
