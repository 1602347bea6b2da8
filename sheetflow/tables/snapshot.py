"""One reading of a table: its rows with their ids, who is set aside, and what is amiss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial

from sheetflow.tables import statuses
from sheetflow.tables.grid import Grid, read_grid, read_layout, who_columns
from sheetflow.tables.identity import Candidate, Known, Settled, Who, duplicates, settle, who
from sheetflow.tables.moved import changed_hands, moved_column
from sheetflow.tables.source import Sheet, SheetRow
from sheetflow.tables.spec import TableSpec
from sheetflow.tables.text import error_in, normal, shown, without_hidden
from sheetflow.values import CellError, Row, Status, digest

_LONGEST_ID = 200


class NamedCells(Mapping[str, object]):
    """A row's cells by column. It holds none itself: `at` is shared by all rows of a table."""

    __slots__ = ("_at", "_cells")

    def __init__(self, cells: Sequence[object], at: Mapping[str, int]) -> None:
        self._cells = cells
        self._at = at

    def __getitem__(self, name: str) -> object:
        column = self._at[name]
        return self._cells[column] if column < len(self._cells) else None

    def get(self, name: str, default: object = None) -> object:
        """The cell of a column, or `default` if there is no such column."""
        column = self._at.get(name)
        if column is None:
            return default
        return self._cells[column] if column < len(self._cells) else None

    def __contains__(self, name: object) -> bool:
        return name in self._at

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)

    def __repr__(self) -> str:
        return repr(dict(self))


