"""add_row: adds a row to another table, such as a line in a call log.

    - add_row: Call log
      cells:
        Who: "{{ person.first_name }} {{ person.last_name }}"
        When: "{{ now }}"
        What: Welcome call with {{ owner.name }}

The row's id is made from what it is about, so that the same row is never added twice, whatever
happens in between. What is written is a text, or the date or number that it means in that table;
it is never a formula.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sheetflow import (
    Action,
    Cells,
    Change,
    Noop,
    Past,
    Receipt,
    State,
    Status,
    TableName,
    Word,
    Work,
    hookimpl,
    main,
    option,
)

from ._cells import cells_of


class AddRow(Action["AddRow.Options"]):
    """Adds a row to another table."""

    name = "add_row"
    idempotent = True

    @dataclass(frozen=True, kw_only=True)
    class Options:
        table: TableName = main("The table that gets the row.", says="Adds a row to {}.")
        cells: Cells = option("Its columns, each with what goes into it.", says="In the new row")

    @classmethod
    def reaches(cls, options: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG003 - never anybody
        """Nobody: a row is only added."""
        return ()

    @classmethod
    def also_reads(cls, options: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG003 - the same for all
        """No column but those that its options name."""
        return ()

    def plan(self, work: Work) -> Change | Noop:
        """The row, unless it is there: a person may have changed it, and it stays as it is."""
        table = self.tools.table(self.options.table)
        row_id = f"sf-{work.key.digest[:12]}"
        if table.row(row_id) is not None and not _in_doubt(work.before):
            return Noop(f"is in {self.options.table} already", Word.DONE)
        found = cells_of(work, table, self.options.cells)
        cells = {
            column: value.isoformat() if isinstance(value, date) else value
            for column, value in found.items()
        }
        return Change(
            f"add to {self.options.table}: {', '.join(filter(None, map(_said, found.values())))}",
            data={"table": self.options.table, "id": row_id, "cells": cells},
            done=Status(Word.DONE, f"added to {self.options.table}"),
        )

    def apply(self, change: Change) -> Receipt:
        """Append it; the table refuses a second row with the same id."""
        return self.tools.table(change.data["table"]).append(
            change.data["cells"], change.data["id"]
        )

    def reconcile(self, change: Change) -> Receipt | bool:
        """Whether the row is there."""
        row = self.tools.table(change.data["table"]).row(change.data["id"])
        return Receipt(row.id) if row else False


def _said(value: Any) -> str:
    """A cell in the words of a plan."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case _:
            return str(value)


def _in_doubt(before: Sequence[Past]) -> bool:
    """Whether we were stopped while adding it: then asking for it settles the matter."""
    return any(past.state in (State.HANDING_OVER, State.NOT_KNOWN) for past in before)


@hookimpl
def actions() -> list[type[Action[AddRow.Options]]]:
    """The action `add_row`."""
    return [AddRow]
