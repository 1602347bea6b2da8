"""How a row of another table is written in a cell: its name, or else what tells it from others."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sheetflow import Row, Table


@dataclass(frozen=True)
class Names:
    """The names of a table's rows, compared without regard to case, spaces and spellings."""

    table: Table

    def of(self, row: Row) -> str:
        """The row's name; its address where two share the name, its id where they share both."""
        person = self.table.person(row)
        for name in (person.name, person.email.value):
            if name and self._ids.get(normal(name)) == {row.id}:
                return str(name)
        return row.id

    def find(self, text: object) -> str | None:
        """The id of the row that a name, an address or an id means; None for nobody, or for two."""
        ids = self._ids.get(normal(text), set())
        return next(iter(ids)) if len(ids) == 1 else None

    @cached_property
    def _ids(self) -> Mapping[str, set[str]]:
        ids: dict[str, set[str]] = {}
        for row in self.table.rows:
            person = self.table.person(row)
            for name in (person.name, person.email.value, row.id):
                if name:
                    ids.setdefault(normal(name), set()).add(row.id)
        return ids


def normal(text: object) -> str:
    """A text as it is compared: one spelling for each letter, no case, no extra space."""
    return " ".join(unicodedata.normalize("NFKC", str(text)).casefold().split())
