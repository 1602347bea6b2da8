"""From the events of a YAML parser to our nodes, with every bound that a hostile file could test.

The parser only says what stands where. Nothing is ever converted, no tag is followed, and depth
and number are counted while reading, without recursion, so that a bomb costs nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetflow.language.nodes import Document, Entry, Items, Map, Node, Scalar
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems
from sheetflow.language.yaml.events import BRACES, Broken, events_in
from sheetflow.language.yaml.layout import comments_in, cut_off, quoted, refuse_tabs, without_values

if TYPE_CHECKING:
    from ruamel.yaml.error import StringMark

MOST_DEEP = 30
"""Levels of nesting. A recipe needs six."""
MOST_NODES = 10_000
"""Keys and values in a file, each alias counted with all it stands for; read in about 0.4 s."""
MOST_ALIASES = 50
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which an escape in quotes can write and no program can print."""
_COLON = re.compile(r"[ ]*:")


class TooMuch(Exception):
    """The file goes beyond a bound; reading ends here."""


def build(text: str, file: Path, first_line: int, problems: Problems) -> Document:
    """The document in `text`. Raises Broken or TooMuch; every other mistake is noted."""
    return _Building(text, file, first_line, problems).document()


@dataclass
class _Open:
    """A list or map that is being read. `key` is the key whose value comes next."""

    is_map: bool
    position: Position
    anchor: str | None
    nodes_before: int
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    key: Node | None = None


