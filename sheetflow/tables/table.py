"""A table as the planner sees it: rows with ids, typed cells, people; and a way to write back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sheetflow.clock import zone_named
from sheetflow.errors import SetupError
from sheetflow.packed import Texts
from sheetflow.tables import statuses
from sheetflow.tables.batches import RowWrite, Written
from sheetflow.tables.cells import native_kind, read_cell
from sheetflow.tables.headers import header, slug
from sheetflow.tables.identity import Known, Newer
from sheetflow.tables.sameness import moment_in, zoned
from sheetflow.tables.snapshot import Snapshot, label_of
from sheetflow.tables.source import KeepsLog, LogLine, Sheet, TableSource
from sheetflow.tables.spec import CellKind, ColumnSpec, TableSpec
from sheetflow.tables.text import normal
from sheetflow.tables.writing import Writing
from sheetflow.values import Cell, Person, Receipt, Row, RowRef, Status

__all__ = ["RowWrite", "Table", "Written"]


class Table:
    """One table, read once. Its rows stay what they were then; writing reads it again.

    `known` are the identities that earlier runs saw, `salt` goes into their digests, and `resolve`
    opens the other tables that cells of kind "row" point at. With `sheet`, what was read a moment
    ago is handed on.
    """

    def __init__(
        self,
        spec: TableSpec,
        source: TableSource,
        *,
        known: Known | None = None,
        salt: str = "",
        resolve: Callable[[str], Table] | None = None,
        sheet: Sheet | None = None,
    ) -> None:
        self.spec = spec
        self._source = source
        self._known: Known = known or {}
        self._salt = salt
        self._resolve = resolve
        self._snapshot = Snapshot(spec, sheet or source.read(), known=self._known, salt=salt)
        self._latest: tuple[Row | None, dict[tuple[str, CellKind | None], Cell]] = (None, {})
        self._columns_as: dict[tuple[str, CellKind | None, type], ColumnSpec] = {}
        self._writing = Writing(spec, source, self._later, self._as_written)

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, as the sheet has them; cells by the names that recipes use."""
        return self._snapshot.rows

    @property
    def stopped(self) -> Mapping[str, Status]:
        """Rows that must not be acted on (copies, duplicates), and what each should say."""
        return self._snapshot.stopped

    @property
    def halted(self) -> str:
        """Why nothing may be done with the whole table, or ""."""
        return self._snapshot.halted

    @property
    def notices(self) -> tuple[str, ...]:
        """What is worth saying once about the table, in sentences."""
        return (*self._snapshot.layout.renamed, *self._snapshot.grid.notices)

    @property
    def minted(self) -> Mapping[str, int | None]:
        """The ids that do not stand in the sheet yet, with the number of their row."""
        return {row.id: row.number for row in self.rows if row.id in self._snapshot.minted}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every name that templates may use for a column, in the order of the sheet."""
        at = self._snapshot.layout.at
        there = sorted(at, key=lambda name: at[name])
        once = self._snapshot.layout.followed
        return tuple(dict.fromkeys((*there, *self.spec.columns, *self.spec.owned, *once)))

    @cached_property
    def people(self) -> Mapping[str, str]:
        """The columns that hold a row of another table, by the name they give: coach to Coach."""
        return {
            slug(name): name for name, column in self.spec.columns.items() if column.kind == "row"
        }

    def row(self, row_id: str) -> Row | None:
        """The row of that id."""
        return self._snapshot.row(row_id)

    def place_of(self, row_id: str) -> int | None:
        """The place of the row of that id among `rows`."""
        return self._snapshot.place_of(row_id)

    def column(self, name: str, *, there: bool = False) -> str:
        """The column's own name, found as recipes may call it. Raises ColumnMissing.

        With `there`, one that Sheetflow would fill and that is not in the table is missing, too.
        """
        layout = self._snapshot.layout
        found = layout.column(name)
        if found is None:
            ours = self.spec.own if there else self.spec.owned
            found = next((column for column in ours if header(column) == header(name)), None)
        if found is None:
            raise layout.missing(name)
        return found

    def cell(self, row: Row, column: str, kind: CellKind | None = None) -> Cell:
        """A cell as its column is declared, or as `kind`. Raises ColumnMissing."""
        latest, cells = self._latest
        if row is not latest:  # rows are gone through one after the other: one is remembered
            self._latest = row, cells = row, {}
        found = cells.get((column, kind))
        if found is None:
            found = cells[column, kind] = self._read(row, column, kind)
        return found

    def person(self, row: Row) -> Person:
        """Whom the row stands for; the address and number are checked."""
        person = self.spec.person
        return Person(
            name=" ".join(filter(None, (self._text(row, name) for name in person.names))),
            email=self.cell(row, person.email, "email") if person.email else Cell(),
            phone=self.cell(row, person.phone, "phone") if person.phone else Cell(),
            zone=self._text(row, person.time_zone),
            language=self._text(row, person.language),
            row=RowRef(self.spec.name, row.id),
        )

    def label(self, row: Row) -> str:
        """How the row is called in a sentence: `Ana R.`, or `row 12` where it has no name."""
        return label_of(row, self.spec)

    def version(self, row: Row) -> str:
        """A digest of the cells that people may edit, to see later whether any changed."""
        return self._snapshot.version(row)

    def identities(self, only: Texts | None = None) -> Mapping[str, Mapping[str, str]]:
        """What to remember of who each row is, or `only` some, for `known` of the next reading."""
        return self._snapshot.identities(only)

    def named(self, text: object) -> tuple[str, ...]:
        """The ids of all rows that have this name, address or id."""
        return self._ids_by_name.get(normal(text), ())

    def name_for(self, row_id: str) -> str:
        """What to write in another table's cell so that it means this row and no other."""
        row = self.row(row_id)
        if row is None:
            return row_id
        person = self.person(row)
        texts = (str(text) for text in (person.name, person.email.value) if text)
        return next((text for text in texts if self.named(text) == (row_id,)), row_id)

    def mark_of(self, value: object) -> object:
        """What stands for the row of this id or name in a column of links; else the value itself.

        Two rows of one name are nobody.
        """
        found = self.row(value) if isinstance(value, str) else None
        ids = (found.id,) if found else self.named(value)
        meant = self.row(ids[0]) if len(ids) == 1 else None
        return value if meant is None else str(meant.mark)

    def ready(self) -> None:
        """Raise TableBusy if the table could not be written now."""
        self._writing.ready(self._snapshot)

    def claims_first(self, *, shared: bool) -> bool:
        """Whether to `claim` rows: not if `shared` columns have them looked at again at the end."""
        return self._writing.claims_first(shared=shared)

    def claim(self, row_ids: Collection[str]) -> None:
        """Get hold of these rows before anything is done for them, where the table's marks last.

        What is told them later finds them wherever they are by then; and it is known that the table
        may be written. Raises TableBusy if it may not.
        """
        self._writing.claim(row_ids, self._snapshot)

    def log(self, lines: Iterable[LogLine]) -> None:
        """Have it kept what happened, with the next write, where the table has a place for it."""
        if isinstance(self._source, KeepsLog):
            self._source.log(lines)

    def write(self, writes: Sequence[RowWrite]) -> Sequence[Written]:
        """Write cells of ours, all in one go, and say what became of each row's, in their order.

        Each row is found again by its id, in a new reading unless its marks last. A person's newer
        value stays. Raises TableError when a column is not ours, or nothing can be written.
        """
        return self._writing.write(writes, self._snapshot)

    def append(self, cells: Mapping[str, object], row_id: str) -> Receipt:
        """Add a row, unless one with this id is there already. The receipt names the row."""
        return self._writing.append(cells, row_id)

    def _later(self, sheet: Sheet) -> Snapshot:
        """A later reading, in which each row is known again."""
        known, minted = Newer(self._snapshot.digests, self._known), self._snapshot.minted
        return Snapshot(self.spec, sheet, known=known, salt=self._salt, remembered=minted)

    def _column_as(self, name: str, kind: CellKind | None, raw: object) -> ColumnSpec:
        """How a cell of the column is read as `kind`; the same for all cells of its type."""
        wanted = (name, kind, type(raw))
        if wanted not in self._columns_as:
            self._columns_as[wanted] = self._declared(name, kind, raw)
        return self._columns_as[wanted]

    def _read(self, row: Row, column: str, kind: CellKind | None) -> Cell:
        name = column if column in row.cells else self.column(column)
        raw = row.cells.get(name)
        declared = self._column_as(name, kind, raw)
        zone = self._zone_of(row) if declared.kind == "date and time" else self.zone
        if isinstance(zone, Status):
            return Cell(raw, problem=zone) if raw not in (None, "") else Cell(raw)
        return read_cell(raw, declared, zone=zone, region=self.spec.region, rows=self._found)

    def _declared(self, name: str, kind: CellKind | None, raw: object) -> ColumnSpec:
        declared = self.spec.columns.get(name)
        if declared is not None and kind in (None, declared.kind):
            return declared
        person = self.spec.person
        usual: Mapping[str, CellKind] = {person.email: "email", person.phone: "phone"}
        return ColumnSpec(name, kind or usual.get(name) or native_kind(raw))

    def _found(self, column: ColumnSpec, text: str) -> str | Status:
        if self._resolve is None:
            return text
        found = self._resolve(column.table).named(text)
        if len(found) == 1:
            return found[0]
        if found:
            return statuses.two_of_that_name(text, column.table)
        return statuses.nobody_known(text, column.table)

    def _as_written(self, name: str, value: object, row: Row | None) -> object:
        """What goes into a cell for a value: a name for a row's id, a local time for a moment."""
        declared = self.spec.columns.get(name)
        column = self._snapshot.sheet.column(self._snapshot.layout.at.get(name))
        if declared is not None and declared.kind == "row" and self._resolve is not None:
            other = self._resolve(declared.table)
            if column.links:
                return other.mark_of(value)
            return other.name_for(value) if isinstance(value, str) and other.row(value) else value
        if column.zoned:
            zone = self._zone_of(row) if row is not None else self.zone
            return zoned(value, self.zone if isinstance(zone, Status) else zone)
        if declared is not None and declared.kind in ("date", "date and time"):
            value = moment_in(value)
        if isinstance(value, datetime) and value.tzinfo is not None:
            moves = declared is not None and declared.kind == "date and time" and row is not None
            zone = self._zone_of(row) if moves and row is not None else self.zone
            zone = self.zone if isinstance(zone, Status) else zone
            return value.astimezone(zone).replace(tzinfo=None, microsecond=0)
        return value

    @cached_property
    def _ids_by_name(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for row in self.rows:
            if row.id not in self.stopped:
                person = self.person(row)
                for text in (person.name, person.email.value, row.id, row.mark):
                    if isinstance(text, str) and text:
                        found.setdefault(normal(text), {})[row.id] = None
        return {name: tuple(ids) for name, ids in found.items()}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of times in cells that name none."""
        told = "" if self.spec.says_zone else self._snapshot.sheet.zone
        with suppress(SetupError):  # a system may call its zones by names of its own
            return zone_named(told or self.spec.zone)
        return zone_named(self.spec.zone)

    def _zone_of(self, row: Row) -> ZoneInfo | Status:
        """The zone of times in this row: its own, if it has one, else the table's."""
        text = self._text(row, self.spec.person.time_zone)
        try:
            return zone_named(text) if text else self.zone
        except SetupError:
            return statuses.unknown_zone(text)

    def _text(self, row: Row, column: str) -> str:
        raw = row.cells.get(column) if column else None
        return "" if raw is None else str(self.cell(row, column, "text").value or "")
