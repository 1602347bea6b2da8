"""What stands between the values of a YAML file: comments, tabs, and quotes that are missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sheetflow.language.nodes import Comment
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems

_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#")
_TAB = re.compile(r"\t(?=\s*[^\s#])")


def without_values(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with every value replaced by as many x, so that what is left is structure.

    `spans` are the first and the after-last index of each value.
    """
    parts, reached = [], 0
    for start, end in sorted(spans):
        start = max(start, reached)
        parts.append(text[reached:start])
        parts.append(re.sub(r"[^\n]", "x", text[start:end]))
        reached = max(reached, end)
    return "".join(parts) + text[reached:]


def comments_in(
    structure: str, text: str, start: Position, problems: Problems
) -> tuple[Comment, ...]:
    """The comments on a line of their own; those beside a value are problems.

    `start` is the place of the first character of the text.
    """
    found = []
    for number, (line, written) in enumerate(zip(_lines(structure), _lines(text), strict=True)):
        if not (mark := _COMMENT.search(line)):
            continue
        place = replace(start, line=start.line + number, column=mark.start() + 1)
        if line[: mark.start()].strip():
            problems.add(
                place, "comment", "it stands beside a value.", "Give it a line of its own."
            )
        else:
            found.append(Comment(written[mark.start() :], place))
    return tuple(found)


def refuse_tabs(structure: str, start: Position, problems: Problems) -> None:
    """Note each line that is laid out with a tab."""
    for number, line in enumerate(_lines(structure)):
        if tab := _TAB.search(line):
            place = replace(start, line=start.line + number, column=tab.start() + 1)
            problems.add(place, "YAML", TAB, USE_SPACES)


_ODD_INDENT = re.compile(r"[ ]*(?![ \t])[^\S\t]+")


def straighten(text: str, start: Position, problems: Problems) -> str:
    """The text with plain spaces where a line begins with others, after noting each."""
    lines = _lines(text)
    for number, line in enumerate(lines):
        if odd := _ODD_INDENT.match(line):
            place = replace(start, line=start.line + number)
            what = "this line begins with spaces that are none for a program (no-break spaces)."
            problems.add(place, "YAML", what, "Write plain spaces.")
            lines[number] = " " * odd.end() + line[odd.end() :]
    return "\n".join(lines)


TAB = "there is a tab here, and programs do not agree how wide it is."
USE_SPACES = "Use spaces."


def cut_off(text: str, index: int) -> str:
    """What follows an unquoted value on its line as a comment: ` #2 booked`, or ""."""
    end = text.find("\n", index)
    rest = text[index : end if end >= 0 else None].rstrip()
    return rest if re.match(r"[ \t]+#", rest) else ""


def quoted(text: str) -> str:
    """A text in the quotes that YAML needs around it.

    >>> quoted("Call #2"), quoted('say "hi"')
    ('"Call #2"', '\\'say "hi"\\'')
    """
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _lines(text: str) -> list[str]:
    return text.split("\n")
