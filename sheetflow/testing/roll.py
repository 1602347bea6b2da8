"""Who is who in a test: rows by the names a test calls them, and people by their address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sheetflow.language.problems import Mistake, suggest
from sheetflow.tables.addresses import read_email
from sheetflow.tables.memory_table import HEADERS
from sheetflow.tables.spec import TableSpec
from sheetflow.testing.cases import Name
from sheetflow.testing.columns import meanings

Rows = Mapping[str, Sequence[Mapping[str, object]]]
"""The rows of each table, as cells by header."""


@dataclass(frozen=True)
class Someone:
    """One given row: where it is, what it may be called (its own name first), and its addresses."""

    table: str
    number: int
    names: tuple[str, ...]
    addresses: frozenset[str]


@dataclass(frozen=True)
class Roll:
    """Everybody whom the rows of a test give, at one moment. `table` is the recipe's own."""

    tables: Mapping[str, TableSpec]
    table: str
    rows: Rows

    @cached_property
    def everybody(self) -> tuple[Someone, ...]:
        """All rows, those of the recipe's table first."""
        order = sorted(self.rows, key=lambda table: table != self.table)
        return tuple(someone for table in order for someone in self._of(table))

    def _of(self, table: str) -> Iterator[Someone]:
        spec, meant = self.tables[table], meanings(self.rows[table], self.tables[table])
        for number, cells in enumerate(self.rows[table], HEADERS + 1):
            named = {meant[header]: str(value or "") for header, value in cells.items()}
            yield _someone(spec, number, named)

    def number(self, name: Name, table: str = "") -> int:
        """Where the row is that `name` calls, in the recipe's table or another. Raises Mistake."""
        table = table or self.table
        known = [each for each in self.everybody if each.table == table]
        found = [each for each in known if _is_called(each, name.text)]
        if len(found) == 1:
            return found[0].number
        if found:
            which = ", ".join(f'"row {each.number}"' for each in found)
            what = f'{len(found)} rows of {table} are called "{name.text[:60]}".'
            raise Mistake(what, f"Write {which}, or an address.", position=name.position)
        cure = suggest(name.text, [each.names[0] for each in known], "There are")
        what = f'no row of {table} is called "{name.text[:60]}" here.'
        raise Mistake(what, cure or "Give one under given.", position=name.position)

    def addresses(self, name: Name) -> frozenset[str]:
        """The addresses that `name` stands for. Raises Mistake if nobody is called so."""
        if "@" in name.text:
            return frozenset([name.text.casefold()])
        found = [each for each in self.everybody if _is_called(each, name.text)]
        if not found:
            everybody = [each.names[0] for each in self.everybody]
            cure = suggest(name.text, everybody, "There are") or "Write an e-mail address."
            what = f'nobody is called "{name.text[:60]}" here.'
            raise Mistake(what, cure, position=name.position)
        return frozenset().union(*(each.addresses for each in found))

    def called(self, number: int, table: str = "") -> str:
        """What to call a row in a sentence; with its number where another has the same name."""
        table = table or self.table
        rows = [each for each in self.everybody if each.table == table]
        row = next((each for each in rows if each.number == number), None)
        if row is None:
            return f"row {number}"
        alone = sum(_same(row.names[0], other.names[0]) for other in rows) == 1
        return row.names[0] if alone else f"{row.names[0]} (row {number})"

    def whose(self, address: str) -> Someone | None:
        """Who has this address; somebody of the recipe's own table first."""
        wanted = address.casefold()
        return next((each for each in self.everybody if wanted in each.addresses), None)


def _someone(spec: TableSpec, number: int, by_name: Mapping[str, str]) -> Someone:
    names = [text for text in _names(spec, by_name) if text.strip()]
    cell = read_email(by_name.get(spec.person.email, ""), many=True)
    found = cell.value if isinstance(cell.value, tuple | list) else (cell.value,)
    addresses = frozenset(str(address).casefold() for address in found if address)
    unnamed = next((text for text in by_name.values() if text.strip()), "")
    return Someone(
        spec.name,
        number,
        tuple(dict.fromkeys([*names, *addresses])) or (unnamed or f"row {number}",),
        addresses,
    )


def _names(spec: TableSpec, cells: Mapping[str, str]) -> Iterator[str]:
    names = spec.person.names
    yield " ".join(filter(None, (cells.get(column, "").strip() for column in names)))
    yield from (cells.get(column, "") for column in (*names[:1], *spec.key, spec.id_column))
    if not names and not spec.key:
        yield next(iter(cells.values()), "")


def _is_called(someone: Someone, text: str) -> bool:
    return any(_same(name, text) for name in (*someone.names, f"row {someone.number}"))


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
