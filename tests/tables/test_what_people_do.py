"""What people do to a table in a file, line by line, and what Sheetflow makes of it.

Each test is about one habit. All but a few run over a workbook and over a .csv file.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sheetflow_plugins.xlsx import Xlsx

from sheetflow.errors import ColumnMissing, TableError
from sheetflow.network.door import Door
from sheetflow.tables import statuses
from sheetflow.tables.spec import CellKind, ColumnSpec, PersonColumns, TableSpec
from sheetflow.tables.table import RowWrite, Table
from sheetflow.values import Status, Word
from tests.tables.files import File

PEOPLE = TableSpec(
    "People",
    "a file",
    {},
    person=PersonColumns(name="Name", email="Email", phone="Phone"),
    writes=("Owner",),
    zone="Europe/Berlin",
    region="US",
)
HEADERS = ["Name", "Email", "Phone"]
ANA = ["Ana Ruiz", "ana@example.org", "617 555 0123"]
BO = ["Bo Kim", "bo@example.org", "617 555 0124"]
CY = ["Cy Obi", "cy@example.org", "617 555 0125"]


@pytest.fixture(params=["xlsx", "csv"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> File:
    return File(request.param, tmp_path)


@pytest.fixture
def workbook(tmp_path: Path) -> File:
    return File("xlsx", tmp_path)


def declared(*columns: ColumnSpec, spec: TableSpec = PEOPLE) -> TableSpec:
    return replace(spec, columns={column.name: column for column in columns})


def says(file: File, raw: object, kind: CellKind, **more: Any) -> tuple[object, str]:
    """What a cell with `raw` in it is read as, and what it needs."""
    file.put([*HEADERS, "It"], [*ANA, raw])
    table = file.table(declared(ColumnSpec("It", kind, **more)))
    cell = table.cell(table.rows[0], "It")
    return cell.value, str(cell.problem or cell.tidied)


def names(table: Table) -> list[Any]:
    return [row.cells["Name"] for row in table.rows]


def send_to_all(table: Table) -> None:
    """Write every row's own address into its status."""
    table.write(
        [
            RowWrite(row.id, {"Sheetflow status": f"Sent — {row.cells['Email']}"})
            for row in table.rows
            if row.id not in table.stopped
        ]
    )


# Headers


@pytest.mark.parametrize("header", ["E-mail address ", "EMAIL*", "e‑mail:", "\u200bMail?"])
def test_a_renamed_header_is_found_under_the_names_people_use(file: File, header: str):
    file.put(["Name", header, "Phone"], ANA)
    table = file.table(PEOPLE)
    assert table.person(table.rows[0]).email.value == "ana@example.org"
    assert table.column("Email") == table.column("e-mail") == "Email"


def test_a_header_of_ones_own_is_found_by_its_alias(file: File):
    file.put(["Wer", "Email", "Phone"], ANA)
    table = file.table(declared(ColumnSpec("Name", aliases=("Wer",))))
    assert table.person(table.rows[0]).name == "Ana Ruiz"


def test_a_header_that_is_not_found_is_asked_for_in_words(file: File):
    file.put(["Name", "Contact", "Phone"], ANA)
    with pytest.raises(ColumnMissing) as error:
        file.table(PEOPLE)
    assert str(error.value) == (
        'I can\'t find the "Email" column in "People". Is it "Contact" now?'
    )


def test_two_headers_that_could_be_meant_are_never_guessed_between(file: File):
    file.put(["Name", "E-mail", "Mail", "Phone"], [*ANA, ""])
    with pytest.raises(ColumnMissing) as error:
        file.table(PEOPLE)
    assert str(error.value) == (
        'In "People", "Email" could be the column "E-mail" or "Mail". '
        'Rename the right one to "Email".'
    )


def test_a_needed_header_that_is_there_twice_is_told(file: File):
    file.put([*HEADERS, "Email"], [*ANA, "other@example.org"])
    with pytest.raises(ColumnMissing) as error:
        file.table(PEOPLE)
    assert str(error.value) == ('"People" has 2 columns called "Email". Rename all but one.')


