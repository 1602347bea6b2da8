"""The chain of guards: each can hold a change back, and none can let one through."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runner.guards.mailings import Mailing, goes, held, person

STRANGERS = '''
"""Guards of somebody else."""

from datetime import timedelta

from sheetflow import Guard, Held, Status, Word, hookimpl


class Broken(Guard):
    """Cannot answer about Ana."""

    name = "broken"

    def ask(self, entry):
        if entry.key.row == "ana":
            raise ValueError(entry.change.to[0])
        return None


class Counting(Guard):
    """Sees what the ledger remembers, and holds whoever had anything this week."""

    name = "counting"

    def ask(self, entry):
        now = self.tools.clock.now()
        (address,) = entry.change.to
        had = self.memory.contacts(now - timedelta(days=7)).get(self.memory.name_of(address), ())
        return Held(Status(Word.WAITING, f"had {len(had)}")) if had else None


class Generous(Guard):
    """Lets everything through, and says so."""

    name = "aaa generous"

    def ask(self, entry):
        return None


@hookimpl
def guards():
    return [GUARDS]
'''


def with_guard(mailing: Mailing, names: str) -> None:
    text = STRANGERS.replace("[GUARDS]", f"[{names}]")
    (mailing.folder / "plugins" / "strangers.py").write_text(text, encoding="utf-8")


def test_a_guard_that_fails_holds_the_change_and_quotes_no_address(mailing: Mailing):
    with_guard(mailing, "Broken")
    plan = mailing.plan()
    says = 'Waiting — the guard "broken" could not be asked (ValueError)'
    assert (goes(plan), held(plan)) == (["bo"], {"ana": ("broken", says)})
    mailing.run()
    assert mailing.reached == ["bo"]


def test_a_guard_of_a_plugin_sees_what_the_ledger_remembers(mailing: Mailing):
    mailing.run()
    with_guard(mailing, "Counting")
    mailing.recipe("other")
    assert held(mailing.plan("other")) == {
        "ana": ("counting", "Waiting — had 1"),
        "bo": ("counting", "Waiting — had 1"),
    }


def test_no_guard_lets_through_what_another_holds(mailing: Mailing):
    with_guard(mailing, "Generous")
    mailing.suppress("ana@example.org")
    assert goes(mailing.plan()) == ["bo"]


def test_what_is_held_is_kept_and_seen(mailing: Mailing):
    mailing.later(hours=11)
    mailing.run()
    with mailing.open().ledger() as ledger:
        records = [each for some in ledger.records("main", "news").values() for each in some]
    waiting = [record for record in records if record.state.value == "waiting"]
    assert {record.key.row for record in waiting} == {"ana", "bo"}
    assert {str(record.status) for record in waiting} == {
        "Waiting — goes out tomorrow 08:00 (it is night there)"
    }
    assert {record.retry_at for record in waiting} == {mailing.now.replace(day=15, hour=8)}


def test_one_held_among_several_at_a_step_does_not_hold_the_others(
    mailing: Mailing, tmp_path: Path
):
    settings = (tmp_path / "sheetflow.yaml").read_text("utf-8")
    (tmp_path / "sheetflow.yaml").write_text(
        settings.replace(
            "    file: friends.csv\n", "    file: friends.csv\n    columns: {Who: row of People}\n"
        ),
        "utf-8",
    )
    columns = ["Code", "Name", "Email", "Zone", "Who", "Group"]
    fay = {"Code": "f", "Name": "Fay", "Email": "fay@example.org", "Who": "Ana Doe"}
    mailing.write_table("friends", columns, [fay])
    for to in ("[person, who]", "[who, person]"):
        steps = f"steps:\n  - write: {to}\n  - set:\n      Group: told\n"
        mailing.recipe("friends", table="Friends", more=steps)
        mailing.people([person("ana", **{"Email OK?": ""})])
        plan = mailing.plan("friends")
        assert [entry.change.to for entry in plan.changes if entry.change] == [("fay@example.org",)]
    mailing.run("friends")
    assert [letter.to for letter in mailing.came] == ["fay@example.org"]
    mailing.people([person("ana")])
    mailing.run("friends")
    assert [letter.to for letter in mailing.came] == ["fay@example.org", "ana@example.org"]
    assert "told" in (tmp_path / "friends.csv").read_text("utf-8")


@pytest.mark.parametrize("kind", ["relationship", "outreach", "transactional", "internal"])
def test_no_status_and_no_plan_says_an_address(mailing: Mailing, kind: str):
    mailing.recipe(more=f"kind: {kind}\nuseful_until: Until\n")
    mailing.people(
        [
            person("a", **{"Email OK?": "maybe"}),
            person("b", Until="2026-01-01 10:00"),
            *(person(code, Email="one@example.org") for code in "cde"),
            person("f", Zone="Asia/Tokyo"),
        ]
    )
    mailing.suppress("f@example.org")
    mailing.run()
    said = " ".join((*mailing.statuses().values(), *map(str, held(mailing.plan()).values())))
    assert "@" not in said
