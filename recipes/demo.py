"""Runs the three recipes over the example workbook, and leaves a folder to look at.

    python -m recipes.demo [FOLDER]    (or: make demo)

Mail goes into a folder, and nothing leaves this machine. Run again, it changes nothing and says
why; to begin anew, take the folder away.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from sheetflow.clock import Clock
from sheetflow.commands.library import NEEDS_NOTHING, Library
from sheetflow.errors import SheetflowError
from sheetflow.reporting.groups import Reason, counted, overview
from sheetflow.reporting.page import plan_page
from sheetflow.reporting.summary import summary_of
from sheetflow.runner.running import Run, plan_recipe, run
from sheetflow.values import Word
from sheetflow.workspace import Workspace

from .example_workbook import NAME, build_example

HERE = Path(__file__).parent
RECIPES = ("welcome-new-signup", "assign-point-person", "coaching-invites")
"""In the order in which a person meets them."""
TABLES = ("People", "Team", "Groups")
"""The sheets of the workbook that they go through."""

NAMED = 3
"""How many people are named for one reason."""

BEFORE = "campaign.before.xlsx"
SETTINGS = "sheetflow.yaml"


def make_demo(folder: Path, clock: Clock) -> Iterator[str]:
    """Make the folder if it is not there, run the recipes, and say what happened, line by line."""
    if not (folder / NAME).exists():
        _prepare(folder, clock)
    workspace = Workspace.open(folder, clock=clock)
    yield f"{workspace.settings.organization.name}: three recipes over {folder / NAME}."
    for name in RECIPES:
        yield ""
        yield from _said(_run(workspace, name, folder / f"plan-{name}.html"))
    yield ""
    yield from _where_to_look(folder)


def settings() -> str:
    """The settings of the example campaign, with what the three recipes need."""
    return Library().settings(TABLES, NEEDS_NOTHING)


def _prepare(folder: Path, clock: Clock) -> None:
    """Settings, recipes and the workbook, which comes last: with it, the folder is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SETTINGS).write_text(settings(), "utf-8")
    for name in RECIPES:
        shutil.copytree(HERE / name, folder / "recipes" / name, dirs_exist_ok=True)
    today = Workspace.open(folder, clock=clock).clock.today()
    shutil.move(build_example(folder / "new", today), folder / BEFORE)
    (folder / "new").rmdir()
    shutil.copy(folder / BEFORE, folder / NAME)


def _run(workspace: Workspace, name: str, page: Path) -> Run:
    """Plan, leave the plan as a page, and apply it. A plan without changes leaves no new page."""
    recipe = workspace.recipe(name)
    plan = plan_recipe(recipe, workspace)
    if plan.changes or not page.exists():
        page.write_text(plan_page(plan), encoding="utf-8")
    return run(recipe, workspace, plan=plan)


def _said(done: Run) -> Iterator[str]:
    """The run in a few lines; if it did nothing, why."""
    found = summary_of(done)
    yield f"{done.plan.name}: {counted(found.messages, 'message')}"
    people = [f"{word} {found.people[word]}" for word in Word if found.people[word]]
    if found.unchanged:
        people.append(f"done before {found.unchanged}")
    yield f"  people: {', '.join([*people, f'left out {found.left_out}'])}"
    if done.untold:
        yield f"  The sheet could not be told: {done.untold}"
    for word in (Word.NOT_SURE, Word.NEEDS_YOU, Word.WAITING):
        yield from (f"    {word}: {_reason(reason)}" for reason in found.needing(word))
    if not done.plan.changes:
        yield "  Nothing was changed. The others are left out, because:"
        yield from (f"    {_reason(reason)}" for reason in overview(done.plan).left_out)


def _reason(reason: Reason) -> str:
    """A reason, and the first few of whom it is about."""
    names = ", ".join(someone.who for someone in reason.people[:NAMED])
    more = len(reason.people) - NAMED
    return f"{reason.text} ({names}{f' and {more} more' if more > 0 else ''})"


def _where_to_look(folder: Path) -> Iterator[str]:
    mails = len(list((folder / "outbox").glob("*.eml")))
    dates = len(list((folder / "invitations").glob("*.ics")))
    yield "Where to look:"
    yield f"  {folder / NAME}: each row says what happened to it"
    yield f"  {folder / BEFORE}: the same workbook from before"
    yield f"  {folder / 'outbox'}: {counted(mails, 'mail')}, for any mail program"
    yield f"  {folder / 'invitations'}: {counted(dates, 'invitation')}, for any calendar"
    for name in RECIPES:
        yield f"  {folder / f'plan-{name}.html'}: what was going to happen, for a browser"
    yield "Run it again: nobody is written to twice."


def main() -> int:
    """Make the demo in the folder of the first argument, or in demo/."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Arabic is no reason to stop
    try:
        for line in make_demo(Path(*sys.argv[1:2] or ["demo"]), Clock()):
            print(line)
    except SheetflowError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