def test_headers_that_nobody_needs_may_be_there_twice_or_be_blank(file: File):
    file.put([*HEADERS, "Note", "Note"], [*ANA, "a", "b"])
    table = file.table(PEOPLE)
    assert names(table) == ["Ana Ruiz"]
    with pytest.raises(ColumnMissing, match='"People" has 2 columns called "Note"'):
        table.column("Note")


def test_a_title_above_and_notes_beside_the_table_are_not_the_table(file: File):
    file.put(
        ["Spring campaign: please keep tidy"],
        [],
        [*HEADERS, None, "Email", "How many"],
        [*ANA, None, "by mail", 3],
        [*BO, None, "by phone", 4],
        [None, None, None, None, "altogether", 7],
    )
    table = file.table(PEOPLE)
    assert names(table) == ["Ana Ruiz", "Bo Kim"]
    assert table.columns[:3] == ("Name", "Email", "Phone")
    assert "How many" not in table.columns
    send_to_all(table)
    assert file.rows()[2][6:] == ["Sheetflow status", "Sheetflow ID"]
    assert file.rows()[5] == [None, None, None, None, *_as(file, "altogether", 7)]


def _as(file: File, *cells: object) -> list[object]:
    """Cells as the file gives them back: a .csv has nothing but text."""
    return [str(cell) for cell in cells] if file.kind == "csv" else list(cells)


# Rows


def test_rows_that_are_sorted_inserted_and_deleted_keep_their_ids(file: File):
    file.put(HEADERS, ANA, BO, CY)
    table = file.table(PEOPLE)
    ids = {row.cells["Name"]: row.id for row in table.rows}
    send_to_all(table)

    def tidy_up(rows: list[list[Any]]) -> None:
        rows[1:] = [rows[3], ["Di New", "di@example.org"], rows[1]]

    file.edit(tidy_up)
    again = file.table(PEOPLE)
    assert names(again) == ["Cy Obi", "Di New", "Ana Ruiz"]
    assert [row.id for row in again.rows][::2] == [ids["Cy Obi"], ids["Ana Ruiz"]]
    assert list(again.minted.values()) == [3]


def test_a_row_without_an_id_gets_the_same_one_each_time(file: File):
    file.put(HEADERS, ANA, BO)
    first = [row.id for row in file.table(PEOPLE).rows]
    file.edit(lambda rows: rows.insert(1, CY))
    second = {row.cells["Name"]: row.id for row in file.table(PEOPLE).rows}
    assert first == [second["Ana Ruiz"], second["Bo Kim"]]
    assert all(row_id.startswith("sf-") and len(row_id) == 13 for row_id in first)


def test_a_copied_row_is_a_copy_and_nothing_is_sent_for_it(file: File):
    file.put(HEADERS, ANA, BO)
    table = file.table(PEOPLE)
    ana, bo = table.rows
    send_to_all(table)
    file.edit(lambda rows: rows.insert(1, list(rows[1])))
    again = file.table(PEOPLE, known=table.identities())
    assert [row.id for row in again.rows] == [ana.id, f"{ana.id}~2", bo.id]
    assert again.stopped == {f"{ana.id}~2": Status(Word.SKIPPED, "copy of another row")}


def test_a_copied_row_with_another_person_in_it_is_a_new_row(file: File):
    file.put(HEADERS, ANA)
    table = file.table(PEOPLE)
    (ana,) = table.rows
    send_to_all(table)
    file.edit(lambda rows: rows.insert(1, [*BO, *rows[1][3:]]))
    again = file.table(PEOPLE, known=table.identities())
    bo = again.rows[0]
    assert [row.id for row in again.rows] == [bo.id, ana.id]
    assert bo.id != ana.id
    assert not again.stopped
    send_to_all(again)
    assert [row["Sheetflow ID"] for row in file.by_header()] == [bo.id, ana.id]


