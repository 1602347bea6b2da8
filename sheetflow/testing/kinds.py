"""Kinds of value that only a file of tests has: moments, typed cells, rows, names of rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sheetflow.language.keys import ListKind, MapKind
from sheetflow.language.kinds import AS_TEXT
from sheetflow.language.nodes import Entry, Items, Map, Node, Scalar
from sheetflow.language.problems import Mistake, suggest
from sheetflow.language.reading import UNREAD, Kind, ParsedKind, Reading
from sheetflow.language.recipe_kinds import table_named
from sheetflow.language.vocabulary import Vocabulary
from sheetflow.testing.cases import Expected, GivenRow, GivenRows, Name, RowCells

T = TypeVar("T")

_MOMENT = r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2})(:\d{2}(?::\d{2})?(?:[+-]\d{2}:\d{2}|Z)?)"


class Columns(Protocol):
    """Which columns a table has, as far as anybody can say."""

    def has(self, table: str, column: str) -> bool:
        """Whether `column` is one of them, as the sheet would find it too."""

    def of(self, table: str) -> tuple[str, ...]:
        """Those to suggest."""


class AnyColumn:
    """Where no workspace is at hand, a table may have any column."""

    def has(self, table: str, column: str) -> bool:  # noqa: ARG002 - the shape of Columns
        """Always."""
        return True

    def of(self, table: str) -> tuple[str, ...]:  # noqa: ARG002 - the shape of Columns
        """None in particular."""
        return ()


class MomentKind(ParsedKind[datetime]):
    """A day and a time, in the workspace's zone unless it says its own."""

    words = "a day and a time, such as 2026-11-23 09:00"
    example = "2026-11-23 09:00"
    form: Mapping[str, Any] = {"type": "string", "pattern": f"^{_MOMENT}$"}

    def parse(self, text: str) -> datetime:
        if match := re.fullmatch(_MOMENT, text):
            try:
                return datetime.fromisoformat(f"{match[1]} {match[2].zfill(2)}{match[3]}")
            except ValueError:
                pass
        raise self.wrong(text)


class TypedKind(Kind[str]):
    """What somebody typed into a cell: `3/4` and `01234` are texts, nothing is an empty one."""

    words = "what stands in the cell"
    example = "Prospect"
    form: Mapping[str, Any] = {"type": [*AS_TEXT, "null"]}

    def read(self, node: Node, at: Reading) -> str:  # noqa: ARG002 - any text will do
        if isinstance(node, Scalar) and node.is_missing:
            return ""
        return self.scalar(node).text


class NameKind(Kind[Name]):
    """A row by its name, or a person by their address."""

    words = "a name, or an e-mail address"
    example = "Ana"
    form: Mapping[str, Any] = {"type": AS_TEXT}

    def read(self, node: Node, at: Reading) -> Name:  # noqa: ARG002 - names are checked later
        scalar = self.scalar(node)
        return Name(" ".join(scalar.text.split()), scalar.position)


class LinkKind(ParsedKind[str]):
    """What a link to answer by is called. `labels` are those there are, None if nobody knows."""

    words = "what a link of the recipe's messages is called"
    example = "Yes, I come"
    form: Mapping[str, Any] = {"type": AS_TEXT}

    def __init__(self, labels: Collection[str] | None) -> None:
        self.labels = labels

    def parse(self, text: str) -> str:
        """The text on the link, with the spaces of one line."""
        text = " ".join(text.split())
        if self.labels is None or text in self.labels:
            return text
        none = "Its messages have no links, see docs/links.md."
        cure = suggest(text, self.labels, "There are") or none
        raise Mistake(f'no message of this recipe has a link "{text[:60]}".', cure)


class ManyKind(ListKind[T]):
    """A list that may be empty; a single value will do for a list of one."""

    def __init__(self, kind: Kind[T]) -> None:
        super().__init__(kind)
        self.words = f"{self.words}, or []"

    def read(self, node: Node, at: Reading) -> tuple[T, ...]:
        if isinstance(node, Items) and not node.items:
            return ()
        return super().read(node, at)

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        one = self.kind.schema(vocabulary)
        return {"anyOf": [one, {"type": "array", "items": one}]}


