"""Finds who is meant by a name, part of one, an address, a row's id, or `row 12`.

Found are rows of the workspace's tables, and rows that are gone but that the ledger remembers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from sheetflow.errors import SetupError, TableError
from sheetflow.ledger.records import Record
from sheetflow.reporting.groups import listed, one_line
from sheetflow.runner.session import Session
from sheetflow.tables.identity import address_digest
from sheetflow.tables.table import Table
from sheetflow.values import Row, RowRef

_ROW = re.compile(r"row (\d{1,7})")
NEAR = 3
"""How many names are suggested where nobody is found."""


@dataclass(frozen=True)
class Person:
    """A row that somebody is asked about. `number` is None for one that is not in its table."""

    ref: RowRef
    name: str
    address: str = ""
    number: int | None = None

    def __str__(self) -> str:
        """So that two people of one name are told apart."""
        place = (
            f"row {self.number} of {self.ref.table}"
            if self.number
            else (f"{self.ref.row}, not in {self.ref.table} any more")
        )
        address = one_line(self.address)
        return f"{one_line(self.name) or self.ref.row} ({place}{', ' + address if address else ''})"

    @property
    def facts(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "table": self.ref.table,
            "row": self.ref.row,
            "number": self.number,
            "name": self.name,
            "address": self.address,
        }


@dataclass
class People:
    """Everybody in some tables. Tables that cannot be read are told in `unread`, by name."""

    session: Session
    tables: Sequence[str]
    unread: dict[str, str] = field(default_factory=dict)

    def found(self, wanted: str, records: Iterable[Record] = ()) -> Sequence[Person]:
        """Whoever is meant by a row, an id or an address; or else all of whose name it is a part.

        `records` are searched for those who are in no table any more.
        """
        everybody = [(person, row) for table in self._open() for person, row in _people_of(table)]
        gone = list(self._gone(wanted, records, {person.ref for person, _ in everybody}))
        exactly = [person for person, row in everybody if _is_exactly(wanted, person, row)]
        if exactly:
            return [*exactly, *(person for person in gone if person.ref.row == wanted)]
        beginning = [p for p, _ in everybody if _has_word(p.name, wanted)]
        some = beginning or [p for p, _ in everybody if _folded(wanted) in _folded(p.name)]
        return [*some, *gone]

    def near(self, wanted: str) -> Sequence[str]:
        """Names and addresses that look like what was asked for."""
        names: dict[str, str] = {}
        for table in self._open():
            for person, _ in _people_of(table):
                for text in (person.name, *person.name.split(), person.address):
                    names.setdefault(_folded(text), one_line(person.name or text))
        near = get_close_matches(_folded(wanted), [name for name in names if name], NEAR, 0.7)
        return list(dict.fromkeys(names[name] for name in near))

    def nobody(self, wanted: str) -> SetupError:
        """The error that nobody is called so, with the nearest names."""
        near = [f'"{name}"' for name in self.near(wanted)]
        hint = (
            f"Did you mean {' or '.join(near)}?"
            if near
            else "Write a name or part of it, an address, a row's id, or row 12."
        )
        tables = listed(self.tables) if self.tables else "no table"
        return SetupError(f'Nobody is called "{wanted[:60]}" in {tables}.', hint=hint)

    def _open(self) -> Iterator[Table]:
        for name in self.tables:
            if name in self.unread:
                continue
            try:
                yield self.session.tools.table(name)
            except TableError as error:
                self.unread[name] = str(error)

    def _gone(self, wanted: str, records: Iterable[Record], there: set[RowRef]) -> Iterator[Person]:
        """Rows that the ledger knows by this name, id or address, and that no table has now."""
        known = self._remembered(wanted)
        seen = set(there)
        for record in records:
            ref = record.key.ref
            if ref in seen or ref.table not in self.tables or ref.table in self.unread:
                continue
            named = wanted == ref.row or (bool(record.who) and _has_word(record.who, wanted))
            if named or ref in known:
                seen.add(ref)
                yield Person(ref, record.who)

    def _remembered(self, wanted: str) -> set[RowRef]:
        if "@" not in wanted:
            return set()
        digest = address_digest(wanted, self.session.ledger.salt)
        return {
            RowRef(name, row)
            for name in self.tables
            for row, marks in self._identities(name).items()
            if marks.get("email") == digest
        }

    def _identities(self, table: str) -> Mapping[str, Mapping[str, str]]:
        return self.session.ledger.identities(self.session.chapter, table)


def _people_of(table: Table) -> Iterator[tuple[Person, Row]]:
    for row in table.rows:
        yield _person(table, row), row


def _person(table: Table, row: Row) -> Person:
    spec = table.spec.person
    name = " ".join(filter(None, (_text(row, column) for column in spec.names)))
    ref = RowRef(table.spec.name, row.id)
    return Person(ref, name or table.label(row), _text(row, spec.email), row.number)


def _text(row: Row, column: str) -> str:
    value = row.cells.get(column) if column else None
    return "" if value is None else str(value)


def _is_exactly(wanted: str, person: Person, row: Row) -> bool:
    text = wanted.strip()
    if match := _ROW.fullmatch(text.casefold()):
        return row.number == int(match[1])
    if "@" in text:
        return _folded(text) in re.split(r"[\s,;<>]+", _folded(person.address))
    return text == row.id


def _has_word(name: str, wanted: str) -> bool:
    """Whether a word of the name begins with what was asked for."""
    return f" {_folded(wanted)}" in f" {_folded(name)}"


def _folded(text: str) -> str:
    """As names are compared: capitals, accents and spaces make no difference."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())
