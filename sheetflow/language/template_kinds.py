"""Kinds of value with `{{ }}` in them: texts, conditions in Jinja, cells, whole messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheetflow.errors import NotAllowed, NotFound, ProblemsFound, Refused, SetupError
from sheetflow.language.kinds import AS_TEXT
from sheetflow.language.messages import MessageTemplate
from sheetflow.language.nodes import Map, Node
from sheetflow.language.problems import Mistake
from sheetflow.language.reading import UNREAD, Kind, Reading
from sheetflow.language.templating import Expression, Template
from sheetflow.language.vocabulary import Cells

ALWAYS_KNOWN: Mapping[str, tuple[str, ...]] = {
    "organization": ("name", "postal_address"),
    "now": (),
    "today": (),
    "zone": (),
    "language": (),
}
"""Names that every template may use, with their fields."""
TEMPLATE_WORDS = frozenset(
    ["true", "false", "none", "loop", "self", "super", "caller", "varargs", "kwargs"]
)
"""Names that mean something in Jinja2, beside the words of Python."""
LONGEST_NAME = 100
"""Characters of a file's name; the usual limit of file systems is 255 bytes."""
LONGEST_ADDRESS = 500
"""Characters of a document's address; Google's have about 90."""


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


def is_address(name: str) -> bool:
    """Whether a message's name is the address of a document, and not of a file."""
    return name.startswith("https://")


class MessageKind(Kind[MessageTemplate]):
    """A message template, by the name of its file or the address of its document."""

    words = "the name of a file in templates/, without .md, or the address of a document"
    example = "welcome"
    form: Mapping[str, Any] = {"type": "string"}

    def read(self, node: Node, at: Reading) -> MessageTemplate:
        scalar = self.scalar(node)
        name = scalar.text.strip()
        longest = LONGEST_ADDRESS if is_address(name) else LONGEST_NAME
        if at.messages is None or len(name) > longest:
            raise Mistake(f'there is no template "{name[:60]}".', f"Write {self.words}.")
        try:
            return at.messages(name, scalar.position)
        except ProblemsFound:
            raise
        except (NotAllowed, NotFound, Refused, SetupError) as error:
            raise Mistake(f"the document cannot be read: {error.message}", error.hint) from None
