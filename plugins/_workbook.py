"""A workbook in which single cells are replaced, and everything else stays byte for byte.

Not by loading and saving it with openpyxl: that would drop the results of formulas (so that other
programs see empty cells), rich text, parts of charts, and everything in extension lists. So only
the bytes of our own cells are replaced in the sheet's XML; every other part of the zip is copied.
Reading, where nothing can be lost, is openpyxl's: `_rowreading.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from sheetflow import Merge, TableError

from ._cellxml import inline
from ._package import Package, with_attribute
from ._rowreading import WIDEST, read_rows
from ._sheetedit import Drawn, SheetEdit
from ._sheetgrowth import Growth
from ._sheetxml import SheetXml
from ._stylesheet import Stylesheet

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_ID = re.compile(r"\{.*/relationships\}id")
_EPOCH = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)


class Workbook:
    """The content of an .xlsx file and one of its sheets. All errors are TableErrors."""

    def __init__(self, content: bytes, name: str, sheet: str = "") -> None:
        self.name = name
        self._content = content
        self._package = Package(content, name)
        self.sheet, self._part = self._sheet_called(sheet)
        self.xml = SheetXml(_as_utf8(self._package.read(self._part)), f'"{self.sheet}" of {name}')

    def rows(self) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Every row that holds something: its number and raw values, the first column first."""
        self._package.inspect()
        return read_rows(self._content, self.name, self.sheet, self.xml)

    @cached_property
    def hidden(self) -> frozenset[int]:
        """The numbers of hidden rows."""
        return frozenset(row.number for row in self.xml.rows if row.hidden)

    @property
    def free(self) -> int:
        """The first column that is right of all hidden ones, and so can be seen."""
        hidden = [span.last + 1 for span in self.xml.columns if span.hidden]
        return max((column for column in hidden if column < WIDEST), default=0)

    def merge_at(self, row: int, column: int) -> Merge | None:
        """The merged cell that covers this one without beginning in it."""
        for merge in self.xml.merges:
            inside = merge.top <= row <= merge.bottom and merge.left <= column <= merge.right
            if inside and (merge.top, merge.left) != (row, column):
                return merge
        return None

    def edited(
        self,
        cells: Mapping[tuple[int, int], object],
        *,
        like: Mapping[tuple[int, int], tuple[int, int]],
        growth: Growth,
    ) -> bytes:
        """The file with these values, by row number and column from 0.

        A new cell looks like the one that `like` names for it. `growth` is what of it is new: its
        columns get as wide as what is in them, filters and tables reach as far.
        """
        styles = self._styles
        edits: dict[int, dict[int, Drawn]] = {}
        for (row, column), value in cells.items():
            model = self._style_at(*like[row, column]) if (row, column) in like else ""
            edits.setdefault(row, {})[column] = self._drawn(value, model, styles)
        widths = {column: _width(column, cells) for _, column in growth.columns}
        content = SheetEdit(self.xml).edited(edits, widths, growth)
        changes = {self._part: content, **self._larger_tables(growth)}
        if styles is not None and styles.content != self._package.read(self._styles_part):
            changes[self._styles_part] = styles.content
        changes |= self._book_part(growth)
        return self._package.replaced(changes)

    def filled_before(self, row: int, column: int) -> tuple[int, int]:
        """The nearest cell to the left of this one that has something in it."""
        cells = self.xml.cells_of(row)
        left = [cell.column for cell in cells if cell.filled and cell.column < column]
        return row, max(left, default=column)

    def is_filled(self, row: int, column: int) -> bool:
        """Whether there is something in the cell."""
        return any(cell.column == column and cell.filled for cell in self.xml.cells_of(row))

    def _drawn(self, value: object, model: str, styles: Stylesheet | None) -> Drawn:
        prefix = self.xml.prefix

        def draw(style: str) -> tuple[str, str, str]:
            style = style or model
            match value:
                case None:
                    return style, "", ""
                case bool():
                    return style, "b", f"<{prefix}v>{int(value)}</{prefix}v>"
                case int() | float() if abs(value) < 2**53:
                    return style, "", f"<{prefix}v>{value!r}</{prefix}v>"
                case date() if styles is not None and value.year >= 1901:
                    kind = "moment" if isinstance(value, datetime) else "date"
                    style = styles.dated(style, kind)  # type: ignore[arg-type]  # one of two words
                    return style, "", f"<{prefix}v>{self._serial(value)!r}</{prefix}v>"
                case _:
                    return style, "inlineStr", inline(str(value), prefix)

        return draw

    def _serial(self, value: date) -> float | int:
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        epoch = _EPOCH_1904 if self._counts_from_1904 else _EPOCH
        days = (value.replace(tzinfo=None) - epoch) / timedelta(days=1)
        return int(days) if days.is_integer() else days

    def _style_at(self, row: int, column: int) -> str:
        for cell in self.xml.cells_of(row):
            if cell.column == column:
                return cell.style
        return ""

    @cached_property
    def _styles_part(self) -> str:
        for kind, target in self._package.related(self._package.workbook).values():
            if kind.endswith("/styles"):
                return target
        return ""

    @cached_property
    def _styles(self) -> Stylesheet | None:
        part = self._styles_part
        return Stylesheet(self._package.read(part)) if self._package.has(part) else None

    @cached_property
    def _book(self) -> Any:
        return self._package.tree(self._package.workbook)

    @property
    def _counts_from_1904(self) -> bool:
        found = next((e for e in self._book if e.tag.endswith("}workbookPr")), None)
        return found is not None and found.get("date1904") in ("1", "true")

    def _sheet_called(self, wanted: str) -> tuple[str, str]:
        """The name and part of the sheet; the first one where none is named."""
        related = self._package.related(self._package.workbook)
        sheets = {}
        for element in self._book.iter():
            if element.tag in (f"{_MAIN}sheet", f"{_STRICT}sheet"):
                relation = next((v for k, v in element.items() if _ID.fullmatch(k)), "")
                kind, part = related.get(relation, ("", ""))
                if kind.endswith("/worksheet"):
                    sheets[element.get("name", "")] = part
        for name, part in sheets.items():
            if not wanted or name.strip().casefold() == wanted.strip().casefold():
                return name, part
        names = ", ".join(f'"{name}"' for name in sheets)
        raise TableError(
            f'{self.name} has no sheet "{wanted}".', hint=f"It has {names}. Has it been renamed?"
        )

    def _larger_tables(self, growth: Growth) -> dict[str, bytes]:
        related = self._package.related(self._part)
        parts = [related[key][1] for key in self.xml.tables if key in related]
        before = {part: self._package.read(part) for part in parts}
        after = {part: growth.table(content) for part, content in before.items()}
        return {part: content for part, content in after.items() if content != before[part]}

    def _book_part(self, growth: Growth) -> dict[str, bytes]:
        """The part that lists the sheets, where something in it changes."""
        part = self._package.workbook
        before = self._package.read(part)
        after = growth.workbook(before, self._number) if self.xml.filter else before
        after = _recalculated(after) if self._has_formulas else after
        return {part: after} if after != before else {}

    @property
    def _number(self) -> int:
        """Which sheet of the workbook it is, from 0."""
        sheets = [
            one for one in self._book.iter() if one.tag in (f"{_MAIN}sheet", f"{_STRICT}sheet")
        ]
        return [one.get("name") for one in sheets].index(self.sheet)

    @property
    def _has_formulas(self) -> bool:
        related = self._package.related(self._package.workbook).values()
        sheets = [part for kind, part in related if kind.endswith("/worksheet")]
        return bool(self.xml.formulas) or any(
            re.search(rb"<(?:\w+:)?f[\s>]", self._package.read(part))
            for part in sheets
            if self._package.has(part)
        )