def test_one_column_sorted_on_its_own_stops_the_whole_table(file: File):
    rows = [[f"P{n} Q", f"p{n}@example.org", f"617 555 {n + 1000}"] for n in range(300)]
    file.put(HEADERS, *rows)
    table = file.table(PEOPLE)
    send_to_all(table)
    known = table.identities()
    before = file.path.read_bytes()

    def sort_only_addresses(rows: list[list[Any]]) -> None:
        addresses = [row[1] for row in rows[1:]]
        random.Random(1).shuffle(addresses)
        for row, address in zip(rows[1:], addresses, strict=True):
            row[1] = address

    file.edit(sort_only_addresses)
    sorted_alone = file.table(PEOPLE, known=known)
    assert sorted_alone.halted == (
        'The "Email" column of "People" looks sorted on its own. Nothing is sent. '
        "Undo the sort (Ctrl+Z), then run again."
    )
    assert sorted_alone.identities() == {}
    file.path.write_bytes(before)
    assert file.table(PEOPLE, known=known).halted == ""


def test_a_few_corrected_addresses_stop_nothing(file: File):
    file.put(HEADERS, *[[f"P{n} Q", f"p{n}@example.org"] for n in range(30)])
    table = file.table(PEOPLE)
    send_to_all(table)

    def correct_four(rows: list[list[Any]]) -> None:
        for row in rows[1:5]:
            row[1] = f"new.{row[1]}"

    file.edit(correct_four)
    again = file.table(PEOPLE, known=table.identities())
    assert (again.halted, dict(again.stopped)) == ("", {})


def test_rows_sorted_without_the_id_column_stop_the_whole_table(file: File):
    file.put(HEADERS, *[[f"P{n} Q", f"p{n}@example.org"] for n in range(30)])
    table = file.table(PEOPLE)
    send_to_all(table)

    def sort_people_only(rows: list[list[Any]]) -> None:
        people = [row[:3] for row in rows[1:]][::-1]
        for row, person in zip(rows[1:], people, strict=True):
            row[:3] = person

    file.edit(sort_people_only)
    again = file.table(PEOPLE, known=table.identities())
    assert again.halted.startswith(
        'In "People", the rows look sorted without Sheetflow\'s columns.'
    )


def test_a_row_that_somebody_else_was_typed_into_is_asked_about(file: File):
    file.put(HEADERS, ANA, BO)
    table = file.table(PEOPLE)
    send_to_all(table)

    def type_over(rows: list[list[Any]]) -> None:
        rows[1][:3] = CY

    file.edit(type_over)
    again = file.table(PEOPLE, known=table.identities())
    assert again.stopped == {table.rows[0].id: statuses.changed_hands("Sheetflow ID")}


def test_a_filter_hides_rows_and_the_table_knows_which(workbook: File):
    workbook.put(HEADERS, ANA, BO, CY)
    book = openpyxl.load_workbook(workbook.path)
    sheet = book.worksheets[0]
    sheet.auto_filter.ref = "A1:C4"
    sheet.row_dimensions[3].hidden = True
    book.save(workbook.path)
    table = workbook.table(PEOPLE)
    assert [(row.cells["Name"], row.hidden) for row in table.rows] == [
        ("Ana Ruiz", False),
        ("Bo Kim", True),
        ("Cy Obi", False),
    ]


def test_cells_merged_downwards_count_for_each_row_but_not_for_who_it_is(workbook: File):
    workbook.put([*HEADERS, "Region"], [*ANA, "North"], BO, CY, ["Di Fo", "di@example.org"])
    book = openpyxl.load_workbook(workbook.path)
    book.worksheets[0].merge_cells("D2:D4")
    book.worksheets[0].merge_cells("A4:A5")
    book.save(workbook.path)
    table = workbook.table(PEOPLE)
    assert [row.cells["Region"] for row in table.rows] == ["North", "North", "North", None]
    assert [table.stopped.get(row.id) for row in table.rows] == [
        None,
        None,
        statuses.merged_cell("Name"),
        statuses.merged_cell("Name"),
    ]


