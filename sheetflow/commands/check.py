"""`sheetflow check`: every mistake of a workspace at once, each with its place and its cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation
from sheetflow.errors import Problem, ProblemsFound, SetupError

if TYPE_CHECKING:
    from sheetflow.workspace import Workspace

WRONG = 2


@click.command(epilog="Examples: sheetflow check, or sheetflow check recipes/welcome")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the mistakes as JSON.")
@click.pass_context
def check(ctx: click.Context, path: Path | None, as_json: bool) -> None:
    """Tell all mistakes in settings, recipes, templates and tests at once.

    With PATH, a file or folder of a recipe, only its mistakes are told. The exit code is 2 if there
    is any.
    """
    from sheetflow.reporting.problems import problems_text, problems_to_json

    problems, checked, unread = _problems(ctx.ensure_object(Invocation), path)
    if as_json:
        terminal.say(problems_to_json(problems))
    else:
        terminal.say(problems_text(problems) if problems else f"No mistakes in {checked}.")
        for address in unread:
            terminal.say(f"Not looked at: the document {address}. sheetflow plan reads it.")
    ctx.exit(WRONG if problems else 0)


def _problems(
    invocation: Invocation, path: Path | None
) -> tuple[Sequence[Problem], str, Sequence[str]]:
    """The mistakes, what was looked at, and the documents that were not."""
    try:
        workspace = invocation.open_workspace(near=path)
    except ProblemsFound as found:
        return found.problems, "", ()
    everything = path is None or path.resolve() == workspace.folder.resolve()
    if path is None or everything:
        names = len(workspace.recipes)
        looked_at = f"sheetflow.yaml and {names} recipe{'s' * (names != 1)}"
        recipes: Iterable[Path] = workspace.recipes.values()
        checked = [workspace.checked()]
    else:
        recipes, looked_at = _recipes_at(path), str(path)
        checked = [workspace.checked(file) for file in recipes]
    problems = [problem for each in checked for problem in each.problems]
    unread = dict.fromkeys(address for each in checked for address in each.unread)
    return [*problems, *_of_tests(workspace, recipes)], looked_at, tuple(unread)


def _of_tests(workspace: Workspace, recipes: Iterable[Path]) -> list[Problem]:
    """The mistakes in the tests beside recipes."""
    from sheetflow.testing.loading import check_tests

    return [problem for recipe in recipes for problem in check_tests(workspace, recipe)]


def _recipes_at(path: Path) -> Sequence[Path]:
    from sheetflow.testing.loading import FILE, recipe_of

    if path.is_file():
        return [recipe_of(path) or path]
    inside = sorted({*path.glob("recipe.yaml"), *path.glob("*/recipe.yaml"), *path.glob("*.yaml")})
    inside = [found for found in inside if found.name != FILE]
    if not inside:
        raise SetupError(f"There is no recipe in {path}.", hint="Name a recipe's folder or file.")
    return inside
