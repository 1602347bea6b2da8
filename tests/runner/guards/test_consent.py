"""Who has not said yes is not written to, unless it is about what they just did, or one of us."""

from __future__ import annotations

import pytest

from tests.runner.guards.mailings import Mailing, goes, held, person

NO = 'Skipped — "Email OK?" is not Yes'


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("no", NO),
        ("", NO),
        ("maybe", 'Needs you — is "maybe" a yes or a no?'),
    ],
)
@pytest.mark.parametrize("kind", ["relationship", "outreach"])
def test_only_a_plain_yes_is_one(mailing: Mailing, kind: str, cell: str, says: str):
    mailing.recipe(more=f"kind: {kind}\n")
    mailing.people([person("ana", **{"Email OK?": cell}), person("bo")])
    plan = mailing.plan()
    assert (goes(plan), held(plan)) == (["bo"], {"ana": ("consent", says)})
    mailing.run()
    assert (mailing.reached, mailing.statuses()["ana"]) == (["bo"], says)


@pytest.mark.parametrize("kind", ["transactional", "internal"])
def test_an_answer_and_our_own_team_need_none(mailing: Mailing, kind: str):
    mailing.recipe(more=f"kind: {kind}\n")
    mailing.people([person("ana", **{"Email OK?": ""})])
    assert goes(mailing.plan()) == ["ana"]


def test_a_step_may_be_of_another_kind_than_its_recipe(mailing: Mailing):
    steps = "steps:\n  - write: person\n    kind: internal\n    id: one\n"
    mailing.recipe(more=f"kind: outreach\n{steps}  - write: person\n    id: two\n")
    mailing.people([person("ana", **{"Email OK?": "no"})])
    plan = mailing.plan()
    assert [entry.key.step for entry in plan.changes] == ["one"]
    assert held(plan) == {"ana": ("consent", NO)}


def test_a_table_without_such_a_column_asks_for_none(mailing: Mailing):
    mailing.people([person("ana", **{"Email OK?": ""})], "Friends")
    mailing.recipe("friends", table="Friends")
    assert goes(mailing.plan("friends")) == ["ana"]


def test_it_is_asked_of_the_person_written_to_and_not_of_the_row(mailing: Mailing):
    mailing.write_table(
        "friends",
        ["Code", "Name", "Email", "Zone", "Group", "Who"],
        [{"Code": "f", "Name": "Fay", "Email": "fay@example.org", "Zone": "", "Who": "Ana Doe"}],
    )
    settings = (mailing.folder / "sheetflow.yaml").read_text("utf-8")
    settings = settings.replace(
        "    file: friends.csv\n", "    file: friends.csv\n    columns: {Who: row of People}\n"
    )
    (mailing.folder / "sheetflow.yaml").write_text(settings, "utf-8")
    mailing.people([person("ana", **{"Email OK?": "no"})])
    mailing.recipe("friends", table="Friends", more="steps:\n  - write: [person, who]\n")
    plan = mailing.plan("friends")
    assert [entry.change.to for entry in plan.changes if entry.change] == [("fay@example.org",)]
    assert held(plan) == {"f": ("consent", NO)}


def test_withdrawn_between_plan_and_run_it_counts(mailing: Mailing):
    plan = mailing.plan()
    mailing.edit("ana", **{"Email OK?": "no"})
    mailing.run(plan=plan)
    assert mailing.reached == ["bo"]
    mailing.run()
    assert (mailing.reached, mailing.statuses()["ana"]) == (["bo"], NO)


def test_a_row_held_at_one_step_takes_no_later_one(mailing: Mailing):
    mailing.recipe(more="steps:\n  - write: person\n  - set:\n      Group: Written to\n")
    plan = mailing.plan()
    mailing.edit("ana", **{"Email OK?": "no"})
    assert [entry.key.row for entry in mailing.plan().changes] == ["bo", "bo"]
    mailing.run(plan=plan)
    assert mailing.reached == ["bo"]
    groups = (mailing.folder / "people.csv").read_text("utf-8").count("Written to")
    assert groups == 1
