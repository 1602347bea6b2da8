"""Workbooks as full of everything as people make them, and a look at all that is in them."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def rich_workbook(path: Path) -> None:
    """People with every ornament, and a second sheet that counts them."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "People"
    _fill(sheet)
    _adorn(sheet)
    _count(book)
    book.defined_names["Everybody"] = DefinedName("Everybody", attr_text="People!$A$4:$F$9")
    book.save(path)
    rewrite(
        path,
        {
            "xl/worksheets/sheet1.xml": _with_results,
            "xl/sharedStrings.xml": _with_runs,
            "xl/drawings/drawing1.xml": _with_picture,
            "xl/drawings/_rels/drawing1.xml.rels": _with_picture_named,
            "[Content_Types].xml": _with_pictures_known,
        },
        more={"xl/media/image1.png": PIXEL},
    )


def _fill(sheet: Any) -> None:
    rows: list[list[Any]] = [
        ["Spring campaign", None, None, None, None, None],
        [],
        ["Name", "E-mail", "Coach", "First call", "Score", "Twice"],
        ["Ana Ruiz", "ana@example.org", None, datetime(2026, 3, 4, 19), 1.5, "=E4*2"],
        ["Bo Kim", "bo@example.org", "Lee", date(2026, 3, 5), 2, "=E5*2"],
        ["Cy Obi", "cy@example.org", None, None, 3, "=SUM(E4:E6)"],
        ["Di & <Fo>", "di@example.org", None, "4 March 2026 7pm", 4, '=A7&" Ω"'],
        ["Ed Gu", "ed@example.org", None, datetime(2026, 3, 6, 9, 30), 5, "=E8*2"],
        ["Flo Ho", "flo@example.org", None, None, None, None],
    ]
    for row in rows:
        sheet.append(row)


def _adorn(sheet: Any) -> None:
    thin = Side(style="thin", color="336699")
    for cell in sheet[3]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="336699")
        cell.border = Border(bottom=thin)
        cell.alignment = Alignment(wrap_text=True, horizontal="center")
    sheet["A1"].font = Font(size=18, italic=True)
    sheet.merge_cells("A1:F1")
    sheet["E5"].number_format = '0.0" points"'
    sheet["C4"].fill = PatternFill("solid", fgColor="FFF2CC")
    sheet["A4"].comment = Comment("Knows everybody", "Lee")
    sheet["B4"].hyperlink = "mailto:ana@example.org"
    sheet.row_dimensions[6].hidden = True
    sheet.row_dimensions[7].height = 31.5
    sheet.column_dimensions["B"].width = 28
    sheet.column_dimensions["G"].hidden = True
    sheet.freeze_panes = "B4"
    sheet.auto_filter.ref = "A3:F9"
    scale = ColorScaleRule("min", None, "FFFFFF", end_type="max", end_color="63BE7B")
    sheet.conditional_formatting.add("E4:E9", scale)
    rule = CellIsRule("equal", ['"Ana Ruiz"'], font=Font(bold=True))
    sheet.conditional_formatting.add("A4:A9", rule)
    choices = DataValidation("list", formula1='"Lee,Sam"', allow_blank=True)
    choices.add("C4:C9")
    sheet.add_data_validation(choices)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=5, min_row=3, max_row=9), titles_from_data=True)
    sheet.add_chart(chart, "J3")
    sheet.print_title_rows = "3:3"
    sheet.oddFooter.center.text = "Page &P"


def _count(book: Any) -> None:
    other = book.create_sheet("Count")
    other.append(["Coach", "How many"])
    other.append(["Lee", "=COUNTIF(People!C:C,A2)"])
    other.append(["Sam", "=COUNTIF(People!C:C,A3)"])
    other["A2"].font = Font(color="FF0000")
    table = Table(displayName="Counts", ref="A1:B3")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    other.add_table(table)
    book.create_sheet("Hidden notes").sheet_state = "hidden"


def _with_results(xml: bytes) -> bytes:
    """Formulas with the results that Excel would have kept beside them, and an extension list."""
    results = iter((b"3", b"4", b"6.5", b"Di &amp; &lt;Fo&gt; \xce\xa9", b"10"))

    def solved(found: re.Match[bytes]) -> bytes:
        result = next(results)
        kind = b"" if re.fullmatch(rb"[\d.]+", result) else b' t="str"'
        return b"<c%b%b>%b<v>%b</v></c>" % (found[1], kind, found[2], result)

    xml = re.sub(rb"<c([^>]*)>(<f>[^<]*</f>)<v\s*/>\s*</c>", solved, xml)
    xml = re.sub(rb"<c([^>]*)>(<f>[^<]*</f>)<v></v></c>", solved, xml)
    extension = b'<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"/></extLst>'
    return xml.replace(b"</worksheet>", extension + b"</worksheet>")


