"""Where a command prints: results on stdout, remarks on stderr, colour only for people."""

from __future__ import annotations

import sys
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

_OVERRIDES = frozenset(map(chr, range(0x202A, 0x202F)))
"""Marks that turn the text after them around; names in right-to-left scripts do without."""

WIDE = 200
"""Columns of a table that is not shown on a terminal, so that a line stays a line."""


def printable(text: str) -> str:
    """The text without what could move a terminal's cursor, change its colours, or hide a line.

    >>> printable("Ana" + chr(27) + "[2J")
    'Ana�[2J'
    """
    if text.isprintable():
        return text
    return "".join("�" if _moves_things(character) else character for character in text)


def _moves_things(character: str) -> bool:
    if character in "\n\t":
        return False
    return character in _OVERRIDES or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")


def say(text: str) -> None:
    """A result, on stdout."""
    click.echo(printable(text))


def tell(text: str) -> None:
    """A result that is only told: whether somebody still reads it decides nothing."""
    with suppress(BrokenPipeError):
        say(text)


def remark(text: str) -> None:
    """What is not a result, on stderr."""
    click.echo(printable(text), err=True)


def results() -> Console:
    """For tables: coloured on a terminal unless NO_COLOR is set, and plain everywhere else."""
    return _console(stderr=False)


def remarks() -> Console:
    """For a progress bar, which must not end up among the results."""
    return _console(stderr=True)


def somebody_is_there() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty()


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDE  # a file or a pipe has no edge to wrap at
    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)
