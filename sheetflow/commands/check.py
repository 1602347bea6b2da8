"""`sheetflow check`: every mistake of a workspace at once, each with its place and its cure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation
from sheetflow.errors import Problem, ProblemsFound, SetupError

WRONG = 2


@click.command(epilog="Examples: sheetflow check, or sheetflow check recipes/welcome")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the mistakes as JSON.")
@click.pass_context
def check(ctx: click.Context, path: Path | None, as_json: bool) -> None:
    """Tell all mistakes in settings, recipes and templates at once.

    With PATH, a recipe's file or folder, only its mistakes are told. The exit code is 2 if there is
    any.
    """
    from sheetflow.reporting.problems import problems_text, problems_to_json

    problems, checked = _problems(ctx.ensure_object(Invocation), path)
    if as_json:
        terminal.say(problems_to_json(problems))
    else:
        terminal.say(problems_text(problems) if problems else f"No mistakes in {checked}.")
    ctx.exit(WRONG if problems else 0)


def _problems(invocation: Invocation, path: Path | None) -> tuple[Sequence[Problem], str]:
    """The mistakes, and what was looked at."""
    try:
        workspace = invocation.open_workspace(near=path)
    except ProblemsFound as found:
        return found.problems, ""
    everything = path is None or path.resolve() == workspace.folder.resolve()
    if path is None or everything:
        names = len(workspace.recipes)
        return workspace.check(), f"sheetflow.yaml and {names} recipe{'s' * (names != 1)}"
    return [problem for file in _recipes_at(path) for problem in workspace.check(file)], str(path)


def _recipes_at(path: Path) -> Sequence[Path]:
    if path.is_file():
        return [path]
    inside = sorted({*path.glob("recipe.yaml"), *path.glob("*/recipe.yaml"), *path.glob("*.yaml")})
    if not inside:
        raise SetupError(f"There is no recipe in {path}.", hint="Name a recipe's folder or file.")
    return inside
