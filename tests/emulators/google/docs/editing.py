"""Edits of a tab's text: insert and delete, with named ranges moving along."""

import re
from collections.abc import Callable

from tests.emulators.google.docs.document import BODY, Edit, EditError, Tab
from tests.emulators.google.docs.tape import (
    CELL,
    CHARACTER,
    NEWLINE,
    OBJECT,
    ROW,
    SECTION,
    TABLE,
    TABLE_END,
    Atom,
    Style,
    Tape,
    characters,
    newline,
    paragraph_end,
    paragraph_start,
    splits_a_pair,
)

Place = tuple[str, int, int]
# Taken out of inserted text: controls and the private use area (reference, InsertTextRequest).
STRIPPED = re.compile("[\x00-\x08\x0c-\x1f\ue000-\uf8ff]")
OUTSIDE = (
    "The insertion index must be inside the bounds of an existing paragraph. "
    "You can still create new paragraphs by inserting newlines."
)


def check_index(tape: Tape, index: int) -> None:
    """Refuses an index where nothing can be inserted. Raises EditError in the service's words."""
    if index >= len(tape):
        raise EditError(
            f"Index {index} must be less than the end index of the referenced segment, {len(tape)}."
        )
    if index < 0 or paragraph_end(tape, index) is None:
        raise EditError(OUTSIDE)
    if splits_a_pair(tape, index):
        raise EditError("The insertion index cannot be within a grapheme cluster.")


def splice(tab: Tab, segment: str, index: int, atoms: Tape) -> None:
    """Puts atoms at an index as they are, and moves the named ranges behind it."""
    tab.segment(segment)[index:index] = atoms
    tab.edits.append(Edit(tab.id, segment, index, 0, len(atoms)))
    move_names(tab, lambda place: _after_insert(place, segment, index, len(atoms)))


def cut(tab: Tab, segment: str, start: int, end: int) -> None:
    """Takes out what is between two indexes without asking whether it may go."""
    del tab.segment(segment)[start:end]
    tab.edits.append(Edit(tab.id, segment, start, end - start, 0))
    move_names(tab, lambda place: _after_cut(place, segment, start, end))


def insert_text(tab: Tab, segment: str, index: int, text: str) -> int:
    """Inserts text as a person would type it; line ends make paragraphs alike. Gives the number of
    indexes it took.
    """
    tape = tab.segment(segment)
    check_index(tape, index)
    atoms = typed(tape, index, text)
    splice(tab, segment, index, atoms)
    return len(atoms)


def typed(tape: Tape, index: int, text: str) -> Tape:
    """The atoms that typing a text at an index makes: style of its left neighbour, paragraphs like
    the one it is in.
    """
    style = neighbouring_style(tape, index)
    end = paragraph_end(tape, index)
    facts = tape[end].facts if end is not None else newline().facts
    atoms: Tape = []
    for number, line in enumerate(STRIPPED.sub("", text).split("\n")):
        if number:
            atoms.append(Atom(NEWLINE, "\n", style, facts))
        atoms += characters(line, style)
    return atoms


def neighbouring_style(tape: Tape, index: int) -> Style:
    """The text style that typed text takes at an index.

    A link ends with its text: typing behind it is not linked.
    """
    left = tape[index - 1] if index else None
    here = tape[index]
    if left is None or left.kind not in (CHARACTER, OBJECT):
        return {key: value for key, value in here.style.items() if key != "link"}
    if "link" in left.style and here.style.get("link") != left.style["link"]:
        return {
            k: v for k, v in left.style.items() if k not in ("link", "underline", "foregroundColor")
        }
    return left.style


def delete_range(tab: Tab, segment: str, start: int, end: int) -> None:
    """Deletes content as `deleteContentRange` does.

    Raises EditError when the rest would be no document.
    """
    tape = tab.segment(segment)
    check_deletable(tape, start, end)
    merged = any(atom.kind == NEWLINE for atom in tape[start:end])
    keeps_first = merged and start > paragraph_start(tape, start)
    first_end = paragraph_end(tape, start)
    cut_facts = tape[first_end].facts if keeps_first and first_end is not None else None
    cut(tab, segment, start, end)
    last = paragraph_end(tape, start)
    if cut_facts is not None and last is not None:
        tape[last] = Atom(NEWLINE, "\n", tape[last].style, cut_facts)


def check_deletable(tape: Tape, start: int, end: int) -> None:
    """Refuses what would leave half a character, half a table or an open end. Raises EditError."""
    if start >= end:
        raise EditError("The range should not be empty.")
    if end > len(tape):
        raise EditError(
            f"Index {end} must be less than or equal to the end index of the referenced segment, "
            f"{len(tape)}."
        )
    if end == len(tape):
        raise EditError("The range cannot include the newline character at the end of the segment.")
    if splits_a_pair(tape, start) or splits_a_pair(tape, end):
        raise EditError("The range should not split a surrogate pair.")
    if not _whole(tape, start, end):
        raise EditError("Invalid deletion range. Cannot delete the requested range.")


def _whole(tape: Tape, start: int, end: int) -> bool:
    """Whether a range holds only whole tables, and leaves a line end before each table, break and
    end of a cell.
    """
    inside = 0
    for atom in tape[start:end]:
        inside += (atom.kind == TABLE) - (atom.kind == TABLE_END)
        if inside < 0 or atom.kind == SECTION or (not inside and atom.kind in (ROW, CELL)):
            return False
    closes = {TABLE, SECTION, ROW, CELL, TABLE_END}
    return not inside and not (tape[end - 1].kind == NEWLINE and tape[end].kind in closes)


def move_names(tab: Tab, moved: Callable[[Place], Place | None]) -> None:
    """Puts each place of each named range where it is now; a name without places goes."""
    for named in list(tab.named_ranges):
        named.places = [new for place in named.places if (new := moved(place))]
        if not named.places:
            tab.named_ranges.remove(named)


def _after_insert(place: Place, segment: str, index: int, length: int) -> Place:
    where, start, end = place
    if where != segment:
        return place
    return where, start + length * (index <= start), end + length * (index < end)


def _after_cut(place: Place, segment: str, start: int, end: int) -> Place | None:
    where, first, last = place
    if where != segment:
        return place

    def moved(at: int) -> int:
        return at - max(0, min(at, end) - start)

    return None if moved(first) == moved(last) else (where, moved(first), moved(last))


def last_index(tab: Tab, segment: str) -> int:
    """The index right before the segment's last line end: where `endOfSegmentLocation` points."""
    return len(tab.segment(segment)) - 1


def body_only(segment: str, what: str) -> None:
    """Refuses a place that is not in the document's body. Raises EditError."""
    if segment != BODY:
        raise EditError(f"Cannot insert a {what} in a header, footer or footnote.")
