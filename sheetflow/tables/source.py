"""What a connector gives of a table, and takes back: a snapshot of raw cells, and one write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from sheetflow.values import Row, Status


@dataclass(frozen=True)
class SheetRow:
    """One row as it stands there, headers and notes included: raw values, the first column first.

    A value is None, text, a number, True or False, a date, a datetime without a zone (as the sheet
    shows it) or with one, or a CellError. `number` is where a person finds the row. `mark` is where
    the source finds it, and the source's own business. `id` is the system's own name for the row
    where it has one, as Airtable does. `formulas` are the columns whose cell is worked out.
    """

    cells: tuple[object, ...]
    number: int
    mark: object = None
    id: str = ""
    hidden: bool = False
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Merge:
    """Cells made into one: from row number `top` to `bottom`, from column `left` to `right`."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class SheetColumn:
    """What the system itself knows of a column. `name` is its lasting name there, "" if none.

    Times in a `zoned` one are moments, and are written as such. Cells of one that `links` hold the
    marks of rows of another table. A `restless` one changes with whatever is written into its row.
    """

    name: str = ""
    zoned: bool = False
    links: bool = False
    restless: bool = False


@dataclass(frozen=True)
class Sheet:
    """All that a source read at one moment. `version` is different once anything was saved.

    Empty rows may be left out of `rows`; their numbers tell. There may be very many rows, which are
    then read anew from a file whenever they are gone through. `free` is the first column, counted
    from 0, in which a new one can be seen: hidden columns come before it. `zone` is the time zone
    that the system itself says its times are in, if it does. `columns` are the system's own words
    on them, from the first; there may be none.
    """

    rows: Sequence[SheetRow]
    version: str
    merges: tuple[Merge, ...] = ()
    free: int = 0
    zone: str = ""
    columns: tuple[SheetColumn, ...] = ()

    def column(self, number: int | None) -> SheetColumn:
        """What the system knows of a column, counted from 0; nothing where it says nothing."""
        known = number is not None and number < len(self.columns)
        return self.columns[number or 0] if known else SheetColumn()


@dataclass(frozen=True)
class Edit:
    """A new value for one cell: the row's mark, and the column, counted from 0."""

    mark: object
    column: int
    value: object


@dataclass(frozen=True)
class NewColumn:
    """A column to be made: its header, where it goes, and the mark of the row of headers."""

    header: str
    column: int
    mark: object


@dataclass(frozen=True)
class NewRow:
    """A row to be added below the one marked `after`: its values by column, counted from 0.

    `key` are the columns that tell it from all others: it is not there yet, or not for us to see.
    """

    after: object
    cells: Mapping[int, object]
    key: tuple[int, ...] = ()


@dataclass(frozen=True)
class LeftAlone:
    """An edit that was not made: because of what stands there, or for what `says` tells."""

    edit: Edit
    why: Literal["formula", "merged", "refused"]
    says: Status | None = None


@dataclass(frozen=True)
class LogLine:
    """What happened to a row, in full: `at` as a clock there shows it, `who` without an address."""

    at: datetime
    who: str
    what: str
    recipe: str
    run: str


class TableSource(Protocol):
    """One table of one system, as a connector opens it. All its errors are TableErrors."""

    @property
    def name(self) -> str:
        """What a person calls the place: `People in spring.xlsx`."""

    def read(self) -> Sheet:
        """Everything that stands there now."""

    def ready(self) -> None:
        """Raise TableBusy, with who or what and the cure, if it could not be written now."""

    def write(
        self,
        sheet: Sheet,
        edits: Sequence[Edit],
        *,
        new_columns: Sequence[NewColumn] = (),
        new_rows: Sequence[NewRow] = (),
    ) -> Sequence[LeftAlone]:
        """Write all of it at once or nothing, and say which edits were left alone.

        Edits name columns that are there or in `new_columns`. Text is written as text, never as a
        formula. Raises TableChanged when the place is no longer what `sheet` says, and TableBusy.
        """


@runtime_checkable
class LastingMarks(Protocol):
    """A source whose marks stay with their rows, whatever people do to the table meanwhile.

    Such a table is not read again before it is written: `hold` says instead what stands there, and
    costs nothing where that is known.
    """

    def hold(
        self,
        sheet: Sheet,
        marks: Sequence[object],
        *,
        header: object,
        who: Sequence[int],
        new_columns: Sequence[NewColumn] = (),
        fresh: bool = False,
    ) -> Sheet:
        """The sheet with lasting marks on these rows and on the row of headers, ready for a write.

        The same rows, if there was nothing to ask for. With `fresh`, these rows are as they are
        now. `who` are the columns that say who a row is: a row that `write` finds to be another one
        by them is not written. Raises TableChanged when a row is another one already.
        """

    def must_be_writable(
        self, sheet: Sheet, columns: Sequence[int], rows: Sequence[object]
    ) -> None:
        """Raise TableBusy, naming a cell, if one of these cannot be written, by what was read."""


@runtime_checkable
class LeavesOut(Protocol):
    """A source that can leave out of a reading what nobody needs, and so asks for less."""

    def only(self, wanted: Callable[[str, str], bool] | None) -> None:
        """Read from now on those columns alone that are wanted, by header and lasting name.

        A column that is left out is not in the sheet at all. With None, all are read.
        """


@runtime_checkable
class TriesFirst(Protocol):
    """A source that finds out by `hold` alone whether it may be written: no reading tells."""

    tries_first: bool


@runtime_checkable
class KeepsLog(Protocol):
    """A source that has a place for what does not fit into a row's status."""

    def make_room(self, lines: int) -> None:
        """Say that so many lines will come, so that there is room when they do."""

    def log(self, lines: Iterable[LogLine]) -> None:
        """Put the lines there with the next write; without one, nothing happened.

        There may be a million: each is made while they are gone through, which can be done once,
        and now. Those that have no place need not be made.
        """


@runtime_checkable
class MakesLog(Protocol):
    """A source that can make the place for its log where the settings name one."""

    def make_log(self) -> str:
        """Make what is missing of it, and say what was made, "" if nothing. Raises TableError."""


@runtime_checkable
class CanBeMade(Protocol):
    """A source that can make its table where there is none yet."""

    def make(self, headers: Sequence[str], rows: Sequence[Sequence[object]], *, ticks: int) -> bool:
        """Make the table with these headers and rows, unless it is there; whether it was made.

        The column numbered `ticks`, from 0, holds yes and no, and is the one that people write in.
        """


@runtime_checkable
class LeadsTo(Protocol):
    """A source whose rows have an address in a browser."""

    def link(self, row: Row) -> str:
        """Where a person finds this row of what was read last."""
