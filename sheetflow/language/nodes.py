"""What a YAML file says, as values that remember their place: texts, lists, maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from sheetflow.language.position import Position


@dataclass(frozen=True)
class Scalar:
    """One value as it was written; `inside` is where its text begins, after a quote or a `|`."""

    text: str
    quoted: bool
    position: Position
    inside: Position

    @property
    def is_missing(self) -> bool:
        """Whether nothing was written, as in `status:`, not even quotes."""
        return not self.text and not self.quoted


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    position: Position


@dataclass(frozen=True)
class Entry:
    """One key of a map, its value, and the last line that belongs to it."""

    key: Scalar
    value: Node
    last_line: int


@dataclass(frozen=True)
class Map:
    """A map, in the order in which it was written; no key stands there twice."""

    entries: tuple[Entry, ...]
    position: Position

    def get(self, name: str) -> Node | None:
        """The value of a key, or None."""
        return next((entry.value for entry in self.entries if entry.key.text == name), None)


Node: TypeAlias = Scalar | Items | Map


@dataclass(frozen=True)
class Comment:
    """A line that is only a comment; `text` begins with its #."""

    text: str
    position: Position


@dataclass(frozen=True)
class Document:
    """What a file says, and the comments that stand on a line of their own."""

    root: Node
    comments: tuple[Comment, ...]
    text: str
