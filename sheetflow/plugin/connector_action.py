"""A connector's action, seen as an Action, so that the rest of the house knows only one kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from sheetflow.errors import SetupError
from sheetflow.language.templating import Template
from sheetflow.language.vocabulary import Connection
from sheetflow.plugin.action import Action, Work
from sheetflow.plugin.connector import Connector, ConnectorAction
from sheetflow.plugin.options import main, option, options_of_function
from sheetflow.values import Change, Noop, Receipt


def actions_of(connector: type[Connector]) -> Iterator[type[Action[Any]]]:
    """The actions that a connector declares by `@action`."""
    for name, marked in vars(connector).items():
        if isinstance(marked, ConnectorAction):
            yield _action_class(connector, name, marked)


def _action_class(
    connector: type[Connector], called: str, marked: ConnectorAction[Any]
) -> type[Action[Any]]:
    class Adapted(ConnectorStep):
        __doc__ = marked.__doc__
        name = called
        Options = _options_class(marked)
        system = connector
        idempotent = connector.idempotent

    Adapted.marked = marked
    return Adapted


def _options_class(marked: ConnectorAction[Any]) -> type[Any]:
    """A dataclass of the action's parameters; texts become templates, and `by` is added."""
    fields: list[tuple[str, Any, Any]] = []
    for found in options_of_function(marked.planner):
        kind = Template if found.type is str else found.type
        if found.main:
            declared = main(found.help)
        elif found.required:
            declared = option(found.help)
        else:
            declared = option(found.help, default=found.default)
        fields.append((found.field, kind, declared))
    by = option("The connection to use, when there are several.", default=Connection(""))
    fields.append(("by", Connection, by))
    return dataclasses.make_dataclass("Options", fields, frozen=True, kw_only=True)


class ConnectorStep(Action[Any]):
    """Renders the options and calls the connector's own halves."""

    system: type[Connector]
    marked: ConnectorAction[Any]

    def plan(self, work: Work) -> Change | Noop:
        rendered = {
            field.name: self._rendered(work, getattr(self.options, field.name))
            for field in dataclasses.fields(self.options)
            if field.name != "by"
        }
        found: Change | Noop = self.marked.planner(self._connection(), work.row, **rendered)
        return found

    def _rendered(self, work: Work, value: Any) -> Any:
        return work.render(value) if isinstance(value, Template) else value

    def apply(self, change: Change) -> Receipt:
        if self.marked.applier is None:
            return Receipt()
        return self.marked.applier(self._connection(), change)

    def reconcile(self, change: Change) -> Receipt | bool:
        if self.marked.reconciler is None:
            return True
        return self.marked.reconciler(self._connection(), change)

    def _connection(self) -> Connector:
        connection = self.tools.connection(self.options.by or self.system.name)
        if not isinstance(connection, self.system):
            raise SetupError(
                f'"{self.options.by}" is not a connection to {self.system.name}.',
                hint="Name another one after by.",
            )
        return connection