class _Building:
    def __init__(self, text: str, file: Path, first_line: int, problems: Problems) -> None:
        self.text = text
        self.file = file
        self.first_line = first_line
        self.problems = problems
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.nodes = 0
        self.aliases = 0
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.spans: list[tuple[int, int]] = []
        self.before: StringMark | None = None

    def document(self) -> Document:
        from ruamel.yaml import events

        documents = 0
        for event in events_in(self.text):
            match event:
                case events.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        self._two_documents(event)
                        break
                case events.AliasEvent():
                    self._alias(event)
                case events.ScalarEvent():
                    self._refuse_tag(event)
                    self._add(self._scalar(event), event, nodes=1)
                case events.SequenceStartEvent() | events.MappingStartEvent():
                    self._begin(event, is_map=isinstance(event, events.MappingStartEvent))
                case events.SequenceEndEvent() | events.MappingEndEvent():
                    self._end(event)
        here = Position(self.file, self.first_line, 1)
        root = self.root or Scalar("", False, here, here)
        structure = without_values(self.text, self.spans)
        refuse_tabs(structure, here, self.problems)
        return Document(root, comments_in(structure, self.text, here, self.problems), self.text)

    def _at(self, mark: StringMark) -> Position:
        return Position(self.file, mark.line + self.first_line, mark.column + 1)

    def _scalar(self, event: Any) -> Scalar:
        start, end = event.start_mark, event.end_mark
        before, self.before = self.before, end
        if not (event.value or event.style) and (missing := self._missing(before)):
            return missing
        self.spans.append((start.index, end.index))
        position = self._at(start)
        value = _SURROGATE.sub("\ufffd", event.value)
        if event.style in ("|", ">"):
            return Scalar(value, True, position, self._first_text_line(start, position))
        if event.style:
            inside = Position(self.file, position.line, position.column + 1)
            return Scalar(value, True, position, inside)
        text = self._uncut(value, end.index, position)
        return Scalar(text, False, position, position)

    def _missing(self, key: StringMark | None) -> Scalar | None:
        """The value after a key and a colon, when nothing is written there.

        The parser has no place for it; ours is after the colon.
        """
        is_value = self.open and self.open[-1].key is not None
        colon = _COLON.match(self.text, key.index) if key and is_value else None
        if key is None or colon is None:
            return None
        column = key.column + 1 + colon.end() - key.index
        position = Position(self.file, key.line + self.first_line, column)
        return Scalar(self._uncut("", colon.end(), position), False, position, position)

    def _first_text_line(self, start: StringMark, position: Position) -> Position:
        """Where the text of a block begins: on the next line, after its indentation."""
        after = self.text.find("\n", start.index) + 1
        line = self.text[after : self.text.find("\n", after)]
        return Position(self.file, position.line + 1, len(line) - len(line.lstrip(" ")) + 1)

    def _uncut(self, value: str, index: int, position: Position) -> str:
        """An unquoted value; if ` #` cut something from it at `index`, that is told.

        Checks go on with what is left, or with what was cut off when nothing is left.
        """
        rest = cut_off(self.text, index)
        if not rest:
            return value
        self.spans.append((index, index + len(rest)))
        whole = (value + rest).strip()
        left = f'cut to "{value}"' if value else "empty"
        self.problems.add(
            position,
            "comment",
            f'everything after " #" is a comment, so this value is {left}.',
            f"Write {quoted(whole)}, or move the comment to a line of its own.",
        )
        return value or whole

    def _begin(self, event: Any, *, is_map: bool) -> None:
        self._refuse_tag(event)
        if is_map and self.text.startswith("{{", event.start_mark.index):
            raise Broken(event.start_mark.line, event.start_mark.column, BRACES)
        position = self._at(event.start_mark)
        if len(self.open) >= MOST_DEEP:
            self._too_much(position, f"this is nested more than {MOST_DEEP} levels deep.")
        if self.open and self.open[-1].is_map and self.open[-1].key is None:
            self.problems.add(
                position,
                "YAML",
                "a key must be a plain word or text.",
                "Put it in quotes if it is text.",
            )
        self.open.append(_Open(is_map, position, event.anchor, self.nodes))
        self._count(1, position)

    def _end(self, event: Any) -> None:
        done = self.open.pop()
        self._close_entry(done, event.start_mark.line)
        node: Node = (
            Map(tuple(done.entries), done.position)
            if done.is_map
            else Items(tuple(done.items), done.position)
        )
        if done.anchor:
            self.anchors[done.anchor] = (node, self.nodes - done.nodes_before)
        self._place(node, event.end_mark.line)

    def _add(self, node: Node, event: Any, *, nodes: int) -> None:
        self._count(nodes, self._at(event.start_mark))
        if anchor := getattr(event, "anchor", None):
            self.anchors[anchor] = (node, nodes)
        self._place(node, event.start_mark.line)

    def _place(self, node: Node, line: int) -> None:
        """Put a finished node into what is open."""
        if not self.open:
            self.root = node
            return
        into = self.open[-1]
        if not into.is_map:
            into.items.append(node)
        elif into.key is None:
            self._close_entry(into, line)
            into.key = node
        else:
            self._add_entry(into, into.key, node)
            into.key = None

    def _add_entry(self, into: _Open, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar):
            return  # already told when it began
        if key.text in into.seen:
            in_a_list = len(self.open) > 1 and not self.open[-2].is_map
            self.problems.add(
                key.position,
                key.text,
                f"this key stands here twice; the first is on line {into.seen[key.text]}.",
                f"Keep one of them{', or begin a new item with a dash' * in_a_list}.",
            )
            return
        into.seen[key.text] = key.position.line
        into.entries.append(Entry(key, value, key.position.line))

    def _close_entry(self, into: _Open, line: int) -> None:
        """Note that the last entry of a map ends before `line`, counted from 0."""
        if into.entries:
            last = into.entries[-1]
            ends = max(last.key.position.line, line + self.first_line - 1)
            into.entries[-1] = Entry(last.key, last.value, ends)

    def _alias(self, event: Any) -> None:
        position = self._at(event.start_mark)
        self.aliases += 1
        if self.aliases > MOST_ALIASES:
            self._too_much(position, f"there are more than {MOST_ALIASES} aliases (*name).")
        name = str(event.anchor)
        if name not in self.anchors:
            self.problems.add(
                position,
                "YAML",
                f'"*{name[:40]}" refers to something that is not written above.',
                "Put it in quotes if it is text.",
            )
            self._place(Scalar(f"*{name}", True, position, position), event.start_mark.line)
            return
        node, nodes = self.anchors[name]
        self._count(nodes, position)
        self._place(node, event.start_mark.line)

    def _count(self, nodes: int, position: Position) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            self._too_much(position, f"there are more than {MOST_NODES:,} keys and values.")

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None:
            written = self.text[event.start_mark.index :].split(None, 1)[0]
            self.problems.add(
                self._at(event.start_mark),
                "YAML",
                f'"{written[:40]}" is a tag, and tags are not used here.',
                "Remove it, or put the whole value in quotes if it is text.",
            )

    def _two_documents(self, event: Any) -> None:
        self.problems.add(
            self._at(event.start_mark),
            "YAML",
            "a second document begins here.",
            "Put it into a file of its own.",
        )

    def _too_much(self, position: Position, what: str) -> None:
        self.problems.add(position, "YAML", what, "Make it simpler.")
        raise TooMuch
