"""Somebody else in the base, by Airtable's own pages: the edits of a fault plan.

{"base": "app...", "table": "People", "set": ["rec...", "Name", "Ann"]}; instead of "set", or
beside it: "add": {"Name": "Cy"}, "delete": "rec...", "rename": ["Name", "Full name"],
"rename_choice": ["Status", "Old", "New"], "delete_field": "Name", "rename_table": "Folk".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.emulators.airtable.changing import Transaction
from tests.emulators.airtable.entering import Entering
from tests.emulators.airtable.kinds import COMPUTED
from tests.emulators.airtable.webhooks.logging import log
from tests.emulators.airtable.world import Field, Table, World

EDITS = ("set", "add", "delete", "rename", "rename_choice", "delete_field", "rename_table")


class BadEdit(ValueError):
    """The edit cannot be made; the text says why."""


def edit_base(world: World, edit: Mapping[str, Any]) -> None:
    """Make the edits in their order; raises BadEdit."""
    unknown = {*edit} - {*EDITS, "base", "table", "user"}
    if unknown:
        raise BadEdit(f"unknown in the edit: {', '.join(sorted(unknown))}")
    base = world.bases.get(edit.get("base", "")) or next(iter(world.bases.values()), None)
    table = base.find(edit["table"]) if base else None
    if base is None or table is None:
        raise BadEdit(f"no table {edit['table']}")
    user = world.person(edit.get("user", "")) or [*world.users.values()][-1]
    change = Transaction(world, base, user.id, "client")
    for name in EDITS:
        if name in edit:
            _edit(change, table, name, edit[name])
    log(change)


def _edit(change: Transaction, table: Table, name: str, given: Any) -> None:
    if name == "set":
        record_id, field_name, value = given
        column = _field(table, field_name)
        value = Entering(change, typecast=True).stored(column, value)
        change.set_cell(table, table.records[record_id], column, value)
    elif name == "add":
        _add(change, table, given)
    elif name == "delete":
        for one in [given] if isinstance(given, str) else given:
            change.delete_record(table, table.records[one])
    elif name == "rename":
        change.change_field(table, _field(table, given[0]), name=given[1])
    elif name == "rename_choice":
        _rename_choice(change, table, *given)
    elif name == "delete_field":
        change.delete_field(table, _field(table, given))
    else:
        change.change_table(table, name=given)


def _field(table: Table, name: str) -> Field:
    found = table.find(name)
    if found is None:
        raise BadEdit(f"no field {name}")
    return found


def _add(change: Transaction, table: Table, given: Mapping[str, Any]) -> None:
    entering = Entering(change, typecast=True)
    record = change.add_record(table, given.get("id", ""))
    for name, value in given.items():
        column = _field(table, name) if name != "id" or table.find("id") else None
        if column is not None and column.type not in COMPUTED:
            change.set_cell(table, record, column, entering.stored(column, value))


def _rename_choice(change: Transaction, table: Table, name: str, old: str, new: str) -> None:
    column = _field(table, name)
    choices = [
        {**one, "name": new} if one["name"] == old else one for one in column.options["choices"]
    ]
    change.change_field(table, column, options={**column.options, "choices": choices})
