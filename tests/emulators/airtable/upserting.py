"""Which record an upsert means: the one whose cells are the same in the fields to merge on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.emulators.airtable.calls import Call
from tests.emulators.airtable.entering import Entering
from tests.emulators.airtable.errors import bad_request, invalid, unknown_field
from tests.emulators.airtable.kinds import MERGEABLE
from tests.emulators.airtable.world import Field, Record, Table

MOST = 3
"""Fields to merge on."""


@dataclass(frozen=True)
class Merge:
    """The fields by which records are looked up."""

    table: Table
    fields: tuple[Field, ...]

    @classmethod
    def of(cls, table: Table, given: Any) -> Merge:
        """Read `performUpsert`; raises 422."""
        names = given.get("fieldsToMergeOn") if isinstance(given, dict) else None
        if not isinstance(names, list) or not 1 <= len(names) <= MOST or {*given} - {FIELDS}:
            raise bad_request()
        fields = []
        for name in names:
            column = table.find(name) if isinstance(name, str) else None
            if column is None:
                raise unknown_field(str(name))
            if column.type not in MERGEABLE:
                message = f'Field "{column.name}" cannot be used as a field to merge on'
                raise invalid("INVALID_VALUE_FOR_COLUMN", message)
            fields.append(column)
        return cls(table, tuple(fields))

    def matches(
        self, call: Call, entering: Entering, given: list[dict[str, Any]]
    ) -> list[Record | None]:
        """For each given record the one that is meant, None for a new one; raises 422."""
        held: dict[tuple[Any, ...], list[Record]] = {}
        for record in self.table.records.values():
            key = tuple(_comparable(record.cells.get(one.id)) for one in self.fields)
            held.setdefault(key, []).append(record)
        found = [self._match(call, entering, held, one) for one in given]
        known = [one.id for one in found if one is not None]
        if len({*known}) < len(known):
            raise invalid("INVALID_RECORDS", "You cannot update the same record multiple times.")
        return found

    def _match(
        self,
        call: Call,
        entering: Entering,
        held: dict[tuple[Any, ...], list[Record]],
        one: dict[str, Any],
    ) -> Record | None:
        if not isinstance(one.get("fields"), dict):
            raise bad_request()
        if one.get("id"):
            return call.row(self.table, one["id"])
        records = held.get(self._key(entering, one["fields"]), [])
        if len(records) > 1:
            message = "Cannot upsert: more than one record matches the fields to merge on"
            raise invalid("INVALID_RECORDS", message)
        return records[0] if records else None

    def _key(self, entering: Entering, fields: dict[str, Any]) -> tuple[Any, ...]:
        key = []
        for column in self.fields:
            name = next((one for one in (column.id, column.name) if one in fields), None)
            if name is None:
                message = f'Every record without an id must have the field "{column.name}"'
                raise invalid("INVALID_RECORDS", message)
            key.append(_comparable(entering.stored(column, fields[name])))
        return tuple(key)


FIELDS = "fieldsToMergeOn"


def _comparable(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, list) else value
