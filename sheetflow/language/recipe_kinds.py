"""Kinds of value that name something: columns, people, tables, templates, a schedule."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from typing import Any

from sheetflow.language.kinds import AS_TEXT
from sheetflow.language.messages import MessageTemplate
from sheetflow.language.nodes import Items, Map, Node, Scalar
from sheetflow.language.problems import Mistake, suggest
from sheetflow.language.reading import UNREAD, Kind, ParsedKind, Reading
from sheetflow.language.recipe import Again
from sheetflow.language.schedules import (
    AGAIN_PATTERN,
    AGAINS,
    SCHEDULE_PATTERN,
    SCHEDULES,
    Schedule,
    parse_again,
    parse_schedule,
)
from sheetflow.language.templating import Expression, Template
from sheetflow.language.vocabulary import (
    Cells,
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
TEMPLATE_WORDS = frozenset(
    ["true", "false", "none", "loop", "self", "super", "caller", "varargs", "kwargs"]
)
"""Names that mean something in Jinja2, beside the words of Python."""
LONGEST_NAME = 100
"""Characters of a file's name; the usual limit of file systems is 255 bytes."""
ALWAYS_KNOWN: Mapping[str, tuple[str, ...]] = {
    "organization": ("name", "postal_address"),
    "now": (),
    "today": (),
    "zone": (),
    "language": (),
}
"""Names that every template may use, with their fields."""


class TemplateKind(Kind[Template]):
    """A text in which `{{ }}` stands for a value of the row."""

    words = "a text; {{ volunteer.name }} in it stands for a value"
    example = '"Welcome, {{ volunteer.name }}"'
    form: Mapping[str, Any] = {"type": AS_TEXT}
    names_steps = False

    def read(self, node: Node, at: Reading) -> Template:
        scalar = self.scalar(node)
        return at.environment.template(scalar.text, scalar.inside, at.where)


class ExpressionKind(Kind[Expression]):
    """A Jinja expression that gives true or false."""

    words = "an expression that gives true or false, such as volunteer.age > 17"
    example = "volunteer.age > 17"
    form: Mapping[str, Any] = {"type": "string"}

    def read(self, node: Node, at: Reading) -> Expression:
        scalar = self.scalar(node)
        return at.environment.expression(scalar.text, scalar.inside, at.where)


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
        if not between or not re.fullmatch(NAME, name):
            raise self.wrong(text)
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


class CellsKind(Kind[Cells]):
    """Columns, each with the text that goes into it."""

    words = "columns, each with what goes into it, such as Stage: Prospect"
    example = "{Stage: Prospect}"
    form: Mapping[str, Any] = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"type": AS_TEXT},
    }

    def read(self, node: Node, at: Reading) -> Cells:
        if not isinstance(node, Map) or not node.entries:
            raise Mistake("this must be a map of columns.", f"Write {self.words}.")
        cells = Cells()
        for entry in node.entries:
            inner = at.beside(entry)
            with at.problems.gathering(entry.key.position, inner.where):
                column = at.column(entry.key, at.into)
                template = inner.value(TemplateKind(), entry.value)
                if template is not UNREAD:
                    cells[column] = template
        return cells


class MessageKind(Kind[MessageTemplate]):
    """A message template, by the name of its file."""

    words = "the name of a file in templates/, without .md"
    example = "welcome"
    form: Mapping[str, Any] = {"type": "string"}

    def read(self, node: Node, at: Reading) -> MessageTemplate:
        scalar = self.scalar(node)
        name = scalar.text.strip()
        if at.messages is None or len(name) > LONGEST_NAME:
            raise Mistake(f'there is no template "{name[:60]}".', f"Write {self.words}.")
        return at.messages(name, scalar.position)


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

    words = f"when to repeat it, such as {AGAINS[1]}; or {AGAINS[2]}"
    example = AGAINS[1]
    form: Mapping[str, Any] = {
        "type": "string",
        "pattern": f"^(?:{AGAIN_PATTERN})$",
        "examples": list(AGAINS),
    }

    def read(self, node: Node, at: Reading) -> Again:
        scalar = self.scalar(node)
        again = parse_again(scalar.text)
        if again.column:
            column = Scalar(again.column, True, scalar.position, scalar.inside)
            at.column(column)
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
