"""`sheetflow plan`: what a recipe would do, for whom, and why not for the others."""

from __future__ import annotations

from pathlib import Path

import click

from sheetflow.clock import Clock
from sheetflow.commands import terminal
from sheetflow.commands.files import NEW_FILE, leave, leave_lines
from sheetflow.commands.invocation import Invocation
from sheetflow.commands.moments import moment


@click.command(epilog='Example: sheetflow plan welcome --at "2026-11-23 09:00" --html plan.html')
@click.argument("recipe", metavar="RECIPE")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.option("--html", type=NEW_FILE, metavar="FILE", help="Leave the plan as a page to read.")
@click.option("--save", type=NEW_FILE, metavar="FILE", help="Leave it for sheetflow run --plan.")
@click.option("--at", default="", metavar="MOMENT", help="Rehearse another moment.")
@click.pass_obj
def plan(
    invocation: Invocation,
    recipe: str,
    as_json: bool,
    html: Path | None,
    save: Path | None,
    at: str,
) -> None:
    """Show what a recipe would do now, for whom, and why not for the others.

    RECIPE is its name, or the path of its file. Nothing is changed, neither in the table nor
    anywhere else.
    """
    if at and save:
        raise click.UsageError("A plan for another moment is only to be looked at, not saved.")
    from sheetflow.reporting.plan_text import print_plan
    from sheetflow.reporting.planfile import plan_in_json
    from sheetflow.runner.running import plan_recipe

    workspace = invocation.open_workspace()
    if at:
        workspace = invocation.open_workspace(Clock.at(moment(at, workspace.clock.zone, "--at")))
    found = plan_recipe(workspace.recipe(recipe), workspace)
    if html:
        from sheetflow.reporting.page import plan_page

        leave(html, plan_page(found))
    if save:
        leave_lines(save, plan_in_json(found))
    if as_json:
        for part in plan_in_json(found):
            click.echo(part, nl=False)
    else:
        print_plan(found, terminal.results_on_screen())
    if asked := workspace.bill.sentence():
        terminal.remark(f"Asked of services: {asked}")
