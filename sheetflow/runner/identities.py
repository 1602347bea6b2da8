"""Who the rows are that a run is for: the ledger is told of each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sheetflow.ledger.applying import Applying
from sheetflow.ledger.earlier import remember_ids_by
from sheetflow.runner.renamed import how_ids_are_made
from sheetflow.tables.table import Table

_AT_ONCE = 1_000
"""Rows of which the ledger is told in one transaction."""


class Identities:
    """Has the ledger know who rows of a table are, as they were read."""

    def __init__(self, table: Table, chapter: str, applying: Applying) -> None:
        self._table, self._place, self._applying = table, (chapter, table.spec.name), applying
        self._told = bytearray(len(table.rows))
        self._is_first = True

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
                self._keep(some)
                some = {}
        if some:
            self._keep(some)

    def _keep(self, some: Mapping[str, Mapping[str, str]]) -> None:
        if self._is_first:
            how = how_ids_are_made(self._table)
            remember_ids_by(self._applying.writer, *self._place, how)
            self._is_first = False
        self._applying.remember_identities(*self._place, some)
