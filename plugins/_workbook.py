"""A workbook in which single cells are replaced, and everything else stays byte for byte.

Not by loading and saving it with openpyxl: that would drop the results of formulas (so that other
programs see empty cells), rich text, parts of charts, and everything in extension lists. So only
the bytes of our own cells are replaced in the sheet's XML; every other part of the zip is copied.
Reading, where nothing can be lost, is openpyxl's.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any

from sheetflow import CellError, Merge, TableError

from ._cellxml import area_of, inline, reference, unescaped
from ._package import Package, with_attribute
from ._sheetxml import Drawn, SheetXml
from ._stylesheet import Stylesheet

WIDEST = 1000
"""Columns that are read. A stray cell at the far end would make every row as long as that."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_ID = re.compile(r"\{.*/relationships\}id")
_EPOCH = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
_NOT_SOLVED = "a formula that was never worked out"


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
        unsolved = self.xml.unsolved
        there = {row.number for row in self.xml.rows}
        for number, cells in enumerate(self._openpyxl_rows(), 1):
            if number not in there:
                continue  # a gap, which openpyxl fills with empty cells
            values = tuple(_value(cell) for cell in cells)
            if number in self.xml.formulas:
                values = tuple(
                    CellError(_NOT_SOLVED) if value is None and (number, c) in unsolved else value
                    for c, value in enumerate(values)
                )
            if any(value is not None for value in values):
                yield number, values

    @cached_property
    def hidden(self) -> frozenset[int]:
        """The numbers of hidden rows."""
        return frozenset(row.number for row in self.xml.rows if row.hidden)

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
        below: Sequence[int] = (),
    ) -> bytes:
        """The file with these values, by row number and column from 0.

        A new cell looks like the one that `like` names for it. `below` are rows added under others.
        """
        styles = self._styles
        edits: dict[int, dict[int, Drawn]] = {}
        for (row, column), value in cells.items():
            model = self._style_at(*like[row, column]) if (row, column) in like else ""
            edits.setdefault(row, {})[column] = self._drawn(value, model, styles)
        changes = {self._part: self.xml.edited(edits), **self._longer_tables(below)}
        if styles is not None and styles.content != self._package.read(self._styles_part):
            changes[self._styles_part] = styles.content
        changes |= self._recalculated()
        return self._package.replaced(changes)

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
                case int() | float() if math.isfinite(value) and abs(value) < 2**53:
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

    def _openpyxl_rows(self) -> Iterator[Sequence[Any]]:
        import openpyxl  # here: it takes a while to import, and not every run has a workbook

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts that it cannot keep; we keep them
            try:
                book = openpyxl.load_workbook(
                    io.BytesIO(self._content), read_only=True, data_only=True, keep_links=False
                )
                sheet = book[self.sheet]
                sheet.reset_dimensions()
                yield from sheet.iter_rows(max_col=WIDEST if self.xml.width > WIDEST else None)
            except TableError:
                raise
            except Exception as error:  # whatever a damaged file makes openpyxl raise
                raise TableError(
                    f"{self.name} is damaged: {type(error).__name__}: {error}.",
                    hint="Open it in a spreadsheet program and save it again.",
                ) from error

    def _longer_tables(self, below: Sequence[int]) -> dict[str, bytes]:
        """The tables (Insert, Table) that end just above an added row, one row longer."""
        changed: dict[str, bytes] = {}
        related = self._package.related(self._part)
        parts = [related[key][1] for key in self.xml.tables if key in related]
        for number in sorted(below):
            for part in parts:
                content = changed.get(part) or self._package.read(part)
                tag = re.search(rb"<(?:\w+:)?table\b[^>]*>", content)
                ref = re.search(rb'\sref="([^"]+)"', tag[0]) if tag else None
                if tag is None or ref is None or b"totalsRowCount" in tag[0]:
                    continue
                area = area_of(ref[1].decode())
                if area.bottom == number - 1:
                    longer = f"{reference(area.top, area.left)}:{reference(number, area.right)}"
                    changed[part] = content.replace(
                        b'ref="%b"' % ref[1], f'ref="{longer}"'.encode()
                    )
        return changed

    def _recalculated(self) -> dict[str, bytes]:
        """The workbook part that has formulas worked out anew when it is opened."""
        if not self._has_formulas:
            return {}
        part = self._package.workbook
        content = self._package.read(part)
        tag = re.search(rb"<(?:\w+:)?calcPr\b[^>]*>", content)
        if tag:
            new = with_attribute(tag[0], "fullCalcOnLoad", "1")
            return {part: content[: tag.start()] + new + content[tag.end() :]}
        after = list(
            re.finditer(
                rb"</(\w+:)?(?:sheets|functionGroups|externalReferences|definedNames)>", content
            )
        )
        if not after:
            return {}
        place, prefix = after[-1].end(), after[-1][1] or b""
        new = b'<%bcalcPr fullCalcOnLoad="1"/>' % prefix
        return {part: content[:place] + new + content[place:]}

    @property
    def _has_formulas(self) -> bool:
        related = self._package.related(self._package.workbook).values()
        sheets = [part for kind, part in related if kind.endswith("/worksheet")]
        return bool(self.xml.formulas) or any(
            re.search(rb"<(?:\w+:)?f[\s>]", self._package.read(part))
            for part in sheets
            if self._package.has(part)
        )


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


def _value(cell: Any) -> object:
    value = cell.value
    match value:
        case None | bool() | int():
            return value
        case str():
            if cell.data_type == "e":
                return CellError(value)
            return unescaped(value) or None
        case datetime() if not (value.hour or value.minute or value.second):
            return value.date() if _shows_only_days(cell.number_format) else value
        case float() | datetime() | date() | time():
            return value
        case _:
            return str(value)


@lru_cache(maxsize=256)
def _shows_only_days(number_format: str) -> bool:
    from openpyxl.styles.numbers import is_datetime  # as above

    return is_datetime(number_format) == "date"
