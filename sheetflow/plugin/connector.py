"""What a plugin for one system is: settings, tables it can open, actions.

    class Slack(Connector):
        name = "slack"
        settings: Settings

        @table
        def people(self) -> Iterator[Row]: ...

        @action
        def post(self, row: Row, *, to: str, text: str) -> Change | Noop: ...

        @post.apply
        def send(self, change: Change) -> Receipt: ...

A connector defines no exceptions, reads no environment, keeps no state, and knows nothing of
recipes, ledger, retries or other connectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Generic, ParamSpec, TypeVar, overload

from sheetflow.errors import SetupError, SheetflowError
from sheetflow.network.door import Door
from sheetflow.plugin.connector_table import ReadOnlyTable, table_names
from sheetflow.plugin.options import option
from sheetflow.secrets import Secret
from sheetflow.tables.source import TableSource
from sheetflow.values import Change, Noop, Receipt

P = ParamSpec("P")
Planner = Callable[P, Change | Noop]
C = TypeVar("C", bound=Callable[..., Any])


class ConnectorAction(Generic[P]):
    """A connector's action: its planning half, and by `.apply` and `.reconcile` the others."""

    def __init__(self, planner: Planner[P]) -> None:
        self.planner = planner
        self.applier: Callable[..., Receipt] | None = None
        self.reconciler: Callable[..., Receipt | bool] | None = None
        self.__doc__ = planner.__doc__
        self.__name__ = planner.__name__

    def apply(self, function: C) -> C:
        """The half that does one change."""
        self.applier = function
        return function

    def reconcile(self, function: C) -> C:
        """The half that finds out after a crash: a receipt, False for no, True for unknown."""
        self.reconciler = function
        return function


def action(planner: Planner[P]) -> ConnectorAction[P]:
    """Mark a method as an action. Its keyword-only parameters are its options, main first."""
    return ConnectorAction(planner)


@overload
def table(reader: C) -> C: ...


@overload
def table(*, columns: Sequence[str]) -> Callable[[C], C]: ...


def table(reader: Any = None, *, columns: Sequence[str] = ()) -> Any:
    """Mark a method as a table that can only be read: it gives each Row with its lasting id.

    With `@table(columns=["Name", ...])` these columns are there even while there are no rows.
    """
    if reader is None:
        return partial(table, columns=columns)
    reader.is_table, reader.columns = True, tuple(columns)
    return reader


@dataclass(frozen=True)
class NoSettings:
    """Nothing to set."""


@dataclass(frozen=True, kw_only=True)
class OwnTable:
    """The place of a table that a connector declares by `@table`."""

    table: str = option("Which of the connection's own tables it is.", default="")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, for `sheetflow doctor`: whether it is well, and the cure."""

    what: str
    ok: bool
    says: str
    hint: str = ""

    @classmethod
    def amiss(cls, what: str, error: SheetflowError) -> Finding:
        """What kept it from being looked at, or showed that it is not well."""
        return cls(what, False, error.message, error.hint)


class Connector:
    """The base of all connectors. `settings` is the connector's own dataclass, already checked."""

    name: ClassVar[str]
    Settings: ClassVar[type[Any]] = NoSettings
    Place: ClassVar[type[Any]] = OwnTable
    """What says where one of its tables is: a dataclass of texts, as keys of that table."""
    local: ClassVar[bool] = False
    """Whether its tables are on this machine, so that checking a recipe may look at them."""
    idempotent: ClassVar[bool] = False
    family: ClassVar[str] = ""
    """The name that several connectors of one vendor share, such as google."""

    @classmethod
    def sign_in(cls, given: Secret, door: Door, tell: Callable[[str], None]) -> Secret:  # noqa: ARG003 - for others
        """The secret to keep, made from what the service `given` out: by default, that itself.

        For services where a person signs in once with a browser; `tell` speaks to that person.
        """
        return given

    def __init__(self, settings: Any, *, door: Door, folder: Path) -> None:
        self.settings = settings
        self.door = door
        self.folder = folder

    def open_table(self, place: Mapping[str, str]) -> TableSource:
        """The table at `place`, which holds the keys of `Place` that were written.

        By default the one that `table` names among the methods marked by `@table`. Raises
        SetupError when there is none.
        """
        names = table_names(type(self))
        wanted = place.get("table", "")
        if wanted not in names:
            hint = f"Write table: and one of {', '.join(names)}." if names else "Name another one."
            raise SetupError(f'{self.name} has no table "{wanted}".', hint=hint)
        reader = getattr(self, wanted)
        return ReadOnlyTable(f"{wanted} of {self.name}", reader, reader.columns)

    def heard_as(self, place: Mapping[str, str]) -> str:  # noqa: ARG002 - for others
        """The name by which what tells of changes calls the table at `place`; "" where nobody does.

        A watcher of the same `family` knows it by this id, and a listener's calls are about it. It
        may have to ask the service.
        """
        return ""

    def examine(self) -> Iterable[Finding]:
        """What these credentials are: whether they work, until when, what they may do. Only reads.

        One finding for each thing looked at; a failure is a finding too, and not raised.
        """
        return ()

    def close(self) -> None:
        """Let go of what was kept open."""
