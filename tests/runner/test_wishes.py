"""Trying again, asked for in the sheet: only the failed step, and never twice what went out."""

from __future__ import annotations

import pytest

from sheetflow.ledger import answers
from sheetflow.runner.applying import STATUS_STEP
from sheetflow.values import State
from tests.runner.campaigns import Campaign

TWO_STEPS = """\
    recipe: Cards
    for_each: person in People
    where: everyone
    steps:
      - post: First to {{ person.name }}
        id: first
      - post: Second to {{ person.name }}
        id: second
    """


def test_a_cleared_status_tries_the_refused_step_again_and_only_that(campaign: Campaign) -> None:
    campaign.recipe(TWO_STEPS)
    campaign.order(**{"Second to Bo": "refused"})
    campaign.run()
    campaign.order()
    campaign.run()
    assert "Second to Bo Kim" not in campaign.taken
    campaign.edit("b", Sheetflow_status="")
    campaign.run()
    assert campaign.taken.count("First to Bo Kim") == 1
    assert campaign.taken[-1] == "Second to Bo Kim"
    assert campaign.cell("b") == "Done — 14 Mar 12:00"


def test_a_cleared_status_does_not_wait_any_longer(campaign: Campaign) -> None:
    campaign.order(Bo="busy")
    campaign.run()
    campaign.order()
    campaign.edit("b", Sheetflow_status="")
    campaign.run()
    assert campaign.taken[2:] == ["Hello Bo Kim"]


def test_a_cleared_status_never_sends_twice(campaign: Campaign) -> None:
    campaign.order(Bo="not known", Cem="taken, then a bug")
    campaign.run()
    assert len(campaign.taken) == 3
    campaign.order()
    for code in "abc":
        campaign.edit(code, Sheetflow_status="", Sheetflow_when="", **{"Send again?": ""})
    campaign.run()
    campaign.run()
    assert len(campaign.taken) == 3
    assert campaign.cell("b").startswith("Not sure — ")


def test_not_sure_comes_with_a_cell_for_the_answer(campaign: Campaign) -> None:
    campaign.order(Bo="not known")
    campaign.run()
    assert campaign.cell("b", "Send again?") == "no"
    assert campaign.cell("a", "Send again?") == ""


@pytest.mark.parametrize("answer", ["yes", "x", "TRUE", "✓"])
def test_a_yes_sends_it_again_once(campaign: Campaign, answer: str) -> None:
    campaign.order(Bo="not known")
    campaign.run()
    campaign.order()
    campaign.edit("b", **{"Send again?": answer})
    campaign.run()
    campaign.run()
    assert campaign.taken.count("Hello Bo Kim") == 2
    assert campaign.cell("b") == "Done — 14 Mar 12:00"
    assert campaign.cell("b", "Send again?") == ""


@pytest.mark.parametrize("answer", ["no", "", "maybe", "yes?", "it came"])
def test_anything_but_a_yes_sends_nothing(campaign: Campaign, answer: str) -> None:
    campaign.order(Bo="not known")
    campaign.run()
    campaign.order()
    campaign.edit("b", **{"Send again?": answer})
    campaign.run()
    assert campaign.taken.count("Hello Bo Kim") == 1


def test_an_answer_to_one_recipe_is_none_to_another(campaign: Campaign) -> None:
    campaign.recipe(TWO_STEPS.replace("First", "Early"), "early")
    campaign.order(**{"Hello Bo": "not known", "Early to Bo": "not known"})
    campaign.run("early")
    campaign.edit("b", Sheetflow_status="")
    campaign.run("cards")
    campaign.order()
    shown = campaign.cell("b")
    campaign.edit("b", **{"Send again?": "yes"})
    campaign.edit("b", Sheetflow_status="something else")
    campaign.run("cards")
    campaign.run("early")
    assert shown.startswith("Not sure")
    assert campaign.taken.count("Hello Bo Kim") == 1
    assert campaign.taken.count("Early to Bo Kim") == 1


def test_not_sure_again_asks_again(campaign: Campaign) -> None:
    campaign.order(Bo="not known")
    campaign.run()
    campaign.edit("b", **{"Send again?": "yes"})
    campaign.run()
    assert campaign.taken.count("Hello Bo Kim") == 2
    assert campaign.cell("b", "Send again?") == "no"
    campaign.run()
    assert campaign.taken.count("Hello Bo Kim") == 2


def test_a_row_of_which_nobody_knows_keeps_saying_so_when_the_recipe_no_longer_chooses_it(
    campaign: Campaign,
) -> None:
    campaign.recipe(
        """\
        recipe: Cards
        for_each: person in People
        where:
          Coach: is empty
        steps:
          - assign: coach from Coaches
            same: Region
            save_in: Coach
          - post: Hello {{ person.name }}
        """
    )
    campaign.order(Bo="not known")
    campaign.run()
    campaign.run()
    assert campaign.cell("b").startswith("Not sure — ")


