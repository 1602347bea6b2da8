"""A message that an organizer writes in a document elsewhere, as whoever reads documents gives it.

    Subject: Welcome, {{ volunteer.first_name }}

    Hi {{ volunteer.first_name }}, your coach is {{ coach.name }}.

All of it is text, apart from what stands in {{ }} and {% %}. Of its looks, only those are told that
a message can have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LONGEST_TITLE = 60
"""Characters of a document's title that are shown in problems and summaries."""


@dataclass(frozen=True)
class Run:
    """Some text of one look. `link` is where it leads, or ""."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `number` is its place in the document, from 1.

    A heading has a `level` from 1 to 6, an item of a list one from 0. An item with an `ordinal` is
    numbered. `left_out` are things in it that no message can hold, such as "a picture".
    """

    runs: tuple[Run, ...]
    number: int
    kind: Literal["text", "heading", "item", "rule"] = "text"
    level: int = 0
    ordinal: int | None = None
    left_out: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All it says, whatever it looks like."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Draft:
    """A message as it stands in a document: the document's title, and its paragraphs."""

    title: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def name(self) -> str:
        """Its title on one line, and not too long."""
        shown = " ".join("".join(c if c.isprintable() else " " for c in self.title).split())
        short = shown if len(shown) <= LONGEST_TITLE else f"{shown[: LONGEST_TITLE - 1]}…"
        return short or "a document without a title"