def test_a_merged_cell_in_our_column_is_left_alone_and_told(workbook: File):
    workbook.put([*HEADERS, "Owner"], [*ANA, "Sam"], BO)
    book = openpyxl.load_workbook(workbook.path)
    book.worksheets[0].merge_cells("D2:D3")
    book.save(workbook.path)
    table = workbook.table(PEOPLE)
    bo = table.rows[1]
    (written,) = table.write([RowWrite(bo.id, {"Owner": "Lee", "Sheetflow status": "Done"})])
    assert written.left == {"Owner": statuses.merged_left("Owner")}
    assert [row["Owner"] for row in workbook.by_header()] == ["Sam", None]
    assert [row["Sheetflow status"] for row in workbook.by_header()] == [None, "Done"]


def test_somebody_who_edits_at_the_same_time_wins(file: File):
    file.put([*HEADERS, "Owner"], ANA, BO)
    table = file.table(PEOPLE)

    def assign_by_hand(rows: list[list[Any]]) -> None:
        rows[1] = [*ANA, "Lee"]

    file.edit(assign_by_hand)
    told = table.write([RowWrite(row.id, {"Owner": "Sam"}) for row in table.rows])
    assert [row["Owner"] for row in file.by_header()] == ["Lee", "Sam"]
    assert told[0].status == Status(Word.DONE, "you changed Owner to Lee, so I left it")


def test_blank_rows_separators_and_totals_are_not_people(file: File):
    file.put(
        HEADERS,
        ["— March —"],
        ANA,
        [],
        ["* * *"],
        [None, " ", "\u200b"],
        BO,
        ["Total", 2],
        ["Total:", None, "=COUNTA(A2:A8)"],
        CY,
    )
    table = file.table(PEOPLE)
    assert names(table) == ["Ana Ruiz", "Bo Kim", "Cy Obi"]
    assert table.notices == ()


def test_fifty_blank_rows_end_the_table_and_what_follows_is_told(file: File):
    file.put(HEADERS, ANA, *[[]] * 50, BO, *[[]] * 51, CY)
    table = file.table(PEOPLE)
    assert names(table) == ["Ana Ruiz", "Bo Kim"]
    assert table.notices == (
        '"People" ends at row 53: more than 50 empty rows follow it. '
        "I did not read row 105 and what is below.",
    )


def test_rows_with_nobody_in_them_are_left_out_and_told(file: File):
    file.put([*HEADERS, "Note"], ANA, [None, None, None, "ask Lee"], BO)
    table = file.table(PEOPLE)
    assert names(table) == ["Ana Ruiz", "Bo Kim"]
    assert table.notices == (
        'Row 3 of "People" left out: nothing in "Name" or "Email" or "Phone".',
    )


def test_somebody_who_signed_up_twice_is_one_person(file: File):
    file.put(
        HEADERS,
        ANA,
        ["ana r.", " ANA@example.org", None],
        ["Anna Ruíz", None, "+1 (617) 555-0123"],
        BO,
    )
    table = file.table(PEOPLE)
    ids = [row.id for row in table.rows]
    assert table.stopped == {
        ids[1]: Status(Word.SKIPPED, 'same person as "Ana R."'),
        ids[2]: Status(Word.SKIPPED, 'same person as "Ana R."'),
    }


def test_a_family_that_shares_an_address_is_several_people(file: File):
    file.put(HEADERS, ANA, ["Leo Ruiz", *ANA[1:]], ["Mia Ruiz", *ANA[1:]])
    table = file.table(PEOPLE)
    assert not table.stopped
    assert len({row.id for row in table.rows}) == 3


def test_the_same_person_may_come_again_where_that_is_declared(file: File):
    spec = replace(declared(ColumnSpec("Event")), same_person="allow")
    file.put([*HEADERS, "Event"], [*ANA, "spring"], [*ANA, "fall"], [*ANA, "fall"])
    table = file.table(spec)
    assert not table.stopped
    assert len({row.id for row in table.rows}) == 3