class Snapshot:
    """What a source gave at one moment, with every row's id settled."""

    def __init__(
        self,
        spec: TableSpec,
        sheet: Sheet,
        *,
        known: Known,
        salt: str,
        remembered: Mapping[str, Candidate] | None = None,
    ) -> None:
        self.spec = spec
        self.sheet = sheet
        self.layout = read_layout(sheet, spec)
        self._known, self._salt = known, salt
        self._remembered = remembered
        self._owned = frozenset(spec.owned)
        self._names = spec.person.names
        self._keyed = " and ".join(spec.key)

    # Rows, and who is who, are found out when first asked: the columns alone need neither.

    @cached_property
    def grid(self) -> Grid:
        """The rows as they stand there, without what only decorates."""
        return read_grid(self.sheet, self.spec, self.layout)

    @cached_property
    def has_own_ids(self) -> bool:
        """Whether the system has names of its own for rows."""
        return any(row.id for row in self.grid.rows)

    @cached_property
    def candidates(self) -> Sequence[Candidate]:
        """Each row on its way to an id."""
        return [self._candidate(row) for row in self.grid.rows]

    @cached_property
    def _settled(self) -> Settled:
        table, known, salt = self.spec.name, self._known, self._salt
        return settle(
            self.candidates, table=table, known=known, salt=salt, remembered=self._remembered
        )

    @property
    def minted(self) -> Mapping[str, Candidate]:
        """Rows whose ids do not stand in the sheet yet."""
        return self._settled.minted

    @cached_property
    def by_id(self) -> Mapping[str, Row]:
        """The rows by their ids."""
        return {row.id: row for row in self.rows}

    @cached_property
    def number_of(self) -> Mapping[str, int]:
        """The place of each row among all, by its id."""
        return {row.id: number for number, row in enumerate(self.rows)}

    @cached_property
    def stopped(self) -> Mapping[str, Status]:
        """Rows that must not be acted on, and what each says."""
        stopped = {
            self.rows[number].id: statuses.merged_cell(self.grid.merged[row.number])
            for number, row in enumerate(self.grid.rows)
            if row.number in self.grid.merged
        }
        stopped.update(self._settled.stopped)
        for row_id in self._other_hands:
            stopped.setdefault(row_id, statuses.changed_hands(self.spec.id_column))
        if self.spec.same_person == "skip" and not self.spec.key:
            for row_id, status in duplicates(self.candidates, self._settled, self._label):
                stopped.setdefault(row_id, status)
        return stopped

    @cached_property
    def halted(self) -> str:
        """Why nothing at all may be done with this table, or ""."""
        now = [(row_id, self.digests[row_id]) for row_id in self._claimed]
        moved = moved_column([*now, *self._at_lost_addresses()], self._known)
        person, table = self.spec.person, self.spec.name
        columns = {"name": person.name, "email": person.email, "phone": person.phone}
        if not moved:
            return ""
        if moved == "id":
            what = f'In "{table}", the rows look sorted without Sheetflow\'s columns'
        else:
            what = f'The "{columns[moved]}" column of "{table}" looks sorted on its own'
        return f"{what}. Nothing is sent. Undo the sort (Ctrl+Z), then run again."

    @cached_property
    def digests(self) -> Mapping[str, Mapping[str, str]]:
        """Who each row is, as digests that can be kept."""
        return {
            row.id: candidate.who.digests(self._salt)
            for row, candidate in zip(self.rows, self.candidates, strict=True)
        }

    def identities(self) -> Mapping[str, Mapping[str, str]]:
        """The digests worth remembering: not those of copies, nor of rows that changed hands."""
        if self.halted:
            return {}
        aside = {*self._settled.stopped, *self._other_hands}
        return {row_id: found for row_id, found in self.digests.items() if row_id not in aside}

    def version(self, row: Row) -> str:
        """A digest of the cells that people may edit."""
        cell = row.cells.get
        return digest({name: text for name in self._peoples if (text := shown(cell(name)))})

    @cached_property
    def _peoples(self) -> Sequence[str]:
        """The columns that people may edit, and none that changes with what we write."""
        column, at = self.sheet.column, self.layout.at
        return [name for name in at if name not in self._owned and not column(at[name]).restless]

    @property
    def who_columns(self) -> tuple[int, ...]:
        """Where it stands who a row is: by name and address and its id, or by all people wrote."""
        at, spec = self.layout.at, self.spec
        named = [name for name in who_columns(spec) if name in at]
        named = named or [name for name in at if name not in self._owned]
        ids = [] if spec.key or spec.id_column not in at else [spec.id_column]
        return tuple(at[name] for name in (*named, *ids))

    def who(self, row_id: str) -> Who:
        """Whom the row of that id stands for."""
        return self.candidates[self.number_of[row_id]].who

    @cached_property
    def _claimed(self) -> Sequence[str]:
        return [row.id for row in self.rows if row.id in self._known and row.id not in self.minted]

    def _at_lost_addresses(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Rows without an id at an address whose id stands nowhere any more: they may be its row.

        An id that could not be written is as lost as one that was deleted.
        """
        lost = {
            digests["email"]: row_id
            for row_id, digests in self._known.items()
            if "email" in digests and row_id not in self.by_id
        }
        for row_id in self.minted if lost else ():
            found = self.digests[row_id]
            if found.get("email", "") in lost:
                yield lost[found["email"]], found

    @cached_property
    def _other_hands(self) -> frozenset[str]:
        if self.spec.key:
            return frozenset()
        return frozenset(
            row_id
            for row_id in self._claimed
            if changed_hands(self.digests[row_id], self._known[row_id])
        )

    def _label(self, number: int) -> str:
        return label_of(self.rows[number], self.spec)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows, their cells by name."""
        at = dict(self.layout.at)
        return tuple(
            Row(row_id, NamedCells(row.cells, at), row.number, row.mark, row.hidden)
            for row, row_id in zip(self.grid.rows, self._settled.ids, strict=True)
        )

    def _candidate(self, row: SheetRow) -> Candidate:
        spec, person = self.spec, self.spec.person
        cell = partial(self._cell, row)
        return Candidate(
            claims=self._claims(row),
            who=who(self._name(row), cell(person.email), cell(person.phone)),
            said=shown(cell(spec.status_column)),
            occasion=self._occasion(row),
            everything=partial(self._everything, row),
            keyed=self._keyed,
        )

    def _occasion(self, row: SheetRow) -> str:
        """What makes a second row with the same person, or with nobody in it, another row."""
        spec, person = self.spec, self.spec.person
        if not (self._names or person.email or person.phone):
            return self._everything(row)
        if spec.same_person == "skip":
            return ""
        declared = [name for name in spec.columns if name not in spec.owned]
        return digest([shown(self._cell(row, name)) for name in declared], "another occasion")

    def _name(self, row: SheetRow) -> object:
        names = self._names
        if len(names) <= 1:
            return self._cell(row, *names) if names else None
        return " ".join(filter(None, (shown(self._cell(row, name)) for name in names)))

    def _cell(self, row: SheetRow, name: str) -> object:
        column = self.layout.at.get(name)
        raw = row.cells[column] if column is not None and column < len(row.cells) else None
        return None if isinstance(raw, CellError) else raw

    def _claims(self, row: SheetRow) -> str:
        """The id by the key, else as it stands in the row, else as the system calls the row."""
        if self.spec.key:
            return key_of([self._cell(row, name) for name in self.spec.key]) or row.id
        raw = self._cell(row, self.spec.id_column)
        text = without_hidden(shown(raw)[: _LONGEST_ID + 1])
        return (text if len(text) <= _LONGEST_ID and not error_in(raw) else "") or row.id

    def _everything(self, row: SheetRow) -> str:
        cells = {name: shown(self._cell(row, name)) for name in self._peoples}
        return digest({name: text for name, text in cells.items() if text})


def key_of(cells: Sequence[object]) -> str:
    """The id that a natural key makes."""
    return " | ".join(normal(cell) for cell in cells)


def label_of(row: Row, spec: TableSpec) -> str:
    """How a row is called in a sentence: `Ana R.`, or `row 12` where it has no name."""
    cells = [row.cells.get(name) for name in spec.person.names]
    name = " ".join(shown(raw) for raw in cells if raw is not None)
    words = statuses.short(name, 60).split()
    if not words or any(isinstance(raw, CellError) for raw in cells):
        return f"row {row.number}"
    first, last = words[0][:24], words[-1]
    return f"{first} {last[0]}." if len(words) > 1 and last[0].isalpha() else first
