"""set: writes cells of the row.

    - set:
        Stage: Prospect
        Notes: Signed up through {{ person.source }}

A cell that says so already is left alone. What is written is a text, or what a text means in a
column declared as a number, a date, a moment or a yes/no; it is never a formula.
"""

from __future__ import annotations

from dataclasses import dataclass

from sheetflow import Action, Cells, Change, Noop, Status, Word, Work, hookimpl, main

from ._cells import changed, meant


class Set(Action["Set.Options"]):
    """Writes cells of the row."""

    name = "set"
    idempotent = True

    @dataclass(frozen=True, kw_only=True)
    class Options:
        cells: Cells = main("Columns of the row, each with what goes into it.")

    def plan(self, work: Work) -> Change | Noop:
        written = {
            column: meant(work, column, work.render(template))
            for column, template in self.options.cells.items()
        }
        cells = changed(work, written)
        if not cells:
            return Noop("it says so already", Word.DONE, quiet=True)
        names = ", ".join(cells)
        return Change(f"set {names}", cells=cells, done=Status(Word.DONE, f"set {names}"))

    def reconcile(self, change: object) -> bool:  # noqa: ARG002 - true of every cell
        """Certainly not done: the cells are written when the row is told, and compared first."""
        return False


@hookimpl
def actions() -> list[type[Action[Set.Options]]]:
    """The action `set`."""
    return [Set]
