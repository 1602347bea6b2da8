"""Styles of text and paragraphs, and the bullets of lists."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.emulators.google.docs.document import Document, EditError, Tab
from tests.emulators.google.docs.editing import cut
from tests.emulators.google.docs.tape import (
    CHARACTER,
    NEWLINE,
    OBJECT,
    Style,
    Tape,
    paragraph_end,
    paragraph_start,
)

# What a link looks like when only the link was asked for: underlined, the blue of the Docs editor.
_LINK_LOOK: Mapping[str, Any] = {
    "underline": True,
    "foregroundColor": {
        "color": {"rgbColor": {"red": 0.06666667, "green": 0.33333334, "blue": 0.8}}
    },
}
_LEVELS = 9  # nesting levels of a list
_INDENT = 36  # points from level to level
_GLYPHS: Mapping[str, tuple[str, ...]] = {
    "BULLET_DISC_CIRCLE_SQUARE": ("●", "○", "■"),
    "BULLET_DIAMONDX_ARROW3D_SQUARE": ("❖", "➢", "■"),
    "BULLET_CHECKBOX": ("",),
    "BULLET_ARROW_DIAMOND_DISC": ("➔", "◆", "●"),
    "BULLET_STAR_CIRCLE_SQUARE": ("★", "○", "■"),
    "BULLET_ARROW3D_CIRCLE_SQUARE": ("➢", "○", "■"),
    "BULLET_LEFTTRIANGLE_DIAMOND_DISC": ("◀", "◆", "●"),
    "BULLET_DIAMONDX_HOLLOWDIAMOND_SQUARE": ("❖", "◇", "■"),
    "BULLET_DIAMOND_CIRCLE_SQUARE": ("◆", "○", "■"),
}
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "NUMBERED_DECIMAL_ALPHA_ROMAN": ("DECIMAL", "ALPHA", "ROMAN"),
    "NUMBERED_DECIMAL_ALPHA_ROMAN_PARENS": ("DECIMAL", "ALPHA", "ROMAN"),
    "NUMBERED_DECIMAL_NESTED": ("DECIMAL",),
    "NUMBERED_UPPERALPHA_ALPHA_ROMAN": ("UPPER_ALPHA", "ALPHA", "ROMAN"),
    "NUMBERED_UPPERROMAN_UPPERALPHA_DECIMAL": ("UPPER_ROMAN", "UPPER_ALPHA", "DECIMAL"),
    "NUMBERED_ZERODECIMAL_ALPHA_ROMAN": ("ZERO_DECIMAL", "ALPHA", "ROMAN"),
}


def masked(current: Style, wanted: Style, fields: str, known: frozenset[str]) -> dict[str, Any]:
    """A style after an update: the masked fields as wanted, left out when not given. Raises
    EditError without a mask or for an unknown field.
    """
    names = [name.strip() for name in fields.split(",") if name.strip()]
    if not names:
        raise EditError(
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
        )
    if names == ["*"]:
        return dict(wanted)
    result = dict(current)
    for name in names:
        head = name.partition(".")[0].partition("/")[0]
        if head not in known:
            raise EditError(f"Invalid field: {name}")
        _set(result, wanted, name.split("."))
    return result


def _set(result: dict[str, Any], wanted: Style, path: list[str]) -> None:
    head, *rest = path
    if head not in wanted:
        result.pop(head, None)
    elif not rest or not isinstance(wanted[head], dict):
        result[head] = wanted[head]
    else:
        inner = dict(result.get(head) or {})
        _set(inner, wanted[head], rest)
        result[head] = inner


def update_text(
    tape: Tape, start: int, end: int, wanted: Style, fields: str, known: frozenset[str]
) -> None:
    """Styles the characters between two indexes; a new link brings its look along, a removed one
    takes it away.
    """
    for at in range(start, end):
        atom = tape[at]
        if atom.kind in (CHARACTER, NEWLINE, OBJECT):
            style = masked(atom.style, wanted, fields, known)
            tape[at] = replace(atom, style=_linked(atom.style, style, fields))
            if (
                atom.kind == NEWLINE
                and "bullet" in atom.facts
                and paragraph_start(tape, at) >= start
            ):
                bullet = {**atom.facts["bullet"], "textStyle": dict(tape[at].style)}
                tape[at] = replace(tape[at], facts={**atom.facts, "bullet": bullet})


def _linked(before: Style, after: dict[str, Any], fields: str) -> dict[str, Any]:
    asked = {name.split(".")[0].strip() for name in fields.split(",")}
    if "link" not in asked:
        return after
    look = {key: value for key, value in _LINK_LOOK.items() if key not in asked}
    if "link" in after:
        return {**after, **look}
    if "link" in before:
        return {key: value for key, value in after.items() if look.get(key) != value}
    return after


def check_range(tape: Tape, start: int, end: int) -> None:
    """Refuses a range that is empty or past the segment's end. Raises EditError."""
    if start >= end:
        raise EditError("The range should not be empty.")
    if end > len(tape):
        raise EditError(
            f"Index {end} must be less than or equal to the end index of the referenced segment, "
            f"{len(tape)}."
        )


