"""Which row is which: laws that hold whatever people did to the rows."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress

import pytest
from hypothesis import given, strategies as st

from sheetflow.tables.identity import (
    Candidate,
    Who,
    email_key,
    phone_key,
    same_person,
    similar_names,
    who,
)
from sheetflow.tables.moved import changed_hands, moved_column
from sheetflow.tables.settling import settle
from sheetflow.tables.spec import ColumnSpec, PersonColumns, TableSpec
from sheetflow.tables.table import Table
from tests.tables.memory import PEOPLE, Memory, table_of

names = st.sampled_from(["Ana Ruiz", "Bo Kim", "Cy", ""])
emails = st.sampled_from(["a@x.org", "b@x.org", "", "n/a"])
claimed = st.sampled_from(["", "", "sf-1", "sf-2", "mine"])
people = st.builds(
    lambda name, email, claim: Candidate(claim, who(name, email, ""), "", "", lambda: name + email),
    names,
    emails,
    claimed,
)


@given(st.lists(people, max_size=12))
def test_every_row_has_an_id_of_its_own_and_keeps_one_it_claims(rows: list[Candidate]):
    settled = settle(rows, table="People", known={}, salt="")
    assert len(set(settled.ids)) == len(rows)
    for claim in {row.claims for row in rows} - {""}:
        assert claim in settled.ids
    minted = set(compress(settled.ids, settled.minted))
    assert minted | set(settled.stopped) <= set(settled.ids)
    assert minted.isdisjoint(settled.stopped)
    assert settle(rows, table="People", known={}, salt="").ids == settled.ids


@given(st.permutations(range(8)), st.sets(st.integers(0, 7)))
def test_new_ids_do_not_depend_on_the_order_or_on_other_rows(order: list[int], gone: set[int]):
    rows = [Candidate("", who(f"P{n}", f"p{n}@x.org", ""), "", "", lambda: "") for n in range(8)]
    first = settle(rows, table="People", known={}, salt="").ids
    kept = [n for n in order if n not in gone]
    second = settle([rows[n] for n in kept], table="People", known={}, salt="").ids
    assert second == [first[n] for n in kept]


def test_the_same_person_has_another_id_in_another_table():
    row = Candidate("", who("Ana", "a@x.org", ""), "", "", lambda: "")
    one, other = (settle([row], table=t, known={}, salt="").ids for t in ("People", "Team"))
    assert one != other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana ruiz", "ana ruiz"),
        ("ana ruiz", "ana"),
        ("ana ruiz", "a. ruiz"),
        ("anna ruiz", "ana r."),
        ("ruiz ana", "ana ruiz"),
        ("dr. ana ruiz", "ana ruiz"),
        ("josé", "jose"),
        ("ana", ""),
    ],
)
def test_names_that_can_be_one_persons(one: str, other: str):
    assert similar_names(one, other)
    assert similar_names(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana ruiz", "leo ruiz"),
        ("paul kim", "paula kim"),
        ("maria lopez", "mario lopez"),
        ("dan", "dana"),
        ("李小龙", "李大龙"),
    ],
)
def test_names_that_are_two_peoples(one: str, other: str):
    assert not similar_names(one, other)


def test_keys_are_the_same_however_the_cell_is_written():
    assert {email_key(raw) for raw in ("A@X.org ", "mailto:a@x.org", "Ana <a@x.org>")} == {
        "a@x.org"
    }
    assert {email_key(raw) for raw in ("n/a", "-", None, "none")} == {""}
    phones = ("617 555 0123", "+1 (617) 555-0123", 6175550123.0, "6175550123.0", "617-555-0123 x9")
    assert {phone_key(raw) for raw in phones} == {"175550123"}
    assert {phone_key(raw) for raw in ("000 000 0000", "12", None, "")} == {""}


def test_people_without_an_address_are_nobodys_double():
    assert not same_person(who("Ana", "n/a", "-"), who("Ana", "n/a", "-"))


def test_a_number_that_many_share_is_nobodys():
    rows = [[f"P{n} Q", f"p{n}@x.org", "617 555 0100"] for n in range(80)]
    spec = replace(PEOPLE, person=PersonColumns("Name", "Email", "Phone"))
    table, _ = table_of([["Name", "Email", "Phone"], *rows, ["P79 Q", "", "617 555 0100"]], spec)
    assert not table.stopped


def test_of_two_copies_the_one_that_is_known_keeps_the_id():
    rows = [
        ["Name", "Email", "Sheetflow ID"],
        ["Bo", "b@x.org", "sf-1"],
        ["Ana", "a@x.org", "sf-1"],
    ]
    known = {"sf-1": who("Ana", "a@x.org", "").digests("salt")}
    table, _ = table_of(rows, known=known, salt="salt")
    assert table.rows[1].id == "sf-1"
    assert list(table.minted.values()) == [2]
    unknown, _ = table_of(rows)
    assert unknown.rows[0].id == "sf-1"


def test_the_row_that_was_called_a_copy_stays_the_copy_when_sorted():
    headers = ["Name", "Email", "Sheetflow ID", "Sheetflow status"]
    copy = ["Ana", "a@x.org", "sf-1", "Skipped — copy of another row"]
    table, _ = table_of([headers, copy, ["Ana", "a@x.org", "sf-1", "Sent — 1 Mar 09:00"]])
    assert [row.id for row in table.rows] == ["sf-1~2", "sf-1"]


def test_the_row_that_was_called_a_double_stays_the_double_when_sorted():
    headers = ["Name", "Email", "Sheetflow ID", "Sheetflow status"]
    double = ["Ana R", "a@x.org", "sf-2", 'Skipped — same person as "Ana R."']
    table, _ = table_of([headers, double, ["Ana Ruiz", "a@x.org", "sf-1", "Sent — 1 Mar 09:00"]])
    assert list(table.stopped) == ["sf-2"]


def test_whoever_has_an_id_comes_before_a_new_row_above():
    rows = [["Name", "Email", "Sheetflow ID"], ["Ana", "a@x.org"], ["Ana Ruiz", "a@x.org", "sf-1"]]
    table, _ = table_of(rows)
    assert list(table.stopped) == [table.rows[0].id]


def test_a_copied_group_with_another_name_is_a_new_group():
    spec = TableSpec("Groups", "memory", {})
    headers = ["Group", "Area", "Sheetflow ID"]
    rows = [["North", "1", "sf-1"], ["South", "1", "sf-1"], ["North", "1", "sf-1"]]
    table, _ = table_of([headers, *rows], spec)
    assert [row.id for row in table.rows][::2] == ["sf-1", "sf-1~3"]
    assert list(table.minted.values()) == [3]
    assert list(table.stopped) == ["sf-1~3"]


def test_a_copy_made_for_another_occasion_is_a_new_row_where_that_is_declared():
    spec = replace(PEOPLE, same_person="allow", columns={"Event": ColumnSpec("Event")})
    headers = ["Name", "Email", "Event", "Note", "Sheetflow ID"]
    rows = [
        ["Ana", "a@x.org", "spring", "", "sf-1"],
        ["Ana", "a@x.org", "spring", "edited", "sf-1"],
        ["Ana", "a@x.org", "fall", "", "sf-1"],
    ]
    table, _ = table_of([headers, *rows], spec)
    assert [row.id for row in table.rows][:2] == ["sf-1", "sf-1~2"]
    assert list(table.minted.values()) == [4]


def _known(count: int) -> dict[str, dict[str, str]]:
    return {
        f"sf-{n}": dict(Who(f"p{n}", f"p{n}@x.org", f"17555{n:04d}").digests(""))
        for n in range(count)
    }


@pytest.mark.parametrize(
    ("known", "changed", "halts"),
    [(300, 4, False), (300, 5, False), (300, 6, True), (20, 4, False), (20, 5, True)],
)
def test_five_and_two_in_a_hundred_changed_addresses_are_too_many(
    known: int, changed: int, halts: bool
):
    was = _known(known)
    rows = [
        (row_id, {**digests, "email": f"new {n}"} if n < changed else digests)
        for n, (row_id, digests) in enumerate(was.items())
    ]
    assert moved_column(rows, was) == ("email" if halts else "")


@pytest.mark.parametrize("part", ["name", "phone"])
def test_other_columns_count_only_if_they_moved_to_other_people(part: str):
    was = _known(30)
    ids = list(was)
    moved = [(row_id, {**was[row_id], part: was[ids[n - 1]][part]}) for n, row_id in enumerate(ids)]
    new = [(row_id, {**was[row_id], part: f"new {row_id}"}) for row_id in ids]
    assert moved_column(moved, was) == part
    assert moved_column(new, was) == ""


def test_ids_that_stayed_while_people_moved_are_seen():
    was = _known(30)
    ids = list(was)
    rows = [(row_id, was[ids[n - 1]]) for n, row_id in enumerate(ids)]
    assert moved_column(rows, was) == "id"


def test_a_row_changes_hands_when_nothing_of_who_it_was_is_left():
    was = Who("ana", "a@x.org", "1").digests("")
    assert changed_hands(Who("bo", "b@x.org", "2").digests(""), was)
    assert changed_hands(Who("bo", "b@x.org").digests(""), was)
    assert not changed_hands(Who("ana maria", "a@x.org", "2").digests(""), was)
    assert not changed_hands(Who("ana", "new@x.org").digests(""), was)
    assert not changed_hands(Who("bo").digests(""), was)


def test_nothing_of_an_address_is_kept():
    table, _ = table_of([["Name", "Email"], ["Ana", "a@x.org"]], salt="pepper")
    (kept,) = table.identities().values()
    assert set(kept) == {"name", "email"}
    assert "ana" not in str(kept)
    assert kept != Who("ana", "a@x.org").digests("salt")


def test_an_id_that_is_no_id_is_none():
    headers = ["Name", "Email", "Sheetflow ID"]
    memory = Memory([headers, ["Ana", "a@x.org", "#REF!"], ["Bo", "b@x.org", "x" * 300]])
    table = Table(PEOPLE, memory)
    assert len(table.minted) == 2