def has_sheet(content: bytes, name: str, sheet: str) -> bool:
    """Whether the workbook has a sheet of that name."""
    package = Package(content, name)
    names = (
        element.get("name", "")
        for element in package.tree(package.workbook).iter()
        if element.tag in (f"{_MAIN}sheet", f"{_STRICT}sheet")
    )
    return sheet.strip().casefold() in {each.strip().casefold() for each in names}


def _recalculated(content: bytes) -> bytes:
    """The part that lists the sheets, so that formulas are worked out anew when it is opened."""
    tag = re.search(rb"<(?:\w+:)?calcPr\b[^>]*>", content)
    if tag:
        new = with_attribute(tag[0], "fullCalcOnLoad", "1")
        return content[: tag.start()] + new + content[tag.end() :]
    ends = rb"</(\w+:)?(?:sheets|functionGroups|externalReferences|definedNames)>"
    after = list(re.finditer(ends, content))
    if not after:
        return content
    place, prefix = after[-1].end(), after[-1][1] or b""
    return content[:place] + b'<%bcalcPr fullCalcOnLoad="1"/>' % prefix + content[place:]


def _width(column: int, cells: Mapping[tuple[int, int], object]) -> int:
    """In characters, so that the longest text can be read; between 12 and 60."""
    longest = max(len(str(value)) for (_, c), value in cells.items() if c == column)
    return min(max(longest + 2, 12), 60)


def _as_utf8(content: bytes) -> bytes:
    """The same XML in UTF-8, in which it can be edited; nearly every program writes it so."""
    said = re.match(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding=[\"']([\w.-]+)[\"']", content)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif said and said[1].lower() not in (b"utf-8", b"us-ascii"):
        encoding = said[1].decode()
    else:
        return content
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise TableError("The sheet is in an encoding I don't know.") from None
    return re.sub(r"^(<\?xml[^>]*?)encoding=[\"'][^\"']*[\"']", r"\1", text).encode()
