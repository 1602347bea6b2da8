"""A .csv file after we wrote into it: every line that is not ours has the same bytes."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from sheetflow_plugins._delimited import Delimited, shielded, unshielded
from sheetflow_plugins.csv import Csv

from sheetflow.errors import PlanningWrote, TableBusy, TableChanged, TableError
from sheetflow.network.door import Door
from sheetflow.plugin.testing import TableContract
from sheetflow.tables.source import Edit, NewColumn, NewRow, TableSource
from sheetflow.tables.spec import PersonColumns, TableSpec
from sheetflow.tables.table import RowWrite, Table
from tests.tables.files import File

PEOPLE = TableSpec(
    "People", "csv", {}, person=PersonColumns(name="Name", email="Email"), writes=("Coach",)
)


def put(folder: Path, content: bytes) -> Path:
    path = folder / "people.csv"
    path.write_bytes(content)
    return path


def opened(path: Path, *, may_write: bool = True, **place: str) -> TableSource:
    connector = Csv(Csv.Settings(), door=Door(may_write=may_write), folder=path.parent)
    return connector.open_table({"file": path.name, **place})


def parsed(content: bytes) -> Delimited:
    return Delimited(io.BytesIO(content), "x", delimiter=";")


def cells(source: TableSource) -> list[tuple[object, ...]]:
    return [row.cells for row in source.read().rows]


# Reading

TEXT = "Name,Email,Note\nAna Ruíz,ana@example.org,“said — yes”\n"
ROWS = [("Name", "Email", "Note"), ("Ana Ruíz", "ana@example.org", "“said — yes”")]


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"", "cp1252"),
    ],
)
def test_encodings_are_found_out_and_kept(tmp_path: Path, mark: bytes, encoding: str):
    path = put(tmp_path, mark + TEXT.encode(encoding))
    source = opened(path)
    assert cells(source) == ROWS
    source.write(source.read(), [Edit(2, 1, "bo@example.org")])
    assert path.read_bytes() == mark + TEXT.replace("ana@", "bo@").encode(encoding)


def test_an_encoding_that_is_said_is_believed(tmp_path: Path):
    path = put(tmp_path, "Name\nŻaneta\n".encode("cp1250"))
    assert cells(opened(path, encoding="cp1250")) == [("Name",), ("Żaneta",)]


@pytest.mark.parametrize(
    ("content", "place"),
    [(b"\0N\0a\0m\0e", {}), (b"Name\n\xff", {"encoding": "utf-8"}), (b"x", {"encoding": "nosuch"})],
)
def test_an_unknown_encoding_is_told(tmp_path: Path, content: bytes, place: dict[str, str]):
    with pytest.raises(TableError) as error:
        opened(put(tmp_path, content), **place).read()
    assert str(error.value) == (
        'people.csv is not in an encoding I know. Save it as "CSV UTF-8", '
        "or write encoding: NAME in its place."
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_out_and_kept(tmp_path: Path, delimiter: str):
    lines = [["Name", "Email", "Score"], ["Ana; Bo, Cy", "a@x.org", "1,5"], ["Di", "d@x.org", "2"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(lines)
    path = put(tmp_path, out.getvalue().encode())
    source = opened(path)
    assert cells(source) == [tuple(line) for line in lines]
    source.write(source.read(), [Edit(3, 2, "a;b,c|d\te")])
    assert cells(source)[2] == ("Di", "d@x.org", "a;b,c|d\te")
    assert path.read_bytes().startswith(out.getvalue().encode()[:-10])


def test_a_line_that_names_the_delimiter_is_no_row(tmp_path: Path):
    path = put(tmp_path, b"sep=;\r\nName;Note\r\nAna;a,b,c\r\n")
    source = opened(path)
    assert [(row.number, row.cells) for row in source.read().rows] == [
        (1, ("Name", "Note")),
        (2, ("Ana", "a,b,c")),
    ]
    source.write(source.read(), [Edit(2, 1, "x")])
    assert path.read_bytes() == b"sep=;\r\nName;Note\r\nAna;x\r\n"


def test_a_quotation_mark_left_open_is_told_and_swallows_nobody(tmp_path: Path):
    path = put(tmp_path, b'Name,Email\nAna,a@x.org\n"Bo,b@x.org\nCy,c@x.org\n')
    with pytest.raises(TableError) as error:
        opened(path).read()
    assert str(error.value) == (
        "people.csv: a quotation mark in line 3 is never closed. Close or delete it, and run again."
    )


def test_a_cell_over_several_lines_is_one_cell(tmp_path: Path):
    path = put(tmp_path, b'Name,Note\r\nAna,"one\r\ntwo"\r\nBo,x\r\n')
    source = opened(path)
    assert [(row.number, row.cells) for row in source.read().rows] == [
        (1, ("Name", "Note")),
        (2, ("Ana", "one\r\ntwo")),
        (3, ("Bo", "x")),
    ]


def test_an_empty_file_has_no_rows_and_can_be_begun(tmp_path: Path):
    path = put(tmp_path, b"")
    source = opened(path)
    assert cells(source) == []
    new = [NewColumn("Name", 0, 1), NewColumn("Email", 1, 1)]
    source.write(source.read(), [], new_columns=new, new_rows=[NewRow(1, {0: "Ana"})])
    assert path.read_bytes() == b"Name,Email\r\nAna\r\n"


def test_a_huge_cell_is_read_and_costs_little(tmp_path: Path):
    path = put(tmp_path, b"Name,Email,Note\nAna,a@x.org," + b"x" * 2**20 + b"\n")
    began = time.process_time()
    table = Table(PEOPLE, opened(path))
    problem = table.cell(table.rows[0], "Note").problem
    assert str(problem) == 'Needs you — the text in "Note" is too long to use'
    assert time.process_time() - began < 5  # seconds; it takes a fraction of one


# Writing


def test_untouched_lines_have_the_same_bytes(tmp_path: Path):
    lines = [
        b'Name;"E-mail" ;Coach\r\n',
        b'"Ana";ana@example.org;\r\n',
        b"\r\n",
        b'Bo "B" Kim;"bo@example.org";"Lee"\r\n',
        b"   ;;\r\n",
        b'"Cy""s";cy@example.org;\'=1\r\n',
        b"Di;di@example.org;;;",
    ]
    path = put(tmp_path, b"".join(lines))
    table = Table(PEOPLE, opened(path))
    bo = table.rows[1]
    table.write([RowWrite(bo.id, {"Coach": "Sam", "Sheetflow status": "Done; all"})])
    now = path.read_bytes().splitlines(keepends=True)
    assert [now[n] for n in (1, 2, 4, 5, 6)] == [lines[n] for n in (1, 2, 4, 5, 6)]
    assert now[0] == b'Name;"E-mail" ;Coach;Sheetflow status;Sheetflow ID\r\n'
    assert now[3] == (b'Bo "B" Kim;"bo@example.org";"Sam";"Done; all";' + bo.id.encode() + b"\r\n")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_are_kept_and_the_last_is_missing_where_it_was(
    tmp_path: Path, end: bytes, last: bool
):
    path = put(tmp_path, end.join([b"Name,Email", b"Ana,a@x.org"]) + (end if last else b""))
    source = opened(path)
    source.write(source.read(), [Edit(2, 1, "b@x.org")], new_rows=[NewRow(2, {0: "Bo"})])
    lines = [b"Name,Email", b"Ana,b@x.org", b"Bo"]
    assert path.read_bytes() == end.join(lines) + (end if last else b"")


def test_a_file_in_which_everything_is_quoted_stays_so(tmp_path: Path):
    path = put(tmp_path, b'"Name","Email","Coach"\n"Ana","a@x.org",""\n')
    source = opened(path)
    new = [NewColumn("Status", 3, 1)]
    source.write(source.read(), [Edit(2, 2, "Sam"), Edit(2, 3, "Done")], new_columns=new)
    assert path.read_bytes() == (b'"Name","Email","Coach","Status"\n"Ana","a@x.org","Sam","Done"\n')


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20 7946", "'+44 20 7946"),
        ("-5", "'-5"),
        ("@cmd", "'@cmd"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1+1", "'＝1+1"),
        ("'=1", "''=1"),
        ("'quoted'", "'quoted'"),
        ("plain", "plain"),
        (-5, "-5"),
        (2.0, "2"),
        (2.5, "2.5"),
        (True, "TRUE"),
        (None, ""),
        (date(2026, 3, 4), "2026-03-04"),
        (datetime(2026, 3, 4, 19, 2), "2026-03-04 19:02"),
    ],
)
def test_text_that_could_be_a_formula_is_shielded_and_numbers_stay(value: object, text: str):
    assert shielded(value) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_what_is_shielded_is_read_as_it_was(text: str):
    assert unshielded(shielded(text)) == text


def test_characters_that_the_encoding_lacks_are_written_as_the_nearest(tmp_path: Path):
    path = put(tmp_path, "Name,Owner\nJosé,x\n".encode("latin-1"))
    source = opened(path, encoding="latin-1")
    source.write(source.read(), [Edit(2, 1, "Sent — 14 Mar, Żaneta…")])
    assert path.read_bytes() == 'Name,Owner\nJosé,"Sent - 14 Mar, Zaneta..."\n'.encode("latin-1")


TEXTS = st.text(st.sampled_from(list("ab ,;\"'\n\r=é|")), max_size=6)


@given(
    rows=st.lists(st.lists(TEXTS, min_size=2, max_size=4), min_size=1, max_size=5),
    row=st.integers(0, 4),
    column=st.integers(0, 5),
    text=TEXTS,
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_one_cell_changes_and_no_other(
    rows: list[list[str]], row: int, column: int, text: str, end: str, quoting: int
):
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]  # one of two constants
    content = out.getvalue().encode()
    before = [list(r.cells) or [""] for r in parsed(content).records()]  # a blank line is one cell
    row %= len(before)
    edited = b"".join(parsed(content).edited({row + 1: {column: text}}.get))
    after = [list(r.cells) or [""] for r in parsed(edited).records()]
    wanted = [list(cells) for cells in before]
    wanted[row] += [""] * (column + 1 - len(wanted[row]))
    wanted[row][column] = text
    assert after == wanted


# The file


def test_a_file_that_was_saved_meanwhile_is_not_written(tmp_path: Path):
    path = put(tmp_path, b"Name,Email\nAna,a@x.org\n")
    source = opened(path)
    sheet = source.read()
    path.write_bytes(b"Name,Email\nBo,b@x.org\n")
    with pytest.raises(TableChanged):
        source.write(sheet, [Edit(2, 1, "c@x.org")])
    assert path.read_bytes() == b"Name,Email\nBo,b@x.org\n"


def test_planning_cannot_write(tmp_path: Path):
    path = put(tmp_path, b"Name,Email\nAna,a@x.org\n")
    source = opened(path, may_write=False)
    with pytest.raises(PlanningWrote):
        source.write(source.read(), [Edit(2, 1, "c@x.org")])


def test_a_file_open_elsewhere_is_busy(tmp_path: Path):
    path = put(tmp_path, b"Name,Email\nAna,a@x.org\n")
    (tmp_path / ".~lock.people.csv#").write_text(",ana,desk,today;")
    with pytest.raises(TableBusy) as error:
        opened(path).ready()
    assert str(error.value) == (
        "people.csv is open in LibreOffice, by ana. Close it there and run again. "
        "If nobody has it open, delete .~lock.people.csv#."
    )


class TestTheContract(TableContract):
    connector = Csv
    place = {"file": "people.csv"}

    def put(self, folder: Path, rows: Sequence[Sequence[object]]) -> None:
        File("csv", folder).put(*rows)

    def rows(self, folder: Path) -> list[list[object]]:
        return File("csv", folder).rows()
