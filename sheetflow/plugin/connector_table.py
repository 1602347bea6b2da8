"""A connector's own tables, declared by `@table`: rows that can be read and never written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sheetflow.errors import (
    NotAllowed,
    NotFound,
    ServiceError,
    TableBusy,
    TableError,
    TableReadOnly,
)
from sheetflow.tables.source import Edit, LeftAlone, NewColumn, NewRow, Sheet, SheetRow
from sheetflow.values import Row, digest


@dataclass(frozen=True)
class ReadOnlyTable:
    """The rows that a method gives, as a source: their columns become the row of headers.

    `columns` are there in any case, also while there are no rows.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    columns: tuple[str, ...] = ()

    def read(self) -> Sheet:
        """Everything the method gives now.

        Raises TableError when two rows have one id, or the service does not let us, and TableBusy
        when it does not answer just now.
        """
        with in_words():
            found = list(self.rows())
        self._must_have_ids(found)
        given = (column for row in found for column in row.cells)
        headers = tuple(dict.fromkeys((*self.columns, *given)))
        top = SheetRow(headers, 1)
        below = [_as_in_a_sheet(row, headers, number) for number, row in enumerate(found, 2)]
        return Sheet((top, *below), digest([(row.id, row.cells) for row in found]))

    def ready(self) -> None:
        """Raises TableReadOnly: it can never be written."""
        raise TableReadOnly(
            f"{self.name} can only be read.",
            hint="Let the recipe go through a table that Sheetflow may write into.",
        )

    def write(
        self,
        sheet: Sheet,  # noqa: ARG002 - nothing is written
        edits: Sequence[Edit],  # noqa: ARG002 - as above
        *,
        new_columns: Sequence[NewColumn] = (),  # noqa: ARG002 - as above
        new_rows: Sequence[NewRow] = (),  # noqa: ARG002 - as above
    ) -> Sequence[LeftAlone]:
        """Raises TableReadOnly: it can never be written."""
        self.ready()
        return ()

    def _must_have_ids(self, rows: Sequence[Row]) -> None:
        ids = [row.id for row in rows]
        if "" in ids or len(set(ids)) < len(ids):
            raise TableError(
                f"{self.name} gave two rows with one id, or a row without.",
                hint="This is a mistake in the plugin: please report it.",
            )


@contextmanager
def in_words() -> Iterator[None]:
    """What goes wrong with a service, as what goes wrong with a table of it."""
    try:
        yield
    except (NotAllowed, NotFound) as error:
        raise TableError(error.message, hint=error.hint) from error
    except ServiceError as error:
        raise TableBusy(error.message, hint=error.hint) from error


def table_names(connector: type[object]) -> tuple[str, ...]:
    """The names of the tables that a connector declares by `@table`."""
    members: Mapping[str, object] = {
        name: member for base in reversed(connector.__mro__) for name, member in vars(base).items()
    }
    return tuple(name for name, member in members.items() if getattr(member, "is_table", False))


def _as_in_a_sheet(row: Row, headers: Sequence[str], number: int) -> SheetRow:
    cells = tuple(row.cells.get(header) for header in headers)
    return SheetRow(cells, row.number or number, row.mark, id=row.id, hidden=row.hidden)
