"""`sheetflow rehearse`: everything for real, over copies, and nobody is written to."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheetflow.clock import Clock
from sheetflow.commands import terminal
from sheetflow.commands.files import leave
from sheetflow.commands.invocation import Invocation
from sheetflow.commands.moments import moment
from sheetflow.errors import SetupError

if TYPE_CHECKING:
    from sheetflow.language.recipe import Recipe
    from sheetflow.testing.rehearsing import Rehearsed

PAGE = "rehearsal.html"


@click.command(epilog="Example: sheetflow rehearse welcome --into rehearsal")
@click.argument("recipe", metavar="RECIPE")
@click.option(
    "--into",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="A new folder for what comes of it. Without it: a folder for temporary files.",
)
@click.option("--at", default="", metavar="MOMENT", help="Rehearse another moment.")
@click.option("--open/--no-open", "opens", default=None, help="Whether to show the page.")
@click.pass_obj
def rehearse(
    invocation: Invocation, recipe: str, folder: Path | None, at: str, opens: bool | None
) -> None:
    """Run a recipe over copies of the real tables, and show all that it would send and write.

    The real tables are read, and nothing else is asked of anybody: mails and invitations become
    files, links are made up, statuses are written into a copy. Where the recipe asks for ticks or
    a Go first, they are taken as given.
    """
    from sheetflow.reporting.page import plan_page
    from sheetflow.reporting.summary import run_summary
    from sheetflow.testing.rehearsing import rehearse as rehearsed

    workspace = invocation.open_workspace()
    if at:
        workspace = invocation.open_workspace(Clock.at(moment(at, workspace.clock.zone, "--at")))
    found = workspace.recipe(recipe)
    into = _empty(folder)
    result = rehearsed(found, workspace, into)
    leave(into / PAGE, plan_page(result.whole))
    terminal.say(run_summary(result.run, rehearsed=True))
    if agreed := _taken_as_given(found):
        terminal.say(f"\n{agreed}")
    terminal.say(_where_to_look(result, workspace.bill.sentence()))
    if terminal.somebody_is_there() if opens is None else opens:
        click.launch(str(into / PAGE))


def _empty(folder: Path | None) -> Path:
    """A folder with nothing in it. Raises SetupError when there is something."""
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="sheetflow-rehearsal-"))
    if folder.exists() and any(folder.iterdir()):
        raise SetupError(f"There is something in {folder} already.", hint="Name a new folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # people's names and letters come into it
    return folder


def _taken_as_given(recipe: Recipe) -> str:
    """What the rehearsal took as given that a real run would wait for, or ""."""
    if recipe.approve_rows:
        return "Ticks were taken as given: a real run asks in each row, and waits for its tick."
    if recipe.approve_over is not None:
        return "A Go was taken as given: a real run may wait for it (approve, in the recipe)."
    return ""


def _where_to_look(result: Rehearsed, asked: str) -> str:
    lines = [
        "",
        "This was a rehearsal: nobody was written to, and no table was changed.",
        f"Asked of others: {asked or 'nothing.'}",
        f"  {result.folder / PAGE}: everything, for a browser",
        f"  {result.folder / 'tables.xlsx'}: the tables afterwards; what is new is coloured",
    ]
    if result.mails:
        lines.append(f"  {result.folder / 'outbox'}: the mails, {result.mails}")
    if result.invitations:
        lines.append(f"  {result.folder / 'invitations'}: invitations, {result.invitations}")
    return "\n".join(lines)
