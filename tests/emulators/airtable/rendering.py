"""A record as the API gives it: fields without a value are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.emulators.airtable.reading import Reader
from tests.emulators.airtable.world import Field, Record, Table, stamp


@dataclass(frozen=True)
class Rendering:
    """Which fields, under which names, in which form."""

    fields: tuple[Field, ...]
    by_id: bool = False
    as_text: bool = False
    zone: str = "utc"
    locale: str = "en"
    comment_count: bool = False


def rendered(reader: Reader, table: Table, record: Record, how: Rendering) -> dict[str, Any]:
    """The record as JSON."""
    fields = {}
    for column in how.fields:
        value = _cell(reader, table, record, column, how)
        if value is not None and value != "":
            fields[column.id if how.by_id else column.name] = value
    found: dict[str, Any] = {
        "id": record.id,
        "createdTime": stamp(record.created),
        "fields": fields,
    }
    if how.comment_count:
        found["commentCount"] = len(record.comments)
    return found


def _cell(reader: Reader, table: Table, record: Record, column: Field, how: Rendering) -> Any:
    if how.as_text:
        return reader.text(table, record, column, zone=how.zone, locale=how.locale)
    return reader.json(table, record, column)
