"""`sheetflow on`: switch a recipe on, and leave those alone who match already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.asking import agreed, whoever_is_here
from sheetflow.commands.invocation import Invocation

if TYPE_CHECKING:
    from sheetflow.runner.switching import Present, Shown

NAMED = 20
"""How many of those who match now are named."""


@click.command(epilog="Example: sheetflow on welcome")
@click.argument("recipe", metavar="RECIPE")
@click.option("--include-present", is_flag=True, help="Act on those too who match now.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def on(ctx: click.Context, recipe: str, include_present: bool, yes: bool) -> None:
    """Switch a recipe on, so that it may run by itself.

    Whoever matches now is shown, and left alone: their rows say that they matched before, and this
    recipe never does anything for them. With --include-present, they are acted on like everybody
    who comes later; if one of those who were shown has changed since, nothing is switched on. Those
    who wait in an earlier run of it are under way, and stay so.
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
        matches = present(found, session)
    terminal.tell(_in_words(matches, include_present=include_present))
    if not agreed(ctx, f"Switch {found.id} on?", yes=yes):
        return
    too = matches.shown if include_present else None
    done = switch_on(found, workspace, who=whoever_is_here(), too=too)
    terminal.say(f"{found.id} is switched on.{_afterwards(done, too)}")


def _afterwards(done: Present, too: Shown | None) -> str:
    """What to say of those who matched when it was switched on."""
    from sheetflow.reporting.groups import counted

    if too is None:
        return f" Left alone: {len(done.entries):,}." if done.entries else ""
    new = len(done.came_after(too))
    people = counted(new, "person came", "people came")
    return f" {people} since, and may be acted on like everybody who comes later." if new else ""


def _in_words(found: Present, *, include_present: bool) -> str:
    from sheetflow.reporting.groups import counted

    lines = []
    if found.entries:
        people = counted(len(found.entries), "person matches", "people match")
        lines.append(f"{people} now: {_listed([entry.who for entry in found.entries])}")
        acted_on = "They are acted on too."
        lines.append(acted_on if include_present else "They are left alone, having matched before.")
    if found.marked and include_present:
        names = found.marked_names
        people = counted(len(names), "person", "people")
        said = f"{people} who matched before may be acted on from now on"
        lines.append(f"{said}: {_listed(names)}" if names else f"{said}.")
    if found.going_on:
        people = counted(len(found.going_on), "person waits", "people wait")
        lines.append(f"Under way already, and so they stay, {people}: {_listed(found.going_on)}")
    return "\n".join(lines) or "Nobody matches now."


def _listed(names: Sequence[str]) -> str:
    from sheetflow.reporting.groups import one_line

    more = f" and {len(names) - NAMED:,} more" if names[NAMED:] else ""
    return ", ".join(map(one_line, names[:NAMED])) + more
