"""YAML that remembers where everything stands, and keeps every value the text it was written as.

Nothing here knows about recipes: `9:00`, `NO`, `01234` and `null` are texts of one file, each with
its line and column. What YAML allows and people trip over (two equal keys, tags, ` #` after a
value, an unquoted `{{`) is a problem with its cure.
"""

from __future__ import annotations

from pathlib import Path

from sheetflow.language.nodes import Document
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems
from sheetflow.language.yaml.building import TooMuch, build
from sheetflow.language.yaml.events import Broken
from sheetflow.language.yaml.layout import TAB, USE_SPACES, straighten
from sheetflow.language.yaml.repairs import MOST_TRIED, apply_repair, find_repair

MOST_BYTES = 256 * 1024
"""Longest file read. A recipe has about 2 KB."""
MOST_REPAIRS = 20


def read_yaml(path: Path, problems: Problems) -> Document | None:
    """The document in a file; None, and at least one problem, if nothing can be made of it.

    Some problems leave a document that can be checked further.
    """
    text = _text_of(path, problems)
    return None if text is None else parse_yaml(text, path, problems)


def parse_yaml(
    text: str, file: Path, problems: Problems, *, first_line: int = 1
) -> Document | None:
    """As `read_yaml`, for a text whose first line is line `first_line` of a file."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    text = straighten(text, Position(file, first_line, 1), problems)
    budget = MOST_TRIED
    for _attempt in range(MOST_REPAIRS + 1):
        noted = Problems()
        try:
            document = build(text, file, first_line, noted)
        except TooMuch:
            problems.extend(noted)
            return None
        except Broken as broken:
            repair, budget = find_repair(text, broken, budget)
            if repair is None:
                problems.extend(noted)
                _tell_broken(broken, text, Position(file, first_line), problems)
                return None
            place = Position(file, repair.line + first_line, repair.column)
            problems.add(place, repair.where, repair.what, repair.cure)
            text = apply_repair(text, repair)
        else:
            problems.extend(noted)
            return document
    return None


def _tell_broken(broken: Broken, text: str, start: Position, problems: Problems) -> None:
    place = Position(start.file, broken.line + start.line, broken.column + 1)
    line = text.split("\n")[broken.line]
    if "\t" in line[: broken.column + 1]:
        problems.add(place, "YAML", TAB, USE_SPACES)
        return
    problems.add(
        place,
        "YAML",
        f"it cannot be read from here on: {broken.why}.",
        "Look at this line and the one above: spaces in front, a colon and a space after a key.",
    )


def _text_of(path: Path, problems: Problems) -> str | None:
    whole = Position(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        what = f"it cannot be read: {error.strerror}."
        problems.add(whole, "file", what, "Check its name and its rights.")
        return None
    if len(content) > MOST_BYTES:
        size = f"it is larger than {MOST_BYTES // 1024} KB."
        problems.add(whole, "file", size, "Split it, or move long texts into templates.")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        place = Position(path, line, error.start - content.rfind(b"\n", 0, error.start))
        problems.add(place, "file", "it is not UTF-8 text.", "Save it again as UTF-8.")
        return None
