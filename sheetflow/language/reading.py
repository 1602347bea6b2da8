"""What it takes to read one value of an author's file: what may be named, and where to say why not.

A kind says how a value is written. It gives the value, or raises Mistake; whoever reads the map or
list around it notes the mistake with its place, and reads on.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sheetflow.language.nodes import Comment, Entry, Items, Map, Node, Scalar
from sheetflow.language.position import Position
from sheetflow.language.problems import Mistake, Problems, suggest
from sheetflow.language.templating import Environment
from sheetflow.language.vocabulary import Gift, TableWords, Vocabulary

if TYPE_CHECKING:
    from sheetflow.language.messages import MessageTemplate

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

NOTHING = Vocabulary({}, {})
"""A vocabulary without a word, for files that name nothing of a workspace."""

UNREAD: Any = object()
"""What stands for a value with a mistake in it, until all mistakes are told."""


@dataclass(frozen=True)
class Reading:
    """Where in the file we are (`where`, such as "email: template"), and what may be named there.

    `names` are those known by now, all of them unless `unsure`. Columns belong to `table`, cells
    are written `into` another one if the step names it. `comments` are the lines beside the value.
    `title` is what the file as a whole is called.
    """

    problems: Problems
    where: str = ""
    title: str = "recipe"
    comments: tuple[Comment, ...] = ()
    vocabulary: Vocabulary = NOTHING
    environment: Environment = field(default_factory=Environment)
    messages: Callable[[str, Position], MessageTemplate] | None = None
    names: Mapping[str, Gift] = field(default_factory=dict)
    unsure: bool = False
    table: TableWords | None = None
    into: TableWords | None = None

    def inside(self, name: str) -> Reading:
        """The same, one key further in. An action's own value is still the action."""
        if not self.where or self.where == name:
            return replace(self, where=name)
        return replace(self, where=f"{self.where}: {name}")

    def beside(self, entry: Entry) -> Reading:
        """The same, inside one entry of a map, with the comments that are indented below it."""
        key = entry.key.position
        near = tuple(
            comment
            for comment in self.comments
            if key.line <= comment.position.line <= entry.last_line
            and comment.position.column > key.column
        )
        return replace(self.inside(entry.key.text), comments=near)

    def value(self, kind: Kind[T], node: Node) -> T:
        """What `node` says, or UNREAD after noting why it says nothing."""
        with self.problems.gathering(node.position, self.where):
            return kind.read(node, self)
        unread: T = UNREAD
        return unread

    def note(self, position: Position, what: str, cure: str = "") -> None:
        """Note a mistake here."""
        self.problems.add(position, self.where or self.title, what, cure)

    def column(self, scalar: Scalar, table: TableWords | None = None) -> str:
        """A column of the table. Raises Mistake when the table is known not to have it."""
        table = table or self.table
        columns = table.columns if table else None
        if table and columns is not None and scalar.text not in columns:
            raise Mistake(
                f'the table "{table.name}" has no column "{scalar.text[:60]}".',
                suggest(scalar.text, columns, "Its columns are"),
                position=scalar.position,
            )
        return scalar.text


class Kind(ABC, Generic[T_co]):
    """How one kind of value is written. `words` follows "Write"; `example` is a value of it."""

    words: str
    example: str = ""
    form: Mapping[str, Any] = MappingProxyType({})
    """The same as JSON Schema."""
    names_steps: bool = True
    """Whether the value may be a part of a step's name: new wording must not do a step again."""

    @abstractmethod
    def read(self, node: Node, at: Reading) -> T_co:
        """The value. Raises Mistake or ProblemsFound when there is none in it."""

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:  # noqa: ARG002 - for some kinds
        """The JSON Schema; some kinds name there what the vocabulary knows."""
        return dict(self.form)

    def label(self, node: Node) -> str:
        """What of the value may stand in the name of a step."""
        return node.text if self.names_steps and isinstance(node, Scalar) else ""

    def scalar(self, node: Node) -> Scalar:
        """The node, if it is one text and not a list, a map, or nothing."""
        match node:
            case Scalar() if node.is_missing:
                raise Mistake("nothing is written here.", f"Write {self.words}.")
            case Scalar():
                return node
            case Items():
                raise Mistake("this is a list.", f"Write {self.words}.")
            case Map():
                raise Mistake("this is a map.", f"Write {self.words}.")

    def wrong(self, written: str) -> Mistake:
        """The mistake of a text that is not of this kind."""
        short = written if len(written) <= 60 else f"{written[:59]}…"
        return Mistake(f'"{short}" is not understood here.', f"Write {self.words}.")


class ParsedKind(Kind[T_co]):
    """A kind that one text says, whatever else the file holds."""

    @abstractmethod
    def parse(self, text: str) -> T_co:
        """The value of a text, which has no spaces around it. Raises Mistake."""

    def read(self, node: Node, at: Reading) -> T_co:  # noqa: ARG002 - the text is enough
        return self.parse(self.scalar(node).text.strip())
