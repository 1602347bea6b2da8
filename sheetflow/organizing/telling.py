"""Telling the control table how recipes go: only what differs, and a person's tick stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sheetflow.language.problems import did_you_mean
from sheetflow.ledger.controls import Control, Controls
from sheetflow.ledger.store import Ledger
from sheetflow.organizing.lines import LONGEST, Line
from sheetflow.organizing.obeying import TWICE, Obeyed
from sheetflow.reporting.groups import one_line
from sheetflow.tables.batches import RowWrite, Written
from sheetflow.tables.table import Table
from sheetflow.tables.text import normal, shown
from sheetflow.values import Row
from sheetflow.workspace.organizer_keys import NEEDS, ON, RECIPE, SAYS

YES, NO = "yes", "no"


def first_rows(wanted: Sequence[Line]) -> list[list[object]]:
    """The rows with which a control table is made."""
    return [
        [line.recipe, line.is_on, *(line.says.get(name, "") for name in SAYS)] for line in wanted
    ]


@dataclass(frozen=True)
class Teller:
    """Writes what is new into a reading of the control table, and remembers what stands there."""

    table: Table
    ledger: Ledger
    controls: Controls
    before: Mapping[str, Control]

    def tell(self, wanted: Sequence[Line], obeyed: Obeyed) -> None:
        """Bring each line up to date. Raises LedgerBusy while somebody applies, and TableError."""
        lines = [_with_remark(line, obeyed) for line in wanted]
        writes = {line.recipe: self._write(line, obeyed) for line in lines}
        new = [line for line in lines if line.recipe not in obeyed.rows]
        strays = [*self._doubled(obeyed), *self._unknown(wanted)]
        some = [write for write in (*writes.values(), *strays) if write is not None]
        written: dict[str, Written] = {}
        if some or new:
            with self.ledger.applying("the control table"):
                done = self.table.write(some) if some else ()
                written = {one.row_id: one for one in done}
                for line in new:
                    self._add(line)
        self._remember(lines, obeyed, written)

    def _write(self, line: Line, obeyed: Obeyed) -> RowWrite | None:
        """What differs in the line of a recipe."""
        row = obeyed.rows.get(line.recipe)
        if row is None or line.recipe in obeyed.doubled:
            return None
        cells: dict[str, object] = {
            name: text or None
            for name, text in line.says.items()
            if shown(row.cells.get(name)).strip() != text
        }
        stays = line.recipe in obeyed.waiting or line.recipe in obeyed.passing
        if not stays and self._shows(row) is not line.is_on:
            cells[ON] = self._tick(line.is_on)
        return _row_write(row, cells)

    def _doubled(self, obeyed: Obeyed) -> list[RowWrite]:
        rows = [row for some in obeyed.doubled.values() for row in some]
        found = (_row_write(row, self._only(row, TWICE)) for row in rows)
        return [write for write in found if write is not None]

    def _unknown(self, wanted: Sequence[Line]) -> list[RowWrite]:
        """Lines of recipes that are not there; a tick in one is taken back."""
        names = [line.recipe for line in wanted]
        known = {normal(name) for name in names}
        found = []
        for row in self.table.rows:
            called = shown(row.cells.get(RECIPE)).strip()
            if normal(called) not in known:
                hint = did_you_mean(called, names)
                says = f'There is no recipe "{one_line(called, 60)}". {hint}'.strip()
                cells = self._only(row, says)
                if self._shows(row):
                    cells[ON] = self._tick(False)
                found.append(_row_write(row, cells))
        return [write for write in found if write is not None]

    def _only(self, row: Row, says: str) -> dict[str, object]:
        """The sentence for somebody, where it does not stand there yet."""
        return {} if shown(row.cells.get(NEEDS)).strip() == says else {NEEDS: says}

    def _add(self, line: Line) -> None:
        cells = {name: text for name, text in line.says.items() if text}
        ticked = self._tick(line.is_on)
        self.table.append({RECIPE: line.recipe, ON: ticked, **cells}, normal(line.recipe))

    def _remember(
        self, lines: Sequence[Line], obeyed: Obeyed, written: Mapping[str, Written]
    ) -> None:
        for line in lines:
            if line.recipe in obeyed.doubled:
                continue
            row = obeyed.rows.get(line.recipe)
            after = Written("") if row is None else written.get(row.id, Written(row.id))
            kept = obeyed.kept.get(line.recipe) or Control(line.recipe, line.is_on)
            said = {name: text for name, text in line.says.items() if name not in after.left}
            kept = replace(kept, said=said)
            if row is None or ON in after.cells:
                kept = replace(kept, ticked=line.is_on)
            if kept != self.before.get(line.recipe):
                self.controls.keep(kept)

    def _shows(self, row: Row) -> bool | None:
        """Whether the line is ticked; None where its cell says nothing, or nothing legible."""
        cell = self.table.cell(row, ON)
        return None if cell.value is None else cell.value is True

    def _tick(self, ticked: bool) -> object:
        """A tick as this table has them: boxes, or words."""
        raw = (row.cells.get(ON) for row in self.table.rows)
        if any(isinstance(cell, bool) for cell in raw):
            return ticked
        return YES if ticked else NO


def _with_remark(line: Line, obeyed: Obeyed) -> Line:
    """The line with what is to be said about its tick before what else needs somebody."""
    kept = obeyed.kept.get(line.recipe)
    remark = obeyed.passing.get(line.recipe) or (kept.remark if kept is not None else "")
    if not remark:
        return line
    needs = one_line(f"{remark} {line.says.get(NEEDS, '')}".strip(), LONGEST)
    return replace(line, says={**line.says, NEEDS: needs})


def _row_write(row: Row, cells: Mapping[str, object]) -> RowWrite | None:
    if not cells:
        return None
    return RowWrite(row.id, dict(cells), {name: row.cells.get(name) for name in cells})
