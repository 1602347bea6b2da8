"""Who the rows are that a run is for: the ledger is told of each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sheetflow.ledger.applying import Applying
from sheetflow.tables.table import Table

_AT_ONCE = 1_000
"""Rows of which the ledger is told in one transaction."""


class Identities:
    """Has the ledger know who rows of a table are, as they were read."""

    def __init__(self, table: Table, chapter: str, applying: Applying) -> None:
        self._table, self._place, self._applying = table, (chapter, table.spec.name), applying
        self._told = bytearray(len(table.rows))

    def remember(self, rows: Iterable[str]) -> None:
        """These rows, by id, but for those that it was told of before. Raises LedgerError."""
        known, some = self._table.identities(), dict[str, Mapping[str, str]]()
        for row in rows:
            place = self._table.place_of(row)
            if place is None or self._told[place]:
                continue
            self._told[place] = True
            if (found := known.get(row)) is not None:
                some[row] = found
            if len(some) == _AT_ONCE:
                self._applying.remember_identities(*self._place, some)
                some = {}
        if some:
            self._applying.remember_identities(*self._place, some)
