"""One row on its way through the steps, as an action sees it while planning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sheetflow.clock import zone_named
from sheetflow.errors import RowStopped, SetupError
from sheetflow.language.conditions import first_reason
from sheetflow.language.templating import Fields, empty_value
from sheetflow.tables import statuses
from sheetflow.values import Blank, Cell, Key, Person, Row, RowRef, State

if TYPE_CHECKING:
    from sheetflow.language.templating import Template
    from sheetflow.language.vocabulary import Conditions
    from sheetflow.plugin.tools import Tools
    from sheetflow.tables.spec import CellKind
    from sheetflow.tables.table import Table


@dataclass(frozen=True)
class Past:
    """What this step already did for this row, as the ledger has it; the oldest comes first."""

    occasion: str
    state: State
    at: datetime
    data: Mapping[str, Any]
    reference: str = ""
    gives: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Work:
    """One row on its way through the steps, while they are being planned.

    `names` are what the steps so far have made known: a RowRef, or a mapping of values.
    Whatever is read through here is noted in `reads` and `awaits`.
    """

    row: Row
    table: Table
    name: str
    key: Key
    tools: Tools
    names: dict[str, Any] = field(default_factory=dict)
    before: Sequence[Past] = ()
    reads: set[RowRef] = field(default_factory=set)
    awaits: dict[str, None] = field(default_factory=dict)

    @cached_property
    def ref(self) -> RowRef:
        """The row itself, by name."""
        return RowRef(self.table.spec.name, self.row.id)

    @property
    def lasting(self) -> str:
        """A name for this step and row that no new occasion changes, such as a meeting's UID."""
        return self.key.lasting

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the table, for days and times that are written into it."""
        return zone_named(self.table.spec.zone)

    def cell(self, column: str, kind: CellKind | None = None) -> Cell:
        """A cell of the row, read as its column is declared, or as `kind`."""
        return self.table.cell(self.row, column, kind)

    def value(self, column: str, kind: CellKind | None = None) -> Any:
        """What the cell holds, None when empty. Raises RowStopped when it needs a person."""
        return _sound(self.cell(column, kind))

    def moment(self, column: str) -> datetime:
        """The date and time in a cell. Raises RowStopped when it is empty or needs a person."""
        found = self.value(column, "date and time")
        if found is None:
            raise RowStopped(statuses.empty_cell(column))
        return datetime.fromisoformat(str(found)) if isinstance(found, str) else found

    def holds(self, conditions: Conditions) -> bool:
        """Whether they hold for the row. Raises RowStopped when a cell needs a person first."""
        now = self.tools.clock.now()
        reason = first_reason(tuple(conditions), self.cell, self.context, now)
        if reason is not None and reason.status is not None:
            raise RowStopped(reason.status)
        return reason is None

    def row_named(self, name: str) -> tuple[Table, Row]:
        """The row that a name in the recipe stands for: the row itself, or one it points at.

        Raises RowStopped when the cell that should name it is empty or names nobody.
        """
        ref = self._ref(name)
        self.reads.add(ref)
        if ref == self.ref:
            return self.table, self.row
        table = self.tools.table(ref.table)
        row = table.row(ref.row)
        if row is None:
            raise RowStopped(statuses.nobody_known(name, ref.table))
        return table, row

    def person(self, name: str) -> Person:
        """The person that a name in the recipe stands for. Raises RowStopped as `row_named`."""
        table, row = self.row_named(name)
        return table.person(row)

    def zone_of(self, person: Person) -> ZoneInfo:
        """The person's time zone, or else the table's."""
        try:
            return zone_named(person.zone or self.table.spec.zone)
        except SetupError:
            return zone_named(self.table.spec.zone)

    def render(
        self, template: Template, *, escape: Callable[[str], str] | None = None, **more: Any
    ) -> str:
        """The template with this row's values. Raises RowStopped when a needed one is missing.

        `escape` is put over each value as it is printed, and not over the template's own words.
        """
        return template.render(self.context(**more), escape=escape)

    def context(self, **more: Any) -> dict[str, Any]:
        """What templates may use: the row, everybody it knows, and what earlier steps gave."""
        known = {self.name, *self.table.people, *self.names}
        shown = {name: self._shown(name) for name in known}
        organization = self.tools.organization
        shown["organization"] = _fields_of(organization.name, organization.postal_address)
        now = self.tools.clock.now()
        return {**shown, "now": now, "today": now.date(), "zone": self.zone, **more}

    def _ref(self, name: str) -> RowRef:
        if name == self.name:
            return self.ref
        given = self.names.get(name)
        if isinstance(given, RowRef):
            return given
        if name in self.table.people:
            return self._pointed_at(name)
        raise RowStopped(statuses.nobody_known(name, self.table.spec.name))

    def _pointed_at(self, name: str) -> RowRef:
        column = self.table.people[name]
        row_id = self.value(column)
        if row_id is None:
            raise RowStopped(statuses.empty_cell(column))
        return RowRef(self.table.spec.columns[column].table, row_id)

    def _shown(self, name: str) -> Any:
        given = self.names.get(name)
        if given is not None and not isinstance(given, RowRef):
            return self._noted(given)
        return Fields(partial(self._field, name), self._columns(name), label=name)

    def _columns(self, name: str) -> Sequence[str]:
        given = self.names.get(name)
        if isinstance(given, RowRef):
            return self.tools.table(given.table).columns
        if name in self.table.people and name != self.name:
            spec = self.table.spec.columns[self.table.people[name]]
            return self.tools.table(spec.table).columns
        return self.table.columns

    def _field(self, name: str, column: str) -> Any:
        table, row = self.row_named(name)
        value = _sound(table.cell(row, column))
        return empty_value(column) if value is None else value

    def _noted(self, given: Any) -> Any:
        if isinstance(given, Blank):
            self.awaits[given.label] = None
            return given
        if isinstance(given, Mapping):
            return Fields(lambda key: self._noted(given[key]), tuple(given))
        return given


def _sound(cell: Cell) -> Any:
    if cell.problem is not None:
        raise RowStopped(cell.problem)
    return cell.value


@lru_cache(maxsize=16)
def _fields_of(name: str, postal_address: str) -> Fields:
    """An organization as templates see it."""
    values = {"name": name, "postal_address": postal_address}
    return Fields(lambda key: values[key] or empty_value(key), tuple(values))
