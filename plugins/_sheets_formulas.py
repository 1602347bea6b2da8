"""A formula as it reads after rows and columns have moved, as Sheets itself changes it.

Only references within the tab are moved: those of a name or of another tab stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PARTS = re.compile(
    r'"(?:[^"]|"")*"'  # a text
    r"|(?:'(?:[^']|'')*'|[\w.]+)!\$?[A-Za-z]+\$?\d*(?::\$?[A-Za-z]+\$?\d*)?"  # on another tab
    r"|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w(.])"
)


def moved(formula: str, columns: Mapping[int, int], row: tuple[int, int]) -> str:
    """The formula with columns where they are now, and its own row from `row[0]` to `row[1]`.

    Columns and rows count from 0.

    >>> moved('=B2&"B2"&$C$9', {1: 2}, (1, 4))
    '=C5&"B2"&$C$9'
    """

    def one(match: re.Match[str]) -> str:
        if match[2] is None:
            return match[0]
        column = number_of(match[2])
        line = int(match[4]) - 1
        line = row[1] if line == row[0] else line
        return f"{match[1]}{letters(columns.get(column, column))}{match[3]}{line + 1}"

    return _PARTS.sub(one, formula)


def letters(column: int) -> str:
    """A column as a person sees it: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def number_of(name: str) -> int:
    """The number of a column: A is 0, AA is 26."""
    found = 0
    for char in name:
        found = found * 26 + ord(char) - 64
    return found - 1
