"""What a webhook tells of a change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.emulators.airtable.changing import TableChanges, Transaction
from tests.emulators.airtable.listing import seen
from tests.emulators.airtable.reading import Reader
from tests.emulators.airtable.webhooks.cells import Cells
from tests.emulators.airtable.world import Table, stamp


def payload(options: dict[str, Any], change: Transaction) -> dict[str, Any] | None:
    """The payload of a change, None where nothing in it is watched."""
    told = _Telling(options, change)
    if not told.from_here():
        return None
    found = {
        "createdTablesById": told.tables_made(),
        "destroyedTableIds": told.tables_gone(),
        "changedTablesById": told.tables_changed(),
    }
    found = {name: value for name, value in found.items() if value}
    if not found:
        return None
    user = change.world.users[change.user]
    person = user.json() | {"permissionLevel": change.base.level(user.id)}
    return {
        "timestamp": stamp(change.now),
        "baseTransactionNumber": change.base.transactions,
        "payloadFormat": "v0",
        "actionMetadata": {"source": change.source, "sourceMetadata": {"user": person}},
        **found,
    }


class _Telling:
    def __init__(self, options: dict[str, Any], change: Transaction) -> None:
        self.filters = options["filters"]
        self.includes = options.get("includes") or {}
        self.change = change
        self.cells = Cells(Reader(change.world, change.base))
        self.scope = self.filters.get("recordChangeScope", "")

    def from_here(self) -> bool:
        sources = self.filters.get("fromSources")
        return not sources or self.change.source in sources

    def watches(self, data: str, kind: str) -> bool:
        types = self.filters.get("changeTypes")
        return data in self.filters["dataTypes"] and (not types or kind in types)

    def tables_made(self) -> dict[str, Any]:
        if not self.watches("tableMetadata", "add") or self.scope:
            return {}
        return {
            one: self._new_table(self.change.base.table(one)) for one in self.change.tables_made
        }

    def _new_table(self, table: Table) -> dict[str, Any]:
        fields = {one.id: {"name": one.name, "type": one.type} for one in table.fields}
        metadata = {"name": table.name, "description": table.description or None}
        return {"metadata": metadata, "fieldsById": fields, "recordsById": {}}

    def tables_gone(self) -> list[str]:
        gone = self.watches("tableMetadata", "remove") and not self.scope
        return list(self.change.tables_gone) if gone else []

    def tables_changed(self) -> dict[str, Any]:
        found = {}
        for table in self.change.base.tables:
            changes = self.change.tables.get(table.id)
            made_now = table.id in self.change.tables_made
            if changes is None or made_now or not self._in_scope(table):
                continue
            told = {**self._table(table, changes), **self._fields(table, changes)}
            told |= self._records(table, changes)
            if told:
                found[table.id] = told
        return found

    def _in_scope(self, table: Table) -> bool:
        return not self.scope or self.scope == table.id or table.view(self.scope) is not None

    def _table(self, table: Table, changes: TableChanges) -> dict[str, Any]:
        if not changes.previously or not self.watches("tableMetadata", "update"):
            return {}
        now = {"name": table.name, "description": table.description}
        changed = [name for name in now if now[name] != changes.previously[name]]
        return {
            "changedMetadata": {
                "current": {name: now[name] for name in changed},
                "previous": {name: changes.previously[name] for name in changed},
            }
        }

    # fields --------------------------------------------------------------------------------------

    def _fields(self, table: Table, changes: TableChanges) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if changes.fields_made and self.watches("tableFields", "add"):
            made = [table.by_id(one) for one in changes.fields_made if table.find(one)]
            found["createdFieldsById"] = {
                one.id: {"name": one.name, "type": one.type} for one in made
            }
        if changes.fields_changed and self.watches("tableFields", "update"):
            changed = {
                one: self._field(table, one, before)
                for one, before in changes.fields_changed.items()
                if self._schema_watched(one) and table.find(one)
            }
            found |= {"changedFieldsById": changed} if changed else {}
        if changes.fields_gone and self.watches("tableFields", "remove"):
            found["destroyedFieldIds"] = list(changes.fields_gone)
        return found

    def _schema_watched(self, field_id: str) -> bool:
        watched = self.filters.get("watchSchemasOfFieldIds")
        return not watched or field_id in watched

    def _field(self, table: Table, field_id: str, before: dict[str, str]) -> dict[str, Any]:
        column = table.by_id(field_id)
        now = {"name": column.name, "type": column.type}
        changed = [name for name in now if now[name] != before[name]]
        told: dict[str, Any] = {"current": {name: now[name] for name in changed}}
        if self.includes.get("includePreviousFieldDefinitions"):
            told["previous"] = {name: before[name] for name in changed}
        return told

    # records -------------------------------------------------------------------------------------

    def _records(self, table: Table, changes: TableChanges) -> dict[str, Any]:
        view = table.view(self.scope) if self.scope else None
        shown = None
        if view is not None:
            shown = {one.id for one in seen(view, table, self.cells.reader)}
        found: dict[str, Any] = {}
        if self.watches("tableData", "add"):
            found["createdRecordsById"] = self._made(table, changes, shown)
        if self.watches("tableData", "update"):
            found["changedRecordsById"] = self._changed(table, changes, shown)
        if self.watches("tableData", "remove"):
            made = changes.records_made
            found["destroyedRecordIds"] = [one for one in changes.records_gone if one not in made]
        found = {name: value for name, value in found.items() if value}
        return {"changedViewsById": {view.id: found}} if view is not None and found else found

    def _made(self, table: Table, changes: TableChanges, shown: set[str] | None) -> dict[str, Any]:
        records = [table.records[one] for one in changes.records_made if one in table.records]
        return {
            one.id: {
                "createdTime": stamp(one.created),
                "cellValuesByFieldId": self.cells.of(table, one, one.cells),
            }
            for one in records
            if shown is None or one.id in shown
        }

    def _changed(
        self, table: Table, changes: TableChanges, shown: set[str] | None
    ) -> dict[str, Any]:
        watched = self.filters.get("watchDataInFieldIds")
        found = {}
        for record_id, previous in changes.records_changed.items():
            kept = {
                one: value
                for one, value in previous.items()
                if table.find(one) and (not watched or one in watched)
            }
            hidden = shown is not None and record_id not in shown
            if kept and record_id in table.records and not hidden:
                found[record_id] = self._record(table, record_id, kept)
        return found

    def _record(self, table: Table, record_id: str, previous: dict[str, Any]) -> dict[str, Any]:
        record = table.records[record_id]
        told = {"current": _values(self.cells.of(table, record, previous))}
        if self.includes.get("includePreviousCellValues"):
            before = {
                one: self.cells.stored(table.by_id(one), value) for one, value in previous.items()
            }
            told["previous"] = _values(before)
        wanted = self.includes.get("includeCellValuesInFieldIds")
        if wanted:
            fields = [one.id for one in table.fields] if wanted == "all" else wanted
            rest: Iterable[str] = [one for one in fields if one not in previous and table.find(one)]
            told["unchanged"] = _values(self.cells.of(table, record, rest))
        return told


def _values(cells: dict[str, Any]) -> dict[str, Any]:
    return {"cellValuesByFieldId": cells}