def test_two_rows_with_one_natural_key_are_not_both_acted_on(file: File):
    spec = replace(PEOPLE, key=("Email",))
    file.put(HEADERS, ANA, [BO[0], ANA[1], BO[2]], ["Ana R", ANA[1]], CY)
    table = file.table(spec)
    ids = [row.id for row in table.rows]
    assert ids == [
        "ana@example.org",
        "ana@example.org~2",
        "ana@example.org~3",
        "cy@example.org",
    ]
    assert table.stopped == {ids[1]: statuses.same_key("Email"), ids[2]: statuses.copy_of_row()}


def test_whoever_deletes_our_columns_gets_them_again_with_the_same_ids(file: File):
    file.put(HEADERS, ANA, BO)
    table = file.table(PEOPLE)
    ids = [row.id for row in table.rows]
    send_to_all(table)
    file.edit(lambda rows: [rows.__setitem__(n, row[:3]) for n, row in enumerate(rows)] and None)
    again = file.table(PEOPLE, known=table.identities())
    assert [row.id for row in again.rows] == ids
    assert not again.stopped


# Cells


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (datetime(2026, 3, 4, 19), datetime(2026, 3, 4, 18, tzinfo=UTC)),
        ("4 March 2026 7pm", datetime(2026, 3, 4, 18, tzinfo=UTC)),
        ("2026-03-04 19:00", datetime(2026, 3, 4, 18, tzinfo=UTC)),
        ("13/4/2026 19:00", datetime(2026, 4, 13, 17, tzinfo=UTC)),
        ("2026-03-04T19:00-05:00", datetime(2026, 3, 5, 0, tzinfo=UTC)),
    ],
)
def test_dates_that_can_only_be_read_in_one_way_are_read(file: File, raw: object, value: datetime):
    found, _ = says(file, raw, "date and time")
    assert isinstance(found, datetime)
    assert found.astimezone(UTC) == value


@pytest.mark.parametrize(
    ("raw", "question"),
    [
        ("3/4", "Needs you — is 3/4 the 3 April or 4 March? Write 2026-04-03"),
        ("3/4/2026", "Needs you — is 3/4/2026 the 3 April or 4 March? Write 2026-04-03"),
        ("7-8pm", 'Needs you — which day is "7-8pm"? Write it like 2026-04-03'),
        ("noon Sat", 'Needs you — which day is "noon Sat"? Write it like 2026-04-03'),
        ("4 March 2026", "Needs you — what time on 4 March? Write it like 2026-03-04 19:00"),
        (
            "2026-03-29 02:30",
            "Needs you — 02:30 on 29 March is skipped as clocks go forward. Another time?",
        ),
        (
            "2026-10-25 02:30",
            "Needs you — 02:30 on 25 October comes twice as clocks go back. Another time?",
        ),
    ],
)
def test_dates_that_could_be_others_are_asked_about(file: File, raw: object, question: str):
    assert says(file, raw, "date and time") == (None, question)


def test_a_day_is_a_day(file: File):
    assert says(file, date(2026, 3, 4), "date") == (date(2026, 3, 4), "")


def test_a_time_without_a_zone_is_in_the_rows_own_zone_if_it_has_one(file: File):
    spec = replace(
        declared(ColumnSpec("Call", "date and time")),
        person=PersonColumns("Name", "Email", "Phone", time_zone="Time zone"),
    )
    file.put(
        [*HEADERS, "Time zone", "Call"],
        [*ANA, "America/New_York", "2026-03-04 19:00"],
        [*BO, None, "2026-03-04 19:00"],
        [*CY, "Berlinish", "2026-03-04 19:00"],
    )
    table = file.table(spec)
    ana, bo, cy = (table.cell(row, "Call") for row in table.rows)
    assert ana.value.astimezone(UTC) == datetime(2026, 3, 5, 0, tzinfo=UTC)
    assert bo.value.astimezone(UTC) == datetime(2026, 3, 4, 18, tzinfo=UTC)
    assert cy.problem == statuses.unknown_zone("Berlinish")


