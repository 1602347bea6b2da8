"""People edit the file between our reading and our writing: every status finds its own person."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from sheetflow.tables.spec import PersonColumns, TableSpec
from sheetflow.tables.table import RowWrite, Table
from tests.tables.files import File

PEOPLE = TableSpec("People", "a file", {}, person=PersonColumns("Name", "Email"), writes=("Coach",))
HEADERS = ["Name", "Email", "Secret"]


@pytest.fixture(params=["xlsx", "csv"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> File:
    return File(request.param, tmp_path)


def canaries(count: int) -> list[list[Any]]:
    """People whose every cell holds a sign that nobody else has."""
    return [[f"P{n} Canary", f"p{n}@example.org", f"secret {n}"] for n in range(count)]


def tell_everybody(table: Table) -> None:
    table.write(
        [
            RowWrite(row.id, {"Sheetflow status": f"Sent to {row.cells['Email']}", "Coach": "Lee"})
            for row in table.rows
        ]
    )


def each_status_is_beside_its_person(file: File) -> None:
    for row in file.by_header():
        if row.get("Sheetflow status"):
            assert row["Sheetflow status"] == f"Sent to {row['Email']}"


def people_in(file: File) -> list[list[Any]]:
    """The rows as people wrote them, without our columns."""
    return [row[:3] for row in file.rows()]


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6), ids=st.booleans())
def test_shuffled_inserted_and_deleted_rows(file: File, seed: int, ids: bool):
    dice = random.Random(seed)
    file.put(HEADERS, *canaries(9))
    if ids:
        tell_everybody(file.table(PEOPLE))
    table = file.table(PEOPLE)

    def somebody_tidies_up(rows: list[list[Any]]) -> None:
        body = rows[1:]
        dice.shuffle(body)
        del body[: dice.randrange(3)]
        for n in range(dice.randrange(3)):
            body.insert(dice.randrange(len(body)), [f"New{n} Person", f"new{n}@example.org", "n"])
        rows[1:] = [row for row in body if row]

    file.edit(somebody_tidies_up)
    before = people_in(file)
    tell_everybody(table)
    each_status_is_beside_its_person(file)
    assert people_in(file) == before
    told = {row["Email"] for row in file.by_header() if row.get("Sheetflow status")}
    assert told == {row[1] for row in before[1:] if not row[1].startswith("new")}


def test_a_second_run_writes_nothing(file: File):
    file.put(HEADERS, *canaries(5))
    tell_everybody(file.table(PEOPLE))
    content = file.path.read_bytes()
    tell_everybody(file.table(PEOPLE))
    assert file.path.read_bytes() == content


def test_a_row_moved_to_another_file_gets_nothing(file: File):
    file.put(HEADERS, *canaries(3))
    table = file.table(PEOPLE)
    file.edit(lambda rows: rows.pop(1) and None)
    first = table.rows[0]
    (written,) = table.write([RowWrite(first.id, {"Sheetflow status": "Sent"})])
    assert str(written.vanished) == 'Not sure — the row for "P0 C." went away while I worked'
    assert [row[3:] for row in file.rows()] == [[], [], []]


def test_columns_moved_meanwhile_are_found_again(file: File):
    file.put(HEADERS, *canaries(3))
    table = file.table(PEOPLE)

    def turn_around(rows: list[list[Any]]) -> None:
        for row in rows:
            row.reverse()

    file.edit(turn_around)
    tell_everybody(table)
    each_status_is_beside_its_person(file)
    assert [row["Coach"] for row in file.by_header()] == ["Lee"] * 3
