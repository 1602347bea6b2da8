"""Writing into a table of Airtable: ten records at a time, and a new one by its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheetflow import Edit, LeftAlone, NewRow, NotFound, Refused, Status, TableError

from ._airtable_client import TENS, Client
from ._airtable_fields import MERGED_ON, written
from ._airtable_reading import Reading, Schema


def records_of(
    reading: Reading, edits: Sequence[Edit]
) -> tuple[list[Mapping[str, Any]], list[LeftAlone]]:
    """The edits by record, and those that cannot be made."""
    found: dict[str, dict[str, Any]] = {}
    left: list[LeftAlone] = []
    for edit in edits:
        into = reading.fields[edit.column]
        json = None if into.is_worked_out else written(edit.value, into)
        if into.is_worked_out:
            left.append(LeftAlone(edit, "formula"))
        elif isinstance(json, Status):
            left.append(LeftAlone(edit, "refused", json))
        else:
            found.setdefault(str(edit.mark), {})[into.id] = json
    return [{"id": record, "fields": fields} for record, fields in found.items()], left


def update(client: Client, table: Schema, records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write them, and give back the ids of those that are not there any more.

    Of ten that are turned down together, each is tried alone, so that one keeps back no other.
    Raises TableError at the end, if Airtable turned one down for another reason.
    """
    gone: list[str] = []
    problems: list[Refused] = []
    for start in range(0, len(records), TENS):
        some = records[start : start + TENS]
        try:
            client.update(table.base, table.id, some)
        except (Refused, NotFound):
            for one in some:
                try:
                    client.update(table.base, table.id, [one])
                except NotFound:
                    gone.append(str(one["id"]))
                except Refused as error:
                    problems.append(error)
    if problems:
        raise TableError(problems[0].message, hint=problems[0].hint) from problems[0]
    return gone


def add(client: Client, reading: Reading, row: NewRow) -> None:
    """Add a record by its key, so that it is there once however often this arrives.

    Where Airtable cannot find records by such fields, it is asked once: the core looks before it
    tries again. Raises TableError for a value that does not fit.
    """
    fields = {}
    for column, value in row.cells.items():
        into = reading.fields[column]
        json = written(value, into)
        if isinstance(json, Status) or into.is_worked_out:
            raise TableError(
                f'"{value}" cannot be put into the field "{into.name}" of "{reading.table.name}".',
                hint="Look at what the recipe writes there.",
            )
        fields[into.id] = json
    key = [reading.fields[column] for column in row.key if column in row.cells]
    table, ids = reading.table, [one.id for one in key]
    if 1 <= len(key) <= 3 and all(one.type in MERGED_ON for one in key):
        client.upsert(table.base, table.id, fields, ids)
    else:
        client.create(table.base, table.id, fields)
