"""The styles of a workbook, to which a style that shows dates is added where there is none."""

from __future__ import annotations

import re
from typing import Literal

from ._package import attribute, with_attribute

_FORMATS = {"date": r"yyyy\-mm\-dd", "moment": r"yyyy\-mm\-dd\ hh:mm"}
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Number formats that show dates or times and need no declaration (ECMA-376, 18.8.30)."""

_FIRST_OWN = 164
"""The first number for formats of one's own (ECMA-376, 18.8.30)."""

_XF = re.compile(rb"<(?:\w+:)?xf\b[^>]*?(?:/>|>.*?</(?:\w+:)?xf>)", re.S)
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')


class Stylesheet:
    """The styles part; `content` has what was added. Nothing that is there is changed."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._known: dict[tuple[str, str], str] = {}
        match = re.search(rb"<(\w+:)?styleSheet\b", content)
        self._prefix = (match[1] or b"") if match else b""

    def dated(self, style: str, kind: Literal["date", "moment"]) -> str:
        """A style like `style` whose numbers show as dates: itself, if they do already."""
        if (style, kind) not in self._known:
            self._known[style, kind] = self._dated(style, kind)
        return self._known[style, kind]

    def _dated(self, style: str, kind: Literal["date", "moment"]) -> str:
        tags = self._formats[0]
        base = int(style or 0)
        if base >= len(tags):
            return style
        number = attribute(tags[base], "numFmtId") or "0"
        if self._shows_dates(int(number)):
            return style
        return self._added(tags[base], self._number_of(_FORMATS[kind]))

    @property
    def _formats(self) -> tuple[list[bytes], int, int]:
        """The cell formats, and where their list starts and ends."""
        prefix = re.escape(self._prefix)
        pattern = rb"<%bcellXfs\b[^>]*>(.*?)</%bcellXfs>" % (prefix, prefix)
        block = re.search(pattern, self.content, re.S)
        if block is None:
            return [], 0, 0
        return _XF.findall(block[1]), block.start(), block.end()

    def _shows_dates(self, number: int) -> bool:
        code = self._codes.get(number)
        if code is None:
            return number in _BUILT_IN_DATES
        return re.search("[dyhDYH]", _QUOTED.sub("", code)) is not None

    @property
    def _codes(self) -> dict[int, str]:
        tags = re.findall(rb"<(?:\w+:)?numFmt\b[^>]*>", self.content)
        pairs = ((attribute(tag, "numFmtId"), attribute(tag, "formatCode")) for tag in tags)
        return {int(number): code or "" for number, code in pairs if number}

    def _number_of(self, code: str) -> int:
        for number, known in self._codes.items():
            if known == code:
                return number
        number = max([_FIRST_OWN - 1, *self._codes]) + 1
        self._declare(f'numFmtId="{number}" formatCode="{code}"'.encode())
        return number

    def _declare(self, attributes: bytes) -> None:
        prefix = self._prefix
        entry = b"<%bnumFmt %b/>" % (prefix, attributes)
        block = re.search(rb"<%bnumFmts\b[^>]*>" % re.escape(prefix), self.content)
        if block and not block[0].endswith(b"/>"):
            count = int(attribute(block[0], "count") or len(self._codes))
            tag = with_attribute(block[0], "count", str(count + 1))
            self._put(block.start(), block.end(), tag + entry)
            return
        whole = b'<%bnumFmts count="1">%b</%bnumFmts>' % (prefix, entry, prefix)
        if block:
            self._put(block.start(), block.end(), whole)
            return
        root = re.search(rb"<%bstyleSheet\b[^>]*>" % re.escape(prefix), self.content)
        if root:
            self._put(root.end(), root.end(), whole)

    def _added(self, like: bytes, number: int) -> str:
        opening = re.match(rb"<[^>]*>", like)
        assert opening is not None  # it was found by its opening
        tag = with_attribute(opening[0], "numFmtId", str(number))
        wanted = with_attribute(tag, "applyNumberFormat", "1") + like[opening.end() :]
        formats, start, end = self._formats
        if wanted in formats:
            return str(formats.index(wanted))
        block = self.content[start:end]
        head = re.match(rb"<[^>]*>", block)
        assert head is not None  # as above
        tag = with_attribute(head[0], "count", str(len(formats) + 1))
        close = block.rindex(b"</")
        self._put(start, end, tag + block[head.end() : close] + wanted + block[close:])
        return str(len(formats))

    def _put(self, start: int, end: int, piece: bytes) -> None:
        self.content = self.content[:start] + piece + self.content[end:]
