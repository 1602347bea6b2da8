"""Exports: a spreadsheet as CSV, TSV, XLSX, ODS, PDF or zipped pages; a document as text, page,
Markdown or PDF.
"""

import csv
import html
import io
import zipfile
from typing import Any

from tests.emulators.google.docs.document import BODY, Document
from tests.emulators.google.docs.exporting import html_of, markdown_of
from tests.emulators.google.docs.tape import text_of
from tests.emulators.google.drive import spreadsheets
from tests.emulators.google.drive.formats import (
    CSV,
    EXPORTS,
    HTML,
    MARKDOWN,
    PDF,
    TEXT,
    XLSX,
    ZIP,
)
from tests.emulators.google.drive.opendocument import ODS, ODS_AS_ASKED, opendocument
from tests.emulators.google.drive.pages import pdf
from tests.emulators.google.errors import ApiError
from tests.emulators.google.sheets.formatting_dates import moment_of
from tests.emulators.google.sheets.model import Cell, Sheet
from tests.emulators.google.world import DriveFile

_LARGEST = 10 * 2**20  # bytes of an export; reference of files.export


def exported(file: DriveFile, media_type: str) -> bytes:
    """A Docs editors file in another format. Raises ApiError when it has no such form."""
    if file.mime_type not in EXPORTS:
        raise ApiError(403, "fileNotExportable", "Export only supports Docs Editors files.")
    if media_type not in EXPORTS[file.mime_type]:
        text = "The requested conversion is not supported."
        raise ApiError(400, "badRequest", text, location="convertTo", location_type="parameter")
    if isinstance(file.document, Document):
        content = _document(file.name, file.document, media_type)
    else:
        content = _spreadsheet(file, media_type)
    if len(content) > _LARGEST:
        text = "This file is too large to be exported."
        raise ApiError(403, "exportSizeLimitExceeded", text)
    return content


def _document(name: str, document: Document, media_type: str) -> bytes:
    body = document.tabs[0].segments[BODY]
    if media_type == TEXT:
        # the service begins a text export with a byte order mark and ends lines as Windows does
        return ("\ufeff" + text_of(body)[:-1].replace("\n", "\r\n")).encode()
    if media_type == HTML:
        return html_of(name, document.tabs[0]).encode()
    if media_type == MARKDOWN:
        return markdown_of(document.tabs[0]).encode()
    return pdf(text_of(body).split("\n"))


def _spreadsheet(file: DriveFile, media_type: str) -> bytes:
    """One table alone holds the first sheet only, as the service says."""
    tables = spreadsheets.tables(file)
    if media_type == XLSX:
        return _workbook(file)
    if media_type in (ODS, ODS_AS_ASKED):
        return opendocument(tables)
    if media_type == ZIP:
        return _zipped(tables)
    if media_type == PDF:
        return pdf([line for title, rows in tables for line in [title, *map("  ".join, rows)]])
    rows = tables[0][1] if tables else []
    return delimited(rows, "," if media_type == CSV else "\t").encode()


def delimited(rows: list[list[str]], delimiter: str) -> str:
    """Rows as CSV or TSV: lines end with CR and LF, the last one has no end."""
    if delimiter == "\t":
        clean = ((cell.replace("\t", " ").replace("\n", " ") for cell in row) for row in rows)
        return "\r\n".join(map("\t".join, clean))
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().removesuffix("\r\n")


def _zipped(tables: list[spreadsheets.Table]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for title, rows in tables:
            cells = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
            lines = "".join(f"<tr>{row}</tr>" for row in cells)
            archive.writestr(f"{title.replace('/', '_')}.html", f"<table>{lines}</table>")
    return out.getvalue()


def _workbook(file: DriveFile) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active) if book.active else None
    for sheet in file.document.sheets:
        page = book.create_sheet(sheet.title[:31])
        _fill(page, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(page: Any, sheet: Sheet) -> None:
    for row, column, cell in sheet.cells():
        if cell.blank and not cell.note:
            continue
        target = page.cell(row + 1, column + 1)
        value = _typed(cell)
        target.value = value
        if isinstance(value, str) and "formulaValue" not in (cell.entered or {}):
            target.data_type = "s"  # a text that begins with = is no formula
        if cell.note:
            from openpyxl.comments import Comment

            target.comment = Comment(cell.note, "")
    for merge in sheet.merges:
        page.merge_cells(
            start_row=merge["startRowIndex"] + 1,
            end_row=merge["endRowIndex"],
            start_column=merge["startColumnIndex"] + 1,
            end_column=merge["endColumnIndex"],
        )


def _typed(cell: Cell) -> Any:
    """A cell's value as openpyxl takes it: formulas as they are, dates as dates."""
    entered = cell.entered or cell.effective or {}
    if "formulaValue" in entered:
        return entered["formulaValue"]
    if "numberValue" in entered:
        kind = (cell.number_format or {}).get("type", "")
        moment = moment_of(entered["numberValue"]) if kind in ("DATE", "DATE_TIME") else None
        return moment or entered["numberValue"]
    return entered.get("stringValue", entered.get("boolValue"))
