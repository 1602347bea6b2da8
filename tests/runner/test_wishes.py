"""Trying again, asked for in the sheet: only the failed step, and never twice what went out."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("answer", ["no", "", "maybe", "yes?"])
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
