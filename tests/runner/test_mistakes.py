"""An expression that fits no row is the recipe's mistake, and is told once."""

from __future__ import annotations

import pytest

from tests.runner.campaigns import Campaign, posts

WHERE = """\
recipe: Cards
for_each: person in People
where:
{where}
steps:
  - post: Hello {{{{ person.name }}}}
"""


def test_an_expression_that_fits_no_row_halts_the_plan_and_writes_no_row(
    campaign: Campaign,
) -> None:
    campaign.recipe(WHERE.format(where="  expression: person.region > 3"))
    before = campaign.rows()
    plan = campaign.plan()
    assert plan.halted == (
        f'{campaign.folder}/recipes/cards.yaml:4:15: "person.region > 3" fits none of the rows: '
        "a condition compares or adds things that do not go together. Mend the recipe; or say "
        "under columns in sheetflow.yaml what the column holds, such as number or date."
    )
    assert (plan.entries, plan.left_out) == ((), ())
    campaign.run()
    assert (campaign.rows(), campaign.taken) == (before, [])


@pytest.mark.parametrize("condition", ["person.region > 3", "person.name"])
def test_so_does_the_if_of_a_step(campaign: Campaign, condition: str) -> None:
    campaign.cards(f"- post: Hello\n  if: {condition}\n")
    assert f'cards.yaml:6:9: "{condition}" fits none of the rows: ' in campaign.plan().halted


def test_an_expression_that_fits_some_rows_stops_only_the_others(campaign: Campaign) -> None:
    campaign.recipe(WHERE.format(where="  expression: person.code == 'a' or person.name > 3"))
    plan = campaign.plan()
    assert (plan.halted, posts(plan)) == ("", ["Hello Ana Ruiz"])
    campaign.run()
    assert campaign.cell("b") == (
        "Needs you — a condition compares or adds things that do not go together"
    )


def test_one_row_alone_is_no_proof_of_a_mistake_in_the_recipe(campaign: Campaign) -> None:
    campaign.recipe(WHERE.format(where="  Name: is Ana Ruiz\n  expression: person.region > 3"))
    plan = campaign.plan()
    assert plan.halted == ""
    assert [entry.who for entry in plan.entries] == ["Ana R."]


def test_what_is_only_empty_in_all_rows_is_asked_of_each(campaign: Campaign) -> None:
    campaign.recipe(WHERE.format(where="  expression: person.stage + 1 > 3"))
    assert campaign.plan().halted == ""
    campaign.run()
    assert campaign.cell("a").startswith("Needs you — ")
