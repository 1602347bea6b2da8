"""What must be in a table before anybody is chosen from it."""

from __future__ import annotations

import pytest

from sheetflow.errors import ColumnMissing
from tests.runner.campaigns import COACHED, Campaign


def test_a_renamed_column_chooses_nobody_also_where_sheetflow_may_write_it(
    campaign: Campaign,
) -> None:
    campaign.recipe(COACHED)
    people = campaign.rows()
    for row in people:
        row["Mentor"] = row.pop("Coach") or "Lee Park"
    campaign.table("people", people)
    with pytest.raises(ColumnMissing) as missing:
        campaign.run()
    assert str(missing.value) == (
        'I can\'t find the "Coach" column in "People". Has it been renamed or deleted? '
        'If it is new, add it to the table: "where" asks for it.'
    )
    assert campaign.taken == []


def test_a_column_that_a_recipe_only_writes_is_made(campaign: Campaign) -> None:
    campaign.recipe(COACHED.replace("Coach: is empty", "Name: is not empty"))
    people = campaign.rows()
    for row in people:
        del row["Coach"]
    campaign.table("people", people)
    campaign.run()
    assert [row["Coach"] for row in campaign.rows()] == [
        "Lee Park",
        "Lee Park",
        "Maya Ortiz",
    ]


def test_a_status_that_no_run_has_told_yet_is_empty(campaign: Campaign) -> None:
    campaign.recipe(COACHED.replace("Coach: is empty", "Sheetflow status: is empty"))
    campaign.run()
    assert len(campaign.taken) == 3
