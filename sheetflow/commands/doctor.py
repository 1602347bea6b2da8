"""`sheetflow doctor`: whether everything the workspace declares can be reached and used."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation
from sheetflow.errors import SetupError
from sheetflow.language.problems import did_you_mean

if TYPE_CHECKING:
    from sheetflow.plugin.connector import Finding
    from sheetflow.workspace import Workspace
    from sheetflow.workspace.examining import Examined

AMISS = 1


@click.command(epilog="Examples: sheetflow doctor, or sheetflow doctor Volunteers")
@click.argument("name", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option("--make", is_flag=True, help="Make the logs that tables name and do not have yet.")
@click.pass_context
def doctor(ctx: click.Context, name: str, as_json: bool, make: bool) -> None:
    """Try each connection and table: who we are there, what we may do, what can be found.

    With NAME, a connection or a table, only that one is tried. Nothing is written without --make,
    and nobody is written to. The exit code is 1 if something is amiss.
    """
    workspace = ctx.ensure_object(Invocation).open_workspace()
    _must_know(workspace, name)
    parts = chain(_made(workspace, name) if make else (), _parts(workspace, name))
    if as_json:
        found = list(parts)
        terminal.say(json.dumps([_as_json(part) for part in found], indent=2, ensure_ascii=False))
    else:
        found = list(_told(parts))
        terminal.say(_summary(found, workspace))
    ctx.exit(0 if all(part.ok for part in found) else AMISS)


def _parts(workspace: Workspace, name: str) -> Iterator[Examined]:
    from sheetflow.workspace.examining import examine

    return examine(workspace, name)


def _made(workspace: Workspace, name: str) -> Iterator[Examined]:
    from sheetflow.workspace.examining import make_logs

    return make_logs(workspace, name)


def _must_know(workspace: Workspace, name: str) -> None:
    known = [*workspace.settings.connections, *workspace.settings.tables]
    if name and name not in known:
        raise SetupError(
            f'There is no connection or table "{name}".',
            hint=did_you_mean(name, known) or f"There are: {', '.join(known)}.",
        )


def _told(parts: Iterable[Examined]) -> Iterator[Examined]:
    """Each part, said as soon as it has been tried."""
    for part in parts:
        terminal.say(f"{part.kind} {part.name}".rstrip())
        for finding in part.findings:
            terminal.say(line_of(finding))
        yield part


def line_of(finding: Finding) -> str:
    """A finding as a line, its cure below it."""
    word = "ok   " if finding.ok else "amiss"
    cure = f"\n           {finding.hint}" if finding.hint else ""
    return f"    {word}  {finding.what}: {finding.says}{cure}"


def _summary(found: list[Examined], workspace: Workspace) -> str:
    amiss = [f"{part.kind} {part.name}".strip() for part in found if not part.ok]
    said = f"Amiss: {', '.join(amiss)}." if amiss else "All is well."
    asked = workspace.bill.sentence()
    lines = [said, f"Asked of services: {asked}" if asked else "", *_left(workspace)]
    return "\n" + "\n".join(line for line in lines if line)


def _left(workspace: Workspace) -> Iterator[str]:
    """What may still be asked of each service, by our own count."""
    for left in workspace.pacer.left():
        limit = left.limit
        if limit.per in ("second", "month"):
            continue  # full again before anybody has read this; or told by the connection itself
        per = f"{limit.count:,} {limit.key} a {limit.per}".replace("  ", " ")
        yield f"Left of {left.service}: {left.units:,} of {per}"


def _as_json(part: Examined) -> dict[str, object]:
    findings = [asdict(finding) for finding in part.findings]
    return {"kind": part.kind, "name": part.name, "ok": part.ok, "findings": findings}
