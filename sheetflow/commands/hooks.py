"""`sheetflow hooks`: where services call to say that something changed, and how that is set up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation
from sheetflow.errors import SetupError, SheetflowError
from sheetflow.language.problems import did_you_mean

if TYPE_CHECKING:
    from sheetflow.plugin.connector import Connector
    from sheetflow.plugin.listener import Listener
    from sheetflow.workspace import Workspace
    from sheetflow.workspace.opened import Opened


@click.command(epilog="Examples: sheetflow hooks, or sheetflow hooks base")
@click.argument("connection", required=False, default="")
@click.pass_obj
def hooks(invocation: Invocation, connection: str) -> None:
    """Show the address at which each connection's service is to call, and whether it is believed.

    Recipes that run on change then run at once; without it they do so a few minutes later. With
    CONNECTION, its service is asked to call, where that is how it is set up (Airtable).
    """
    workspace = invocation.open_workspace()
    known = list(_listening(workspace))
    if connection and connection not in known:
        raise SetupError(
            f'No service calls for "{connection}".',
            hint=did_you_mean(connection, known) or "Recipes look for themselves, now and then.",
        )
    if connection:
        _introduce(workspace, connection)
        return
    for name in known:
        terminal.say(f"{name}: {_standing(workspace, name)}")
    if not known:
        terminal.say("No connection of this workspace has a service that could call.")


def _listening(workspace: Workspace) -> Iterator[str]:
    from sheetflow.plugin.listener import Listener

    for name, declared in workspace.settings.connections.items():
        if issubclass(workspace.registry.connector(declared.connector), Listener):
            yield name


def _standing(workspace: Workspace, name: str) -> str:
    """The address, and what is missing for calls to be heard there."""
    from sheetflow.network.door import Door

    address = workspace.settings.hook_address(name)
    try:
        with closing(workspace.opened(None, Door(may_write=False))) as opened:
            believed = _listener(opened.connection(name)).listens
    except SheetflowError as error:
        return str(error)
    if not address:
        return "write public_url: in sheetflow.yaml first, see docs/webhooks.md"
    missing = "" if believed else " (not heard yet: it has no hook_secret, see docs/webhooks.md)"
    return f"{address}{missing}"


def _introduce(workspace: Workspace, name: str) -> None:
    """Ask the service to call, and keep the secret that it will sign with."""
    from sheetflow.network.door import Door
    from sheetflow.workspace.connecting import keep_secret

    address = workspace.settings.hook_address(name)
    if not address:
        raise SetupError(
            "Nobody outside can call: there is no public_url.",
            hint="Write public_url: https://… in sheetflow.yaml, see docs/webhooks.md.",
        )
    door = Door(may_write=True, pacer=workspace.pacer, bill=workspace.bill, clock=workspace.clock)
    with closing(workspace.opened(None, door)) as opened:
        listener = _listener(opened.connection(name))
        secret = listener.introduce(address, _places(workspace, opened, name))
    if secret is None:
        terminal.say(f"Enter this address at the service: {address}")
        terminal.say("docs/webhooks.md says where, and where its secret is.")
        return
    kept = keep_secret(workspace.folder, name, "hook_secret", secret, door)
    terminal.say(f"The service calls {address} from now on.")
    terminal.say(f"Write below {name}: in sheetflow.yaml:\n    hook_secret: {{file: {kept}}}")


def _places(workspace: Workspace, opened: Opened, name: str) -> list[str]:
    """What the connection's own tables are called there."""
    tables = workspace.settings.tables.values()
    connection = opened.connection(name)
    found = {connection.heard_as(spec.place) for spec in tables if spec.connector == name}
    return sorted(found - {""})


def _listener(connection: Connector) -> Listener:
    from sheetflow.plugin.listener import Listener

    assert isinstance(connection, Listener)  # only these are listed
    return connection
