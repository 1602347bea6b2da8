"""A table of which no row is kept in memory says the same as one that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from sheetflow.packed import Texts
from sheetflow.spool import Spool
from sheetflow.tables.identity import Candidate, same_person, who
from sheetflow.tables.settling import duplicates, recognise, settle
from sheetflow.tables.source import Sheet
from sheetflow.tables.spec import PersonColumns
from sheetflow.tables.table import RowWrite, Table
from tests.tables.memory import PEOPLE, Memory

HEADERS = ["Name", "Email", "Phone", "Sheetflow ID", "Sheetflow status"]
SPEC = replace(PEOPLE, person=PersonColumns("Name", "Email", "Phone"))

names = st.sampled_from(["Ana Ruiz", "Ana R.", "Bo Kim", "Cy", "", "— March —"])
emails = st.sampled_from(["a@x.org", "b@x.org", "c@x.org", "", "n/a"])
phones = st.sampled_from(["", "", "617 555 0100", "617 555 0101"])
claims = st.sampled_from(["", "", "", "sf-1", "sf-1", "sf-1~2", "sf-2", "mine"])
said = st.sampled_from(["", 'Skipped — same person as "Ana R."', "Skipped — copy of another row"])
rows = st.lists(st.tuples(names, emails, phones, claims, said).map(list), max_size=14)


class Long(Memory):
    """The same, but its rows stand in a file."""

    def read(self) -> Sheet:
        sheet = super().read()
        return replace(sheet, rows=Spool(sheet.rows, held=0))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch):
    """Two rows are packed together, so that few rows are many blocks."""
    monkeypatch.setattr("sheetflow.spool.BLOCK", 2)


@given(rows, rows)
def test_a_long_table_is_the_same_table(before: list[list[str]], after: list[list[str]]):
    known = Table(SPEC, Memory([HEADERS, *before]), salt="s").identities()
    short, long = (
        Table(SPEC, kind([HEADERS, *after]), known=known, salt="s") for kind in (Memory, Long)
    )
    assert list(long.rows) == list(short.rows)
    assert [long.rows[number] for number in range(len(long.rows))] == list(short.rows)
    assert [long.row(row.id) for row in short.rows] == list(short.rows)
    assert [long.place_of(row.id) for row in short.rows] == list(range(len(short.rows)))
    assert dict(long.identities()) == dict(short.identities())
    assert [long.version(row) for row in long.rows] == [short.version(row) for row in short.rows]
    for what in ("stopped", "halted", "notices", "minted"):
        assert getattr(long, what) == getattr(short, what)


@given(rows, rows)
def test_what_is_written_into_a_long_table_is_the_same(
    before: list[list[str]], after: list[list[str]]
):
    left = []
    for kind in (Memory, Long):
        memory = kind([HEADERS, *before])
        table = Table(SPEC, memory, salt="s")
        writes = [RowWrite(row.id, {"Coach": row.cells["Name"]}) for row in table.rows]
        memory.rows[1:] = [list(row) for row in after]
        written = table.write(writes)
        assert [one.row_id for one in written] == [write.row_id for write in writes]
        left.append((list(written), memory.rows))
    assert left[0] == left[1]


def candidate(cells: Sequence[str]) -> Candidate:
    name, email, phone, claim, status = cells
    return Candidate(claim, who(name, email, phone), status, "", lambda: "".join(cells))


@given(rows.map(lambda found: [candidate(cells) for cells in found]))
def test_doubles_are_those_that_looking_at_each_pair_finds(found: list[Candidate]):
    settled = settle(found, table="People", known={}, salt="")
    order = sorted(
        (number for number in range(len(found)) if settled.ids[number] not in settled.stopped),
        key=lambda n: (found[n].said.startswith("Skipped — same"), settled.minted[n], n),
    )
    firsts: list[int] = []
    doubles = []
    for number in order:
        if any(same_person(found[number].who, found[other].who) for other in firsts):
            doubles.append(settled.ids[number])
        else:
            firsts.append(number)
    assert [row_id for row_id, _ in duplicates(found, settled, str)] == doubles


def test_an_id_is_not_made_up_that_another_row_claims():
    cells = [["Ana", "a@x.org", "", "sf-1", ""]] * 2 + [["Bo", "b@x.org", "", "sf-1~2", ""]]
    settled = settle([candidate(each) for each in cells], table="People", known={}, salt="")
    assert settled.ids == ["sf-1", "sf-1~2~", "sf-1~2"]
    assert list(settled.stopped) == ["sf-1~2~"]


def test_rows_are_recognised_by_their_text_then_by_who_then_by_what_is_only_theirs():
    ana, bo, cy = (candidate([name, f"{name}@x.org", "", "", ""]) for name in ("ana", "bo", "cy"))
    remembered = {"sf-a": ana, "sf-b": bo, "sf-c": cy}
    edited = replace(bo, everything=lambda: "bo, edited")
    renamed = replace(cy, who=who("Cyrus", "cy@x.org", ""), everything=lambda: "cyrus")
    stranger = candidate(["dee", "dee@x.org", "", "", ""])
    found = recognise([renamed, stranger, edited, ana], Texts(remembered), remembered)
    assert list(found) == [2, -1, 1, 0]
