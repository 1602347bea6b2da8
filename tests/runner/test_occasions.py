"""Which time this is, when a cell changes: of one column, or of several."""

from __future__ import annotations

from sheetflow.values import Noop
from tests.runner.campaigns import Campaign

ONE, TWO = "when Starts changes", "when Starts or Stage changes"
SEVEN, EIGHT = "2026-04-01 19:00", "2026-04-01 20:00"
AT_SEVEN, AT_EIGHT = "Wed 1 Apr, 19:00 CEST", "Wed 1 Apr, 20:00 CEST"
OLD_FORM = "1-1033197cd0a7"
"""What the occasion of "2026-04-01 19:00" in Berlin is called where one column is named."""


def card(campaign: Campaign, again: str) -> None:
    campaign.recipe(
        f"""\
        recipe: Cards
        for_each: person in People
        where:
          Name: is Ana Ruiz
        steps:
          - post: >-
              {{{{ person.starts | default('no day') }}}}
              {{{{ person.stage | default('nowhere') }}}}
            again: {again}
        """
    )


def occasions(campaign: Campaign) -> list[str]:
    """The names of those that the ledger knows."""
    with campaign.open().open_session(may_write=False) as session:
        records = session.ledger.every(recipe="cards")
        return [record.key.occasion for record in records if record.key.step == "post"]


def told(campaign: Campaign, **cells: str) -> list[str]:
    """Which cards go out once these cells are so, in two runs."""
    before = len(campaign.taken)
    campaign.edit("a", **cells)
    campaign.run()
    campaign.run()
    return campaign.taken[before:]


def test_any_of_several_columns_is_an_occasion_and_all_of_them_together_are_one(
    campaign: Campaign,
) -> None:
    card(campaign, TWO)
    assert told(campaign) == []
    assert told(campaign, Starts=SEVEN) == [f"{AT_SEVEN} nowhere"]
    assert told(campaign, Stage="Mill Bridge") == [f"{AT_SEVEN} Mill Bridge"]
    assert told(campaign, Starts=EIGHT) == [f"{AT_EIGHT} Mill Bridge"]
    assert told(campaign, Starts=SEVEN, Stage="Harbour") == [f"{AT_SEVEN} Harbour"]
    assert told(campaign, Region="South") == []
    assert told(campaign, Stage="") == [f"{AT_SEVEN} nowhere"]


def test_while_all_of_the_columns_are_empty_nothing_happens_and_the_row_says_nothing(
    campaign: Campaign,
) -> None:
    card(campaign, TWO)
    [entry] = campaign.plan().entries
    assert isinstance(entry.deed, Noop)
    assert (entry.deed.reason, entry.deed.quiet) == ('"Starts" and "Stage" are empty', True)
    card(campaign, ONE)
    [entry] = campaign.plan().entries
    assert isinstance(entry.deed, Noop)
    assert (entry.deed.reason, entry.deed.quiet) == ('"Starts" is empty', True)


def test_two_columns_that_change_places_are_something_new(campaign: Campaign) -> None:
    card(campaign, "when Stage or Region changes")
    assert told(campaign, Stage="Ann", Region="Bo") == ["no day Ann"]
    assert told(campaign, Stage="Bo", Region="Ann") == ["no day Bo"]
    assert told(campaign, Region="Bo") == ["no day Bo"]


def test_the_occasion_of_one_column_is_called_as_it_always_was(campaign: Campaign) -> None:
    card(campaign, ONE)
    assert told(campaign, Starts=SEVEN) == [f"{AT_SEVEN} nowhere"]
    assert occasions(campaign) == [OLD_FORM]


def test_whoever_was_told_of_one_column_is_not_told_again_when_the_recipe_names_two(
    campaign: Campaign,
) -> None:
    card(campaign, ONE)
    told(campaign, Starts=SEVEN, Stage="Mill Bridge")
    assert occasions(campaign) == [OLD_FORM]
    card(campaign, TWO)
    assert told(campaign) == []
    card(campaign, "when Stage or Starts changes")
    assert told(campaign) == []
    assert told(campaign, Starts=EIGHT) == [f"{AT_EIGHT} Mill Bridge"]
    assert told(campaign, Stage="Harbour") == [f"{AT_EIGHT} Harbour"]


def test_naming_fewer_columns_or_the_same_in_another_order_tells_nobody_again(
    campaign: Campaign,
) -> None:
    card(campaign, TWO)
    assert told(campaign, Starts=SEVEN, Stage="Mill Bridge") == [f"{AT_SEVEN} Mill Bridge"]
    for again in ("when Stage or Starts changes", ONE, "when Stage changes", TWO):
        card(campaign, again)
        assert told(campaign) == []
    card(campaign, ONE)
    assert told(campaign, Stage="Harbour") == []
    assert told(campaign, Starts=EIGHT) == [f"{AT_EIGHT} Harbour"]


def test_a_change_of_one_column_that_was_undone_before_it_went_out_is_no_occasion(
    campaign: Campaign,
) -> None:
    card(campaign, TWO)
    told(campaign, Starts=SEVEN, Stage="Mill Bridge")
    campaign.order(Harbour="busy")
    assert told(campaign, Stage="Harbour") == []
    campaign.later(hours=1)
    assert told(campaign, Stage="Mill Bridge") == []
