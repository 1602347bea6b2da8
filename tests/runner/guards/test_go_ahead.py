"""A tick in a row is for what the row said when it was set, and for nothing else."""

from __future__ import annotations

import csv

import pytest

from tests.plan_texts import plan_from_json, plan_text, plan_to_json
from tests.runner.guards.mailings import Mailing, held

TEXT = 'steps:\n  - write: person\n    text: "Hello {{ person.name }}"\n'
ASKS = 'Waiting — tick "Go ahead" to send (News)'
AGAIN = 'Waiting — it changed since. Look, then tick "Go ahead" again (News)'


@pytest.fixture
def asking(mailing: Mailing) -> Mailing:
    """The mailing with a recipe that asks for a tick in each row."""
    mailing.recipe(more=f"approve: each row\n{TEXT}")
    return mailing


def ticks(mailing: Mailing, table: str = "people") -> dict[str, str]:
    with (mailing.folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return {row["Code"]: row.get("Go ahead") or "" for row in csv.DictReader(file)}


def tick(mailing: Mailing, code: str, answer: str = "yes") -> None:
    mailing.edit(code, Go_ahead=answer)


def test_nothing_goes_out_before_a_tick_and_the_row_says_so(asking: Mailing):
    assert held(asking.plan()) == {"ana": ("go ahead", ASKS), "bo": ("go ahead", ASKS)}
    asking.run()
    asking.run()
    assert asking.came == []
    assert asking.statuses() == {"ana": ASKS, "bo": ASKS}
    assert ticks(asking) == {"ana": "no", "bo": "no"}


def test_a_ticked_row_goes_out_once_and_the_others_wait(asking: Mailing):
    asking.run()
    tick(asking, "ana")
    asking.run()
    asking.run()
    assert asking.reached == ["ana"]
    assert asking.statuses() == {"ana": "Done — 14 Mar 12:00", "bo": ASKS}
    assert ticks(asking) == {"ana": "", "bo": "no"}


def test_the_plan_says_what_exactly_a_tick_is_for(asking: Mailing):
    plan = asking.plan()
    assert "WHAT A TICK WOULD LET GO OUT\nAna D.: write to People/ana" in plan_text(plan)
    assert plan_from_json(plan_to_json(plan)) == plan


@pytest.mark.parametrize("answer", ["no", "", "maybe", "yes?", "FALSE"])
def test_anything_but_a_yes_sends_nothing(asking: Mailing, answer: str):
    asking.run()
    tick(asking, "ana", answer)
    asking.run()
    assert asking.came == []


def test_a_tick_from_before_anybody_asked_is_taken_back(asking: Mailing):
    rows = [{**row, "Go ahead": "yes"} for row in asking.tables["People"]]
    asking.write_table("people", list(rows[0]), rows)
    asking.run()
    assert asking.came == []
    assert ticks(asking) == {"ana": "no", "bo": "no"}


@pytest.mark.parametrize(
    "edit",
    [{"Email": "ana@other.example"}, {"Name": "Ana Lee"}],
    ids=["another address", "another text"],
)
def test_what_changed_after_it_was_asked_is_asked_again(asking: Mailing, edit: dict[str, str]):
    asking.run()
    tick(asking, "ana")
    asking.edit("ana", **edit)
    asking.run()
    assert asking.came == []
    assert asking.statuses()["ana"] == AGAIN
    assert ticks(asking)["ana"] == "no"
    asking.run()
    assert asking.came == []
    tick(asking, "ana")
    asking.run()
    assert asking.reached == ["ana"]


def test_a_change_that_nobody_would_read_asks_nothing_again(asking: Mailing):
    asking.run()
    tick(asking, "ana")
    asking.edit("ana", Phone="030 123456")
    asking.run()
    assert asking.reached == ["ana"]


def test_a_recipe_with_another_text_asks_again(asking: Mailing):
    asking.run()
    tick(asking, "ana")
    asking.recipe(more=f"approve: each row\n{TEXT.replace('Hello', 'Goodbye')}")
    asking.run()
    assert asking.came == []
    assert asking.statuses()["ana"] == AGAIN


def test_a_tick_that_is_taken_away_before_it_goes_out_counts_no_more(asking: Mailing):
    asking.later(hours=11)
    asking.run()
    tick(asking, "ana")
    asking.run()
    assert asking.statuses()["ana"] == "Waiting — goes out tomorrow 08:00 (it is night there)"
    assert ticks(asking)["ana"] == "yes"
    tick(asking, "ana", "no")
    asking.later(hours=10)
    asking.run()
    assert asking.came == []
    assert asking.statuses()["ana"] == ASKS


def test_ticked_at_night_it_goes_out_in_the_morning(asking: Mailing):
    asking.later(hours=11)
    asking.run()
    tick(asking, "ana")
    asking.run()
    asking.later(hours=10)
    asking.run()
    assert asking.reached == ["ana"]
    assert ticks(asking) == {"ana": "", "bo": "no"}


def test_a_tick_taken_away_after_the_plan_was_made_counts(asking: Mailing):
    asking.run()
    tick(asking, "ana")
    plan = plan_from_json(plan_to_json(asking.plan()))
    tick(asking, "ana", "no")
    asking.run(plan=plan)
    assert asking.came == []


def test_an_old_plan_gets_nothing_by_a_tick_for_a_new_one(asking: Mailing):
    asking.run()
    tick(asking, "ana")
    plan = asking.plan()
    asking.recipe(more=f"approve: each row\n{TEXT}status: Told\n")
    asking.edit("ana", Name="Ana Lee")
    asking.run()
    tick(asking, "ana")
    asking.recipe(more=f"approve: each row\n{TEXT}")
    asking.edit("ana", Name="Ana Doe")
    asking.run(plan=plan)
    assert asking.came == []


def test_a_copied_row_with_its_tick_gets_nothing(asking: Mailing):
    asking.run()
    tick(asking, "ana")
    with (asking.folder / "people.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    copy = {**rows[0], "Code": "cem", "Name": "Cem Oz", "Email": "cem@example.org"}
    asking.write_table("people", list(rows[0]), [copy, *reversed(rows), rows[0]])
    asking.run()
    assert asking.reached == ["ana"]
    assert asking.statuses()["cem"] == ASKS
    assert ticks(asking)["cem"] == "no"


def test_one_tick_is_for_one_recipe(asking: Mailing):
    asking.recipe("more", more=f"approve: each row\n{TEXT.replace('Hello', 'More')}")
    asking.recipe("news", more=f"approve: each row\n{TEXT}")
    text = (asking.folder / "recipes" / "more.yaml").read_text("utf-8")
    (asking.folder / "recipes" / "more.yaml").write_text(text.replace("News", "More"), "utf-8")
    for name in ("news", "more", "news", "more"):
        asking.run(name)
    assert asking.statuses()["ana"] == ASKS
    tick(asking, "ana")
    asking.run("more")
    asking.run("news")
    asking.run("more")
    assert [letter.text for letter in asking.came] == ["Hello Ana Doe"]
    assert asking.statuses()["ana"] == 'Waiting — tick "Go ahead" to send (More)'
    assert ticks(asking)["ana"] == "no"
    tick(asking, "ana")
    asking.run("news")
    asking.run("more")
    assert [letter.text for letter in asking.came] == ["Hello Ana Doe", "More Ana Doe"]


def test_who_needs_no_tick_any_more_is_not_asked(asking: Mailing):
    asking.run()
    asking.suppress("ana@example.org")
    asking.run()
    assert asking.statuses()["ana"].startswith("Skipped — asked not to get e-mail")
    assert ticks(asking)["ana"] == ""


def test_what_a_service_could_not_take_needs_no_second_tick(asking: Mailing):
    asking.run()
    tick(asking, "ana")
    (asking.folder / "full.txt").write_text("People/ana")
    asking.run()
    assert ticks(asking)["ana"] == "yes"
    (asking.folder / "full.txt").unlink()
    asking.later(minutes=20)
    asking.run()
    assert asking.reached == ["ana"]
