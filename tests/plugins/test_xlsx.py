"""A workbook after we wrote into it: our cells are there, and everything else is as it was."""

from __future__ import annotations

import csv
import io
import os
import random
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.styles import Font
from sheetflow_plugins.xlsx import Xlsx, XlsxTable

from sheetflow.errors import PlanningWrote, SetupError, TableBusy, TableChanged, TableError
from sheetflow.network.door import Door
from sheetflow.plugin.testing import TableContract
from sheetflow.tables.source import Edit, NewColumn, NewRow, TableSource
from sheetflow.tables.spec import ColumnSpec, PersonColumns, TableSpec
from sheetflow.tables.table import RowWrite, Table
from sheetflow.values import CellError
from tests.plugins.workbooks import everything_in, loaded, parts_of, rewrite, rich_workbook
from tests.tables.files import File

PEOPLE = TableSpec(
    "People",
    "xlsx",
    {},
    person=PersonColumns(name="Name", email="Email"),
    columns={"First call": ColumnSpec("First call", "date and time")},
    writes=("Coach", "First call"),
)


def opened(path: Path, sheet: str = "", *, may_write: bool = True) -> TableSource:
    connector = Xlsx(Xlsx.Settings(), door=Door(may_write=may_write), folder=path.parent)
    return connector.open_table({"file": path.name, **({"sheet": sheet} if sheet else {})})


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    path = tmp_path / "rich.xlsx"
    rich_workbook(path)
    return path


def simple(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


# Everything else stays


def test_everything_but_our_cells_is_as_it_was(rich: Path):
    before = everything_in(rich)
    table = Table(PEOPLE, opened(rich))
    assert [row.number for row in table.rows] == [4, 5, 6, 7, 8, 9]
    writes = [
        RowWrite(row.id, {"Coach": "Sam", "Sheetflow status": f"Sent — {row.cells['Name']}"})
        for row in table.rows
        if row.cells["Name"] != "Bo Kim"
    ]
    table.write(writes)
    after = everything_in(rich)
    ours = {f"{column}{row}" for row in range(1, 10) for column in "GHI"}
    coach = {f"C{row}" for row in (4, 6, 7, 8, 9)}
    for results in (True, False):
        widths = after["People", "ornaments", results]["widths"]
        assert (widths.pop("H"), widths.pop("I")) == ((18, False), (15, False))
    changed = {
        key
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key) and key[1] not in ours
    }
    assert changed == {("People", cell, results) for cell in coach for results in (True, False)}
    assert after["People", "C4", True] == ("Sam", before["People", "C4", True][1])
    assert after["People", "H7", True][0] == "Sent — Di & <Fo>"
    assert {after["People", f"G{row}", True][0] for row in range(1, 10)} == {None}
    assert after["People", "H3", True][1] == before["People", "F3", True][1]
    assert after["People", "I3", True][1] == before["People", "F3", True][1]