def paragraph_ends(tape: Tape, start: int, end: int) -> Iterator[int]:
    """Where the paragraphs that a range touches end."""
    at = start
    while at < min(end, len(tape)):
        last = paragraph_end(tape, at)
        if last is None:
            at += 1
            continue
        yield last
        at = last + 1


def update_paragraphs(
    document: Document,
    tape: Tape,
    span: tuple[int, int],
    wanted: Style,
    fields: str,
    known: frozenset[str],
) -> None:
    """Styles the paragraphs that a range touches; a heading gets the id that a link to it needs."""
    check_range(tape, *span)
    for at in paragraph_ends(tape, *span):
        style = masked(tape[at].facts["style"], wanted, fields, known)
        style.setdefault("namedStyleType", "NORMAL_TEXT")
        if style["namedStyleType"].startswith("HEADING"):
            style.setdefault("headingId", document.new_id("h."))
        else:
            style.pop("headingId", None)
        tape[at] = replace(tape[at], facts={**tape[at].facts, "style": style})


def add_bullets(
    document: Document, tab: Tab, segment: str, span: tuple[int, int], preset: str
) -> None:
    """Makes list items of the paragraphs a range touches; leading tabs become nesting and go."""
    tape = tab.segment(segment)
    check_range(tape, *span)
    if preset not in _GLYPHS and preset not in _NUMBERS:
        raise EditError("A bullet preset must be specified.")
    list_id = _list_before(tab, tape, span[0], preset) or new_list(document, tab, preset)
    ends = list(paragraph_ends(tape, *span))
    for at in reversed(ends):
        start = paragraph_start(tape, at)
        level = 0
        while level < _LEVELS - 1 and tape[start + level].text == "\t":
            level += 1
        cut(tab, segment, start, start + level) if level else None
        _bullet(tape, at - level, list_id, level)


def _bullet(tape: Tape, at: int, list_id: str, level: int) -> None:
    bullet = {"listId": list_id, **({"nestingLevel": level} if level else {})}
    indent = {
        "indentFirstLine": {"magnitude": _INDENT * level + _INDENT // 2, "unit": "PT"},
        "indentStart": {"magnitude": _INDENT * (level + 1), "unit": "PT"},
    }
    facts = {"style": {**tape[at].facts["style"], **indent}, "bullet": bullet}
    tape[at] = replace(tape[at], facts=facts)


def _list_before(tab: Tab, tape: Tape, start: int, preset: str) -> str | None:
    """The list of the paragraph right before, when it was made from the same preset."""
    at = paragraph_start(tape, start) - 1
    if at < 0 or tape[at].kind != NEWLINE or "bullet" not in tape[at].facts:
        return None
    list_id = str(tape[at].facts["bullet"]["listId"])
    return list_id if tab.presets.get(list_id) == preset else None


def remove_bullets(tape: Tape, start: int, end: int) -> None:
    """Takes the bullets from the paragraphs that a range touches; their indent stays."""
    check_range(tape, start, end)
    for at in paragraph_ends(tape, start, end):
        facts = {key: value for key, value in tape[at].facts.items() if key != "bullet"}
        tape[at] = replace(tape[at], facts=facts)


def new_list(document: Document, tab: Tab, preset: str) -> str:
    """A list made from a preset; gives its id."""
    list_id = document.new_id("kix.")
    tab.presets[list_id] = preset
    tab.lists[list_id] = {"nestingLevels": [_level(preset, number) for number in range(_LEVELS)]}
    return list_id


def _level(preset: str, number: int) -> dict[str, Any]:
    level: dict[str, Any] = {
        "bulletAlignment": "START",
        "indentFirstLine": {"magnitude": _INDENT * number + _INDENT // 2, "unit": "PT"},
        "indentStart": {"magnitude": _INDENT * (number + 1), "unit": "PT"},
        "textStyle": {"underline": False},
        "startNumber": 1,
    }
    if preset in _GLYPHS:
        glyphs = _GLYPHS[preset]
        glyph = glyphs[number % len(glyphs)]
        shown = {"glyphSymbol": glyph} if glyph else {"glyphType": "GLYPH_TYPE_UNSPECIFIED"}
        return {**level, "glyphFormat": f"%{number}", **shown}
    kinds = _NUMBERS[preset]
    mark = ")" if preset.endswith("PARENS") else "."
    form = (
        ".".join(f"%{n}" for n in range(number + 1)) if preset.endswith("NESTED") else f"%{number}"
    )
    return {**level, "glyphType": kinds[number % len(kinds)], "glyphFormat": form + mark}