class RowKind(Kind[GivenRow]):
    """One row of a table: each column with what stands in the cell."""

    words = "a row: each column, and what stands in it"
    example = "{Name: Ana, Email: ana@example.org}"
    form: Mapping[str, Any] = {"type": "object", "additionalProperties": TypedKind.form}

    def __init__(self, table: str, columns: Columns) -> None:
        self.table = table
        self.columns = columns

    def read(self, node: Node, at: Reading) -> GivenRow:
        if not isinstance(node, Map):
            raise Mistake("this must be a map of columns.", f"Write {self.words}.")
        cells = {}
        for entry in node.entries:
            inner = at.beside(entry)
            with at.problems.gathering(entry.key.position, inner.where):
                self._must_be(entry)
                cells[entry.key.text] = inner.value(TypedKind(), entry.value)
        return GivenRow({c: text for c, text in cells.items() if text is not UNREAD}, node.position)

    def _must_be(self, entry: Entry) -> None:
        column = entry.key.text
        if self.columns.has(self.table, column):
            return
        near = suggest(column, self.columns.of(self.table), "Known columns are")
        cure = near if near.startswith("Did") else "Is it spelled as in the recipe?"
        raise Mistake(
            f'neither the recipe nor sheetflow.yaml knows a column "{column[:60]}" of '
            f"{self.table}.",
            f"{cure} If the table has it, declare it there under columns.",
        )


class RowsKind(Kind[GivenRows]):
    """Rows, by table."""

    words = "tables, each with a list of rows"
    example = "{People: [{Name: Ana, Email: ana@example.org}]}"

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def read(self, node: Node, at: Reading) -> GivenRows:
        found = {}
        for entry, inner in _entries(node, at, self.words):
            with at.problems.gathering(entry.key.position, inner.where):
                table = table_named(entry.key.text, at)
                found[table] = inner.value(ManyKind(RowKind(table, self.columns)), entry.value)
        return {table: rows for table, rows in found.items() if rows is not UNREAD}

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        return _by_table(ManyKind(RowKind("", self.columns)).schema(vocabulary), vocabulary)


class CellsOfRowsKind(Kind[tuple[RowCells, ...]]):
    """Rows by their name, each with some of its cells. They are of the recipe's own table."""

    words = "rows by their name, each with its cells"
    example = "{Ana: {Stage: Prospect}}"
    form: Mapping[str, Any] = {"type": "object", "additionalProperties": RowKind.form}

    def __init__(self, columns: Columns, table: str = "") -> None:
        self.columns = columns
        self.table = table

    def read(self, node: Node, at: Reading) -> tuple[RowCells, ...]:
        table = self.table or (at.table.name if at.table else "")
        found = []
        for entry, inner in _entries(node, at, self.words):
            row = inner.value(RowKind(table, self.columns), entry.value)
            if row is not UNREAD:
                found.append(RowCells(NameKind().read(entry.key, at), row.cells))
        return tuple(found)


class EditsKind(Kind[Mapping[str, tuple[RowCells, ...]]]):
    """What people typed over, by table and row."""

    words = "tables, each with rows by their name and the cells that somebody changed"
    example = "{People: {Ana: {Stage: Lost}}}"

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def read(self, node: Node, at: Reading) -> Mapping[str, tuple[RowCells, ...]]:
        found = {}
        for entry, inner in _entries(node, at, self.words):
            with at.problems.gathering(entry.key.position, inner.where):
                table = table_named(entry.key.text, at)
                found[table] = inner.value(CellsOfRowsKind(self.columns, table), entry.value)
        return {table: rows for table, rows in found.items() if rows is not UNREAD}

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        return _by_table(CellsOfRowsKind(self.columns).schema(vocabulary), vocabulary)


class ReasonsKind(Kind[Mapping[Name, str]]):
    """People, each with a part of the reason why nothing is done for them."""

    words = "people by their name, each with the reason"
    example = "{Bo: no e-mail address}"
    form: Mapping[str, Any] = {"type": "object", "additionalProperties": {"type": AS_TEXT}}

    def read(self, node: Node, at: Reading) -> Mapping[Name, str]:
        return {
            NameKind().read(entry.key, at): inner.value(TypedKind(), entry.value)
            for entry, inner in _entries(node, at, self.words)
        }


class ExpectedKind(MapKind[Expected]):
    """Everything that is expected; the word `nothing` says that nothing at all may happen."""

    words = "what should happen: mails, meetings, cells, rows; or nothing"
    example = "nothing"

    def read(self, node: Node, at: Reading) -> Expected:
        if isinstance(node, Scalar) and node.text.strip().casefold() == "nothing":
            return Expected()
        return super().read(node, at)

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        return {"anyOf": [{"const": "nothing"}, super().schema(vocabulary)]}


def _entries(node: Node, at: Reading, words: str) -> list[tuple[Entry, Reading]]:
    """The entries of a map, each with where it stands. Raises Mistake if it is none."""
    if not isinstance(node, Map):
        raise Mistake("this must be a map.", f"Write {words}.")
    return [(entry, at.beside(entry)) for entry in node.entries]


def _by_table(rows: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    tables = list(vocabulary.tables)
    names = {"propertyNames": {"enum": tables}} if tables else {}
    return {"type": "object", "additionalProperties": rows, **names}
