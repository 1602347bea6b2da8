"""Nobody gets more than they may, over all recipes; what is too much waits until it fits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.runner.guards.mailings import NOON, Mailing, goes, held, person

DAILY = "steps:\n  - write: person\n    again: every 1 hour\n"


def test_two_a_day_and_the_third_waits_until_it_fits(mailing: Mailing):
    mailing.people([person("ana")])
    for name in ("one", "two", "three"):
        mailing.recipe(name)
        mailing.run(name)
        mailing.later(minutes=30)
    assert len(mailing.came) == 2
    says = "Waiting — had 2 mails today, next from tomorrow 12:00"
    assert mailing.statuses()["ana"] == says
    (entry,) = mailing.plan("three").entries
    assert entry.deed.until == NOON + timedelta(days=1)
    mailing.now = NOON + timedelta(days=1)
    mailing.run("three")
    assert len(mailing.came) == 3


def test_outreach_is_one_a_day_and_three_a_week(mailing: Mailing):
    mailing.people([person("ana")])
    for number in range(5):
        mailing.recipe(f"r{number}", more="kind: outreach\n")
    for _day in range(5):
        for number in range(5):
            mailing.run(f"r{number}")
        mailing.later(days=1)
    assert [letter.at - NOON for letter in mailing.came] == [timedelta(days=n) for n in range(3)]
    says = "Waiting — had 3 mails this week, next from Saturday"
    assert held(mailing.plan("r4"))["ana"] == ("contact caps", says)


def test_one_address_in_two_rows_and_two_tables_is_one_person(mailing: Mailing):
    mailing.people([person("ana"), person("anna", Email="ANA@example.org")])
    mailing.people([person("a", Email="ana@Example.org")], "Friends")
    mailing.recipe("friends", table="Friends")
    plan = mailing.plan()
    assert goes(plan) == ["ana", "anna"]
    mailing.run(plan=plan)
    mailing.run("friends")
    assert len(mailing.came) == 2
    assert held(mailing.plan("friends"))["a"][0] == "contact caps"


def test_what_a_run_lets_through_counts_within_it(mailing: Mailing):
    mailing.people([person(code, Email="ana@example.org") for code in ("a", "b", "c", "d")])
    plan = mailing.plan()
    assert goes(plan) == ["a", "b"]
    assert set(held(plan)) == {"c", "d"}


@pytest.mark.parametrize("kind", ["transactional", "internal"])
def test_some_kinds_are_not_counted(mailing: Mailing, kind: str):
    mailing.people([person(code, Email="ana@example.org") for code in "abcde"])
    mailing.recipe(more=f"kind: {kind}\n")
    mailing.run()
    assert len(mailing.came) == 5
    mailing.recipe("other")
    assert goes(mailing.plan("other")) == ["a", "b"]


def test_a_workspace_says_how_many(mailing: Mailing):
    mailing.people([person(code, Email="ana@example.org") for code in "abcde"])
    mailing.settings("contact: {relationship: 3 a week}\n")
    assert len(goes(mailing.plan())) == 3
    mailing.settings("contact: {relationship: none}\n")
    assert len(goes(mailing.plan())) == 5


def test_what_was_not_taken_does_not_count(mailing: Mailing):
    mailing.people([person("ana")])
    mailing.settings("contact: {relationship: 1 a day}\n")
    (mailing.folder / "full.txt").write_text("People/ana")
    mailing.run()
    assert mailing.came == []
    mailing.recipe("other")
    assert goes(mailing.plan("other")) == ["ana"]
    (mailing.folder / "full.txt").unlink()
    mailing.later(minutes=20)
    mailing.run()
    assert len(mailing.came) == 1
    assert goes(mailing.plan("other")) == []


def test_the_ledger_keeps_whom_by_a_digest(mailing: Mailing):
    mailing.people([person("ana", Name="A")])
    mailing.run()
    with mailing.open().ledger() as ledger:
        ((whom, (contact,)),) = ledger.contacts(NOON - timedelta(days=1)).items()
        kept = b"".join(path.read_bytes() for path in mailing.folder.glob("sheetflow.db*"))
    assert (len(whom), contact.kind, contact.at) == (64, "relationship", NOON)
    assert b"ana@example" not in kept