ASKS = 'Not sure — line dropped. Ask Bo K., then write yes or it came in "Send again?"'
CAME = "Sent — as somebody confirmed 14 Mar 12:00"


@pytest.mark.parametrize("answer", ["it came", "No, it came.", "ist angekommen", "reçu"])
def test_that_it_came_is_kept_as_done_and_its_later_steps_go_on(
    campaign: Campaign, answer: str
) -> None:
    campaign.recipe(TWO_STEPS)
    campaign.order(**{"First to Bo": "not known"})
    campaign.run()
    assert campaign.cell("b") == ASKS
    campaign.order()
    campaign.edit("b", **{"Send again?": answer})
    campaign.run()
    assert campaign.taken.count("First to Bo Kim") == 1
    assert campaign.taken[-1] == "Second to Bo Kim"
    assert campaign.cell("b") == "Done — 14 Mar 12:00"
    assert campaign.cell("b", "Send again?") == ""
    campaign.run()
    assert campaign.taken.count("First to Bo Kim") == 1
    assert campaign.taken.count("Second to Bo Kim") == 1


def test_the_row_says_by_whose_word_it_is_done_and_so_does_the_ledger(campaign: Campaign) -> None:
    campaign.order(Bo="not known")
    campaign.run()
    campaign.order()
    campaign.edit("b", **{"Send again?": "it came"})
    campaign.run()
    campaign.run()
    assert campaign.cell("b") == CAME
    with campaign.open().ledger() as ledger, ledger.database.reading() as connection:
        (record,) = [
            each for each in ledger.every() if each.key.row == "b" and each.key.step != STATUS_STEP
        ]
        (given,) = answers.read(connection, [record.key.digest])[record.key.digest]
    assert (record.state, str(record.status)) == (State.DONE, CAME)
    assert (given.said, given.who) == (answers.Said.WENT_OUT, "somebody in the sheet")


def test_a_plan_shows_that_it_came_and_carrying_it_out_keeps_what_it_showed(
    campaign: Campaign,
) -> None:
    campaign.recipe(TWO_STEPS)
    campaign.order(**{"First to Bo": "not known"})
    campaign.run()
    campaign.order()
    campaign.edit("b", **{"Send again?": "it came"})
    plan = campaign.plan()
    assert [entry.key.step for entry in plan.entries if entry.key.row == "b"] == ["first", "second"]
    campaign.edit("b", **{"Send again?": "no"})
    campaign.run(plan=plan)
    assert campaign.cell("b") == ASKS
    campaign.edit("b", **{"Send again?": "it came"})
    campaign.run(plan=campaign.plan())
    assert campaign.cell("b").startswith("Done")


@pytest.mark.parametrize("answer", ["maybe", "yes?", "it did not come"])
def test_an_answer_that_cannot_be_read_stays_and_is_asked_about(
    campaign: Campaign, answer: str
) -> None:
    campaign.order(Bo="not known")
    campaign.run()
    campaign.order()
    campaign.edit("b", **{"Send again?": answer})
    for _ in range(2):
        campaign.run()
        asks = f'Not sure — is "{answer}" a yes? "Send again?": yes, no or it came'
        assert campaign.cell("b") == asks
        assert campaign.cell("b", "Send again?") == answer
    campaign.edit("b", **{"Send again?": "no"})
    campaign.run()
    assert campaign.cell("b") == ASKS
    campaign.edit("b", **{"Send again?": "maybe"})
    campaign.run()
    campaign.edit("b", **{"Send again?": "it came"})
    campaign.run()
    assert (campaign.cell("b"), campaign.taken.count("Hello Bo Kim")) == (CAME, 1)


@pytest.mark.parametrize("answer", ["yes", "it came"])
def test_a_run_of_another_recipe_leaves_the_answer_to_the_one_that_asked(
    campaign: Campaign, answer: str
) -> None:
    campaign.recipe(TWO_STEPS.replace("First", "Early"), "early")
    campaign.order(**{"Early to Bo": "not known"})
    campaign.run("early")
    campaign.edit("b", **{"Send again?": answer})
    campaign.order()
    campaign.run("cards")
    assert campaign.cell("b", "Send again?") == answer
    campaign.run("early")
    assert campaign.taken.count("Early to Bo Kim") == (2 if answer == "yes" else 1)
    assert campaign.cell("b").startswith("Done")
    assert campaign.cell("b", "Send again?") == ""


def test_an_answer_that_came_after_the_plan_is_for_the_next_run(campaign: Campaign) -> None:
    campaign.order(Bo="not known")
    campaign.run()
    campaign.order()
    plan = campaign.plan()
    campaign.edit("b", **{"Send again?": "yes"})
    campaign.run(plan=plan)
    assert campaign.cell("b", "Send again?") == "yes"
    campaign.run()
    assert campaign.taken.count("Hello Bo Kim") == 2
