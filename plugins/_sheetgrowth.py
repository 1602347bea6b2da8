"""Filters and tables of a sheet that reach as far as what was added beside or below them.

Excel sorts by the filter (Data, Filter) and the table (Insert, Table): columns that stand outside
stay behind, beside other people's names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from sheetflow import Merge

from ._cellxml import area_of, escaped, reference
from ._package import attribute, with_attribute

_TABLE = re.compile(rb"<(?:\w+:)?table\b[^>]*>")
_FILTER = re.compile(rb"<(?:\w+:)?autoFilter\b[^>]*>")
_COLUMNS = re.compile(rb"<(?:\w+:)?tableColumns\b[^>]*>")
_COLUMN_ID = re.compile(rb'<(?:\w+:)?tableColumn\s[^>]*?\bid="(\d+)"')
_END_OF_COLUMNS = re.compile(rb"</(\w+:)?tableColumns>")
_NAMED = re.compile(
    rb"(<(?:\w+:)?definedName\b(?=[^>]*\sname=\"_xlnm\._FilterDatabase\")[^>]*>)([^<]*!)([^<]*)<"
)


@dataclass(frozen=True)
class Growth:
    """What is added to a sheet: rows by number, columns by where their headers stand."""

    rows: Sequence[int] = ()
    columns: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def of(self, area: Merge) -> Merge:
        """The area with the added rows right below it, and the added columns right beside it."""
        bottom, right = area.bottom, area.right
        while bottom + 1 in self.rows:
            bottom += 1
        while (area.top, right + 1) in self.columns:
            right += 1
        return Merge(area.top, bottom, area.left, right)

    def filter(self, tag: bytes) -> bytes:
        """The start tag of a filter, reaching further."""
        ref = attribute(tag, "ref")
        return with_attribute(tag, "ref", _ref(self.of(area_of(ref)))) if ref else tag

    def table(self, content: bytes) -> bytes:
        """The part of a table, reaching further. One that is filled from outside stays as it is."""
        tag = _TABLE.search(content)
        ref = attribute(tag[0], "ref") if tag else None
        if (
            tag is None
            or ref is None
            or (attribute(tag[0], "tableType") or "worksheet") != ("worksheet")
        ):
            return content
        has_totals = (attribute(tag[0], "totalsRowCount") or "0") != "0"
        has_header = (attribute(tag[0], "headerRowCount") or "1") != "0"
        fitting = Growth(() if has_totals else self.rows, self.columns if has_header else {})
        old = area_of(ref)
        new = fitting.of(old)
        grown = with_attribute(tag[0], "ref", _ref(new))
        content = content[: tag.start()] + grown + content[tag.end() :]
        content = _FILTER.sub(lambda found: fitting.filter(found[0]), content, count=1)
        added = [self.columns[old.top, column] for column in range(old.right + 1, new.right + 1)]
        return _with_columns(content, added)

    def workbook(self, content: bytes, sheet: int) -> bytes:
        """The part that lists the sheets: the hidden name that each filter has reaches as far."""

        def grown(found: re.Match[bytes]) -> bytes:
            if attribute(found[1], "localSheetId") != str(sheet):
                return found[0]
            try:
                area = area_of(found[3].decode().replace("$", ""))
            except ValueError:
                return found[0]
            return found[1] + found[2] + _ref(self.of(area), fixed=True).encode() + b"<"

        return _NAMED.sub(grown, content)


def _with_columns(content: bytes, names: Sequence[str]) -> bytes:
    opening, closing = _COLUMNS.search(content), _END_OF_COLUMNS.search(content)
    if not names or opening is None or closing is None:
        return content
    ids = [int(number) for number in _COLUMN_ID.findall(content)]
    prefix = (closing[1] or b"").decode()
    made = "".join(
        f"<{prefix}tableColumn id={quoteattr(str(number))} name={quoteattr(escaped(name))}/>"
        for number, name in enumerate(names, start=max(ids, default=0) + 1)
    )
    count = with_attribute(opening[0], "count", str(len(ids) + len(names)))
    return b"".join(
        (
            content[: opening.start()],
            count,
            content[opening.end() : closing.start()],
            made.encode(),
            content[closing.start() :],
        )
    )


def _ref(area: Merge, *, fixed: bool = False) -> str:
    corners = (reference(area.top, area.left), reference(area.bottom, area.right))
    text = ":".join(dict.fromkeys(corners))
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", text) if fixed else text
