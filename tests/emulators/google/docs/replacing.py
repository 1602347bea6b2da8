"""One text in the place of another: a range, every occurrence, the content of a named range."""

import re
from typing import Any

from tests.emulators.google.docs.document import Edit, EditError, NamedRange, Tab
from tests.emulators.google.docs.editing import (
    STRIPPED,
    Place,
    check_deletable,
    delete_range,
    move_names,
)
from tests.emulators.google.docs.tape import (
    CELL,
    CHARACTER,
    NEWLINE,
    ROW,
    SECTION,
    TABLE,
    TABLE_END,
    Atom,
    Tape,
    characters,
    newline,
    paragraph_end,
    units,
)


def replace_range(tab: Tab, segment: str, start: int, end: int, text: str) -> int:
    """Puts a text in the place of a range, in the style of its first character.

    Gives the new text's length.
    """
    tape = tab.segment(segment)
    style, facts = tape[start].style, newline().facts
    last = paragraph_end(tape, start)
    if last is not None:
        facts = tape[last].facts
    atoms: Tape = []
    for number, line in enumerate(STRIPPED.sub("", text).split("\n")):
        if number:
            atoms.append(Atom(NEWLINE, "\n", style, facts))
        atoms += characters(line, style)
    if end > start:
        check_deletable(tape, start, end)
    tab.segment(segment)[start:end] = atoms
    tab.edits.append(Edit(tab.id, segment, start, end - start, len(atoms)))
    move_names(tab, lambda place: _after_replace(place, segment, start, end, len(atoms)))
    return len(atoms)


def replace_all(tab: Tab, criteria: dict[str, Any], text: str) -> int:
    """Replaces every occurrence in every segment of the tab. Gives how many. Raises EditError."""
    sought = criteria.get("text", "")
    if not sought:
        raise EditError("The substring to match should not be empty.")
    pattern = sought if criteria.get("searchByRegex") else re.escape("".join(units(sought)))
    try:
        wanted = re.compile(pattern, 0 if criteria.get("matchCase") else re.IGNORECASE)
    except re.error as error:
        raise EditError("The regular expression is not valid.") from error
    return sum(_replace_in(tab, segment, wanted, text) for segment in list(tab.segments))


def _replace_in(tab: Tab, segment: str, wanted: re.Pattern[str], text: str) -> int:
    spans = list(_occurrences(tab.segments[segment], wanted))
    for start, end in reversed(spans):
        replace_range(tab, segment, start, end, text)
    return len(spans)


def _occurrences(tape: Tape, wanted: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where a pattern stands within paragraphs.

    What is no character holds its place as a mark that matches nothing.
    """
    line = "".join(atom.text if atom.kind == CHARACTER else "\n" for atom in tape)
    spans, at = [], 0
    for part in line.split("\n"):
        spans += [
            (at + m.start(), at + m.end()) for m in wanted.finditer(part) if m.end() > m.start()
        ]
        at += len(part) + 1
    return spans


def replace_named(tab: Tab, named: NamedRange, text: str) -> None:
    """Puts a text in the first place of a named range and deletes its others, as
    `replaceNamedRangeContent` does.
    """
    (segment, start, end), *others = sorted(named.places)
    for other, other_start, other_end in sorted(others, reverse=True):
        delete_range(tab, other, other_start, other_end)
    length = replace_range(tab, segment, start, _before_end(tab, segment, end), text)
    if named not in tab.named_ranges and length:
        tab.named_ranges.append(named)
    named.places = [(segment, start, start + length)]


def _before_end(tab: Tab, segment: str, end: int) -> int:
    """The end of a range, one earlier when the line end of the segment or of a cell would go with
    it.
    """
    tape = tab.segment(segment)
    if end >= len(tape):
        return len(tape) - 1
    closes = {TABLE, SECTION, ROW, CELL, TABLE_END}
    return end - 1 if tape[end - 1].kind == NEWLINE and tape[end].kind in closes else end


def _after_replace(place: Place, segment: str, start: int, end: int, length: int) -> Place | None:
    """A range that lies within, or reaches over, a replaced text keeps the new text."""
    where, first, last = place
    if where != segment or last <= start:
        return place
    grown = length - (end - start)
    if first >= end:
        return where, first + grown, last + grown
    if last >= end:
        first, last = min(first, start), last + grown
    else:
        last = start + length
    first = min(first, start + length)
    return (where, first, last) if first < last else None