def test_a_new_header_looks_like_the_one_beside_it(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name", "Email"], ["Ana", "a@x.org"])
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["B1"].font = Font(bold=True, color="336699")
    book.save(path)
    source = opened(path)
    long = "Needs you — " + "x" * 80
    source.write(source.read(), [Edit(2, 2, long)], new_columns=[NewColumn("Status", 2, 1)])
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet["C1"].style_id == sheet["B1"].style_id
    assert sheet["C2"].style_id == sheet["A2"].style_id
    assert sheet.column_dimensions["C"].width == 60


def test_every_part_that_is_not_ours_has_the_same_bytes_in_the_same_order(rich: Path):
    before = parts_of(rich)
    table = Table(PEOPLE, opened(rich))
    table.write([RowWrite(table.rows[0].id, {"Sheetflow status": "Sent"})])
    after = parts_of(rich)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet1.xml"}


def test_in_our_sheet_only_our_cells_have_other_bytes(rich: Path):
    before = parts_of(rich)["xl/worksheets/sheet1.xml"]
    source = opened(rich)
    source.write(source.read(), [Edit(4, 2, "Sam")])
    after = parts_of(rich)["xl/worksheets/sheet1.xml"]
    was = re.search(rb'<c r="C4"[^>]*/>', before)
    now = re.search(rb'<c r="C4".*?</c>', after)
    assert was is not None
    assert now is not None
    assert after.replace(now[0], was[0]) == before
    assert now[0].endswith(b't="inlineStr"><is><t xml:space="preserve">Sam</t></is></c>')


def test_results_of_formulas_stay_and_are_worked_out_anew_when_opened(rich: Path):
    def without(xml: bytes) -> bytes:
        return re.sub(rb"<calcPr[^>]*/>", b"", xml)

    rewrite(rich, {"xl/workbook.xml": without})
    source = opened(rich)
    source.write(source.read(), [Edit(4, 2, "Sam")])
    book = loaded(rich, data_only=True)
    assert [book["People"].cell(row, 6).value for row in range(4, 9)] == [
        3,
        4,
        6.5,
        "Di & <Fo> Ω",
        10,
    ]
    assert b'</definedNames><calcPr fullCalcOnLoad="1"/>' in parts_of(rich)["xl/workbook.xml"]


def test_without_formulas_the_workbook_part_is_not_touched(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name", "Email"], ["Ana", "ana@x.org"])
    before = parts_of(path)["xl/workbook.xml"]
    source = opened(path)
    source.write(source.read(), [Edit(2, 1, "b@x.org")])
    assert parts_of(path)["xl/workbook.xml"] == before


def test_a_second_sheet_is_written_while_the_first_stays(rich: Path):
    before = everything_in(rich)
    spec = TableSpec("Count", "xlsx", {}, key=("Coach",))
    table = Table(spec, opened(rich, "count"))
    table.write([RowWrite("lee", {"Sheetflow status": "Done"})])
    after = everything_in(rich)
    for results in (True, False):
        assert after["Count", "ornaments", results]["widths"].pop("C") == (18, False)
        assert before["Count", "ornaments", results].pop("tables") == {"Counts": "A1:B3"}
        assert after["Count", "ornaments", results].pop("tables") == {"Counts": "A1:C3"}
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert {key[:2] for key in changed} == {("Count", f"C{row}") for row in (1, 2, 3)}


# Values


VALUES: list[tuple[object, object]] = [
    ("plain", "plain"),
    ("  spaces around  ", "  spaces around  "),
    ("two\nlines", "two\nlines"),
    ('<b>&amp;"quoted"</b>', '<b>&amp;"quoted"</b>'),
    ("=SUM(A1:A9)", "=SUM(A1:A9)"),
    ("_x0041_ is no A", "_x0041_ is no A"),
    ("emoji 👩‍👩‍👧 and أنا", "emoji 👩‍👩‍👧 and أنا"),
    (True, True),
    (False, False),
    (7, 7),
    (-2.5, -2.5),
    (10**18, "1000000000000000000"),
    (10**400, str(10**400)),
    (float("inf"), "inf"),
    (float("nan"), "nan"),
    (datetime(2026, 3, 4, 19, 2), datetime(2026, 3, 4, 19, 2)),
    (datetime(2026, 3, 4), date(2026, 3, 4)),
    (date(2026, 3, 4), date(2026, 3, 4)),
    (date(1815, 12, 10), "1815-12-10"),
    (None, None),
]


@pytest.mark.parametrize(("value", "read"), VALUES, ids=lambda value: str(value)[:30])
def test_a_value_that_is_written_is_read_again(tmp_path: Path, value: object, read: object):
    path = simple(tmp_path / "a.xlsx", ["Name", "It"], ["Ana", "old"], ["Bo", None])
    source = opened(path)
    source.write(source.read(), [Edit(2, 1, value), Edit(3, 1, value)])
    rows = source.read().rows
    expected = value if value == datetime(2026, 3, 4) else read
    assert rows[1].cells[1] == expected
    assert (rows[2].cells[1] if len(rows[2].cells) > 1 else None) == expected


def test_a_date_keeps_the_look_of_its_cell_and_gets_a_format_that_shows_it(rich: Path):
    source = opened(rich)
    before = everything_in(rich)
    moment = datetime(2026, 4, 1, 18, 30)
    source.write(source.read(), [Edit(4, 2, moment), Edit(8, 3, moment), Edit(9, 2, moment)])
    sheet = loaded(rich)["People"]
    assert [sheet[cell].value for cell in ("C4", "D8", "C9")] == [moment] * 3
    assert sheet["C4"].fill.fgColor.rgb == "00FFF2CC"
    assert sheet["C4"].number_format == r"yyyy\-mm\-dd\ hh:mm"
    assert sheet["D8"].number_format == "yyyy-mm-dd h:mm:ss"
    assert before["People", "E5", True] == everything_in(rich)["People", "E5", True]


def test_dates_count_from_1904_where_the_workbook_does(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name", "On"], ["Ana", datetime(2026, 3, 4, 19)])

    def mac(xml: bytes) -> bytes:
        return xml.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)

    rewrite(path, {"xl/workbook.xml": mac})
    source = opened(path)
    first = source.read().rows[1].cells[1]
    assert first == datetime(2030, 3, 5, 19)
    source.write(source.read(), [Edit(2, 1, datetime(2026, 3, 4, 19))])
    assert source.read().rows[1].cells[1] == datetime(2026, 3, 4, 19)


def test_days_and_moments_are_told_apart_by_how_they_are_shown(rich: Path):
    calls = [row.cells[3] for row in opened(rich).read().rows[2:5] if len(row.cells) > 3]
    assert calls == [datetime(2026, 3, 4, 19), date(2026, 3, 5), None]


def test_rich_text_is_read_as_its_text(rich: Path):
    assert opened(rich).read().rows[3].cells[0] == "Bo Kim"


def test_errors_are_errors_and_unsolved_formulas_too(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name", "It"], ["Ana", "#N/A"], ["Bo", "=1+1"])
    found = [row.cells[1] for row in opened(path).read().rows[1:]]
    assert found == [CellError("#N/A"), CellError("a formula that was never worked out")]


# Rows and columns


def test_cells_and_rows_that_are_not_there_are_put_in_order(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name", None, None, "It"], [None], ["Ana"])
    source = opened(path)
    edits = [Edit(3, 2, "c"), Edit(3, 1, "b"), Edit(9, 0, "later"), Edit(2, 0, "between")]
    source.write(source.read(), edits)
    assert [(row.number, row.cells) for row in source.read().rows] == [
        (1, ("Name", None, None, "It")),
        (2, ("between",)),
        (3, ("Ana", "b", "c")),
        (9, ("later",)),
    ]
    xml = parts_of(path)["xl/worksheets/sheet1.xml"]
    assert b'<dimension ref="A1:D9"' in xml
    assert re.findall(rb'r="(\w+\d+)"', xml) == [
        b"A1",
        b"D1",
        b"A2",
        b"A3",
        b"B3",
        b"C3",
        b"A9",
    ]


@pytest.mark.parametrize("data", [b"<sheetData/>", b"<sheetData></sheetData>"])
def test_an_empty_sheet_can_be_written_to(tmp_path: Path, data: bytes):
    path = simple(tmp_path / "a.xlsx")

    def emptied(xml: bytes) -> bytes:
        return re.sub(rb"<sheetData\s*/>|<sheetData>.*</sheetData>", data, xml)

    rewrite(path, {"xl/worksheets/sheet1.xml": emptied})
    source = opened(path)
    source.write(
        source.read(),
        [],
        new_columns=[NewColumn("Name", 0, 1)],
        new_rows=[NewRow(1, {0: "Ana"}), NewRow(1, {0: "Bo"})],
    )
    assert [row.cells for row in source.read().rows] == [("Name",), ("Ana",), ("Bo",)]


def test_a_sheet_with_prefixed_names_and_no_references_is_written_too(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name", "Email"], ["Ana", "ana@x.org"])
    plain = (
        b'<?xml version="1.0" encoding="UTF-8"?><x:worksheet '
        b'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        b'<x:row><x:c t="inlineStr"><x:is><x:t>Name</x:t></x:is></x:c>'
        b'<x:c t="inlineStr"><x:is><x:t>Email</x:t></x:is></x:c></x:row>'
        b'<x:row spans="1:2"><x:c t="inlineStr"><x:is><x:t>Ana</x:t></x:is></x:c></x:row>'
        b"</x:sheetData></x:worksheet>"
    )
    rewrite(path, {"xl/worksheets/sheet1.xml": lambda _xml: plain})
    source = opened(path)
    source.write(source.read(), [Edit(2, 1, "ana@x.org"), Edit(2, 3, 5), Edit(3, 0, "Bo")])
    assert [row.cells for row in source.read().rows] == [
        ("Name", "Email"),
        ("Ana", "ana@x.org", None, 5),
        ("Bo",),
    ]
    xml = parts_of(path)["xl/worksheets/sheet1.xml"]
    assert b'<x:row spans="1:4">' in xml
    assert xml.startswith(plain[:250])


def test_a_sheet_in_utf_16_is_written_too(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name", "Email"], ["Añá", "ana@x.org"])

    def wide(xml: bytes) -> bytes:
        text = re.sub(r"^<\?xml[^>]*\?>", "", xml.decode())
        return f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")

    rewrite(path, {"xl/worksheets/sheet1.xml": wide})
    source = opened(path)
    source.write(source.read(), [Edit(2, 1, "Ω")])
    assert source.read().rows[1].cells == ("Añá", "Ω")


def test_a_table_of_excel_grows_by_the_row_that_is_added_below_it(rich: Path):
    table = Table(TableSpec("Count", "xlsx", {}, key=("Coach",)), opened(rich, "Count"))
    table.append({"Coach": "Kim"}, "")
    book = loaded(rich)
    assert book["Count"].tables["Counts"].ref == "A1:B4"
    assert book["Count"].tables["Counts"].autoFilter is None or (
        book["Count"].tables["Counts"].autoFilter.ref == "A1:B4"
    )
    assert [cell.value for cell in book["Count"][4]] == ["Kim", None]


def with_table(path: Path, **more: Any) -> TableSource:
    simple(path, ["Name", "Email"], ["Ana", "ana@x.org"], ["Bo", "bo@x.org"])
    book = loaded(path)
    table = openpyxl.worksheet.table.Table(displayName="People", ref="A1:B3", **more)
    table.autoFilter = openpyxl.worksheet.filters.AutoFilter("A1:B3")
    book.worksheets[0].add_table(table)
    book.save(path)
    return opened(path)


def test_a_table_of_excel_takes_in_the_columns_that_are_made_beside_it(tmp_path: Path):
    source = with_table(tmp_path / "a.xlsx")
    new = [NewColumn("Sheetflow <ID>", 2, 1), NewColumn("Status", 3, 1), NewColumn("Far", 5, 1)]
    source.write(
        source.read(), [Edit(2, 2, "k7")], new_columns=new, new_rows=[NewRow(3, {0: "Cy"})]
    )
    table = loaded(tmp_path / "a.xlsx").worksheets[0].tables["People"]
    assert (table.ref, table.autoFilter.ref) == ("A1:D4", "A1:D4")
    assert [(one.id, one.name) for one in table.tableColumns] == [
        (1, "Name"),
        (2, "Email"),
        (3, "Sheetflow <ID>"),
        (4, "Status"),
    ]


def test_a_table_with_totals_gets_wider_but_no_longer(tmp_path: Path):
    source = with_table(tmp_path / "a.xlsx", totalsRowCount=1)
    new = [NewColumn("Status", 2, 1)]
    source.write(source.read(), [], new_columns=new, new_rows=[NewRow(3, {0: "Cy"})])
    assert loaded(tmp_path / "a.xlsx").worksheets[0].tables["People"].ref == "A1:C3"


@pytest.mark.parametrize("kind", [{"tableType": "queryTable"}, {"headerRowCount": 0}])
def test_a_table_filled_from_outside_or_without_headers_gets_no_column(
    tmp_path: Path, kind: dict[str, Any]
):
    source = with_table(tmp_path / "a.xlsx", **kind)
    source.write(source.read(), [], new_columns=[NewColumn("Status", 2, 1)])
    assert loaded(tmp_path / "a.xlsx").worksheets[0].tables["People"].ref == "A1:B3"


def test_a_filter_takes_in_the_columns_that_are_made_beside_it(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name", "Email"], ["Ana", "ana@x.org"])
    book = loaded(path)
    book.worksheets[0].auto_filter.ref = "A1:B2"
    other = book.create_sheet("Other", 0)
    other.append(["A", "B"])
    other.auto_filter.ref = "A1:B2"
    book.save(path)
    source = opened(path, "Sheet")
    source.write(source.read(), [Edit(2, 2, "x")], new_columns=[NewColumn("Status", 2, 1)])
    book = loaded(path)
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:B2", "A1:C2"]
    names = re.findall(rb"_FilterDatabase.*?>([^<]*)<", parts_of(path)["xl/workbook.xml"])
    assert names == [b"'Other'!$A$1:$B$2", b"'Sheet'!$A$1:$C$2"]


def test_a_new_row_looks_like_the_one_above_and_overwrites_nothing(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name", "On", None, "Note"], ["Ana", date(2026, 3, 4)])
    book = loaded(path)
    book.worksheets[0]["D3"] = "beside"
    book.save(path)
    source = opened(path)
    source.write(source.read(), [], new_rows=[NewRow(2, {0: "Bo", 1: date(2026, 3, 5), 3: "x"})])
    sheet = loaded(path).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet["A3:D4"]] == [
        [None, None, None, "beside"],
        ["Bo", datetime(2026, 3, 5), None, "x"],
    ]
    assert sheet["B4"].number_format == sheet["B2"].number_format


def test_formula_cells_are_left_alone_and_named(rich: Path):
    source = opened(rich)
    edits = [Edit(4, 5, "no"), Edit(4, 2, "Sam")]
    left = source.write(source.read(), edits)
    assert [(one.edit, one.why) for one in left] == [(edits[0], "formula")]
    assert source.read().rows[2].formulas == frozenset({5})


def test_every_cell_of_an_array_formula_is_a_formula_cell(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name", "N"], ["Ana", 1], ["Bo", 2])

    def array(xml: bytes) -> bytes:
        return re.sub(
            rb'(<c r="B2"[^>]*>)<v>1</v>', rb'\1<f t="array" ref="B2:B3">A2:A3</f><v>1</v>', xml
        )

    rewrite(path, {"xl/worksheets/sheet1.xml": array})
    source = opened(path)
    left = source.write(source.read(), [Edit(2, 1, 9), Edit(3, 1, 9)])
    assert [one.why for one in left] == ["formula", "formula"]


# The file


def test_a_link_stays_a_link(rich: Path, tmp_path: Path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    real = folder / "real.xlsx"
    shutil.move(rich, real)
    rich.symlink_to(real)
    source = opened(rich)
    source.write(source.read(), [Edit(4, 2, "Sam")])
    assert rich.is_symlink()
    assert loaded(real)["People"]["C4"].value == "Sam"


def test_the_files_permissions_stay(rich: Path):
    rich.chmod(0o640)
    source = opened(rich)
    source.write(source.read(), [Edit(4, 2, "Sam")])
    assert rich.stat().st_mode & 0o777 == 0o640
    assert os.listdir(rich.parent) == [rich.name]


def test_a_file_that_was_saved_meanwhile_is_not_written(rich: Path):
    source = opened(rich)
    sheet = source.read()
    book = loaded(rich)
    book["People"]["A4"] = "Ana Maria"
    book.save(rich)
    content = rich.read_bytes()
    with pytest.raises(TableChanged):
        source.write(sheet, [Edit(4, 2, "Sam")])
    assert rich.read_bytes() == content


def test_planning_cannot_write(rich: Path):
    source = opened(rich, may_write=False)
    content = rich.read_bytes()
    with pytest.raises(PlanningWrote):
        source.write(source.read(), [Edit(4, 2, "Sam")])
    assert rich.read_bytes() == content


def test_a_file_open_in_excel_is_busy_and_says_who_has_it(rich: Path):
    name = "Ana Ruiz"
    lock = bytes([len(name)]) + name.encode().ljust(54) + len(name).to_bytes(2, "little")
    (rich.parent / f"~${rich.name}").write_bytes(lock + name.encode("utf-16-le").ljust(108))
    source = opened(rich)
    with pytest.raises(TableBusy) as error:
        source.ready()
    assert str(error.value) == (
        "rich.xlsx is open in Excel, by Ana Ruiz. Close it there and run again. "
        "If nobody has it open, delete ~$rich.xlsx."
    )
    with pytest.raises(TableBusy):
        source.write(source.read(), [Edit(4, 2, "Sam")])


def test_a_file_open_in_libreoffice_is_busy_and_says_who_has_it(rich: Path):
    lock = rich.parent / f".~lock.{rich.name}#"
    lock.write_text("Bo Kim,bo,desk,04.03.2026 19:00,file:///home/bo;")
    with pytest.raises(TableBusy, match=r"rich\.xlsx is open in LibreOffice, by Bo Kim"):
        opened(rich).ready()
    lock.unlink()
    opened(rich).ready()


def test_a_read_only_file_is_not_replaced(rich: Path):
    rich.chmod(0o444)
    with pytest.raises(TableBusy) as error:
        opened(rich).ready()
    assert str(error.value) == "rich.xlsx is read-only. Allow changes to it."


@pytest.mark.skipif(os.geteuid() == 0, reason="whoever is root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_told(rich: Path):
    rich.parent.chmod(0o555)
    try:
        with pytest.raises(TableBusy, match="cannot be written to"):
            opened(rich).ready()
    finally:
        rich.parent.chmod(0o755)


def test_a_file_that_is_not_there_is_asked_for(tmp_path: Path):
    with pytest.raises(TableError) as error:
        opened(tmp_path / "gone.xlsx").read()
    assert str(error.value) == (
        f"I can't find the file {tmp_path / 'gone.xlsx'}. Has it been moved or renamed?"
    )
    with pytest.raises(TableError, match="I can't find the file"):
        opened(tmp_path / "gone.xlsx").ready()


def test_a_place_without_a_file_is_told(tmp_path: Path):
    connector = Xlsx(Xlsx.Settings(), door=Door(may_write=False), folder=tmp_path)
    with pytest.raises(SetupError, match="needs to say which one"):
        connector.open_table({"sheet": "People"})


# Hostile files


def refused(path: Path, saying: str) -> None:
    """Reading it is refused in words, at once."""
    began = time.process_time()
    with pytest.raises(TableError, match=saying):
        opened(path).read()
    assert time.process_time() - began < 5  # seconds; each takes a fraction of one


def test_an_encrypted_or_old_file_is_refused(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))
    refused(path, "a.xlsx is encrypted, or an old .xls file. Save it as .xlsx")


@pytest.mark.parametrize("content", [b"", b"Name,Email\n", b"PK\x03\x04", bytes(1000)])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    refused(path, "a.xlsx is damaged, or no .xlsx file")


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("hello.txt", "hello")
    refused(path, "a.xlsx is damaged, or no .xlsx file")


def test_a_truncated_or_damaged_file_is_refused(rich: Path):
    content = rich.read_bytes()
    dice = random.Random(7)
    for _ in range(40):
        broken = bytearray(content)
        for _ in range(3):
            broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
        rich.write_bytes(bytes(broken) if dice.random() < 0.5 else content[: dice.randrange(9999)])
        with suppress(TableError):  # a flipped bit may well be one that nobody misses
            opened(rich).read()


def test_a_zip_bomb_is_refused(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name"])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
        target.open("xl/media/big.bin", "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(bytes(2**20))
    refused(path, "a.xlsx unpacks to more than 512 MB")


def test_a_part_that_is_larger_than_it_says_is_refused(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name"])
    content = path.read_bytes()
    with zipfile.ZipFile(path) as source:
        info = source.getinfo("xl/worksheets/sheet1.xml")
    size = info.file_size.to_bytes(4, "little")
    path.write_bytes(content.replace(size, (10).to_bytes(4, "little")))
    refused(path, "a.xlsx is damaged")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_an_entity_bomb_is_refused(tmp_path: Path, part: str):
    path = simple(tmp_path / "a.xlsx", ["Name"])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

    def armed(xml: bytes) -> bytes:
        return bomb + re.sub(rb"^<\?xml[^>]*\?>", b"", xml)

    rewrite(path, {part: armed})
    refused(path, "declares entities")


def test_cells_at_the_far_end_cost_nothing(tmp_path: Path):
    path = simple(tmp_path / "a.xlsx", ["Name", "Email"], ["Ana", "ana@x.org"])
    far = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(3, 1500))
    far += b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'

    def stretched(xml: bytes) -> bytes:
        return xml.replace(b"</sheetData>", far + b"</sheetData>")

    rewrite(path, {"xl/worksheets/sheet1.xml": stretched})
    began = time.process_time()
    table = Table(PEOPLE, opened(path))
    assert time.process_time() - began < 20  # seconds; about one is usual
    assert [row.cells["Name"] for row in table.rows] == ["Ana"]
    table.write([RowWrite(table.rows[0].id, {"Sheetflow status": "Sent"})])
    assert Table(PEOPLE, opened(path)).rows[0].cells["Sheetflow status"] == "Sent"


@pytest.mark.parametrize("reference", ["ZZZZ1", "1A", "A0", "a1", "A99999999999"])
def test_cells_that_cannot_be_are_refused(tmp_path: Path, reference: str):
    path = simple(tmp_path / "a.xlsx", ["Name"])

    def odd(xml: bytes) -> bytes:
        return xml.replace(b'r="A1"', f'r="{reference}"'.encode())

    rewrite(path, {"xl/worksheets/sheet1.xml": odd})
    refused(path, r"a\.xlsx")


def test_a_chart_sheet_is_no_table(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.create_chartsheet("Chart", 0).add_chart(BarChart())
    book.save(path)
    with pytest.raises(TableError, match='has no sheet "Chart"'):
        opened(path, "Chart").read()
    assert opened(path).read().rows == ()


# Other programs


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not on this machine")
def test_libreoffice_opens_it_and_sees_our_cells(rich: Path, tmp_path: Path):
    table = Table(PEOPLE, opened(rich))
    table.write(
        [
            RowWrite(row.id, {"Coach": "Sam", "Sheetflow status": "=not & a <formula>"})
            for row in table.rows
        ]
    )
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"),
            *("--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1"),
            *("--outdir", str(tmp_path), str(rich)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    rows = list(csv.reader((tmp_path / "rich.csv").read_text().splitlines()))
    assert rows[2][4:] == ["Score", "Twice", "", "Sheetflow status", "Sheetflow ID"]
    assert rows[3][:3] == ["Ana Ruiz", "ana@example.org", "Sam"]
    assert rows[3][4:] == ["1.5", "3", "", "=not & a <formula>", table.rows[0].id]


def test_openpyxl_can_save_what_we_wrote(rich: Path):
    source = opened(rich)
    source.write(source.read(), [Edit(4, 2, "Sam")])
    out = io.BytesIO()
    loaded(rich).save(out)
    assert openpyxl.load_workbook(out)["People"]["C4"].value == "Sam"


def test_what_a_person_calls_it(rich: Path):
    source = opened(rich, "People")
    assert isinstance(source, XlsxTable)
    assert source.name == "People in rich.xlsx"


class TestTheContract(TableContract):
    connector = Xlsx
    place = {"file": "people.xlsx"}

    def put(self, folder: Path, rows: Sequence[Sequence[object]]) -> None:
        File("xlsx", folder).put(*rows)

    def rows(self, folder: Path) -> list[list[object]]:
        return File("xlsx", folder).rows()
