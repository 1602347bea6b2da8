"""Mistakes, gathered so that an author is told all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches

from sheetflow.errors import Problem, ProblemsFound
from sheetflow.language.position import Position

_COMPARED = 100
"""Characters of a word that are looked at; nobody mistypes a longer one by a letter."""
_NEAR = 0.6
"""difflib's own idea of "close enough": more than half of the letters are in the same order."""


class Mistake(Exception):
    """What is wrong with one value, and what to do; `position` when it is not the value's own."""

    def __init__(self, what: str, cure: str = "", *, position: Position | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure
        self.position = position


class Problems:
    """The problems found so far."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def add(self, position: Position, where: str, what: str, cure: str = "") -> None:
        """Note one mistake: where it stands, in what, what is wrong, what to do."""
        place = (position.file, position.line, position.column)
        self.extend([Problem(*place, where, what, cure)])

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note mistakes that somebody else found."""
        self._found.update(dict.fromkeys(problems))

    @contextmanager
    def gathering(self, position: Position, where: str) -> Iterator[None]:
        """Note a Mistake or ProblemsFound that ends the block, and go on after it."""
        try:
            yield
        except Mistake as mistake:
            self.add(mistake.position or position, where, mistake.what, mistake.cure)
        except ProblemsFound as found:
            self.extend(found.problems)

    def raise_any(self) -> None:
        """Raise ProblemsFound with everything noted, if there is anything."""
        if self._found:
            raise ProblemsFound(self._found)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word nearest to `word`, or "" when none is near.

    >>> nearest("if-none", ["if_none"])
    'if_none'
    """
    by_letters = {_letters(name): name for name in known}
    near = get_close_matches(_letters(word)[:_COMPARED], by_letters, n=1, cutoff=_NEAR)
    return by_letters[near[0]] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question with the known word nearest to `word`, or "" when none is near.

    >>> did_you_mean("tempalte", ["template", "to"])
    'Did you mean "template"?'
    """
    near = nearest(word, known)
    return f'Did you mean "{near}"?' if near else ""


def suggest(word: str, known: Iterable[str], otherwise: str, last: str = "and") -> str:
    """The known word nearest to `word`; when none is near, all of them after `otherwise`.

    >>> suggest("colour", ["to", "at"], "The options are")
    'The options are "to" and "at".'
    """
    known = list(known)
    near = did_you_mean(word, known)
    return near or (f"{otherwise} {in_words(known, last)}." if known else "")


def in_words(names: Iterable[str], last: str) -> str:
    """Names in quotes, the way one lists them in a sentence.

    >>> in_words(["stop", "continue", "wait"], "or")
    '"stop", "continue" or "wait"'
    """
    *most, end = [f'"{name}"' for name in names]
    return f"{', '.join(most)} {last} {end}" if most else end


def _letters(word: str) -> str:
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())
