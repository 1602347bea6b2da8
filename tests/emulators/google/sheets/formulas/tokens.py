"""The tokens of a formula, each with where it stands, so that parts can be rewritten in place."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SHEET = r"(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!"
_CORNER = r"(?:\$?[A-Za-z]{1,3}\$?[1-9]\d{0,7})"
_COLUMN, _ROW = r"\$?[A-Za-z]{1,3}", r"\$?[1-9]\d{0,7}"
_END = r"(?![\w(.!])"
_TOKEN = re.compile(
    rf"(?P<space>\s+)|(?P<text>\"(?:[^\"]|\"\")*\")"
    rf"|(?P<error>\#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|ERROR!))"
    rf"|(?P<reference>(?:{_SHEET})?"
    rf"(?:{_CORNER}:(?:{_CORNER}|{_COLUMN}|{_ROW})|{_COLUMN}:(?:{_CORNER}|{_COLUMN})"
    rf"|{_ROW}:(?:{_CORNER}|{_ROW})|{_CORNER}){_END}|{_SHEET}\#REF!)"
    rf"|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
    rf"|(?P<name>[^\W\d][\w.]*)"
    rf"|(?P<sign><=|>=|<>|[-+*/^&=<>%(){{}},;:\\@!])",
)
_COMMA_NUMBER = re.compile(r"\d+,\d+(?:[eE][+-]?\d+)?")


class Unreadable(ValueError):
    """The formula is not one: Sheets shows #ERROR! and says "Formula parse error."."""


@dataclass(frozen=True)
class Token:
    """A piece of a formula: its kind, its text, and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next token starts."""
        return self.start + len(self.text)


def tokens(formula: str, *, decimal: str = ".") -> list[Token]:
    """The tokens after the equals sign, spaces left out. Raises Unreadable for what is none.

    >>> [token.text for token in tokens("=SUM(A1:B, 2)")]
    ['SUM', '(', 'A1:B', ',', '2', ')']
    """
    at = 1 if formula.startswith("=") else 0
    found = []
    while at < len(formula):
        match = (decimal == "," and _COMMA_NUMBER.match(formula, at)) or _TOKEN.match(formula, at)
        if not match:
            raise Unreadable(formula)
        kind = "number" if match.re is _COMMA_NUMBER else str(match.lastgroup)
        if kind != "space":
            found.append(Token(kind, match[0], at))
        at = match.end()
    return found
