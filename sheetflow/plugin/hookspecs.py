"""Every hook there is. A plugin is a module that implements one or more of them.

from sheetflow import hookimpl

@hookimpl
def actions():
    return [Applaud]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import click

    from sheetflow.plugin.action import Action
    from sheetflow.plugin.connector import Connector
    from sheetflow.plugin.guard import Guard
    from sheetflow.values import Entry, Outcome

hookspec = pluggy.HookspecMarker("sheetflow")
hookimpl = pluggy.HookimplMarker("sheetflow")


@hookspec
def connectors() -> list[type[Connector]]:  # type: ignore[empty-body]  # a hookspec has no body
    """The systems this plugin connects to."""


@hookspec
def actions() -> list[type[Action[Any]]]:  # type: ignore[empty-body]  # a hookspec has no body
    """What steps can do, beyond the actions of connectors."""


@hookspec
def guards() -> list[type[Guard]]:  # type: ignore[empty-body]  # a hookspec has no body
    """Who may hold a change back. A guard can only deny or delay."""


@hookspec
def filters() -> Mapping[str, Callable[..., Any]]:  # type: ignore[empty-body]  # as above
    """Filters for templates, by name. A filter never calls what it is given."""


@hookspec
def commands() -> list[click.Command]:  # type: ignore[empty-body]  # a hookspec has no body
    """Commands to add to `sheetflow`."""


@hookspec
def before_apply(entry: Entry) -> None:
    """Told of each change when its intent is durable, before the deed. Must not change anything."""


@hookspec
def after_apply(outcome: Outcome) -> None:
    """Told of each outcome. Whatever it does, the outcome stays what it is."""