@pytest.mark.parametrize(
    ("raw", "tidied"),
    [
        ("ana@example.org", ""),
        ("ana@example.org ", "a hidden space in the address"),
        ("\u00a0ana@example.org", "a hidden space in the address"),
        ("ana@exam\u200bple.org", "a hidden space in the address"),
        ("\u200fana@example.org", "a hidden space in the address"),
        ("mailto:ana@example.org", 'the "mailto:" in the address'),
        ("Ana Ruiz <ana@example.org>", "the name beside the address"),
    ],
)
def test_addresses_are_tidied_and_it_is_said(file: File, raw: str, tidied: str):
    assert says(file, raw, "email") == ("ana@example.org", tidied)


@pytest.mark.parametrize("between", [", ", ";", "\n", " or ", " / ", " "])
def test_two_addresses_in_a_cell_are_a_question(file: File, between: str):
    raw = f"ana@example.org{between}bo@example.org"
    assert says(file, raw, "email") == (None, "Needs you — two addresses here, keep one")
    assert says(file, raw, "email", many=True) == (("ana@example.org", "bo@example.org"), "")


@pytest.mark.parametrize(
    ("raw", "question"),
    [
        ("ana@gmial.com", 'Needs you — is "ana@gmial.com" right? Or "ana@gmail.com"?'),
        ("ana@exаmple.org", "Needs you — check"),
        ("ana at example", 'Needs you — is "ana at example" right?'),
    ],
)
def test_addresses_that_look_wrong_are_asked_about(file: File, raw: str, question: str):
    value, said = says(file, raw, "email")
    assert value is None
    assert said.startswith(question)


@pytest.mark.parametrize(
    "raw",
    ["(617) 555-0123", 6175550123, 6175550123.0, "6175550123.0", "+1 617 555 0123", "٦١٧٥٥٥٠١٢٣"],
)
def test_phone_numbers_are_read_however_they_are_written(file: File, raw: object):
    assert says(file, raw, "phone") == ("+16175550123", "")


def test_phone_numbers_that_cannot_be_are_asked_about(file: File):
    assert says(file, "617 555 0123 or 617 555 0124", "phone")[1] == (
        "Needs you — two phone numbers here, keep one"
    )
    assert says(file, "6.17E+09", "phone")[1] == ('Needs you — is "6.17E+09" a whole phone number?')


def test_a_changed_drop_down_value_is_not_taken_for_the_old_one(file: File):
    choices = ("Yes", "No")
    assert says(file, " yes ", "choice", choices=choices) == ("Yes", "")
    assert says(file, "Yes!!", "choice", choices=choices) == (
        None,
        'Needs you — "Yes!!" is not one of the choices for "It"',
    )


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        *((yes, True) for yes in (True, "TRUE", "WAHR", "VRAI", "✓", "x", "Sí", 1)),
        *((no, False) for no in (False, "no", "Nein", "falso", 0)),
        (None, None),
    ],
)
def test_ticks_are_read_in_many_languages(file: File, raw: object, value: object):
    assert says(file, raw, "yes/no") == (value, "")


def test_what_is_neither_yes_nor_no_is_not_a_no(file: File):
    assert says(file, "perhaps", "yes/no") == (None, 'Needs you — is "perhaps" a yes or a no?')


@pytest.mark.parametrize("raw", ["#REF!", "#N/A", "Loading…", "#BEZUG!"])
@pytest.mark.parametrize("kind", ["text", "email", "date", "yes/no"])
def test_a_formulas_error_is_never_a_value(file: File, raw: str, kind: CellKind):
    assert says(file, raw, kind) == (None, f"Waiting — a cell in this row shows {raw}")


def test_a_formula_in_our_column_is_not_overwritten(workbook: File):
    workbook.put([*HEADERS, "Owner"], [*ANA, '="Le"&"e"'], BO)
    table = workbook.table(PEOPLE)
    told = table.write([RowWrite(row.id, {"Owner": "Sam"}) for row in table.rows])
    assert [row["Owner"] for row in workbook.by_header()] == ['="Le"&"e"', "Sam"]
    assert told[0].left["Owner"].word is Word.DONE


