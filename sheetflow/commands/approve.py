"""`sheetflow approve`: give your Go to a plan, and to exactly this one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.asking import agreed, whoever_is_here
from sheetflow.commands.invocation import Invocation

if TYPE_CHECKING:
    from sheetflow.ledger.records import Approval
    from sheetflow.runner.approving import Changed
    from sheetflow.workspace import Workspace

NAMED = 20
"""How many people are named for each kind of change."""


@click.command(epilog="Example: sheetflow approve welcome --by Lee")
@click.argument("recipe", metavar="RECIPE")
@click.option("--by", default="", metavar="NAME", help="Who agrees, if not the system's user.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def approve(ctx: click.Context, recipe: str, by: str, yes: bool) -> None:
    """Show the plan, and agree to it: then it is carried out by the next run.

    Your Go is for exactly this plan. If the people in it or their messages change, it is held back
    again, and this command shows what changed. It lifts neither the recipe's own limits nor what
    people asked for.
    """
    from sheetflow.reporting.plan_text import print_plan
    from sheetflow.runner.proposing import propose_a_go

    workspace = ctx.ensure_object(Invocation).open_workspace()
    found = workspace.recipe(recipe)
    with workspace.open_session(may_write=False) as session:
        asked = propose_a_go(found, session, by or whoever_is_here())
    if asked.given is not None and not asked.changed:
        terminal.say(f"This very plan has the Go of {_by_whom(asked.given, workspace)}.")
        return
    print_plan(asked.plan, terminal.results_on_screen())
    if not asked.approval.items:
        terminal.say("There is nothing to agree to.")
        return
    for line in _since(asked.changed, asked.given, workspace):
        terminal.say(line)
    if not agreed(ctx, "Do you give your Go to this?", yes=yes):
        return
    with workspace.ledger(read_only=False) as ledger:
        ledger.decisions.approve(asked.plan.chapter, found.id, asked.approval)
    terminal.say(f"{asked.approval.who} gave their Go. Carry it out: sheetflow run {found.id}")


def _by_whom(given: Approval, workspace: Workspace) -> str:
    return f"{given.who}, {given.at.astimezone(workspace.clock.zone):%Y-%m-%d %H:%M}"


def _since(changed: Changed, given: Approval | None, workspace: Workspace) -> Iterator[str]:
    """What is different from the plan that somebody agreed to before."""
    if given is None:
        return
    yield f"\nSince the Go of {_by_whom(given, workspace)}:"
    for what in ("added", "removed", "changed"):
        people: tuple[str, ...] = getattr(changed, what)
        if people:
            more = f" and {len(people) - NAMED:,} more" if people[NAMED:] else ""
            yield f"  {what}: {', '.join(people[:NAMED])}{more}"
