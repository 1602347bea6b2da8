"""The paragraphs of a document -> their text and their tags, whole again.

A document cuts {{ person.name }} in two where its looks change, makes its quotes round, and hides
signs between its letters; none of that is what somebody meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from sheetflow.language.messages.drafts import Paragraph, Run
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems

LONGEST_TAG = 1_000
"""Signs between {{ and }}; without a bound, a text of nothing but braces would take for ever."""

_TAG = re.compile(
    r"\{\{.{0,N}?\}\}|\{%.{0,N}?%\}|\{#.{0,N}?#\}".replace("N", str(LONGEST_TAG)), re.DOTALL
)
_BEGUN = re.compile(r"\{[{%#]")
_DOUBLE = {
    **dict.fromkeys(map(ord, "“”„‟«»″＂"), '"'),
    **dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad")),
}
_SINGLE = dict.fromkeys(map(ord, "‘’‚‛′＇"), "'")
"""What editors put in place of the quotes somebody typed, and what they hide between letters."""


@dataclass(frozen=True)
class Piece:
    """Some text or one tag, and its look."""

    text: str
    is_tag: bool
    bold: bool
    italic: bool
    link: str

    @property
    def is_statement(self) -> bool:
        """Whether it is a {% %}, which prints nothing itself."""
        return self.is_tag and self.text.startswith("{%")


def pieces_of(
    paragraph: Paragraph, place: Callable[[int], Position], problems: Problems
) -> Iterator[Piece]:
    """The paragraph's text and tags; a tag is whole, and looks like its first sign."""
    text = paragraph.text
    looks = [run for run in paragraph.runs for _ in run.text]
    end = 0
    for match in [*_TAG.finditer(text), None]:
        start = match.start() if match else len(text)
        if begun := _BEGUN.search(text, end, start):
            closing = {"{{": "}}", "{%": "%}", "{#": "#}"}[begun[0]]
            what = f"{begun[0]} has no {closing} soon after it in the same paragraph."
            cure = 'Write it whole, like {{ person.name }}, or {{ "{{" }} for the signs alone.'
            problems.add(place(paragraph.number), "template", what, cure)
            return
        for look, run in groupby(range(start)[end:], key=lambda at: _look(looks[at])):
            yield Piece(_plain("".join(text[at] for at in run)), False, *look)
        if match:
            end = match.end()
            if not match[0].startswith("{#"):
                yield Piece(tidied(match[0]), True, *_look(looks[start]))


def _look(run: Run) -> tuple[bool, bool, str]:
    return run.bold, run.italic, run.link


def tidied(tag: str) -> str:
    """A tag as somebody meant to type it: straight quotes, usual spaces, nothing hidden.

    An apostrophe in double quotes stays as it is: it may be part of a column's name.
    """
    parts = tag.translate(_DOUBLE).split('"')
    parts[::2] = [outside.translate(_SINGLE) for outside in parts[::2]]
    return " ".join('"'.join(parts).split())


def _plain(text: str) -> str:
    """Text with each break as a new line, and without signs that stand for nothing."""
    lines = re.sub(r"\r\n|[\r\v\f\x85\u2028\u2029]", "\n", text).replace("\t", " ")
    kept = (c for c in lines if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co"))
    return "".join(kept)


def one_line(text: str, at: Position, problems: Problems) -> str:
    """A subject or title as a template: its tags made whole, on one line."""
    paragraph = Paragraph((Run(text),), 0)
    pieces = pieces_of(paragraph, lambda _number: at, problems)
    return " ".join("".join(piece.text for piece in pieces).split())
