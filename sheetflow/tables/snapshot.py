"""One reading of a table: its rows with their ids, who is set aside, and what is amiss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain

from sheetflow.packed import Texts
from sheetflow.sequences import LongSequence, Made
from sheetflow.tables import statuses
from sheetflow.tables.grid import Grid, read_grid, read_layout, who_columns
from sheetflow.tables.identity import Candidate, Digests, Known, Who, who
from sheetflow.tables.moved import changed_hands, moved_column
from sheetflow.tables.settling import Minted, Settled, duplicates, settle
from sheetflow.tables.source import Sheet, SheetRow
from sheetflow.tables.spec import TableSpec
from sheetflow.tables.text import error_in, normal, shown, without_hidden
from sheetflow.values import CellError, Row, Status, digest

_LONGEST_ID = 200


class Rows(LongSequence[Row]):
    """The rows of a table, each made when it is asked for; the latest one is remembered."""

    def __init__(self, grid: Grid, ids: Sequence[str]) -> None:
        self.latest: Row | None = None
        self._rows, self._ids = grid.rows, ids
        self._names = tuple(grid.layout.at)
        self._columns = tuple(grid.layout.at.values())

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Row]:
        return map(self._made, self._rows, self._ids)

    def _at(self, number: int) -> Row:
        return self._made(self._rows[number], self._ids[number])

    def _made(self, row: SheetRow, row_id: str) -> Row:
        cells, width = row.cells, len(row.cells)
        there = [cells[column] if column < width else None for column in self._columns]
        named = dict(zip(self._names, there, strict=True))
        self.latest = found = Row(row_id, named, row.number, row.mark, row.hidden)
        return found


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

    # Rows, and who is who, are found out when first asked: the columns alone need neither. No row
    # is kept, nor anything for each but its id: there may be very many.

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
        return Made(self.grid.rows, self._candidate)

    @cached_property
    def _people(self) -> Sequence[Who]:
        """Whom each row stands for."""
        return Made(self.grid.rows, self._who)

    @cached_property
    def rows(self) -> Rows:
        """All rows, their cells by name."""
        return Rows(self.grid, self._settled.ids)

    @cached_property
    def _settled(self) -> Settled:
        table, known, salt = self.spec.name, self._known, self._salt
        return settle(
            self.candidates, table=table, known=known, salt=salt, remembered=self._remembered
        )

    @cached_property
    def minted(self) -> Mapping[str, Candidate]:
        """Rows whose ids do not stand in the sheet yet."""
        return Minted(self.candidates, self._settled)

    def place_of(self, row_id: str) -> int | None:
        """The place of a row among all, by its id."""
        return self._settled.ids.find(row_id)

    def row(self, row_id: str) -> Row | None:
        """The row of that id."""
        latest = self.rows.latest
        if latest is not None and latest.id == row_id:  # one row is asked for again and again
            return latest
        place = self.place_of(row_id)
        return None if place is None else self.rows[place]

    @cached_property
    def stopped(self) -> Mapping[str, Status]:
        """Rows that must not be acted on, and what each says."""
        ids, merged = self._settled.ids, self.grid.merged
        stopped = {
            ids[place]: statuses.merged_cell(merged[row.number])
            for place, row in enumerate(self.grid.rows if merged else ())
            if row.number in merged
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
        moved, _ = self._moved
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
        return Digests(self._settled.ids, self._people, self._salt)

    def identities(self, only: Texts | None = None) -> Mapping[str, Mapping[str, str]]:
        """The digests worth remembering: not those of copies, nor of rows that changed hands."""
        if self.halted:
            return {}
        aside = frozenset((*self._settled.stopped, *self._other_hands))
        return Digests(self._settled.ids, self._people, self._salt, aside, only)

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
        place = self.place_of(row_id)
        assert place is not None
        return self._people[place]

    @cached_property
    def _moved(self) -> tuple[str, frozenset[str]]:
        """Which column left its rows, and which rows are somebody else's now: in one look."""
        other: list[str] = []

        def claimed() -> Iterator[tuple[str, Mapping[str, str]]]:
            for row_id in self._settled.ids if self._known else ():
                if row_id in self._known and row_id not in self.minted:
                    now = self.digests[row_id]
                    if changed_hands(now, self._known[row_id]):
                        other.append(row_id)
                    yield row_id, now

        column = moved_column(chain(claimed(), self._at_lost_addresses()), self._known)
        return column, frozenset(() if self.spec.key else other)

    @property
    def _other_hands(self) -> frozenset[str]:
        return self._moved[1]

    def _at_lost_addresses(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Rows without an id at an address whose id stands nowhere any more: they may be its row.

        An id that could not be written is as lost as one that was deleted.
        """
        gone = (row_id for row_id in self._known if self.place_of(row_id) is None)
        lost = {email: row_id for row_id in gone if (email := self._known[row_id].get("email"))}
        for row_id in self.minted if lost else ():
            found = self.digests[row_id]
            if found.get("email", "") in lost:
                yield lost[found["email"]], found

    def _label(self, number: int) -> str:
        return label_of(self.rows[number], self.spec)

    def _candidate(self, row: SheetRow) -> Candidate:
        return Candidate(
            claims=self._claims(row),
            who=self._who(row),
            said=shown(self._cell(row, self.spec.status_column)),
            occasion=self._occasion(row),
            everything=partial(self._everything, row),
            keyed=self._keyed,
        )

    def _who(self, row: SheetRow) -> Who:
        person = self.spec.person
        return who(self._name(row), self._cell(row, person.email), self._cell(row, person.phone))

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
