"""A sheet that a workbook has not yet: made beside the others, which stay byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import quoteattr

from sheetflow import TableError

from ._cellxml import inline
from ._package import Package

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TYPES = "[Content_Types].xml"
YES, NO = "yes", "no"
MOST = 1_000
"""Rows in which the cells to be ticked offer yes and no."""


def with_sheet(
    package: Package,
    title: str,
    headers: Sequence[str],
    rows: Sequence[Sequence[object]],
    ticks: int,
) -> bytes:
    """The workbook with one more sheet at its end. Raises TableError where it cannot be put in."""
    part = next(
        name for n in range(1, 10_000) if not package.has(name := f"xl/worksheets/sheet{n}.xml")
    )
    book = package.workbook
    folder, _, name = book.rpartition("/")
    links = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    link = _free(package.read(links), rb'Id="(rId\d+)"', "rId")
    kind = next(k for k, _ in package.related(book).values() if k.endswith("/worksheet"))
    target = f"/{part}"
    relation = f'<Relationship Id="{link}" Type={quoteattr(kind)} Target="{target}"/>'
    override = f'<Override PartName="/{part}" ContentType="{_CONTENT}"/>'
    return package.with_parts(
        {
            part: sheet_xml(headers, rows, ticks),
            links: _before_end(package.read(links), "Relationships", relation),
            _TYPES: _before_end(package.read(_TYPES), "Types", override),
            book: _listed(package.read(book), title, link),
        }
    )


def new_book(
    title: str, headers: Sequence[str], rows: Sequence[Sequence[object]], ticks: int
) -> bytes:
    """A workbook of this one sheet."""
    import io

    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    for line in (headers, *rows):
        sheet.append([_text(value) or None for value in line])
    letter = chr(ord("A") + ticks)
    choice = DataValidation(type="list", formula1=f'"{YES},{NO}"', allow_blank=True)
    choice.add(f"{letter}2:{letter}{MOST}")
    sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"
    for place, width in enumerate(_widths(headers, rows)):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_xml(headers: Sequence[str], rows: Sequence[Sequence[object]], ticks: int) -> bytes:
    """The sheet itself: headers that stay in view, and a list of yes and no to choose from."""
    letter = chr(ord("A") + ticks)
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(_widths(headers, rows), 1)
    )
    lines = "".join(_row(number, line) for number, line in enumerate((headers, *rows), 1))
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    choice = (
        f'<dataValidation type="list" allowBlank="1" sqref="{letter}2:{letter}{MOST}">'
        f'<formula1>"{YES},{NO}"</formula1></dataValidation>'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{_MAIN}">'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{lines}</sheetData>"
        f'<dataValidations count="1">{choice}</dataValidations></worksheet>'
    ).encode()


def _row(number: int, line: Sequence[object]) -> str:
    cells = "".join(
        f'<c r="{chr(ord("A") + place)}{number}" t="inlineStr">{inline(text, "")}</c>'
        for place, value in enumerate(line)
        if (text := _text(value))
    )
    return f'<row r="{number}">{cells}</row>'


def _text(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)


def _widths(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[int]:
    for place in range(len(headers)):
        longest = max(len(_text(line[place])) for line in (headers, *rows))
        yield min(max(longest + 2, 12), 60)


def _free(content: bytes, pattern: bytes, start: str) -> str:
    """A name that nothing there has."""
    taken = {found.decode() for found in re.findall(pattern, content)}
    return next(name for n in range(1, 100_000) if (name := f"{start}{n}") not in taken)


def _before_end(content: bytes, tag: str, more: str) -> bytes:
    """The part with one more element at the end of its root."""
    end = re.search(rb"</(\w+:)?%b>\s*$" % tag.encode(), content)
    if end is None:
        raise TableError("The workbook is written in a way I cannot add a sheet to.")
    prefix = (end[1] or b"").decode()
    element = more.replace("<", f"<{prefix}", 1)
    return content[: end.start()] + element.encode() + content[end.start() :]


def _listed(content: bytes, title: str, link: str) -> bytes:
    """The list of sheets with one more."""
    end = re.search(rb"</(\w+:)?sheets>", content)
    if end is None:
        raise TableError("The workbook is written in a way I cannot add a sheet to.")
    prefix = (end[1] or b"").decode()
    numbers = [int(n) for n in re.findall(rb'sheetId="(\d+)"', content)]
    said = f'{prefix}sheet name={quoteattr(escape_title(title))} sheetId="{max(numbers) + 1}"'
    known = re.search(
        rb'xmlns:(\w+)="(http://[^"]*/officeDocument/(?:\d+/)?relationships)"', content
    )
    if known:
        new = f'<{said} {known[1].decode()}:id="{link}"/>'
    else:
        new = f'<{said} xmlns:r="{_LINKS}" r:id="{link}"/>'
    return content[: end.start()] + new.encode() + content[end.start() :]


def escape_title(title: str) -> str:
    """A title as Excel takes it: 31 characters, none of : \\ / ? * [ ]."""
    return re.sub(r"[:\\/?*\[\]]", " ", title)[:31].strip() or "Sheetflow"
