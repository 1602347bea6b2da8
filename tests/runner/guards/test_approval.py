"""A Go is for one plan: the same people with the same messages, and nobody else."""

from __future__ import annotations

import pytest

from tests.plan_texts import plan_from_json, plan_to_json
from tests.runner.guards.mailings import Mailing, goes, held, person

TEXT = 'steps:\n  - write: person\n    text: "Hello {{ person.name }}"\n'
NEEDED = ("approval", "Waiting — 2 people need a Go: sheetflow approve news")
CHANGED = ("approval", "Waiting — the plan changed since the Go of 14 Mar: sheetflow approve news")


@pytest.fixture
def asking(mailing: Mailing) -> Mailing:
    """The mailing with a recipe that always asks."""
    mailing.recipe(more=f"approve: always\n{TEXT}")
    return mailing


def test_without_a_go_nothing_goes_out(asking: Mailing):
    assert held(asking.plan()) == {"ana": NEEDED, "bo": NEEDED}
    asking.run()
    assert asking.came == []
    assert asking.statuses()["ana"] == "Waiting — 2 people need a Go: sheetflow approve news"


def test_with_a_go_exactly_the_plan_is_carried_out(asking: Mailing):
    asking.agree()
    plan = asking.plan()
    asking.later(hours=2)
    asking.run()
    agreed = [
        (entry.change.to[0], entry.change.data["text"]) for entry in plan.changes if entry.change
    ]
    assert [(letter.to, letter.text) for letter in asking.came] == agreed
    assert agreed == [("ana@example.org", "Hello Ana Doe"), ("bo@example.org", "Hello Bo Doe")]


def test_a_go_counts_for_a_saved_plan_too(asking: Mailing):
    asking.agree()
    plan = plan_from_json(plan_to_json(asking.plan()))
    asking.run(plan=plan)
    assert asking.reached == ["ana", "bo"]


@pytest.mark.parametrize(
    "people",
    [
        [person("ana"), person("bo"), person("cem")],
        [person("ana")],
        [person("ana"), person("bo", Name="Bo Lee")],
        [person("ana"), person("bo", Email="bo@other.example")],
    ],
    ids=["added", "removed", "another text", "another address"],
)
def test_a_changed_plan_is_held_again(asking: Mailing, people: list[dict[str, str]]):
    asking.agree()
    asking.people(people)
    assert set(held(asking.plan()).values()) == {CHANGED}
    asking.run()
    assert asking.came == []


def test_a_recipe_with_another_text_is_another_plan(asking: Mailing):
    asking.agree()
    asking.recipe(more=f"approve: always\n{TEXT.replace('Hello', 'Goodbye')}")
    assert set(held(asking.plan()).values()) == {CHANGED}


def test_a_moment_that_moves_along_is_no_change(mailing: Mailing):
    settings = (mailing.folder / "sheetflow.yaml").read_text("utf-8")
    settings = settings.replace("[Group]", "[Group, Next step, Next step due]", 1)
    (mailing.folder / "sheetflow.yaml").write_text(
        settings.replace("{Until: date and time}", "{Next step due: date and time}"), "utf-8"
    )
    steps = "steps:\n  - follow_up: Call\n    due: in 24 hours\n  - write: person\n"
    mailing.recipe(more=f"approve: always\n{steps}")
    mailing.agree()
    mailing.later(hours=5)
    assert goes(mailing.plan()) == ["ana", "bo", "ana", "bo"]
    mailing.edit("bo", Name="Bo Lee")
    assert goes(mailing.plan()) == []


def test_what_has_gone_out_since_is_no_change(asking: Mailing):
    asking.crowd(10)
    asking.agree()
    (asking.folder / "full.txt").write_text("People/p3 People/p7")
    asking.run()
    assert len(asking.came) == 8
    (asking.folder / "full.txt").unlink()
    asking.later(minutes=20)
    asking.run()
    assert sorted(asking.reached) == sorted(f"p{n}" for n in range(10))


def test_agreed_to_at_night_it_goes_out_in_the_morning(asking: Mailing):
    asking.later(hours=11)
    asking.agree()
    assert set(held(asking.plan()).values()) == {
        ("quiet hours", "Waiting — goes out tomorrow 08:00 (it is night there)")
    }
    asking.run()
    asking.later(hours=9)
    asking.run()
    assert asking.reached == ["ana", "bo"]


def test_a_go_lifts_nothing_that_people_asked_for(asking: Mailing):
    asking.agree()
    asking.suppress("ana@example.org")
    asking.run()
    assert asking.reached == ["bo"]


def test_never_and_over_a_number(mailing: Mailing):
    mailing.recipe(more="approve: over 2 people\n")
    assert goes(mailing.plan()) == ["ana", "bo"]
    mailing.crowd(3)
    says = ("approval", "Waiting — 3 people need a Go: sheetflow approve news")
    assert set(held(mailing.plan()).values()) == {says}
    mailing.recipe(more="approve: never\n")
    assert len(goes(mailing.plan())) == 3


def test_it_is_kept_who_agreed_and_when(asking: Mailing):
    asking.agree(who="Lee Park")
    with asking.open().ledger() as ledger:
        given = ledger.decided("main", "news").approval
    assert given is not None
    assert (given.who, given.at, [item.who for item in given.items]) == (
        "Lee Park",
        asking.now,
        ["Ana D.", "Bo D."],
    )
