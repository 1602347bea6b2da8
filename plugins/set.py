"""set: writes cells of the row.

    - set:
        Stage: Prospect
        Notes: Signed up through {{ person.source }}

A cell that says so already is left alone. In a column declared as a number, a date or a yes/no goes
what the text means; in any other the text, which is never a formula.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sheetflow import Action, Cells, Change, Noop, Status, Word, Work, hookimpl, main

from ._cells import cells_of, changed


class Set(Action["Set.Options"]):
    """Writes cells of the row."""

    name = "set"
    idempotent = True

    @dataclass(frozen=True, kw_only=True)
    class Options:
        cells: Cells = main(
            "Columns of the row, each with what goes into it.", says="Writes into the row"
        )

    @classmethod
    def writes(cls, options: Mapping[str, Any]) -> Collection[str]:
        """Every column it names."""
        return tuple(options["cells"])

    @classmethod
    def also_reads(cls, options: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG003 - the same for all
        """No column but those that its options name."""
        return ()

    def plan(self, work: Work) -> Change | Noop:
        """The cells that do not say so already."""
        cells = changed(work, cells_of(work, work.table, self.options.cells))
        if not cells:
            return Noop("it says so already", Word.DONE, quiet=True)
        names = ", ".join(cells)
        return Change(f"set {names}", cells=cells, done=Status(Word.DONE, f"set {names}"))

    def reconcile(self, change: Change) -> bool:  # noqa: ARG002 - true of every cell
        """Certainly not done: a cell is written when the row is told, and compared before."""
        return False


@hookimpl
def actions() -> list[type[Action[Set.Options]]]:
    """The action `set`."""
    return [Set]
