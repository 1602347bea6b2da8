"""Cells as webhooks tell them: choices and links with their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.emulators.airtable.reading import Reader
from tests.emulators.airtable.world import Field, Record, Table


class Cells:
    """Cells of one base, in the form of webhook payloads."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def of(self, table: Table, record: Record, fields: Iterable[str]) -> dict[str, Any]:
        """The cells of these fields; null for an empty one."""
        found = {}
        for one in fields:
            column = table.by_id(one)
            if column.type in FORMS:
                found[one] = self.stored(column, record.cells.get(one))
            else:
                found[one] = self.reader.json(table, record, column)
        return found

    def stored(self, column: Field, value: Any) -> Any:
        """A stored value, of now or of before."""
        if value is None:
            return None
        if column.type == "singleSelect":
            return self._choice(column, value)
        if column.type == "multipleSelects":
            return [self._choice(column, one) for one in value]
        if column.type == "multipleRecordLinks":
            return [self._link(column, one) for one in value]
        if column.type in {"singleCollaborator", "multipleCollaborators"}:
            people = [self.reader.world.users[one].json() for one in _list(value)]
            return people if column.type == "multipleCollaborators" else people[0]
        return value

    def _choice(self, column: Field, choice_id: str) -> dict[str, str]:
        named = [one for one in column.options["choices"] if one["id"] == choice_id]
        return dict(named[0]) if named else {"id": choice_id, "name": ""}

    def _link(self, column: Field, record_id: str) -> dict[str, str]:
        table = self.reader.base.table(column.options["linkedTableId"])
        record = table.records.get(record_id)
        return {"id": record_id, "name": self.reader.title(table, record) if record else ""}


FORMS = frozenset({"singleSelect", "multipleSelects", "multipleRecordLinks"})


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
