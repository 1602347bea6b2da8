"""Who asked not to be written to is not, however the address is spelled, whatever it is about."""

from __future__ import annotations

import pytest

from sheetflow.errors import TableError
from tests.runner.guards.mailings import Mailing, goes, held, person

ASKED = ("asked not to", "Skipped — asked not to get e-mail (14 Mar)")
TABLE = ["Email or phone", "Scope", "Why", "Since"]


def ask_in_table(mailing: Mailing, *rows: tuple[str, str, str]) -> None:
    mailing.settings("do_not_contact: Do not contact\n")
    named = [dict(zip(("Email or phone", "Scope", "Since"), row, strict=True)) for row in rows]
    mailing.write_table("do_not_contact", TABLE, named)


@pytest.mark.parametrize("kind", ["relationship", "outreach", "transactional", "internal"])
def test_it_holds_for_every_kind(mailing: Mailing, kind: str):
    mailing.recipe(more=f"kind: {kind}\n")
    mailing.suppress("ana@example.org")
    plan = mailing.plan()
    assert (goes(plan), held(plan)) == (["bo"], {"ana": ASKED})


@pytest.mark.parametrize(
    ("listed", "in_the_row"),
    [
        ("ANA@Example.ORG", "ana@example.org"),
        ("Ana Doe <ana@example.org>", "ana@example.org"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        ("ana@xn--strae-oqa.example", "ana@Straße.example"),
    ],
)
def test_case_and_the_letters_of_a_domain_make_no_difference(
    mailing: Mailing, listed: str, in_the_row: str
):
    mailing.people([person("ana", Email=in_the_row)])
    mailing.suppress(listed)
    assert held(mailing.plan()) == {"ana": ASKED}


@pytest.mark.parametrize("other", ["ana+news@example.org", "a.na@example.org"])
def test_dots_and_plus_tags_make_another_address(mailing: Mailing, other: str):
    mailing.people([person("ana", Email=other)])
    mailing.suppress("ana@example.org")
    assert goes(mailing.plan()) == ["ana"]


@pytest.mark.parametrize("cell", ["+49 30 1234567", "030 1234567", "(030) 123 45 67"])
def test_a_number_stands_for_its_person(mailing: Mailing, cell: str):
    mailing.people([person("ana", Phone=cell), person("bo", Phone="+49 30 7654321")])
    mailing.suppress("+49301234567")
    plan = mailing.plan()
    assert (goes(plan), held(plan)) == (["bo"], {"ana": ASKED})


def test_the_table_of_those_who_asked(mailing: Mailing):
    ask_in_table(mailing, ("Ana@example.org", "", "2026-02-02"))
    plan = mailing.plan()
    assert goes(plan) == ["bo"]
    assert held(plan) == {"ana": ("asked not to", "Skipped — asked not to get e-mail (2 Feb)")}


@pytest.mark.parametrize(
    ("scope", "reached"),
    [("", []), ("all", []), ("e-mail", []), ("phone", ["ana"]), ("SMS", ["ana"]), ("whatever", [])],
)
def test_a_scope_of_the_table_is_a_channel_and_what_is_not_understood_is_all(
    mailing: Mailing, scope: str, reached: list[str]
):
    mailing.people([person("ana")])
    ask_in_table(mailing, ("ana@example.org", scope, ""))
    assert goes(mailing.plan()) == reached


@pytest.mark.parametrize(
    ("scopes", "reached"),
    [
        (("everything", "phone"), []),
        (("e-mail", "phone"), []),
        (("phone", "e-mail"), []),
        (("phone", "sms"), ["ana"]),
    ],
)
def test_whoever_is_in_the_table_twice_is_spared_what_either_row_says(
    mailing: Mailing, scopes: tuple[str, str], reached: list[str]
):
    mailing.people([person("ana")])
    ask_in_table(mailing, *(("ana@example.org", scope, "") for scope in scopes))
    assert goes(mailing.plan()) == reached


def test_a_number_in_the_table_stands_for_its_person(mailing: Mailing):
    mailing.people([person("ana", Phone="030 1234567")])
    ask_in_table(mailing, ("+49 30 1234567", "", ""))
    assert list(held(mailing.plan())) == ["ana"]


def test_headers_of_the_table_may_be_said_in_other_ways(mailing: Mailing):
    mailing.settings("do_not_contact: Do not contact\n")
    rows = [{"E-mail address": "ana@example.org", "Phone number": ""}]
    mailing.write_table("do_not_contact", ["E-mail address", "Phone number"], rows)
    assert held(mailing.plan()) == {"ana": ("asked not to", "Skipped — asked not to get e-mail")}


def test_a_row_of_the_table_that_names_nobody_is_told_by_its_number_alone(mailing: Mailing):
    ask_in_table(mailing, ("somebody from ana@", "", ""), ("bo@example.org", "", ""))
    plan = mailing.plan()
    assert plan.notices == ('"Do not contact" has no e-mail address or phone number in row 2.',)
    assert goes(plan) == ["ana"]


def test_a_table_that_says_nobody_stops_everything(mailing: Mailing):
    mailing.settings("do_not_contact: Do not contact\n")
    mailing.write_table("do_not_contact", ["Why"], [{"Why": "ana@example.org"}])
    with pytest.raises(TableError, match="it has no column"):
        mailing.plan()


def test_asking_between_plan_and_run_counts(mailing: Mailing):
    plan = mailing.plan()
    mailing.suppress("ana@example.org")
    mailing.run(plan=plan)
    assert mailing.reached == ["bo"]
    assert mailing.statuses()["ana"] == ASKED[1]


def test_asking_in_the_table_between_plan_and_run_counts(mailing: Mailing):
    ask_in_table(mailing)
    plan = mailing.plan()
    ask_in_table(mailing, ("ana@example.org", "", ""))
    mailing.run(plan=plan)
    assert mailing.reached == ["bo"]


def test_asking_while_300_wait_stops_those_that_are_left(mailing: Mailing):
    mailing.recipe(more="limits: {people_per_run: 500}\n")
    mailing.people(
        [person(f"p{n}", Email=f"{'ana' if n % 2 else n}@example.org") for n in range(300)]
    )
    mailing.settings("contact: {relationship: none}\n")

    def meanwhile(_outcome: object) -> None:
        if len(mailing.came) == 20:
            mailing.suppress("ana@example.org")

    mailing.run(meanwhile=meanwhile)
    assert [letter.to for letter in mailing.came].count("ana@example.org") == 10
    assert len(mailing.came) == 160
    assert list(mailing.statuses().values()).count(ASKED[1]) == 140


def test_taken_off_the_list_they_are_written_to(mailing: Mailing):
    mailing.suppress("ana@example.org")
    mailing.run()
    with mailing.open().ledger(read_only=False) as ledger:
        (listed,) = ledger.decided("main", "news").suppressions
        assert ledger.decisions.lift(listed)
        assert not ledger.decisions.lift(listed)
    mailing.run()
    assert mailing.reached == ["bo", "ana"]


def test_no_address_stands_in_the_ledger_of_who_asked(mailing: Mailing):
    mailing.suppress("ana@example.org")
    kept = b"".join(path.read_bytes() for path in mailing.folder.glob("sheetflow.db*"))
    assert b"ana@example" not in kept
