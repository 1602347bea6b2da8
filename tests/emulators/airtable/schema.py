"""Bases, tables and fields as the metadata API describes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.emulators.airtable.world import Field, Table, View

HIDDEN = {"rollup": {"formula"}, "button": {"label", "url"}}
"""Options that only the emulator needs; Airtable does not tell them."""
PLAIN = frozenset(
    {"singleLineText", "multilineText", "email", "url", "phoneNumber", "richText", "barcode"}
    | {"autoNumber", "createdBy", "button", "singleCollaborator", "multipleCollaborators"}
)
"""Types without options."""


def field_json(column: Field) -> dict[str, Any]:
    """A field with its options."""
    found: dict[str, Any] = {"type": column.type}
    hidden = {"default", *HIDDEN.get(column.type, ())}
    options = {name: value for name, value in column.options.items() if name not in hidden}
    if column.type == "lastModifiedBy":
        options = {}
    if options and column.type not in PLAIN:
        found["options"] = options
    found |= {"id": column.id, "name": column.name}
    return found | ({"description": column.description} if column.description else {})


def table_json(table: Table, include: list[str] | None = None) -> dict[str, Any]:
    """A table with its fields and views."""
    found: dict[str, Any] = {
        "id": table.id,
        "name": table.name,
        "primaryFieldId": table.primary,
        "fields": [field_json(one) for one in table.fields],
        "views": [view_json(table, one, include or []) for one in table.views],
    }
    return found | ({"description": table.description} if table.description else {})


def view_json(table: Table, view: View, include: Sequence[str] = ()) -> dict[str, Any]:
    """A view; which fields it shows is told on request."""
    found: dict[str, Any] = {"id": view.id, "name": view.name, "type": view.type}
    if "visibleFieldIds" in include and view.type == "grid":
        shown = view.visible
        found["visibleFieldIds"] = [one.id for one in table.fields] if shown is None else shown
    return found
