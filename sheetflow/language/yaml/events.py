"""The YAML parser as we use it: it says what stands where, or where it gave up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_NO_CHARACTER = re.compile(r"\\U(?!0010|000[0-9a-fA-F])[0-9a-fA-F]{8}")
BRACES = "YAML takes an unquoted {{ for a map"


class Broken(Exception):
    """The text cannot be read as YAML from `line` and `column` on, both counted from 0.

    `opened` is the line on which the part began that is broken, where the parser knows it.
    """

    def __init__(self, line: int, column: int, why: str, opened: int | None = None) -> None:
        super().__init__(why)
        self.line = line
        self.column = column
        self.why = why
        self.opened = line if opened is None else opened


def events_in(text: str) -> Iterator[Any]:
    """The events of the YAML 1.2 parser. Raises Broken where the text is not YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        opened = error.context_mark.line if error.context_mark else None
        raise Broken(mark.line, mark.column, str(error.problem), opened) from None
    except ReaderError as error:
        line, column = _place(text, error.position)
        raise Broken(line, column, "it holds an invisible control character") from None
    except (YAMLError, ValueError, OverflowError) as error:
        if escape := _NO_CHARACTER.search(text):  # it reaches chr() unchecked
            line, column = _place(text, escape.start())
            raise Broken(line, column, f"there is no character {escape[0]}") from None
        raise Broken(0, 0, str(error).splitlines()[0]) from None


def _place(text: str, index: int) -> tuple[int, int]:
    """The line and the column of a character, both counted from 0."""
    return text.count("\n", 0, index), index - text.rfind("\n", 0, index) - 1
