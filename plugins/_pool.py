"""The people a row may be given to: where they live, how much they have, how much they can take."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sheetflow import Cell, Row, Table

from ._assigning import Taker


@dataclass(frozen=True)
class Member:
    """One row of the pool that can be read: who it is, what is written for them, their room."""

    row: Row
    name: str
    room: int | None
    rank: int

    def taker(self, load: int) -> Taker:
        """The same, with what they have already."""
        return Taker(self.row.id, load, self.room, self.rank)


@dataclass(frozen=True)
class Pool:
    """A table to choose from. `room` and `away` name columns of it, "" for none."""

    table: Table
    room: str
    away: str
    today: date

    @cached_property
    def members(self) -> Mapping[str, Member]:
        """Everybody who could take somebody today, by row id, as the table lists them."""
        found = (self._member(row, rank) for rank, row in enumerate(self._rows))
        return {member.row.id: member for member in found if member}

    @property
    def everybody(self) -> Iterator[tuple[str, str, int | None]]:
        """Everybody in the table, whether free today or not: row id, name, and room if it says."""
        for row in self._rows:
            room = dict(self._limits(row))[self.room].value if self.room else None
            yield row.id, self.table.name_for(row.id), None if room is None else int(room)

    @cached_property
    def notices(self) -> tuple[str, ...]:
        """Who is left out because a cell of theirs cannot be read, one sentence each."""
        return tuple(
            f'{self.table.label(row)} gets nobody new because of "{column}" '
            f"in {self.table.spec.name}: {cell.problem.text}."
            for row in self._rows
            for column, cell in self._limits(row)
            if cell.problem
        )

    def matching(self, column: str, wanted: str) -> frozenset[str]:
        """The rows whose cell in `column`, or in its plural, holds `wanted` among its values."""
        return self._by_value(self._column(column)).get(wanted, frozenset())

    @cached_property
    def _rows(self) -> Sequence[Row]:
        return [row for row in self.table.rows if row.id not in self.table.stopped]

    def _member(self, row: Row, rank: int) -> Member | None:
        limits = dict(self._limits(row))
        if any(cell.problem for cell in limits.values()) or self._is_away(limits.get(self.away)):
            return None
        room = limits[self.room].value if self.room else None
        name = self.table.name_for(row.id)
        return Member(row, name, None if room is None else int(room), rank)

    def _limits(self, row: Row) -> Iterator[tuple[str, Cell]]:
        if self.room:
            yield self.room, self.table.cell(row, self.room, "number")
        if self.away:
            yield self.away, self.table.cell(row, self.away, "date")

    def _is_away(self, cell: Cell | None) -> bool:
        return cell is not None and cell.value is not None and self.today <= cell.value

    def _column(self, column: str) -> str:
        known = {normal(header): header for header in self.table.columns}
        for header in (column, f"{column}s"):
            if normal(header) in known:
                return known[normal(header)]
        return column

    def _by_value(self, column: str) -> Mapping[str, frozenset[str]]:
        if column not in self._indexes:
            index: dict[str, set[str]] = {}
            for row in self._rows:
                for value in values_of(self.table.cell(row, column)):
                    index.setdefault(value, set()).add(row.id)
            self._indexes[column] = {value: frozenset(ids) for value, ids in index.items()}
        return self._indexes[column]

    @cached_property
    def _indexes(self) -> dict[str, Mapping[str, frozenset[str]]]:
        return {}


def values_of(cell: Cell) -> frozenset[str]:
    """What a cell holds: the whole text, and its parts between commas, semicolons or lines.

    Where there is a semicolon or a new line, commas belong to the names: "Washington, DC; Ohio".
    """
    if cell.problem is not None or cell.value is None:
        return frozenset()
    text = str(cell.value)
    parts = re.split(r"[;\n]" if re.search(r"[;\n]", text) else ",", text)
    return frozenset(found for part in (text, *parts) if (found := normal(part)))


def normal(text: object) -> str:
    """A text as it is compared: one spelling for each letter, no case, no extra space."""
    return " ".join(unicodedata.normalize("NFKC", str(text)).casefold().split())
