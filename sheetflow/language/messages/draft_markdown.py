"""The paragraphs of a document -> Markdown that says just what stands there.

Whatever an organizer typed is escaped, so that a star stays a star. Only the look of a run becomes
Markdown, and only {{ }} and {% %} stay what they are, even where the document's looks cut them in
two, and where its editor made their quotes round.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import unquote

from sheetflow.language.messages.drafts import Paragraph, Run
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems

LONGEST_TAG = 1_000
"""Signs between {{ and }}; without a bound, a text of nothing but braces would take for ever."""

_TAG = re.compile(
    r"\{\{.{0,N}?\}\}|\{%.{0,N}?%\}|\{#.{0,N}?#\}".replace("N", str(LONGEST_TAG)), re.DOTALL
)
_BEGUN = re.compile(r"\{[{%#]")
_QUOTED_TAG = re.compile(
    r"(?:%7B|\{){2}(?:(?!%7D|\}).){0,N}(?:%7D|\}){2}".replace("N", str(LONGEST_TAG)),
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~#}]")
_AT_LINE_START = re.compile(r"(?m)^([ \t]*)(?:([-+=])|(\d{1,9})([.)]))")
_NOTHING = '{{ "" }}'
"""A value that prints nothing: to Markdown it is a letter, beside which a star is never a star."""

_QUOTES = {
    **dict.fromkeys(map(ord, "“”„‟«»″＂"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛′＇"), "'"),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad")),
}
"""What editors put in place of the quotes somebody typed, and what they hide between letters."""


@dataclass(frozen=True)
class _Piece:
    """Some text or one tag, and its look."""

    text: str
    is_tag: bool
    bold: bool
    italic: bool
    link: str

    @property
    def is_statement(self) -> bool:
        return self.is_tag and self.text.startswith("{%")


def one_line(text: str, at: Position, problems: Problems) -> str:
    """A subject or title as a template: its tags made whole, on one line."""
    paragraph = Paragraph((Run(text),), 0)
    pieces = _pieces(paragraph, lambda _number: at, problems)
    return " ".join("".join(piece.text for piece in pieces).split())


@dataclass
class Writer:
    """Writes paragraphs as Markdown, and remembers from which of them each line comes."""

    place: Callable[[int], Position]
    problems: Problems
    _lines: list[str] = field(default_factory=list)
    _from: list[int] = field(default_factory=list)
    _indents: list[tuple[int, str]] = field(default_factory=list)
    """The levels of the list we are in, each with the sign of its last item."""
    _in_list: bool = False

    def add(self, paragraph: Paragraph) -> None:
        """Write one paragraph. An empty one only ends what came before."""
        for what in paragraph.left_out:
            at = self.place(paragraph.number)
            self.problems.add(at, "template", f"{what} cannot be sent.", "Link to it instead.")
        if paragraph.kind == "rule":
            self._write(["---"], paragraph, in_list=False)
            return
        pieces = [*_pieces(paragraph, self.place, self.problems)]
        if not "".join(piece.text for piece in pieces).strip():
            return
        only_statements = all(piece.is_statement or not piece.text.strip() for piece in pieces)
        if only_statements:
            self._statements(paragraph, pieces)
            return
        lines = [line.strip(" \t") for line in _inline(pieces).split("\n")]
        match paragraph.kind:
            case "heading":
                sign = "#" * min(max(paragraph.level, 1), 6)
                self._write([f"{sign} {' '.join(lines)}"], paragraph, in_list=False)
            case "item":
                self._item(paragraph, lines)
            case _:
                self._write(_broken(lines), paragraph, in_list=False)

    def written(self) -> tuple[str, list[int]]:
        """All of it, and for each line the number of its paragraph."""
        return "\n".join(self._lines) + "\n", [*self._from]

    def _statements(self, paragraph: Paragraph, pieces: Sequence[_Piece]) -> None:
        """A paragraph of {% %} alone is no part of the text, and not an item of its list."""
        indent = self._indent(paragraph.level) if paragraph.kind == "item" else ""
        lines = [f"{indent}{piece.text}" for piece in pieces if piece.is_statement]
        self._write(lines, paragraph, in_list=self._in_list)

    def _item(self, paragraph: Paragraph, lines: Sequence[str]) -> None:
        if not self._in_list:
            self._indents.clear()
        before = dict(self._indents).get(paragraph.level, "")
        indent = self._indent(paragraph.level)
        sign = "- " if paragraph.ordinal is None else f"{paragraph.ordinal}. "
        self._indents.append((paragraph.level, sign))
        if sign not in ("- ", "1. ") and before in ("", "- "):
            self._in_list = False  # no text before it: else it would go on with that
        first, *more = _broken(lines)
        further = indent + " " * len(sign)
        written = [f"{indent}{sign}{first}", *(f"{further}{line}" for line in more)]
        self._write(written, paragraph, in_list=True)

    def _indent(self, level: int) -> str:
        """The spaces before an item's sign: as wide as the signs of the items it belongs to."""
        while self._indents and self._indents[-1][0] >= level:
            self._indents.pop()
        return " " * sum(len(sign) for _, sign in self._indents)

    def _write(self, lines: Sequence[str], paragraph: Paragraph, *, in_list: bool) -> None:
        if self._lines and not (in_list and self._in_list):
            self._put("", paragraph.number)
        for line in lines:
            self._put(line, paragraph.number)
        self._in_list = in_list

    def _put(self, line: str, number: int) -> None:
        self._lines.append(line)
        self._from.append(number)


