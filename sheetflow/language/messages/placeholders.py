"""Jinja2 tags taken out of a text before Markdown reads it, and put back when it is done.

So Markdown is read once for each template, and never sees what a cell holds: nothing a person wrote
in a cell can become a heading, a link or HTML. A tag is a plain word while Markdown is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sheetflow.language.templating.sandbox import Sandbox
from sheetflow.values import digest

Kind = Literal["value", "open", "between", "close", "alone"]
_KINDS: dict[str, Kind] = {
    "if": "open",
    "for": "open",
    "elif": "between",
    "else": "between",
    "endif": "close",
    "endfor": "close",
}
_BLOCK_SIGNS = re.compile(r"^[ \t]*$|^[ \t]*(>|```|~~~|([-*+]|\d+[.)]|#{1,6})[ \t])", re.MULTILINE)
"""A line that ends a paragraph: a blank one, or the beginning of another kind of block."""


@dataclass(frozen=True)
class Tag:
    """One tag: its word in the text, what stands inside its braces, and its line."""

    word: str
    kind: Kind
    inside: str
    line: int

    @property
    def source(self) -> str:
        """The tag as Jinja2 reads it."""
        return f"{{{{ {self.inside} }}}}" if self.kind == "value" else f"{{% {self.inside} %}}"


@dataclass
class Marked:
    """A text with words in place of its tags."""

    text: str
    prefix: str
    tags: dict[str, Tag] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """The pattern of the words."""
        return rf"{self.prefix}\d+q"

    def add(self, kind: Kind, inside: str, line: int = 0) -> str:
        """The word for one more tag."""
        word = f"{self.prefix}{len(self.tags)}q"
        self.tags[word] = Tag(word, kind, inside, line)
        return word

    def fill(self, text: str, put: Callable[[Tag], str] = lambda tag: tag.source) -> str:
        """`text` with the tags back in their places, as a template of its own."""
        pieces, end = [], 0
        for match in re.finditer(f"<!--({self.word})-->|{self.word}", text):
            pieces += [literal(text[end : match.start()]), put(self.tags[match[1] or match[0]])]
            end = match.end()
        return "".join([*pieces, literal(text[end:])])


def literal(text: str) -> str:
    """`text` as a template that gives it back: a brace is never the beginning of a tag."""
    return re.sub(r"\{(?=[{%#]|$)", '{{ "{"|_ready }}', text)


def mark(text: str, sandbox: Sandbox) -> Marked:
    """Take the tags of a template out, which is known to be sound. Comments are dropped."""
    marked = Marked("", f"zq{digest(text)[:8]}z")  # no text holds a digest of itself
    pieces: list[str] = []
    inside: list[str] | None = None
    for line, kind, value in sandbox.lexer.tokeniter(text, None):
        match kind:
            case "data":
                pieces.append(value)
            case "variable_begin" | "block_begin":
                inside = []
            case "variable_end" | "block_end":
                words = "".join(inside or []).strip()
                is_value = kind == "variable_end"
                of = "value" if is_value else _KINDS.get(words.split(None, 1)[0], "alone")
                pieces.append(marked.add(of, words, line))
                inside = None
            case _ if inside is not None:
                inside.append(value)
    marked.text = "".join(pieces)
    return marked


def lay_out(marked: Marked) -> tuple[str, frozenset[str]]:
    """The text with each tag where Markdown should meet it, and the words that stand alone.

    A group (`if` to `endif`) around whole paragraphs or list items gets its tags on lines of their
    own with blank lines around them. Any other group is part of its paragraph.
    """
    alone = frozenset(
        tag.word for group in _groups(marked) if _spans_blocks(marked, group) for tag in group
    )

    def place(match: re.Match[str]) -> str:
        indent, word, rest = match[1] or "", match[2], match[3] or ""
        if word in alone:
            return f"\n\n{indent}{word}\n\n"
        more_follows = marked.text[match.end() : match.end() + 1] not in ("", "\n")
        return word if match[1] is not None and more_follows else f"{indent}{word}{rest}"

    statement = "|".join(tag.word for tag in marked.tags.values() if tag.kind != "value")
    if not statement:
        return marked.text, alone
    found = rf"(?:(?m:^)([ \t]*))?({statement})([ \t]*(?:\n|\Z))?"
    return re.sub(found, place, marked.text), alone


def _groups(marked: Marked) -> Sequence[Sequence[Tag]]:
    """Tags that belong together, from `if` to its `endif`."""
    done: list[list[Tag]] = []
    waiting: list[list[Tag]] = []
    for tag in marked.tags.values():
        match tag.kind:
            case "open":
                waiting.append([tag])
            case "between":
                waiting[-1].append(tag)
            case "close":
                done.append([*waiting.pop(), tag])
            case "alone":
                done.append([tag])
            case "value":
                pass
    return done


def _spans_blocks(marked: Marked, group: Sequence[Tag]) -> bool:
    first, last = group[0].word, group[-1].word
    before, _, rest = marked.text.partition(first)
    inside, _, after = rest.partition(last) if last != first else ("", "", rest)
    before, inside, after = (_without_tags(marked, part) for part in (before, inside, after))
    if before.rstrip(" \t")[-1:] not in ("", "\n"):
        inside = f"…{inside}"  # it begins in the middle of a line
    if _BLOCK_SIGNS.search(inside.removeprefix("\n").removesuffix("\n") or "…"):
        return True
    opens_block = re.search(r"(\A|\n[ \t]*\n)[ \t]*\Z", before)
    ends_block = re.match(r"[ \t]*(\Z|\n[ \t]*(\n|\Z))", after)
    return bool(opens_block and ends_block)


def _without_tags(marked: Marked, text: str) -> str:
    statement = "|".join(tag.word for tag in marked.tags.values() if tag.kind != "value")
    text = re.sub(rf"(?m)^([ \t]*({statement}))+[ \t]*(\n|\Z)", "", text)
    return re.sub(statement, "", text)
