"""The text of a document as one tape: position on the tape is the index of the API, one place per
UTF-16 code unit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Style = Mapping[str, Any]

PLAIN: Style = {}
# What an atom can be. Every kind takes one index, as the guide "Document structure" counts them.
CHARACTER, NEWLINE, OBJECT, SECTION = "character", "newline", "object", "section"
TABLE, ROW, CELL, TABLE_END = "table", "row", "cell", "table end"


@dataclass(frozen=True, slots=True)
class Atom:
    """One index of a document.

    A `character` has its UTF-16 unit in `text`; a `newline` ends a paragraph and carries the
    paragraph's style and bullet in `facts`; an `object` (page break, image, person ...) carries the
    element's body in `facts`; `table`, `row` and `cell` open what they name.
    """

    kind: str
    text: str = ""
    style: Style = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


Tape = list[Atom]


def units(text: str) -> list[str]:
    """A text as UTF-16 code units, each a string of one place (halves of a pair are lone
    surrogates).
    """
    raw = text.encode("utf-16-le", "surrogatepass")
    return [raw[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(raw), 2)]


def joined(parts: Iterable[str]) -> str:
    """Code units as a text again."""
    return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def characters(text: str, style: Style) -> Tape:
    """Plain text without line ends as atoms of one style."""
    return [Atom(CHARACTER, unit, style) for unit in units(text)]


def newline(
    style: Style = PLAIN, paragraph: Style | None = None, bullet: Style | None = None
) -> Atom:
    """The end of a paragraph: the style of the line end, the paragraph's style, its bullet if it
    has one.
    """
    facts: dict[str, Any] = {"style": dict(paragraph or {"namedStyleType": "NORMAL_TEXT"})}
    if bullet:
        facts["bullet"] = dict(bullet)
    return Atom(NEWLINE, "\n", style, facts)


def new_body() -> Tape:
    """The body of an empty document: the first section break and one empty paragraph."""
    return [Atom(SECTION), newline()]


def new_segment() -> Tape:
    """An empty header or footer: one empty paragraph."""
    return [newline()]


def new_footnote() -> Tape:
    """A new footnote: a space and a line end, as the service makes it."""
    return [*characters(" ", PLAIN), newline()]


def new_table(rows: int, columns: int) -> Tape:
    """A table of empty cells."""
    tape = [Atom(TABLE, facts={"columns": columns})]
    for _ in range(rows):
        tape += new_row(columns)
    return [*tape, Atom(TABLE_END)]


def new_row(columns: int) -> Tape:
    """One row of empty cells."""
    tape = [Atom(ROW)]
    for _ in range(columns):
        tape += [Atom(CELL), newline()]
    return tape


def paragraph_end(tape: Tape, index: int) -> int | None:
    """Where the line end of the paragraph at an index stands; None when the index is in no
    paragraph.
    """
    for at in range(index, len(tape)):
        kind = tape[at].kind
        if kind == NEWLINE:
            return at
        if kind not in (CHARACTER, OBJECT):
            return None
    return None


def paragraph_start(tape: Tape, index: int) -> int:
    """Where the paragraph that holds an index begins."""
    start = index
    while start > 0 and tape[start - 1].kind in (CHARACTER, OBJECT):
        start -= 1
    return start


def splits_a_pair(tape: Tape, index: int) -> bool:
    """Whether an index stands between the two halves of one character."""
    return 0 < index < len(tape) and _half(tape[index - 1], 0xD800) and _half(tape[index], 0xDC00)


def _half(atom: Atom, first: int) -> bool:
    return atom.kind == CHARACTER and first <= ord(atom.text) < first + 0x400


def text_of(tape: Tape, start: int = 0, end: int | None = None) -> str:
    """The text between two indexes; line ends as line ends, everything else that is no character
    left out.
    """
    return joined(atom.text for atom in tape[start:end] if atom.kind in (CHARACTER, NEWLINE))


def depth(tape: Tape, index: int) -> int:
    """How many tables an index is within."""
    kinds = [atom.kind for atom in tape[:index]]
    return kinds.count(TABLE) - kinds.count(TABLE_END)
