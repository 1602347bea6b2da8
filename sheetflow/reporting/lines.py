"""Lines that fit: paragraphs wrapped at words, each line under the first a little further in."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

WIDTH = 80
"""Columns of a text that is read in a terminal, in a mail, or aloud."""


def wrapped(text: str, width: int = WIDTH) -> list[str]:
    """The lines of one paragraph; a word that is longer than a line stays whole."""
    indent = " " * (len(text) - len(text.lstrip(" ")))
    lines = textwrap.wrap(
        text, width, subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False
    )
    return lines or [""]


def filled(paragraphs: Iterable[str], width: int = WIDTH) -> str:
    """The paragraphs, one after the other, as one text."""
    return "\n".join(line for text in paragraphs for line in wrapped(text, width))
