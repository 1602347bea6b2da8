"""The YAML parser as we use it: it says what stands where, or where it gave up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
        before = text[: error.position]
        line, column = before.count("\n"), error.position - before.rfind("\n") - 1
        raise Broken(line, column, "it holds an invisible control character") from None
    except (YAMLError, ValueError, OverflowError) as error:
        # An escape such as "\Uffffffff" reaches chr() unchecked.
        raise Broken(0, 0, str(error).splitlines()[0]) from None
