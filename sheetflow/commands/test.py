"""`sheetflow test`: try recipes over given people, and see that they do that and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation
from sheetflow.errors import SetupError

if TYPE_CHECKING:
    from sheetflow.testing.suite import Suite
    from sheetflow.testing.telling import Result

FAILED = 1


@click.command(epilog="Examples: sheetflow test, or sheetflow test welcome -k spanish")
@click.argument("path", required=False, metavar="[PATH]")
@click.option("-k", "having", default="", metavar="TEXT", help="Only tests with TEXT in the name.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.pass_context
def test(ctx: click.Context, path: str | None, having: str, as_json: bool) -> None:
    """Try the tests that stand beside the recipes, in tests.yaml.

    PATH is a recipe, by its name or file, a file of tests, or a folder of recipes. A test gives
    people and a moment; whatever the recipe does beyond what the test expects, fails. Nothing
    leaves this machine, and no table, account or secret is opened. The exit code is 1 if a test
    fails, and 2 if one cannot be read.
    """
    from sheetflow.testing.suite import load_suite
    from sheetflow.testing.telling import results_to_json, told_at_last

    near = Path(path) if path and Path(path).exists() else None
    suite = load_suite(ctx.ensure_object(Invocation).workspace_folder(near), path)
    results = _tried(suite, having, quiet=as_json)
    if not results:
        raise SetupError(f'No test has "{having}" in its name.', hint="sheetflow test lists them.")
    tell = results_to_json if as_json else told_at_last
    terminal.say(tell(results, suite.untested))
    ctx.exit(0 if all(result.passed for _, result in results) else FAILED)


def _tried(suite: Suite, having: str, *, quiet: bool) -> list[Result]:
    """The results, each said as soon as it is known."""
    from sheetflow.testing.telling import title, told

    results: list[Result] = []
    for file, result in suite.try_all(having):
        if not quiet:
            if not results or results[-1][0] is not file:
                terminal.say(title(file))
            terminal.say(told(file, result))
        results.append((file, result))
    return results
