"""The whole road, over files of both kinds: every shipped action, twice, sorted, edited, broken."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sheetflow.values import Word
from tests.end_to_end.workspaces import (
    ID,
    OURS,
    STATUS,
    WRITTEN,
    Campaign,
    Person,
    addressee,
    words,
)

CANARIES = ("kestrel", "plover", "wagtail", "dunlin", "siskin")
COACH_OF = {
    "kestrel": "Lee Park",
    "plover": "Kim",
    "wagtail": "Lee Park",
    "dunlin": "Kim",
    "siskin": "Lee Park",
}
WELCOMED = {canary: f"Done — Welcomed, {coach} calls" for canary, coach in COACH_OF.items()}


def test_everybody_gets_everything_and_the_rows_say_so(campaign: Campaign):
    result = campaign.run()
    assert not result.failed
    assert campaign.statuses() == WELCOMED
    rows = {row["Name"].partition(" ")[0].lower(): row for row in campaign.rows()}
    assert {canary: row["Coach"] for canary, row in rows.items()} == COACH_OF
    assert {row["Stage"] for row in rows.values()} == {"Welcomed"}
    assert {row["Next step"] for row in rows.values()} == {"First call"}
    assert len({row[ID] for row in rows.values()}) == 5
    assert sorted(row["Who"] for row in campaign.rows("Calls")) == sorted(
        f"{canary.title()} Person" for canary in CANARIES
    )
    # welcome, call and picnic for each; the call for their coach too
    each = {f"{canary}@example.org": 3 for canary in CANARIES}
    assert Counter(map(addressee, campaign.mails())) == {
        **each,
        "lee@example.org": 3,
        "kim@example.org": 2,
    }


def test_a_second_run_does_nothing(campaign: Campaign):
    campaign.run()
    before = campaign.files()
    again = campaign.run()
    assert (again.plan.changes, again.told, again.failed) == ((), [], False)
    assert campaign.files() == before


def test_a_run_after_the_call_has_been_changes_nothing_either(campaign: Campaign):
    campaign.run()
    before = campaign.files()
    campaign.now += timedelta(days=60)
    assert campaign.run().plan.changes == ()
    assert campaign.files() == before


def test_a_call_that_was_over_before_the_first_run_is_said_once(campaign: Campaign):
    campaign.now += timedelta(days=60)
    campaign.run()
    before = campaign.files()
    campaign.run()
    assert campaign.files() == before


def test_a_message_holds_nothing_of_somebody_elses_row(campaign: Campaign):
    campaign.run()
    for mail in campaign.mails():
        about = words(mail) & set(CANARIES)
        assert len(about) == 1
        (canary,) = about
        assert addressee(mail) in (
            f"{canary}@example.org",
            "lee@example.org" if COACH_OF[canary] == "Lee Park" else "kim@example.org",
        )


def test_only_our_own_columns_are_written(campaign: Campaign):
    before = {row["Name"]: row for row in campaign.rows()}
    coaches = campaign.read("Coaches")
    campaign.run()
    assert campaign.read("Coaches") == coaches
    for row in campaign.rows():
        theirs = row.keys() - WRITTEN - OURS
        assert {name: row[name] for name in theirs} == {
            name: before[row["Name"]][name] for name in theirs
        }


def test_sorted_between_plan_and_run_everybody_is_told_about_themselves(campaign: Campaign):
    campaign.run()  # everybody has an id now
    campaign.edit(lambda rows: [_new_call(row, "2026-05-01 18:00") for row in rows])
    _repeat_calls(campaign)
    plan = campaign.plan()
    assert len(plan.changes) == 10
    campaign.edit(lambda rows: sorted(rows, key=lambda row: str(row[0])))
    ids = {row["Name"]: row[ID] for row in campaign.rows()}
    campaign.run(plan)
    assert {row["Name"]: row[ID] for row in campaign.rows()} == ids
    assert campaign.statuses() == WELCOMED
    for mail in campaign.mails():
        assert len(words(mail) & set(CANARIES)) == 1


def test_sorted_before_anybody_has_an_id_everybody_is_still_told_about_themselves(
    campaign: Campaign,
):
    plan = campaign.plan()
    campaign.edit(lambda rows: sorted(rows, key=lambda row: str(row[0]), reverse=True))
    campaign.run(plan)
    assert campaign.statuses() == WELCOMED


def test_a_row_edited_between_plan_and_run_is_skipped_with_words(campaign: Campaign):
    campaign.run()
    campaign.edit(lambda rows: [_new_call(row, "2026-05-01 18:00") for row in rows])
    _repeat_calls(campaign)
    plan = campaign.plan()
    sent = len(campaign.mails())
    campaign.edit(
        lambda rows: [
            _new_call(row, "2026-06-01 18:00") if "Plover" in row[0] else row for row in rows
        ]
    )
    result = campaign.run(plan)
    assert len(campaign.mails()) == sent + 8
    said = {str(o.status) for o in result.outcomes if o.entry.who.startswith("Plover")}
    assert "Skipped — this row changed after the plan was made" in said
    assert campaign.statuses()["plover"] == "Skipped — this row changed after the plan was made"

    campaign.run()
    assert len(campaign.mails()) == sent + 10
    assert campaign.statuses() == WELCOMED


def test_a_row_that_was_deleted_after_the_plan_gets_nothing(campaign: Campaign):
    plan = campaign.plan()
    campaign.edit(lambda rows: [row for row in rows if "Plover" not in row[0]])
    result = campaign.run(plan)
    assert "plover@example.org" not in map(addressee, campaign.mails())
    assert {o.status.word for o in result.outcomes if o.entry.who.startswith("Plover")} == {
        Word.SKIPPED
    }
    assert {canary for canary in CANARIES if canary != "plover"} == campaign.statuses().keys()


def test_one_bad_row_never_stops_the_others(campaign: Campaign):
    bad = [
        Person("curlew", address="curlew@example.org, other@example.org"),
        Person("gannet", address="not an address"),
        Person("godwit", call="3/4"),
        Person("knot", region="West"),
        Person("ruff", call="#REF!"),
        Person("smew", address="{{ 7 * 7 }}@example.org"),
        Person("=cmd()"),
    ]
    campaign.edit(lambda rows: [list(person.cells) for person in bad] + rows)
    campaign.run()
    said = campaign.statuses()
    assert {canary: said[canary] for canary in CANARIES} == WELCOMED
    assert said["curlew"] == "Needs you — two addresses here, keep one"
    assert said["gannet"].startswith('Needs you — is "not an address"')
    assert said["godwit"].startswith("Needs you — is ")
    assert said["ruff"].startswith("Waiting — ")
    assert said["smew"].startswith("Needs you — ")
    assert all(said.values())
    assert "49" not in str(campaign.rows())


def test_a_copied_row_is_told_and_not_mailed_again(campaign: Campaign):
    campaign.run()
    sent = len(campaign.mails())
    campaign.edit(lambda rows: [*rows, list(rows[0])])
    campaign.run()
    assert len(campaign.mails()) == sent
    assert campaign.rows()[-1][STATUS] == "Skipped — copy of another row"


def _new_call(row: list[object], call: str) -> list[object]:
    return [*row[:3], call, *row[4:]]


def _repeat_calls(campaign: Campaign) -> None:
    """From now on a changed time reaches everybody's calendar."""
    recipe = campaign.folder / "recipes/everything/recipe.yaml"
    text = recipe.read_text("utf-8")
    recipe.write_text(
        text.replace("    by: room\n", "    by: room\n    again: when First call changes\n"),
        "utf-8",
    )
