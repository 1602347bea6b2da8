"""A table of Airtable as it was read: its fields as columns, its records as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sheetflow import Sheet, SheetRow, TableError, digest

from ._airtable_client import Client, Record
from ._airtable_fields import Field, field_of, value_of

HEADERS = "headers"
"""The mark of the row of headers, which is no record."""


@dataclass(frozen=True)
class Schema:
    """A table of a base: its ids and names, and its fields in their order."""

    base: str
    id: str
    name: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """The field of that id or name. Airtable itself takes no two that differ in case only."""
        wanted = name.strip().casefold()
        for one in self.fields:
            if one.id == name.strip():
                return one
        return next((one for one in self.fields if one.name.strip().casefold() == wanted), None)


@dataclass(frozen=True)
class Reading(Sheet):
    """What was read of a table; `fields` are its columns, in the same order, `log` its log."""

    table: Schema = Schema("", "", "", ())
    fields: tuple[Field, ...] = ()
    log: Schema | None = None


@dataclass
class Base:
    """A base, whose schema is asked for once for all tables that are opened of it."""

    id: str
    client: Client
    _known: Mapping[str, Schema] | None = None
    _seen: frozenset[str] = frozenset()

    def schema(self, table: str, *, fresh: bool = False) -> Schema:
        """The table of that id or name; asked for again, or `fresh`, as it is now.

        Raises TableError when there is none.
        """
        if self._known is None or fresh or table in self._seen:
            self._known, self._seen = self._ask(), frozenset()
        self._seen |= {table}
        if table not in self._known:
            raise TableError(
                f'I can\'t find the table "{table}" in the base {self.id}.',
                hint="Has it been renamed or deleted? Write its id, tbl…, or its name as table:.",
            )
        return self._known[table]

    def glance(self, table: str) -> Schema | None:
        """The table of that id or name as it was when it was asked last."""
        if self._known is None:
            self._known, self._seen = self._ask(), frozenset()
        return self._known.get(table)

    def has(self, table: str) -> bool:
        """Whether there is a table of that id or name now."""
        self._known, self._seen = self._ask(), frozenset()
        return table in self._known

    def forget(self) -> None:
        """Ask again before the next reading."""
        self._known = None

    def _ask(self) -> Mapping[str, Schema]:
        found = [
            Schema(self.id, one["id"], one["name"], tuple(map(field_of, one.get("fields", ()))))
            for one in self.client.tables(self.id)
        ]
        return {one.name: one for one in found} | {one.id: one for one in found}


def reading_of(schema: Schema, fields: Sequence[Field], records: Sequence[Record]) -> Reading:
    """The records as rows below a row of headers. Records with nothing in them are left out."""
    head = SheetRow(tuple(one.name for one in fields), 1, HEADERS)
    filled = [record for record in records if record["fields"]]
    rows = [row_of(record, schema, fields, number) for number, record in enumerate(filled, 2)]
    version = digest([head.cells, [(row.id, row.cells) for row in rows]])
    columns = tuple(one.column for one in fields)
    return Reading((head, *rows), version, columns=columns, table=schema, fields=tuple(fields))


def row_of(record: Record, schema: Schema, fields: Sequence[Field], number: int) -> SheetRow:
    """A record as a row."""
    found, place = record["fields"], f"{schema.base}/{schema.id}/{record['id']}"
    return SheetRow(
        tuple(value_of(found.get(one.id), one, place) for one in fields),
        number,
        record["id"],
        id=record["id"],
        formulas=frozenset(c for c, one in enumerate(fields) if one.is_worked_out),
    )


def with_fields(reading: Reading, new: Iterable[Field]) -> Reading:
    """The reading with more columns at its end, which are empty."""
    fields = (*reading.fields, *new)
    head = replace(reading.rows[0], cells=tuple(one.name for one in fields))
    return replace(
        reading,
        rows=(head, *reading.rows[1:]),
        columns=tuple(one.column for one in fields),
        fields=fields,
    )


def with_records(reading: Reading, asked: Iterable[str], found: Iterable[Record]) -> Reading:
    """The reading with these records as they are now; those that are gone are left out."""
    now = {record["id"]: record for record in found}
    gone = {*asked} - now.keys()
    rows = [
        row_of(now[row.id], reading.table, reading.fields, row.number) if row.id in now else row
        for row in reading.rows
        if row.id not in gone
    ]
    return replace(reading, rows=tuple(rows))
