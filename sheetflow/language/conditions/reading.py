"""Reading `where`: from a map of columns and phrases to conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sheetflow.language.conditions import (
    EVERYONE,
    AnyOf,
    Condition,
    ExpressionCondition,
    Where,
)
from sheetflow.language.conditions.phrasebook import (
    BEGINNING,
    FORMS,
    looks_like_phrase,
    parse_phrase,
)
from sheetflow.language.nodes import Comment, Entry, Items, Map, Node, Scalar
from sheetflow.language.problems import Mistake, nearest
from sheetflow.language.reading import Kind, Reading
from sheetflow.language.vocabulary import Conditions
from sheetflow.language.yaml.layout import quoted

ANY_OF = "any of"
EXPRESSION = "expression"
EVERYONE_WRITTEN = "everyone"
_COLUMN_AND_PHRASE = re.compile(r"(?P<column>.+?[\"']?):\s+(?P<phrase>.+)")


class ConditionsKind(Kind[Where]):
    """Conditions on the row's cells; all of them must hold."""

    words = "columns, each with a condition, such as Status: is empty"
    example = "{Status: is empty}"
    form: Mapping[str, Any] = {"$ref": "#/$defs/conditions"}

    def read(self, node: Node, at: Reading) -> Where:
        _refuse_filters_in_comments(at.comments, at)
        if isinstance(node, Scalar) and not node.is_missing:
            raise Mistake(f'"{node.text[:60]}" names no column.', f"Write {self.words}.")
        if isinstance(node, Items):
            cure = "Write Column: condition on each line, without a dash."
            raise Mistake("this is a list; conditions are a map.", cure)
        if not isinstance(node, Map) or not node.entries:
            raise self.empty()
        conditions: list[Condition | AnyOf | ExpressionCondition] = []
        for entry in node.entries:
            inner = at.beside(entry)
            with at.problems.gathering(entry.value.position, inner.where):
                conditions += self._conditions(entry, inner)
        return Conditions(conditions)

    def empty(self) -> Mistake:
        """The mistake of conditions that are not there."""
        return Mistake("there is no condition.", f"Write {self.words}.")

    def _conditions(self, entry: Entry, at: Reading) -> Where:
        key, value = entry.key, entry.value
        if key.text == ANY_OF and not key.quoted:
            return (self._any_of(value, at),)
        if key.text == EXPRESSION and not key.quoted:
            text = self.scalar(value)
            expression = at.environment.expression(text.text, text.inside, at.where)
            return (ExpressionCondition(expression, text.position),)
        if (near := nearest(key.text, (ANY_OF, EXPRESSION))) and not _is_column(key, at):
            what, cure = f'there is no column "{key.text}".', f'Did you mean "{near}"?'
            raise Mistake(what, cure, position=key.position)
        column = at.column(key)
        phrases = value.items if isinstance(value, Items) else (value,)
        return tuple(_condition(column, phrase) for phrase in phrases)

    def _any_of(self, node: Node, at: Reading) -> AnyOf:
        if not isinstance(node, Items) or not node.items:
            cure = "Write each on a line that begins with a dash: - Region: is North"
            raise Mistake(f"{ANY_OF} takes a list of alternatives.", cure)
        plain, at = ConditionsKind(), replace(at, comments=())  # they are judged with the whole
        return AnyOf(tuple(at.value(plain, each) for each in node.items), node.position)


class WhereKind(ConditionsKind):
    """As conditions; or `everyone`."""

    words = "columns, each with a condition, such as Status: is empty; or everyone"
    example = "everyone"
    form: Mapping[str, Any] = {
        "anyOf": [{"const": EVERYONE_WRITTEN}, {"$ref": "#/$defs/conditions"}]
    }

    def read(self, node: Node, at: Reading) -> Where:
        if isinstance(node, Scalar) and node.text.strip().casefold() == EVERYONE_WRITTEN:
            _refuse_filters_in_comments(at.comments, at)
            return EVERYONE
        return super().read(node, at)

    def empty(self) -> Mistake:
        cure = "Write at least one condition; if everybody is meant, write where: everyone"
        return Mistake("there is no condition, so it is not clear who is meant.", cure)


def conditions_schema() -> dict[str, Any]:
    """JSON Schema of a map of columns and conditions."""
    examples = [example for form in FORMS for example in form.examples]
    phrase = {"type": "string", "pattern": f"^{BEGINNING}", "examples": examples}
    one_or_more = {"anyOf": [phrase, {"type": "array", "items": phrase, "minItems": 1}]}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {
            ANY_OF: {
                "description": "Alternatives: at least one of them must hold.",
                "type": "array",
                "minItems": 1,
                "items": {"$ref": "#/$defs/conditions"},
            },
            EXPRESSION: {
                "description": "A Jinja expression that gives true or false.",
                "type": "string",
            },
        },
        "additionalProperties": one_or_more,
    }


def _is_column(key: Scalar, at: Reading) -> bool:
    columns = at.table.columns if at.table else None
    return columns is None or key.text in columns or bool(nearest(key.text, columns))


def _condition(column: str, node: Node) -> Condition:
    if not isinstance(node, Scalar):
        cure = "Write one, such as is empty, or a list of them in [ ]."
        raise Mistake("this is not a condition.", cure, position=node.position)
    if node.is_missing:
        cure = "Write one, such as is empty or is New."
        raise Mistake("the condition is missing.", cure, position=node.position)
    try:
        return Condition(column, parse_phrase(node.text), node.position)
    except Mistake as mistake:
        raise Mistake(mistake.what, mistake.cure, position=node.position) from None


def _refuse_filters_in_comments(comments: tuple[Comment, ...], at: Reading) -> None:
    """A header such as "# of shifts" makes a comment of its condition: that filter would vanish."""
    for comment in comments:
        match = _COLUMN_AND_PHRASE.fullmatch(comment.text)
        if match and looks_like_phrase(match["phrase"].strip("\"'")):
            column = match["column"]
            at.note(
                comment.position,
                "this line is a comment, so this condition does not count.",
                f"If the column is called {column}, write {quoted(column)}: {match['phrase']}; "
                "otherwise remove the line.",
            )
