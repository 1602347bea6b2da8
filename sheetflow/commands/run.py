"""`sheetflow run`: do what a plan says, and tell the sheet what happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.interrupts import stopping_in_order
from sheetflow.commands.invocation import Invocation
from sheetflow.commands.progress import shown_progress
from sheetflow.errors import SetupError

if TYPE_CHECKING:
    from sheetflow.values import Plan
    from sheetflow.workspace import Workspace

FAILED = 1
NOT_ASKED = 2
INTERRUPTED = 130


@click.command(epilog="Examples: sheetflow run welcome, or from cron: sheetflow run --due")
@click.argument("recipe", metavar="[RECIPE]", required=False, default="")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Apply exactly this plan, from sheetflow plan --save.",
)
@click.option("--due", is_flag=True, help="Run every recipe that is due by its schedule.")
@click.option(
    "--list", "--dry-run", "only_list", is_flag=True, help="With --due: only show what is due when."
)
@click.pass_context
def run(
    ctx: click.Context,
    recipe: str,
    yes: bool,
    plan_file: Path | None,
    due: bool,
    only_list: bool,
) -> None:
    """Do what the plan shows, and tell the sheet what happened.

    RECIPE is its name, or the path of its file. The exit code is 1 if something failed or is not
    sure, and 130 if you stopped it: what was being handed over is finished first, and the next run
    goes on from there.

    With --due instead of a recipe, for cron and the like: each recipe that is switched on and due
    by its schedule runs once, and those that were missed meanwhile are one. Nobody looks at a plan
    then, so a recipe that nobody ever switched on (sheetflow on RECIPE) does not run; with RECIPE
    and --yes it does, because whoever writes that means this recipe, now. The exit code is 1 as
    well if a recipe could not be run to its end or waits for somebody's Go.
    """
    if due or only_list:
        _run_due(ctx, due, only_list, bool(recipe or yes or plan_file))
    if not recipe:
        raise click.UsageError("Which recipe? Name one, or write --due for all that are due.")
    from sheetflow.reporting.plan_text import plan_summary
    from sheetflow.reporting.summary import run_summary
    from sheetflow.runner.answering import take_in
    from sheetflow.runner.running import plan_recipe, run as apply
    from sheetflow.tables.readings import Readings

    workspace = ctx.ensure_object(Invocation).open_workspace()
    found = workspace.recipe(recipe)
    readings = Readings() if yes else None  # whoever is asked takes their time
    if yes and not plan_file:
        take_in(workspace)
    plan = (
        _read_plan(plan_file, workspace)
        if plan_file
        else plan_recipe(found, workspace, readings=readings)
    )
    terminal.tell(plan_summary(plan))
    if plan.changes and not yes and not _agreed(ctx):
        return
    with stopping_in_order() as stop, shown_progress(plan) as progress:
        result = apply(found, workspace, plan=plan, progress=progress, stop=stop, readings=readings)
    terminal.tell(run_summary(result))
    if asked := workspace.bill.sentence():
        terminal.tell(f"Asked of services: {asked}")
    for few in workspace.pacer.scarce():
        month = f"{few.used:,} of {few.limit.count:,} {few.limit.key} this month are used"
        terminal.tell(f"{few.service}: {month}, as far as it is counted here.")
    failed = result.failed or plan.halted
    ctx.exit(INTERRUPTED if result.interrupted else FAILED if failed else 0)


def _run_due(ctx: click.Context, due: bool, only_list: bool, others: bool) -> None:
    from sheetflow.commands.due import list_due, run_due

    if not due:
        raise click.UsageError("--list goes with --due.")
    if others:
        raise click.UsageError("--due takes no recipe, no --yes and no --plan.")
    invocation = ctx.ensure_object(Invocation)
    ctx.exit(list_due(invocation) if only_list else run_due(invocation))


def _agreed(ctx: click.Context) -> bool:
    if not terminal.somebody_is_there():
        terminal.remark("Nothing was done: there is nobody to ask. Add --yes to do it.")
        ctx.exit(NOT_ASKED)
    if click.confirm("Do this?", err=True):
        return True
    terminal.remark("Nothing was done.")
    return False


def _read_plan(file: Path, workspace: Workspace) -> Plan:
    """The plan in a file. Raises SetupError when it is none, or one for a moment to come."""
    from sheetflow.reporting.planfile import plan_from

    try:
        with file.open(encoding="utf-8") as text:
            plan = plan_from(text)
    except UnicodeDecodeError:
        raise SetupError(f"{file} is no plan.", hint="Make one: sheetflow plan --save.") from None
    if plan.made_at > workspace.clock.now():
        raise SetupError(
            f"This plan rehearses a moment to come, {plan.made_at:%Y-%m-%d %H:%M}.",
            hint="Make a plan without --at, look at it, and apply that one.",
        )
    return plan
