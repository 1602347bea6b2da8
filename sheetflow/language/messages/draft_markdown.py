"""The paragraphs of a document -> Markdown that says just what stands there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sheetflow.language.messages.draft_fields import Piece, pieces_of
from sheetflow.language.messages.draft_inline import inline
from sheetflow.language.messages.drafts import Paragraph
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems


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
        pieces = [*pieces_of(paragraph, self.place, self.problems)]
        if not "".join(piece.text for piece in pieces).strip():
            return
        only_statements = all(piece.is_statement or not piece.text.strip() for piece in pieces)
        if only_statements:
            self._statements(paragraph, pieces)
            return
        lines = [line.strip(" \t") for line in inline(pieces).split("\n")]
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

    def _statements(self, paragraph: Paragraph, pieces: Sequence[Piece]) -> None:
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