def test_a_formula_that_was_never_worked_out_is_waited_for(workbook: File):
    workbook.put(HEADERS, ["Ana", '="ana"&"@example.org"', None])
    table = workbook.table(PEOPLE)
    problem = table.person(table.rows[0]).email.problem
    assert problem == statuses.error_cell("a formula that was never worked out")


@pytest.mark.parametrize(
    "name",
    ["👩‍👩‍👧 Ana", "أنا روز", "ANA RUIZ", "Ana " + "Maria " * 200 + "Ruiz", "=1+1", "﷽", "می‌خواهم"],
)
def test_names_stay_as_people_write_them(file: File, name: str):
    file.put([*HEADERS, "Kept"], [None, *ANA[1:], "x"])
    table = file.table(PEOPLE)
    spec = replace(PEOPLE, writes=("Owner",))
    table.write([RowWrite(table.rows[0].id, {"Owner": name})])
    again = file.table(spec)
    assert again.cell(again.rows[0], "Owner").value == name.strip()
    assert again.rows[0].cells["Owner"] == name.strip()


def test_columns_may_be_called_like_methods(file: File):
    headers = ["items", "keys", "get", "update", "copy"]
    file.put([*HEADERS, *headers], [*ANA, *headers])
    table = file.table(PEOPLE)
    assert {name: table.cell(table.rows[0], name).value for name in headers} == {
        name: name for name in headers
    }


def test_a_formula_typed_into_a_sign_up_stays_text_wherever_we_write_it(file: File):
    hostile = ['=IMPORTXML("x")', "+1-1", "@x", "-2+3", "＝1+1"]
    file.put(HEADERS, *[[f"P{n} Q", f"p{n}@example.org"] for n, _ in enumerate(hostile)])
    table = file.table(PEOPLE)
    table.write(
        [RowWrite(row.id, {"Owner": text}) for row, text in zip(table.rows, hostile, strict=True)]
    )
    shown = [row["Owner"] for row in file.by_header()]
    assert shown == [f"'{text}" if file.kind == "csv" else text for text in hostile]
    if file.kind == "xlsx":
        sheet = openpyxl.load_workbook(file.path).worksheets[0]
        assert {sheet.cell(row, 4).data_type for row in range(2, 7)} == {"s"}
    again = file.table(PEOPLE)
    assert [row.cells["Owner"] for row in again.rows] == hostile


def test_a_tab_that_was_renamed_is_asked_for_by_the_names_there_are(workbook: File):
    workbook.put(HEADERS, ANA)

    connector = Xlsx(None, door=Door(may_write=False), folder=workbook.folder)
    with pytest.raises(TableError) as error:
        Table(PEOPLE, connector.open_table({"file": "people.xlsx", "sheet": "Volunteers"}))
    assert str(error.value) == (
        'people.xlsx has no sheet "Volunteers". It has "People". Has it been renamed?'
    )


def test_names_sorted_alone_stop_the_table_though_no_id_was_ever_written(file: File):
    """As after a run that was killed before it could tell the sheet."""
    file.put(HEADERS, *[[f"P{n} Q", f"p{n}@example.org"] for n in range(30)])
    known = file.table(PEOPLE).identities()

    def sort_names(rows: list[list[Any]]) -> None:
        names = [row[0] for row in rows[1:]][::-1]
        for row, name in zip(rows[1:], names, strict=True):
            row[0] = name

    file.edit(sort_names)
    assert file.table(PEOPLE, known=known).halted == (
        'The "Name" column of "People" looks sorted on its own. Nothing is sent. '
        "Undo the sort (Ctrl+Z), then run again."
    )
    file.edit(sort_names)
    assert file.table(PEOPLE, known=known).halted == ""


def test_new_people_at_addresses_of_people_who_are_gone_stop_nothing(file: File):
    file.put(HEADERS, *[[f"P{n} Q", f"p{n}@example.org"] for n in range(30)])
    known = file.table(PEOPLE).identities()
    file.put(HEADERS, *[[f"New {n}", f"p{n}@example.org"] for n in range(30)])
    assert file.table(PEOPLE, known=known).halted == ""
