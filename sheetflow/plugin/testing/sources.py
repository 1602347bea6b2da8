"""What every table keeps that a connector opens: to be read, and where it can, to be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sheetflow.errors import PlanningWrote, SheetflowError, TableBusy, TableChanged
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.testing.connectors import ConnectorContract
from sheetflow.plugin.testing.watching import watched
from sheetflow.tables.source import Edit, Sheet, TableSource
from sheetflow.tables.spec import PersonColumns, TableSpec
from sheetflow.tables.table import RowWrite, Table

ROWS: Sequence[Sequence[object]] = (
    ("Sheetflow ID", "Name", "Email", "Stage"),
    ("p1", "Ana Reyes", "ana@example.org", None),
    ("p2", "Bo Tran", "bo@example.org", None),
    ("p3", "Cy Ono", "cy@example.org", None),
)
"""What a person put there, the headers first."""

SPEC = TableSpec(
    "People",
    "contract",
    {},
    person=PersonColumns(name="Name", email="Email"),
    writes=("Stage",),
)


class ReadOnlyTableContract(ConnectorContract):
    """What a table keeps that can only be read. In a test: with a `place` that holds some rows."""

    connector: type[Connector]
    place: Mapping[str, str]
    asks_the_network: bool = False

    def put_rows(self, folder: Path) -> None:
        """Override it, where rows must be put there before the table can be read."""

    def source(self, folder: Path, *, may_write: bool = False) -> TableSource:
        """The table as a run opens it."""
        source: TableSource = self.connect(folder, may_write=may_write).open_table(self.place)
        return source

    def test_reading_twice_gives_the_same(self, tmp_path: Path) -> None:
        """Nothing happened in between, so version and rows are equal; and there are some."""
        self.put_rows(tmp_path)
        source = self.source(tmp_path)
        assert source.read() == source.read()
        assert len(source.read().rows) > 1, "the contract needs a row below the headers"

    def test_reading_changes_nothing(self, tmp_path: Path) -> None:
        """No file, no line that was not asked for, and the door stays shut."""
        self.put_rows(tmp_path)
        source = self.source(tmp_path)
        source.read()  # so that what it loads late is loaded
        with watched(network=not self.asks_the_network) as done:
            source.read()
        assert done == [], f"reading did: {done}"

    def test_the_place_has_a_name_that_a_person_knows(self, tmp_path: Path) -> None:
        """Errors speak of it."""
        assert self.source(tmp_path).name.strip()

    def test_no_cell_is_written_while_the_door_is_shut(self, tmp_path: Path) -> None:
        """Whether it cannot be written at all, or only while planning."""
        self.put_rows(tmp_path)
        source = self.source(tmp_path)
        sheet = source.read()
        with watched() as done:
            problem = _problem(source, sheet)
        assert isinstance(problem, PlanningWrote | TableBusy), f"it was written: {problem}"
        assert done == [], f"before it was refused, it did: {done}"
        assert source.read() == sheet


class TableContract(ReadOnlyTableContract):
    """What a table keeps that is written, too: `put` and `rows` are what a person does there."""

    def put(self, folder: Path, rows: Sequence[Sequence[object]]) -> None:
        """Make the place hold these rows, as another program would, whatever was there."""
        raise NotImplementedError("say how rows are put there")

    def rows(self, folder: Path) -> list[list[object]]:
        """What stands there now, as another program reads it, empty cells as None."""
        raise NotImplementedError("say how the rows are read")

    def put_rows(self, folder: Path) -> None:
        """Three people."""
        self.put(folder, ROWS)

    def test_what_was_written_stands_in_the_right_row_after_a_shuffle(self, tmp_path: Path) -> None:
        """Somebody sorted, and added a row, between reading and writing."""
        self.put(tmp_path, ROWS)
        table = self._table(tmp_path)
        head, ana, bo, cy = ROWS
        self.put(tmp_path, (head, cy, ("p9", "Di Sol", "di@example.org", None), bo, ana))
        table.write([RowWrite("p1", {"Stage": "Called"}), RowWrite("p3", {"Stage": "Left"})])
        assert self._stages(tmp_path) == {"p1": "Called", "p2": None, "p3": "Left", "p9": None}

    def test_nothing_is_written_over_a_change_since_it_was_read(self, tmp_path: Path) -> None:
        """The source itself refuses: TableChanged, and not one cell of ours is there."""
        self.put(tmp_path, ROWS)
        source = self.source(tmp_path, may_write=True)
        sheet = source.read()
        head, ana, bo, _ = ROWS
        self.put(tmp_path, (head, bo, ana))
        there = self.rows(tmp_path)
        problem = _problem(source, sheet)
        assert isinstance(problem, TableChanged), f"it was written over: {problem}"
        assert self.rows(tmp_path) == there

    def test_text_is_never_written_as_a_formula(self, tmp_path: Path) -> None:
        """What looks like one is read back as the text it was."""
        self.put(tmp_path, ROWS)
        self._table(tmp_path).write([RowWrite("p2", {"Stage": "=1+1"})])
        row = self._table(tmp_path).row("p2")
        assert row is not None
        assert row.cells["Stage"] == "=1+1"

    def test_only_the_cells_asked_for_are_written(self, tmp_path: Path) -> None:
        """Every other cell stays what it was."""
        self.put(tmp_path, ROWS)
        before = self.rows(tmp_path)
        self._table(tmp_path).write([RowWrite("p2", {"Stage": "Called"})])
        after = self.rows(tmp_path)
        before[2] = [*before[2][:3], "Called"]
        assert [_padded(row) for row in after] == [_padded(row) for row in before]

    def test_a_row_is_added_once(self, tmp_path: Path) -> None:
        """The same id again is the same row."""
        self.put(tmp_path, ROWS)
        first = self._table(tmp_path).append({"Stage": "New"}, "p7")
        assert self._table(tmp_path).append({"Stage": "New"}, "p7") == first
        assert self._stages(tmp_path) == {"p1": None, "p2": None, "p3": None, "p7": "New"}

    def _table(self, folder: Path) -> Table:
        return Table(SPEC, self.source(folder, may_write=True))

    def _stages(self, folder: Path) -> dict[object, object]:
        head, *below = map(_padded, self.rows(folder))
        return {row[head.index("Sheetflow ID")]: row[head.index("Stage")] for row in below}


def _padded(row: Sequence[object]) -> list[object]:
    """The four cells of a row, also where the empty ones at its end were left out."""
    return [*row, *[None] * 4][:4]


def _problem(source: TableSource, sheet: Sheet) -> SheetflowError | None:
    """What the source says to a write into the last cell it read."""
    row = sheet.rows[-1]
    try:
        source.write(sheet, [Edit(row.mark, max(len(row.cells) - 1, 0), "Written")])
    except SheetflowError as problem:
        return problem
    return None
