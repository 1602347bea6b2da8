"""A run from end to end: who is done, who waits, who needs a person, and that once is once."""

from __future__ import annotations

import threading

import pytest

from sheetflow.errors import PlanningWrote, SetupError
from sheetflow.ledger.store import Ledger
from sheetflow.runner.running import run
from sheetflow.values import Noop, Word
from tests.runner.campaigns import Campaign, posts

HELLO = """\
    recipe: Cards
    for_each: person in People
    where: everyone
    steps:
      - post: Hello {{ person.name }}
    """
TRACED = """\
    recipe: Cards
    for_each: person in People
    where: everyone
    steps:
      - traced_post: Hello {{ person.name }}
    """
EVERYBODY = ["Hello Ana Ruiz", "Hello Bo Kim", "Hello Cem Oz"]


def test_a_run_does_what_its_plan_said_and_the_rows_say_so(campaign: Campaign) -> None:
    assert posts(campaign.plan()) == EVERYBODY
    campaign.run()
    assert campaign.taken == EVERYBODY
    assert set(campaign.statuses().values()) == {"Done — 14 Mar 12:00"}


def test_planning_leaves_no_trace(campaign: Campaign) -> None:
    before = {path: path.read_bytes() for path in campaign.folder.rglob("*") if path.is_file()}
    campaign.plan()
    after = {
        path: path.read_bytes()
        for path in campaign.folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert after == before


def test_a_second_run_does_nothing_and_says_why(campaign: Campaign) -> None:
    campaign.run()
    rows = campaign.rows()
    campaign.later(days=3)
    second = campaign.run()
    assert campaign.taken == EVERYBODY
    assert campaign.rows() == rows
    assert {str(outcome.status) for outcome in second.outcomes} == {
        "Done — already done 14 Mar 12:00"
    }


def test_a_second_run_in_one_session_of_two_plans_sends_once(campaign: Campaign) -> None:
    first, second = campaign.plan(), campaign.plan()
    campaign.run(plan=first)
    again = campaign.run(plan=second)
    assert campaign.taken == EVERYBODY
    assert {outcome.status.word for outcome in again.outcomes} == {Word.DONE}


def test_a_row_that_changed_since_the_plan_is_skipped_and_says_so(campaign: Campaign) -> None:
    plan = campaign.plan()
    campaign.edit("b", Name="Bo Lee")
    campaign.run(plan=plan)
    assert campaign.taken == ["Hello Ana Ruiz", "Hello Cem Oz"]
    assert campaign.cell("b").startswith("Skipped — ")
    campaign.run()
    assert campaign.taken[2:] == ["Hello Bo Lee"]


def test_a_plan_of_another_version_of_the_recipe_is_refused(campaign: Campaign) -> None:
    plan = campaign.plan()
    campaign.cards("- post: Goodbye {{ person.name }}")
    with pytest.raises(SetupError, match="another version"):
        campaign.run(plan=plan)
    assert campaign.taken == []


def test_a_new_title_and_a_new_text_send_nothing_again(campaign: Campaign) -> None:
    campaign.recipe(HELLO + "    id: card")
    campaign.run()
    campaign.recipe(HELLO.replace("Hello", "Goodbye").replace("Cards", "New") + "    id: card")
    campaign.run()
    assert campaign.taken == EVERYBODY


def test_one_bad_row_does_not_stop_the_others(campaign: Campaign) -> None:
    campaign.order(Bo="refused")
    found = campaign.run()
    assert campaign.taken == ["Hello Ana Ruiz", "Hello Cem Oz"]
    assert campaign.cell("b") == "Needs you — the post office does not take this"
    assert found.failed


def test_what_was_refused_is_tried_again_only_when_it_was_mended(campaign: Campaign) -> None:
    campaign.order(Bo="refused")
    campaign.run()
    campaign.order()
    campaign.run()
    assert len(campaign.taken) == 2
    campaign.edit("b", Name="Bo Lee")
    campaign.run()
    assert campaign.taken[2:] == ["Hello Bo Lee"]
    assert campaign.cell("b") == "Done — 14 Mar 12:00"


@pytest.mark.parametrize("fault", ["busy", "away"])
def test_what_was_not_taken_is_tried_again_later(campaign: Campaign, fault: str) -> None:
    campaign.order(Bo=fault)
    campaign.run()
    assert campaign.cell("b").startswith("Waiting — ")
    campaign.order()
    campaign.run()
    assert len(campaign.taken) == 2
    campaign.later(minutes=16)
    campaign.run()
    assert campaign.taken[2:] == ["Hello Bo Kim"]


@pytest.mark.parametrize("fault", ["not known", "taken, then a bug"])
def test_what_may_have_been_taken_is_never_repeated(campaign: Campaign, fault: str) -> None:
    campaign.order(Bo=fault)
    campaign.run()
    assert campaign.cell("b").startswith("Not sure — ")
    campaign.order()
    campaign.later(days=30)
    second = campaign.run()
    assert sorted(campaign.taken) == EVERYBODY
    assert campaign.cell("b").startswith("Not sure — ")
    assert [outcome.status.word for outcome in second.outcomes].count(Word.NOT_SURE) == 1


@pytest.mark.parametrize(
    ("trace", "status", "sent"),
    [
        ("found", "Done — ", 3),
        ("unknown", "Not sure — ", 3),
        ("absent", "Done — ", 4),
    ],
)
def test_a_service_that_can_be_asked_settles_a_doubt(
    campaign: Campaign, trace: str, status: str, sent: int
) -> None:
    campaign.recipe(TRACED)
    campaign.order(Bo="not known")
    campaign.run()
    campaign.order(trace=trace)
    campaign.run()
    assert campaign.cell("b").startswith(status)
    assert len(campaign.taken) == sent


def test_nobody_is_written_to_when_the_service_does_not_know_us(campaign: Campaign) -> None:
    campaign.order(Ana="not allowed")
    campaign.run()
    assert campaign.taken == []
    campaign.order()
    campaign.run()
    assert sorted(campaign.taken) == EVERYBODY


def test_a_guard_holds_when_planning(campaign: Campaign) -> None:
    campaign.order(curfew="Bo K.")
    plan = campaign.plan()
    assert posts(plan) == ["Hello Ana Ruiz", "Hello Cem Oz"]
    held = next(entry for entry in plan.entries if entry.key.row == "b")
    assert held.deed == Noop("there is a curfew", Word.WAITING, guard="curfew")


def test_a_guard_is_asked_again_just_before_handing_over(campaign: Campaign) -> None:
    plan = campaign.plan()
    campaign.order(curfew="Bo K.")
    campaign.run(plan=plan)
    assert campaign.taken == ["Hello Ana Ruiz", "Hello Cem Oz"]
    assert campaign.cell("b") == "Waiting — there is a curfew"
    campaign.order()
    campaign.run()
    assert campaign.taken[2:] == ["Hello Bo Kim"]


def test_over_its_limit_a_recipe_reaches_nobody(campaign: Campaign) -> None:
    campaign.cards("- post: Hello {{ person.name }}", more="limits: {people_per_run: 2}")
    campaign.run()
    assert campaign.taken == []
    assert campaign.cell("a").startswith("Waiting — 3 people at once is over the recipe's limit")


def test_values_of_an_earlier_step_are_blank_in_the_plan_and_filled_when_applied(
    campaign: Campaign,
) -> None:
    campaign.recipe(
        """\
        recipe: Cards
        for_each: person in People
        where:
          Name: is Ana Ruiz
        steps:
          - post: Hello {{ person.name }}
          - post: Your card was number {{ card.number }}
            id: second
        """
    )
    plan = campaign.plan()
    assert posts(plan) == ["Hello Ana Ruiz", "Your card was number ‹card number›"]
    assert plan.entries[1].awaits == ("card number",)
    campaign.run(plan=plan)
    assert campaign.taken == ["Hello Ana Ruiz", "Your card was number 1"]


def test_an_interrupted_run_finishes_what_is_in_flight_and_leaves_the_rest(
    campaign: Campaign,
) -> None:
    workspace = campaign.open()
    stop = threading.Event()
    done = run(
        workspace.recipe("cards"),
        workspace,
        progress=lambda _outcome, _count, _all: stop.set(),
        stop=stop,
    )
    assert done.interrupted
    assert campaign.taken == ["Hello Ana Ruiz"]
    assert campaign.statuses() == {"a": "Done — 14 Mar 12:00", "b": "", "c": ""}
    campaign.run()
    assert campaign.taken == EVERYBODY


def test_a_plugin_that_writes_while_planning_is_stopped(campaign: Campaign) -> None:
    plugin = campaign.folder / "plugins" / "hasty.py"
    plugin.write_text(
        """
from dataclasses import dataclass
from sheetflow import Action, Change, Template, hookimpl, main

class Hasty(Action["Hasty.Options"]):
    "Does it at once."
    name = "hasty"

    @dataclass(frozen=True, kw_only=True)
    class Options:
        text: Template = main("What.")

    def plan(self, work):
        self.tools.door.save(self.tools.folder / "hasty.txt", b"too early")
        return Change("too late")

@hookimpl
def actions():
    return [Hasty]
"""
    )
    campaign.cards("- hasty: now")
    with pytest.raises(PlanningWrote):
        campaign.plan()
    assert not (campaign.folder / "hasty.txt").exists()


def test_a_change_left_half_handed_over_is_not_sure(campaign: Campaign) -> None:
    plan = campaign.plan()
    with Ledger.open(campaign.folder / "sheetflow.db") as ledger, ledger.applying("x") as turn:
        lane = turn.lane()
        lane.hand_over(plan.entries[0], run="killed", at=campaign.now)
    found = campaign.run()
    assert campaign.taken == ["Hello Bo Kim", "Hello Cem Oz"]
    assert campaign.cell("a").startswith("Not sure — ")
    assert [outcome.status.word for outcome in found.outcomes] == [
        Word.NOT_SURE,
        Word.DONE,
        Word.DONE,
    ]


def test_a_saved_plan_applied_twice_does_each_step_once(campaign: Campaign) -> None:
    campaign.cards(
        """\
        - post: Hello {{ person.name }}
        - set: {Stage: Prospect}
        - post: Bye {{ person.name }}, card {{ card.number }}
          id: bye
        """
    )
    plan = campaign.plan()
    first = campaign.run(plan=plan)
    again = campaign.run(plan=plan)
    assert len(campaign.taken) == 6
    assert len(again.outcomes) == len(first.outcomes)
    assert not again.failed
    assert {outcome.state for outcome in again.outcomes} == {None}


def test_a_plugin_that_fails_when_told_is_named_and_stops_nothing(campaign: Campaign) -> None:
    path = campaign.folder / "plugins" / "post_office.py"
    path.write_text(path.read_text().replace("    pass\n", '    raise ValueError("oops")\n'))
    found = campaign.run()
    assert campaign.taken == EVERYBODY
    assert set(campaign.statuses().values()) == {"Done — 14 Mar 12:00"}
    assert found.remarks == ("A plugin failed when told of an outcome: ValueError.",)
