"""`sheetflow plugins`: every plugin, what it adds, and where it comes from."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation

if TYPE_CHECKING:
    from sheetflow.plugin.registry import Loaded

_ADDS = ("actions", "connectors", "guards", "filters", "commands")


@click.command(epilog="Example: sheetflow plugins")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def plugins(invocation: Invocation, as_json: bool) -> None:
    """List the plugins, what each one adds, and where it comes from.

    Besides Sheetflow's own there are those of installed packages (entry points of the group
    "sheetflow") and the files in the workspace's plugins/ folder.
    """
    registry = invocation.registry()
    registry.load_all()
    found = registry.loaded()
    if as_json:
        click.echo(json.dumps([asdict(plugin) for plugin in found], indent=2))
        return
    for plugin in found:
        terminal.say(_paragraph(plugin))


def _paragraph(plugin: Loaded) -> str:
    adds = [f"{what} {', '.join(names)}" for what in _ADDS if (names := getattr(plugin, what))]
    about = plugin.about.removeprefix(f"{plugin.name}: ")
    return f"{plugin.name}: {about}\n    adds {'; '.join(adds) or 'nothing'} (from {plugin.home})"
