"""Text, tags and their looks -> one paragraph of Markdown that says just that.

Whatever somebody typed is escaped, so that a star stays a star. Only looks become Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from urllib.parse import unquote

from sheetflow.language.messages.draft_fields import LONGEST_TAG, Piece, tidied

_QUOTED_TAG = re.compile(
    r"(?:%7B|\{){2}(?:(?!%7D|\}).){0,N}(?:%7D|\}){2}".replace("N", str(LONGEST_TAG)),
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~#}]")
_AT_LINE_START = re.compile(r"(?m)^([ \t]*)(?:([-+=])|(\d{1,9})([.)]))")
_NOTHING = '{{ "" }}'
"""A value that prints nothing: to Markdown it is a letter, beside which a star is never a star."""


def inline(pieces: Sequence[Piece]) -> str:
    """Pieces as Markdown, links outside, then bold, then italic."""
    written = ""
    for (link, statement), group in groupby(pieces, key=lambda p: (p.link, p.is_statement)):
        inside = [*group]
        if statement:
            written += "".join(piece.text for piece in inside)
        elif link and "".join(piece.text for piece in inside).strip():
            written = _joined(written, _link(_bold(inside), link))
        else:
            written = _joined(written, _bold(inside))
    return _AT_LINE_START.sub(_escaped_start, written)


def _bold(pieces: Sequence[Piece]) -> str:
    written = ""
    for bold, group in groupby(pieces, key=lambda piece: piece.bold):
        inside = _italic([*group])
        written = _joined(written, _emphasized(inside, "**") if bold else inside)
    return written


def _italic(pieces: Sequence[Piece]) -> str:
    written = ""
    for italic, group in groupby(pieces, key=lambda piece: piece.italic):
        inside = ""
        for piece in group:
            inside = _beside(inside, piece)
        written = _joined(written, _emphasized(inside, "*") if italic else inside)
    return written


def _beside(before: str, piece: Piece) -> str:
    if not piece.is_tag:
        return before + _SPECIAL.sub(r"\\\g<0>", piece.text)
    # a value between < and > would be a link
    return before + (_NOTHING if before.endswith("<") else "") + piece.text


def _joined(before: str, after: str) -> str:
    """Two pieces, kept apart where their stars would be taken for one sign."""
    touching = before.endswith("*") and after.startswith("*")
    return before + (_NOTHING if touching else "") + after


def _emphasized(inside: str, sign: str) -> str:
    """`inside` between signs, which Markdown knows for such wherever they stand.

    Spaces stay outside, and so do the ends of lines: there a sign would be none.
    """
    return "\n".join(_one_emphasized(line, sign) for line in inside.split("\n"))


def _one_emphasized(line: str, sign: str) -> str:
    bare = line.strip()
    if not bare:
        return line
    start = line.index(bare)
    first = "" if bare[0].isalnum() or bare.startswith("{{") else _NOTHING
    last = "" if bare[-1].isalnum() or bare.endswith("}}") else _NOTHING
    before, after = line[:start], line[start + len(bare) :]
    return f"{before}{sign}{first}{bare}{last}{sign}{after}"


def _link(inside: str, address: str) -> str:
    bare = inside.strip().replace("\n", " ")
    start = inside.index(inside.strip())
    before, after = inside[:start], inside[start + len(inside.strip()) :]
    return f"{before}[{bare}](<{_address(address)}>){after}"


def _address(address: str) -> str:
    """The address as Markdown has it; a tag in it is whole again, however it was escaped."""
    pieces, end = [], 0
    for match in _QUOTED_TAG.finditer(address):
        before = address[end : match.start()]
        pieces.append("" if before in ("http://", "https://") else _escaped_address(before))
        pieces.append(tidied(unquote(match[0])))
        end = match.end()
    return "".join([*pieces, _escaped_address(address[end:])])


def _escaped_address(text: str) -> str:
    shown = "".join("%20" if c.isspace() else c for c in text if c.isprintable() or c.isspace())
    shown = shown.replace("{", "%7B").replace("}", "%7D")  # what is left of them begins no tag
    return re.sub(r"[\\<>&*_`\[\]]", r"\\\g<0>", shown)


def _escaped_start(match: re.Match[str]) -> str:
    indent, sign, number, end = match.groups()
    return f"{indent}\\{sign}" if sign else f"{indent}{number}\\{end}"
