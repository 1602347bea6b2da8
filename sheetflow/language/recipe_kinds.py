"""Kinds of value that name something: columns, people, tables, connections, a time to run at."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from typing import Any

from sheetflow.language.kinds import AS_TEXT
from sheetflow.language.nodes import Items, Node, Scalar
from sheetflow.language.problems import Mistake, suggest
from sheetflow.language.reading import Kind, ParsedKind, Reading
from sheetflow.language.schedules import (
    AGAIN_PATTERN,
    AGAINS,
    SCHEDULE_PATTERN,
    SCHEDULES,
    Again,
    Schedule,
    parse_again,
    parse_schedule,
)
from sheetflow.language.template_kinds import ALWAYS_KNOWN, TEMPLATE_WORDS
from sheetflow.language.vocabulary import (
    Column,
    Connection,
    OtherColumn,
    People,
    Pick,
    TableName,
    Vocabulary,
)

NAME = r"[a-z][a-z0-9_]*"
_NAME_FORM = {"type": "string", "pattern": f"^{NAME}$"}


class ColumnKind(Kind[Column]):
    """A column of the recipe's table, by its header."""

    words = "a column of the table, by its header"
    example = "First call"
    form: Mapping[str, Any] = {"type": AS_TEXT}

    def read(self, node: Node, at: Reading) -> Column:
        return Column(at.column(self.scalar(node)))


class OtherColumnKind(Kind[OtherColumn]):
    """A column of the table that the step itself names, such as the one it chooses from."""

    words = "a column of the other table, by its header"
    example = "Max volunteers"
    form: Mapping[str, Any] = {"type": AS_TEXT}

    def read(self, node: Node, at: Reading) -> OtherColumn:
        scalar = self.scalar(node)
        return OtherColumn(at.column(scalar, at.into) if at.into else scalar.text)


class PeopleKind(Kind[People]):
    """One or more people that the recipe knows by name."""

    words = "a name such as volunteer, or a list such as [volunteer, coach]"
    example = "volunteer"
    form: Mapping[str, Any] = {
        "anyOf": [_NAME_FORM, {"type": "array", "items": _NAME_FORM, "minItems": 1}]
    }

    def read(self, node: Node, at: Reading) -> People:
        nodes = node.items if isinstance(node, Items) else (node,)
        if not nodes:
            raise Mistake("the list is empty.", f"Write {self.words}.")
        names = [_person(self.scalar(each), at) for each in nodes]
        return People(names)

    def label(self, node: Node) -> str:
        nodes = node.items if isinstance(node, Items) else (node,)
        return " ".join(each.text for each in nodes if isinstance(each, Scalar))


def _person(scalar: Scalar, at: Reading) -> str:
    people = [name for name, gift in at.names.items() if gift.table]
    if scalar.text not in people and not (at.unsure and re.fullmatch(NAME, scalar.text)):
        parts = re.split(r", *(?:and )?| and ", scalar.text)
        cure = suggest(scalar.text, people, "Known by now:")
        if set(parts) <= set(people):
            cure = f"Write several people as a list: [{', '.join(parts)}]."
        what = f'nobody is called "{scalar.text[:60]}" here.'
        raise Mistake(what, cure, position=scalar.position)
    return scalar.text


class TableKind(Kind[TableName]):
    """A table of the workspace."""

    words = "a table of the workspace"
    example = "Volunteers"

    def read(self, node: Node, at: Reading) -> TableName:
        return TableName(table_named(self.scalar(node).text.strip(), at))

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        return _one_of(vocabulary.tables)


class ConnectionKind(Kind[Connection]):
    """A connection or sender of the workspace."""

    words = "a connection or sender of the workspace"
    example = "office"

    def read(self, node: Node, at: Reading) -> Connection:
        text = self.scalar(node).text.strip()
        known = at.vocabulary.connections
        if text not in known:
            cure = suggest(text, known, "There are") or "Declare it in sheetflow.yaml."
            raise Mistake(f'there is no connection or sender "{text[:60]}".', cure)
        return Connection(text)

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        return _one_of(vocabulary.connections)


class PickKind(Kind[Pick]):
    """A name for whoever is chosen, and the table to choose from."""

    words = "a name and a table, such as coach from Coaches"
    example = "coach from Coaches"
    between = "from"

    def read(self, node: Node, at: Reading) -> Pick:
        text = " ".join(self.scalar(node).text.split())
        name, between, table = text.partition(f" {self.between} ")
        if not between:
            raise self.wrong(text)
        if not re.fullmatch(NAME, name):
            plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_0123456789") or "person"
            cure = f"Write it in small letters, such as {plain} {self.between} {table}."
            raise Mistake(f'"{name[:60]}" is no name for a row.', cure)
        if keyword.iskeyword(name) or name in ALWAYS_KNOWN or name in TEMPLATE_WORDS:
            raise Mistake(f'"{name}" has a meaning of its own.', "Choose another name.")
        return self.named(Pick(name, table_named(table, at)), at)

    def named(self, pick: Pick, at: Reading) -> Pick:
        """The pick itself, if its name does not stand for somebody else already."""
        known = at.names.get(pick.name)
        if known is not None and known.table != pick.table:
            what = f'"{pick.name}" already stands for something of {known.table or "this row"}.'
            raise Mistake(what, "Choose another name.")
        return pick

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        tables = "|".join(map(_literal, vocabulary.tables)) or ".+"
        return {"type": "string", "pattern": f"^{NAME} {self.between} (?:{tables})$"}

    def label(self, node: Node) -> str:
        return super().label(node).partition(f" {self.between} ")[0]


class ForEachKind(PickKind):
    """What one row is called, and the table of rows."""

    words = "a name and a table, such as volunteer in Volunteers"
    example = "volunteer in Volunteers"
    between = "in"

    def named(self, pick: Pick, at: Reading) -> Pick:  # noqa: ARG002 - the row's name goes first
        return pick


class ScheduleKind(ParsedKind[Schedule]):
    """When the recipe runs."""

    words = f"a time to run at, such as {SCHEDULES[3]} or {SCHEDULES[0]}"
    example = SCHEDULES[3]
    form: Mapping[str, Any] = {
        "type": "string",
        "pattern": f"^(?:{SCHEDULE_PATTERN})$",
        "examples": list(SCHEDULES),
    }

    def parse(self, text: str) -> Schedule:
        return parse_schedule(text)


class AgainKind(Kind[Again]):
    """When a step may happen once more for the same row."""

    words = f"when to repeat it, such as {AGAINS[1]}; or {AGAINS[3]}"
    example = AGAINS[1]
    form: Mapping[str, Any] = {
        "type": "string",
        "pattern": f"^(?:{AGAIN_PATTERN})$",
        "examples": list(AGAINS),
    }

    def read(self, node: Node, at: Reading) -> Again:
        scalar = self.scalar(node)
        again = parse_again(scalar.text)
        for column in again.columns:
            at.column(Scalar(column, True, scalar.position, scalar.inside))
        return again


def table_named(name: str, at: Reading) -> str:
    """The name itself, if it is a table's. Raises Mistake."""
    tables = at.vocabulary.tables
    if name not in tables:
        cure = suggest(name, tables, "There are") or "Declare it in sheetflow.yaml."
        raise Mistake(f'there is no table "{name[:60]}".', cure)
    return name


def _one_of(names: Mapping[str, Any] | tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": list(names)} if names else {"type": "string"}


def _literal(text: str) -> str:
    """A text as a pattern that JavaScript reads too, which `re.escape` does not give."""
    return re.sub(r"[.*+?^${}()|\[\]\\/]", r"\\\g<0>", text)
