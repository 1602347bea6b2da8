"""Where a command prints: results on stdout, remarks on stderr, colour only for people."""

from __future__ import annotations

import os
import sys
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from rich.console import Console

_OVERRIDES = frozenset(map(chr, range(0x202A, 0x202F)))
"""Marks that turn the text after them around; names in right-to-left scripts do without."""

_FORCED = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""Variables by which rich is told to treat anything as a terminal."""

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


def results_on_screen() -> Console | None:
    """The same where it is a terminal; None for a file or a pipe, where lines do as well."""
    return results() if _is_screen(sys.stdout) else None


def remarks_on_screen() -> Console | None:
    """For a progress bar, which must not end up among the results; None where nobody sees it."""
    return _console(stderr=True) if _is_screen(sys.stderr) else None


def _is_screen(stream: TextIO) -> bool:
    """Whether there may be colours. It is asked first, because rich takes a while to import."""
    return stream.isatty() or any(os.environ.get(name) for name in _FORCED)


def somebody_is_there() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty()


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDE  # a file or a pipe has no edge to wrap at
    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)