def _broken(lines: Sequence[str]) -> list[str]:
    """Lines that somebody ended on purpose: two spaces at a line's end keep the break."""
    full = [line for line in lines if line]
    return [*(f"{line}  " for line in full[:-1]), *full[-1:]]


def _pieces(
    paragraph: Paragraph, place: Callable[[int], Position], problems: Problems
) -> Iterator[_Piece]:
    """The paragraph's text and tags; a tag is whole, and looks like its first sign."""
    text = paragraph.text
    looks = [run for run in paragraph.runs for _ in run.text]
    end = 0
    for match in [*_TAG.finditer(text), None]:
        start = match.start() if match else len(text)
        if begun := _BEGUN.search(text, end, start):
            closing = {"{{": "}}", "{%": "%}", "{#": "#}"}[begun[0]]
            what = f"{begun[0]} has no {closing} soon after it in the same paragraph."
            cure = 'Write it whole, like {{ person.name }}, or {{ "{{" }} for the signs alone.'
            problems.add(place(paragraph.number), "template", what, cure)
            return
        for look, run in groupby(range(start)[end:], key=lambda at: _look(looks[at])):
            yield _Piece(_plain("".join(text[at] for at in run)), False, *look)
        if match:
            end = match.end()
            if not match[0].startswith("{#"):
                yield _Piece(_tidied(match[0]), True, *_look(looks[start]))


def _look(run: Run) -> tuple[bool, bool, str]:
    return run.bold, run.italic, run.link


def _tidied(tag: str) -> str:
    """A tag as somebody meant to type it: straight quotes, usual spaces, nothing hidden."""
    return " ".join(tag.translate(_QUOTES).split())


def _plain(text: str) -> str:
    """Text with each break as a new line, and without signs that stand for nothing."""
    lines = re.sub(r"\r\n|[\r\v\f\x85\u2028\u2029]", "\n", text).replace("\t", " ")
    kept = (c for c in lines if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co"))
    return "".join(kept)


def _inline(pieces: Sequence[_Piece]) -> str:
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


def _bold(pieces: Sequence[_Piece]) -> str:
    written = ""
    for bold, group in groupby(pieces, key=lambda piece: piece.bold):
        inside = _italic([*group])
        written = _joined(written, _emphasized(inside, "**") if bold else inside)
    return written


def _italic(pieces: Sequence[_Piece]) -> str:
    written = ""
    for italic, group in groupby(pieces, key=lambda piece: piece.italic):
        inside = ""
        for piece in group:
            inside = _beside(inside, piece)
        written = _joined(written, _emphasized(inside, "*") if italic else inside)
    return written


def _beside(before: str, piece: _Piece) -> str:
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
        pieces.append(_tidied(unquote(match[0])))
        end = match.end()
    return "".join([*pieces, _escaped_address(address[end:])])


def _escaped_address(text: str) -> str:
    shown = "".join("%20" if c.isspace() else c for c in text if c.isprintable() or c.isspace())
    shown = shown.replace("{", "%7B").replace("}", "%7D")  # what is left of them begins no tag
    return re.sub(r"[\\<>&*_`\[\]]", r"\\\g<0>", shown)


def _escaped_start(match: re.Match[str]) -> str:
    indent, sign, number, end = match.groups()
    return f"{indent}\\{sign}" if sign else f"{indent}{number}\\{end}"
