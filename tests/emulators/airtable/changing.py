"""One change of a base, by one person at one time: all of it, or nothing; and what it changed.

Links are kept on both sides here. Whoever listens (the webhooks) is told once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.emulators.airtable.world import Base, Field, Record, Table, World

MISSING = object()


@dataclass
class TableChanges:
    """What became of one table; previous values by record and field."""

    records_made: list[str] = field(default_factory=list)
    records_changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    records_gone: list[str] = field(default_factory=list)
    fields_made: list[str] = field(default_factory=list)
    fields_changed: dict[str, dict[str, str]] = field(default_factory=dict)
    fields_gone: list[str] = field(default_factory=list)
    previously: dict[str, str] = field(default_factory=dict)
    """Name and description as they were before, where one of them was changed."""


class Transaction:
    """The changes of one request; `undo` takes all of them back."""

    def __init__(self, world: World, base: Base, user: str, source: str = "publicApi") -> None:
        self.world = world
        self.base = base
        self.user = user
        self.source = source
        self.now: datetime = world.now()
        self.tables: dict[str, TableChanges] = {}
        self.tables_made: list[str] = []
        self.tables_gone: list[str] = []
        self._undoing: list[Callable[[], object]] = []

    def changes(self, table: Table) -> TableChanges:
        """What became of a table so far."""
        return self.tables.setdefault(table.id, TableChanges())

    def undo(self) -> None:
        """Take everything back."""
        while self._undoing:
            self._undoing.pop()()
        self.tables.clear()

    @property
    def empty(self) -> bool:
        """Whether nothing was changed."""
        return not (self.tables or self.tables_made or self.tables_gone)

    # records -------------------------------------------------------------------------------------

    def add_record(self, table: Table, record_id: str = "") -> Record:
        """A new, empty record at the end of the table."""
        record_id = record_id or self.world.new_id("rec")
        before = table.numbered
        table.numbered += 1
        record = Record(record_id, self.now, self.user, table.numbered)
        table.records[record.id] = record
        self.changes(table).records_made.append(record.id)
        self._undoing.append(lambda: table.records.pop(record.id))
        self._undoing.append(lambda: setattr(table, "numbered", before))
        return record

    def delete_record(self, table: Table, record: Record) -> None:
        """The record goes, and with it every link to it."""
        for one in table.fields:
            if one.type == "multipleRecordLinks" and one.id in record.cells:
                self.set_cell(table, record, one, None)
        self._unlink(table, record.id)
        before = dict(table.records)
        del table.records[record.id]
        self.changes(table).records_gone.append(record.id)

        def back() -> None:
            table.records.clear()
            table.records.update(before)

        self._undoing.append(back)

    def _unlink(self, table: Table, record_id: str) -> None:
        """Links that are kept on one side only."""
        for other in self.base.tables:
            for one in other.fields:
                if one.options.get("linkedTableId") != table.id:
                    continue
                for holder in other.records.values():
                    held = holder.cells.get(one.id) or []
                    if record_id in held:
                        kept = [link for link in held if link != record_id]
                        self._put(other, holder, one, kept or None)

    def set_cell(self, table: Table, record: Record, column: Field, value: Any) -> None:
        """Store a value, None for nothing; the other side of a link follows."""
        before = record.cells.get(column.id)
        if before == value and type(before) is type(value):
            return
        self._put(table, record, column, value)
        if column.type == "multipleRecordLinks":
            self._mirror(column, record, before or [], value or [])

    def _put(self, table: Table, record: Record, column: Field, value: Any) -> None:
        before = record.cells.get(column.id, MISSING)
        touched = record.touched.get(column.id)
        if value is None:
            record.cells.pop(column.id, None)
        else:
            record.cells[column.id] = value
        record.touched[column.id] = (self.now, self.user)
        changes = self.changes(table)
        if record.id not in changes.records_made:
            changed = changes.records_changed.setdefault(record.id, {})
            changed.setdefault(column.id, None if before is MISSING else before)

        def back() -> None:
            if before is MISSING:
                record.cells.pop(column.id, None)
            else:
                record.cells[column.id] = before
            if touched is None:
                record.touched.pop(column.id, None)
            else:
                record.touched[column.id] = touched

        self._undoing.append(back)

    def _mirror(self, column: Field, record: Record, before: list[str], after: list[str]) -> None:
        inverse = column.options.get("inverseLinkFieldId")
        if not inverse:
            return
        table = self.base.table(column.options["linkedTableId"])
        other = table.by_id(inverse)
        for link in [*before, *after]:
            linked = table.records.get(link)
            if linked is None or (link in before) == (link in after):
                continue
            held = [one for one in linked.cells.get(inverse) or [] if one != record.id]
            if link in after:
                held.append(record.id)
            self._put(table, linked, other, held or None)

    # fields and tables ---------------------------------------------------------------------------

    def add_field(self, table: Table, column: Field) -> None:
        """A new field at the end."""
        table.fields.append(column)
        self.changes(table).fields_made.append(column.id)
        self._undoing.append(lambda: table.fields.remove(column))

    def change_field(self, table: Table, column: Field, **new: Any) -> None:
        """Another name, description, type or options."""
        before = {name: getattr(column, name) for name in new}
        told = {"name": column.name, "type": column.type}
        self.changes(table).fields_changed.setdefault(column.id, told)
        self._set(column, before, new)

    def delete_field(self, table: Table, column: Field) -> None:
        """The field goes, with its cells, and with the other side of a link."""
        place = table.fields.index(column)
        table.fields.remove(column)
        self._undoing.append(lambda: table.fields.insert(place, column))
        held = {one.id: one.cells.pop(column.id, MISSING) for one in table.records.values()}

        def back() -> None:
            for record_id, value in held.items():
                if value is not MISSING:
                    table.records[record_id].cells[column.id] = value

        self._undoing.append(back)
        self.changes(table).fields_gone.append(column.id)
        inverse = column.options.get("inverseLinkFieldId")
        if inverse:
            other = self.base.table(column.options["linkedTableId"])
            for one in [one for one in other.fields if one.id == inverse]:
                one.options.pop("inverseLinkFieldId", None)
                self.delete_field(other, one)

    def add_table(self, table: Table) -> None:
        """A new table at the end."""
        self.base.tables.append(table)
        self.tables_made.append(table.id)
        self._undoing.append(lambda: self.base.tables.remove(table))

    def change_table(self, table: Table, **new: Any) -> None:
        """Another name or description."""
        before = {name: getattr(table, name) for name in new}
        self.changes(table).previously.update(name=table.name, description=table.description)
        self._set(table, before, new)

    def delete_table(self, table: Table) -> None:
        """The table goes, with the fields of other tables that link to it."""
        for column in list(table.fields):
            if column.type == "multipleRecordLinks":
                self.delete_field(table, column)
        self.base.tables.remove(table)
        self.tables.pop(table.id, None)
        self.tables_gone.append(table.id)

    def _set(self, thing: Any, before: dict[str, Any], new: dict[str, Any]) -> None:
        def put(values: dict[str, Any]) -> None:
            for name, value in values.items():
                setattr(thing, name, value)

        put(new)
        self._undoing.append(lambda: put(before))
