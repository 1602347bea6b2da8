"""`sheetflow check`: every mistake of a workspace at once, each with its place and its cure."""

from __future__ import annotations

from pathlib import Path

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation


@click.command(
    epilog="Examples: sheetflow check, or sheetflow check recipes/welcome",
)
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the mistakes as JSON.")
@click.pass_context
def check(ctx: click.Context, path: Path | None, as_json: bool) -> None:
    """Tell all mistakes in settings, recipes and templates at once.

    Without PATH, the whole workspace is checked; with it, the settings and that recipe. The exit
    code is 2 if there is any mistake.
    """
    from sheetflow.reporting.problems import problems_text, problems_to_json
    from sheetflow.workspace import check_workspace

    invocation = ctx.find_object(Invocation) or Invocation()
    problems = check_workspace(invocation.workspace_folder(near=path), path)
    terminal.say(problems_to_json(problems) if as_json else problems_text(problems))
    ctx.exit(2 if problems else 0)