def _with_runs(xml: bytes) -> bytes:
    """A shared text in two fonts, with its reading above it."""
    runs = (
        b"<si><r><t>Bo </t></r><r><rPr><b/></rPr><t>Kim</t></r>"
        b'<rPh sb="0" eb="2"><t>bo</t></rPh><phoneticPr fontId="1"/></si>'
    )
    assert b"<si><t>Bo Kim</t></si>" in xml
    return xml.replace(b"<si><t>Bo Kim</t></si>", runs)


def _with_picture(xml: bytes) -> bytes:
    """A logo beside the chart, put there by hand: openpyxl would need another library for it."""
    picture = (
        b'<oneCellAnchor xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        b"<from><col>9</col><colOff>0</colOff><row>20</row><rowOff>0</rowOff></from>"
        b'<ext cx="95250" cy="95250"/><pic><nvPicPr><cNvPr id="9" name="Logo"/><cNvPicPr/>'
        b'</nvPicPr><blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/'
        b'2006/relationships" r:embed="rId9"/></blipFill><spPr><a:prstGeom prst="rect"/></spPr>'
        b"</pic><clientData/></oneCellAnchor>"
    )
    return xml.replace(b"</wsDr>", picture + b"</wsDr>")


def _with_picture_named(xml: bytes) -> bytes:
    relation = (
        b'<Relationship Id="rId9" Target="/xl/media/image1.png" Type="http://schemas.openxml'
        b'formats.org/officeDocument/2006/relationships/image"/>'
    )
    return xml.replace(b"</Relationships>", relation + b"</Relationships>")


def _with_pictures_known(xml: bytes) -> bytes:
    return xml.replace(b"</Types>", b'<Default Extension="png" ContentType="image/png"/></Types>')


def rewrite(
    path: Path,
    changes: Mapping[str, Callable[[bytes], bytes]],
    more: Mapping[str, bytes] | None = None,
) -> None:
    """Change parts of a workbook by hand, as no library would write them, and add others."""
    parts = {**parts_of(path), **(more or {})}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, changes[name](content) if name in changes else content)


def parts_of(path: Path) -> dict[str, bytes]:
    """Every part of the zip, in order."""
    with zipfile.ZipFile(path) as source:
        return {info.filename: source.read(info) for info in source.infolist()}


def loaded(path: Path, **how: Any) -> Any:
    """The workbook as openpyxl sees it, which warns of what it would lose."""
    with warnings.catch_warnings(), path.open("rb") as file:
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(file, **how)


Seen = dict[Any, Any]


def everything_in(path: Path) -> Seen:
    """All that openpyxl sees: each cell with value, result and style, and each ornament."""
    seen: Seen = {}
    for results in (False, True):
        book = loaded(path, data_only=results, rich_text=not results)
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    seen[sheet.title, cell.coordinate, results] = (cell.value, _style(cell))
            seen[sheet.title, "ornaments", results] = _ornaments(sheet)
        seen["names"] = {name: found.attr_text for name, found in book.defined_names.items()}
        seen["sheets"] = [(sheet.title, sheet.sheet_state) for sheet in book.worksheets]
    return seen


def _style(cell: Any) -> str:
    return repr(
        (cell.font, cell.fill, cell.border, cell.alignment, cell.number_format, cell.protection)
    )


def _ornaments(sheet: Any) -> Mapping[str, object]:
    return {
        "merged": sorted(map(str, sheet.merged_cells.ranges)),
        "rules": [
            (str(ranges.sqref), [rule.type for rule in ranges.rules])
            for ranges in sheet.conditional_formatting
        ],
        "choices": [(str(v.sqref), v.formula1) for v in sheet.data_validations.dataValidation],
        "comments": [
            (cell.coordinate, cell.comment.text)
            for row in sheet.iter_rows()
            for cell in row
            if cell.comment
        ],
        "links": [
            (cell.coordinate, cell.hyperlink.target)
            for row in sheet.iter_rows()
            for cell in row
            if cell.hyperlink
        ],
        "hidden": [n for n, row in sheet.row_dimensions.items() if row.hidden],
        "heights": {n: row.height for n, row in sheet.row_dimensions.items() if row.height},
        "widths": {n: (c.width, c.hidden) for n, c in sheet.column_dimensions.items()},
        "frozen": sheet.freeze_panes,
        "filter": sheet.auto_filter.ref,
        "titles": sheet.print_title_rows,
        "footer": sheet.oddFooter.center.text,
        "charts": len(sheet._charts),
        "tables": dict(sheet.tables.items()),
    }
