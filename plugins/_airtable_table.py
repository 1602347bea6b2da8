"""One table of Airtable, read by the hundred and written by the ten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sheetflow import (
    Edit,
    LeftAlone,
    LogLine,
    NewColumn,
    NewRow,
    NotAllowed,
    NotFound,
    NotKnown,
    Refused,
    Row,
    Sheet,
    TableBusy,
    TableChanged,
    TableError,
)

from ._airtable_changes import OVERLAP, recent
from ._airtable_client import HUNDRED, TENS, in_words
from ._airtable_fields import Field, field_of
from ._airtable_log import AirtableLog
from ._airtable_reading import Base, Reading, Schema, reading_of, with_fields, with_records
from ._airtable_writing import add, records_of, update


@dataclass
class AirtableTable:
    """A table whose marks are the ids of its records, and last.

    `view` leaves out the records that it does not show, `given_fields` the fields that it does not
    name; `beside` keeps what happened to the records.
    """

    base: Base
    table: str
    view: str = ""
    given_fields: tuple[str, ...] = ()
    beside: AirtableLog | None = None
    tries_first: bool = True
    _wanted: Callable[[str, str], bool] | None = None
    _may_write: bool = False
    _table_id: str = ""
    _given: frozenset[str] = field(default=frozenset())

    @property
    def name(self) -> str:
        """The table."""
        return f'the table "{self.table}" in Airtable'

    def read(self) -> Sheet:
        """Everything that stands there now: one request for the fields, one for each hundred."""
        with in_words():
            schema = self.base.schema(self.table)
            log = self.beside.found() if self.beside is not None else None
            fields = self._chosen(schema)
            ids = () if fields == schema.fields else [one.id for one in fields]
            asked = {"view": self.view} if self.view else {}
            client, place = self.base.client, (self.base.id, schema.id)
            records = client.records(*place, fields=ids, **asked)
            if self.view:  # what we wrote may have moved a record out of the view
                left = self._given - {record["id"] for record in records}
                records += client.by_id(*place, sorted(left), fields=ids)
            else:  # Airtable gives no order of its own
                records.sort(key=lambda record: (record["createdTime"], record["id"]))
        self._given = frozenset(record["id"] for record in records)
        self._table_id = schema.id
        return replace(reading_of(schema, fields, records), log=log)

    def only(self, wanted: Callable[[str, str], bool] | None) -> None:
        """Ask for those fields alone, by name and id, and be told no others."""
        self._wanted = wanted

    def changed_since(self, moment: datetime, names: Sequence[str] = ()) -> Sheet:
        """Only the records in which one of these fields changed at that moment or later.

        One request for each hundred of them. Without names all fields count, Sheetflow's as well;
        records that were deleted are not seen by it.
        """
        with in_words():
            schema = self.base.schema(self.table)
            fields = self._chosen(schema)
            place, formula = (self.base.id, schema.id), recent(moment - OVERLAP, names)
            ids = () if fields == schema.fields else [one.id for one in fields]
            records = self.base.client.records(*place, fields=ids, formula=formula)
        return reading_of(schema, fields, records)

    def link(self, row: Row) -> str:
        """The record in a browser."""
        return f"https://airtable.com/{self.base.id}/{self._table_id or self.table}/{row.mark}"

    def make(
        self,
        headers: Sequence[str],
        rows: Sequence[Sequence[object]],  # noqa: ARG002 - records are added by their key
        *,
        ticks: int,
    ) -> bool:
        """Make the table, unless it is there, by a token that may; its rows are added later.

        Raises TableBusy, with what to make by hand, for a token that may not.
        """
        if self.base.has(self.table) or re.fullmatch(r"tbl\w{14}", self.table):
            return False
        box = {"type": "checkbox", "options": {"icon": "check", "color": "greenBright"}}
        line = {"type": "singleLineText"}
        fields = [{"name": h, **(box if n == ticks else line)} for n, h in enumerate(headers)]
        try:
            with in_words():
                self.base.client.new_table(self.base.id, self.table, fields)
                self.base.forget()
        except TableBusy as error:
            raise TableBusy(
                f'There is no table "{self.table}" in the base, and the token may not make it.',
                hint=f"Make it there with the fields {', '.join(headers)}: {headers[ticks]} as a "
                "checkbox, the others as single line text. Or give the token the scope "
                "schema.bases:write, and whoever it belongs to the role Creator.",
            ) from error
        return True

    def make_room(self, lines: int) -> None:
        """So many lines will come: they count among the calls that a run takes."""
        if self.beside is not None:
            self.beside.room = lines

    def log(self, lines: Iterable[LogLine]) -> None:
        """Keep the lines for the next write, where there is a log."""
        if self.beside is not None:
            self.beside.waiting = tuple(lines)

    def make_log(self) -> str:
        """Make the log, or its fields, unless they are there; what was made, or ""."""
        return self.beside.make() if self.beside is not None else ""

    def ready(self) -> None:
        """Nothing that could be told without writing: see `hold`."""

    def must_be_writable(
        self, sheet: Sheet, columns: Sequence[int], rows: Sequence[object]
    ) -> None:
        """Nothing that was read tells: see `hold`."""

    def hold(
        self,
        sheet: Sheet,
        marks: Sequence[object],
        *,
        header: object,  # noqa: ARG002 - headers are fields, which have ids
        who: Sequence[int],  # noqa: ARG002 - a record's id is always the same record's
        new_columns: Sequence[NewColumn] = (),
        fresh: bool = False,
    ) -> Sheet:
        """The same, with fields made for new columns; with `fresh`, those records as they are now.

        Before the first write it is tried whether there may be one, by one that changes nothing.
        """
        reading = self._with_fields(_reading(sheet), new_columns)
        ids = [str(mark) for mark in marks]
        if fresh and ids:
            return self._refreshed(reading, ids)
        if ids and not self._may_write:
            self._must_be_told(len(ids))
            self._try(reading, ids[0])
        return reading

    def write(
        self,
        sheet: Sheet,
        edits: Sequence[Edit],
        *,
        new_columns: Sequence[NewColumn] = (),
        new_rows: Sequence[NewRow] = (),
    ) -> Sequence[LeftAlone]:
        """Write ten records at a time. Raises TableChanged when one of them is not there any more,
        after all others were written.
        """
        reading = self._with_fields(_reading(sheet), new_columns)
        records, left = records_of(reading, edits)
        with in_words():
            gone = update(self.base.client, reading.table, records)
            self._may_write = self._may_write or bool(records)
            for row in new_rows:
                add(self.base.client, reading, row)
        if self.beside is not None and records:
            self.beside.put(reading.log)
        if gone:
            raise TableChanged(f"{len(gone)} records of {self.name} were deleted just now.")
        return left

    def _chosen(self, schema: Schema) -> tuple[Field, ...]:
        """The fields that are read: those that the settings name, and of these what is wanted."""
        fields = self._declared(schema) if self.given_fields else schema.fields
        wanted = self._wanted
        return fields if wanted is None else tuple(f for f in fields if wanted(f.name, f.id))

    def _declared(self, schema: Schema) -> tuple[Field, ...]:
        found = {name: schema.field(name) for name in self.given_fields}
        for name, one in found.items():
            if one is None:
                raise TableError(
                    f'I can\'t find the field "{name}" in {self.name}.',
                    hint="Look at fields: of that table in sheetflow.yaml.",
                )
        chosen = {one.id for one in found.values() if one is not None}
        return tuple(one for one in schema.fields if one.id in chosen)

    def _refreshed(self, reading: Reading, ids: Sequence[str]) -> Reading:
        """These records read anew: by their ids, unless all of them take no more requests."""
        client, place = self.base.client, (reading.table.base, reading.table.id)
        whole = len(reading.fields) >= len(reading.table.fields)
        fields = () if whole else [one.id for one in reading.fields]
        with in_words():
            if not self.view and _pages(len(ids)) >= _pages(len(reading.rows) - 1):
                found = client.records(*place, fields=fields)
            else:
                found = client.by_id(*place, ids, fields=fields)
        return with_records(reading, ids, found)

    def _must_be_told(self, rows: int) -> None:
        """Raise TableBusy if this month has too few calls left to tell so many rows anything."""
        left, needed = self.base.client.calls_left(), 1 + -(-rows // TENS)
        needed += self.beside.calls() if self.beside is not None else 0
        if left is not None and left < needed:
            raise TableBusy(
                f"{left:,} of this month's calls of Airtable are left, and to tell {rows:,} rows "
                f"what happened takes {needed:,}. So nothing was done.",
                hint="It goes on with the next month; or with fewer people_per_run; or in a larger "
                "plan of Airtable.",
            )

    def _try(self, reading: Reading, record: str) -> None:
        """Raise TableBusy if records may not be written."""
        with in_words():
            try:
                nothing = {"id": record, "fields": {}}
                self.base.client.update(reading.table.base, reading.table.id, [nothing])
            except (Refused, NotFound):
                pass  # it is the record, or that there is nothing to write: who may not, hears so
        self._may_write = True

    def _with_fields(self, reading: Reading, new_columns: Sequence[NewColumn]) -> Reading:
        """The reading with fields for columns that are new, made where they are not there yet."""
        if not new_columns:
            return reading
        made = []
        for new in new_columns:
            known = reading.table.field(new.header)
            made.append(known or self._new_field(reading.table, new.header, new_columns))
        return with_fields(reading, made)

    def _new_field(self, table: Schema, name: str, wanted: Sequence[NewColumn]) -> Field:
        try:
            return field_of(self.base.client.new_field(table.base, table.id, name))
        except NotAllowed as error:
            names = ", ".join(f'"{one.header}"' for one in wanted)
            raise TableBusy(
                f"{self.name[:1].upper()}{self.name[1:]} lacks the fields {names}.",
                hint="Add them there as single line text; or give the token the scope "
                "schema.bases:write, and whoever it belongs to the role Creator.",
            ) from error
        except (Refused, NotKnown) as error:
            with in_words():
                found = self.base.schema(self.table, fresh=True).field(name)
            if found is None:
                raise TableChanged(error.message, hint=error.hint) from error
            return found  # made by somebody else, or by us, which we were not told


def _pages(records: int) -> int:
    return -(-records // HUNDRED)


def _reading(sheet: Sheet) -> Reading:
    assert isinstance(sheet, Reading)  # it is one that we gave
    return sheet
