"""Builds campaign.xlsx: a workbook as it really looks after a spring of many hands.

    python -m recipes.example_workbook    writes its tables beside their recipes anew

Besides the rows of `example_rows` it has what a careless program would lose: a title above the
headers, styles, merged cells, hidden rows, a formula column, drop-downs, colours that depend on
values, a comment, a chart, and a sheet that no recipe knows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sheetflow.commands.library import EXAMPLE_DAY

from .example_rows import (
    GROUPS_HEADERS,
    PEOPLE_HEADERS,
    TEAM_HEADERS,
    Note,
    Signup,
    groups,
    signups,
    team,
)

NAME = "campaign.xlsx"
HEADER_ROW = 3
"""Where the headers of People stand: below a title and an empty row."""

BESIDE = {
    "welcome-new-signup": ("people.csv",),
    "assign-point-person": ("people.csv", "team.csv"),
    "coaching-invites": ("groups.csv", "team.csv"),
}
"""The recipes for which the workbook is made, and its sheets that stand beside them."""

GREEN = PatternFill("solid", fgColor="1F6F54")
PALE = PatternFill("solid", fgColor="EEF5F1")
AMBER = PatternFill("solid", bgColor="FFD37A")
THIN = Side(style="thin", color="C9D6CF")


def build_example(folder: Path, today: date) -> Path:
    """Write the workbook into `folder`, its times counted from `today`; gives its path."""
    book = Workbook()
    book.properties.creator = "Spring team"
    book.properties.created = book.properties.modified = datetime.combine(today, time(9))
    book.calculation.fullCalcOnLoad = True  # nobody has worked its formulas out yet
    _people(book.worksheets[0], today)
    _table(book.create_sheet("Team"), TEAM_HEADERS, team(today))
    _table(book.create_sheet("Groups"), GROUPS_HEADERS, groups(today))
    _budget(book.create_sheet("Budget"))
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / NAME)
    return folder / NAME


def example_tables(today: date) -> dict[str, str]:
    """The sheets that a recipe knows as CSV files: what is in each, by its name."""
    people = [row.cells(today) for row in signups(today) if isinstance(row, Signup)]
    return {
        "people.csv": _csv(PEOPLE_HEADERS[:-1], people),
        "team.csv": _csv(TEAM_HEADERS, team(today)),
        "groups.csv": _csv(GROUPS_HEADERS, groups(today)),
    }


def _people(sheet: Worksheet, today: date) -> None:
    sheet.title = "People"
    sheet["A1"] = "Clean Rivers: sign-ups this spring"
    sheet["A1"].font = Font(size=16, bold=True, color="1F6F54")
    sheet.merge_cells("A1:F1")
    _headers(sheet, (*PEOPLE_HEADERS, "Sheetflow ID"), HEADER_ROW)
    for number, row in enumerate(signups(today), start=HEADER_ROW + 1):
        if isinstance(row, Signup):
            _signup(sheet, number, row, today)
        else:
            _note(sheet, number, row)
    _decorate(sheet, sheet.max_row)


def _signup(sheet: Worksheet, number: int, row: Signup, today: date) -> None:
    for column, value in enumerate(row.cells(today), start=1):
        _write(sheet, number, column, value)
    signed_up, days_here = PEOPLE_HEADERS.index("Signed up at"), len(PEOPLE_HEADERS)
    letter = get_column_letter(signed_up + 1)
    sheet.cell(number, days_here, f"=TODAY()-INT({letter}{number})").number_format = "0"
    sheet.cell(number, days_here + 1, row.id)
    sheet.row_dimensions[number].hidden = row.hidden
    if number % 2:
        for column in range(1, days_here + 1):
            sheet.cell(number, column).fill = PALE


def _write(sheet: Worksheet, number: int, column: int, value: Any) -> None:
    """Text stays text, whatever it begins with; an error is an error."""
    cell = sheet.cell(number, column)
    if value == "#REF!":
        cell.value = value
        cell.data_type = "e"
    elif isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
        cell.quotePrefix = value.startswith("=")
    elif value is not None:
        cell.value = value
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def _note(sheet: Worksheet, number: int, note: Note) -> None:
    _write(sheet, number, 1, note.text)
    sheet.cell(number, 1).font = Font(italic=True, color="5C6F66")
    if note.total:
        sheet.cell(number, 3, note.total.format(last=number - 1)).font = Font(bold=True)


def _decorate(sheet: Worksheet, last: int) -> None:
    """What a sheet collects over a season, all of it to be left as it is."""
    first = HEADER_ROW + 1
    sheet.freeze_panes = f"C{first}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(len(PEOPLE_HEADERS))}{last}"
    for name, choices in (("Region", "North,South,East,West"), ("Email OK?", "Yes,No")):
        letter = _letter(name)
        rule = DataValidation(
            "list", formula1=f'"{choices}"', allow_blank=True, showErrorMessage=False
        )
        rule.add(f"{letter}{first}:{letter}{last + 200}")
        sheet.add_data_validation(rule)
    letter = _letter("Next step due")
    late = FormulaRule([f'AND({letter}{first}<>"",{letter}{first}<TODAY())'], fill=AMBER)
    sheet.conditional_formatting.add(f"{letter}{first}:{letter}{last}", late)
    letter = _letter("Email OK?")
    no = CellIsRule("equal", ['"no"'], font=Font(strike=True))
    sheet.conditional_formatting.add(f"{letter}{first}:{letter}{last}", no)
    sheet.merge_cells(f"{_letter('Source')}{first}:{_letter('Source')}{first + 1}")
    sheet.cell(HEADER_ROW, 10).comment = Comment("Only if they ticked the box on the form.", "Ana")
    sheet["R1"] = "North is Lee's and Maya's this year"


def _letter(header: str) -> str:
    return get_column_letter(PEOPLE_HEADERS.index(header) + 1)


def _table(sheet: Worksheet, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    _headers(sheet, headers, 1)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            _write(sheet, number, column, value)
    sheet.freeze_panes = "B2"


def _headers(sheet: Worksheet, headers: Sequence[str], number: int) -> None:
    for column, header in enumerate(headers, start=1):
        cell = sheet.cell(number, column, header)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = GREEN
        cell.border = Border(bottom=THIN)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = max(12, len(header) + 3)
    sheet.row_dimensions[number].height = 24


def _budget(sheet: Worksheet) -> None:
    """A sheet that no recipe knows, with a chart."""
    for row in (("What", "Planned", "Spent"), ("Leaflets", 400, 380), ("Hall", 250, 275)):
        sheet.append(row)
    sheet.append(("Total", "=SUM(B2:B3)", "=SUM(C2:C3)"))
    for row in sheet["B2:C4"]:
        for cell in row:
            cell.number_format = "#,##0"
    chart = BarChart()
    chart.title = "Planned and spent"
    chart.add_data(
        Reference(sheet, min_col=2, max_col=3, min_row=1, max_row=3), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=3))
    sheet.add_chart(chart, "E2")


def _csv(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    for row in rows:
        padded = [*row, *[None] * (len(headers) - len(row))]
        writer.writerow(["" if value is None else value for value in padded])
    return text.getvalue()


def _update_tables() -> None:
    """Write the workbook's tables anew, beside each recipe that the workbook is for."""
    tables = example_tables(EXAMPLE_DAY)
    for recipe, names in BESIDE.items():
        for name in names:
            (Path(__file__).parent / recipe / name).write_text(tables[name], encoding="utf-8")


if __name__ == "__main__":
    _update_tables()
