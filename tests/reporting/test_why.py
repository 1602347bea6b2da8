"""Why, as people ask and read it: who is meant, what became of each step, and nobody by mistake."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from sheetflow.errors import SetupError
from sheetflow.reporting.why import EXPLAINED, Why, why
from sheetflow.reporting.why_text import why_json, why_text
from tests.runner.campaigns import Campaign
from tests.runner.conftest import campaign as campaign

BERLIN = ZoneInfo("Europe/Berlin")
TWO_CARDS = """\
    recipe: Two cards
    for_each: person in People
    where:
      Stage: is empty
      Region: is North
    steps:
      - post: Hello {{ person.name }}
        id: first
      - post: Again {{ person.coach }}
        id: second
    """


def asked(campaign: Campaign, person: str, recipe: str = "") -> Why:
    return why(campaign.open(), person, recipe)


def said(campaign: Campaign, person: str, recipe: str = "") -> str:
    return why_text(asked(campaign, person, recipe), BERLIN)


def rows_of(found: Why) -> list[str]:
    return [explained.person.ref.row for explained in found.people]


@pytest.mark.parametrize(
    "person",
    ["Ana", "ana ru", "Ruiz", "RUÍZ", "ana@example.org", "ANA@EXAMPLE.ORG", "a"],
)
def test_somebody_is_found_by(campaign: Campaign, person: str) -> None:
    assert rows_of(asked(campaign, person)) == ["a"]


def test_a_row_is_found_by_its_number_in_every_table(campaign: Campaign) -> None:
    assert rows_of(asked(campaign, "row 2")) == rows_of(asked(campaign, "Row 2"))
    assert rows_of(asked(campaign, "row 2")) == ["a", "lee park"]
    assert rows_of(asked(campaign, "row 4")) == ["c"]


def test_nobody_is_told_with_the_nearest_names(campaign: Campaign) -> None:
    with pytest.raises(SetupError) as caught:
        asked(campaign, "Anna Ruis")
    assert str(caught.value) == (
        'Nobody is called "Anna Ruis" in People and Coaches. Did you mean "Ana Ruiz"?'
    )
    with pytest.raises(SetupError, match="Write a name or part of it"):
        asked(campaign, "xyzzy")
    with pytest.raises(SetupError, match="Nobody is called"):
        asked(campaign, "row 99")


def test_a_condition_that_failed_is_told_with_its_cell_and_its_line(campaign: Campaign) -> None:
    campaign.recipe(TWO_CARDS)
    campaign.edit("a", Stage="Left", Region="South")
    assert said(campaign, "Ana") == (
        "Ana Ruiz (row 2 of People, ana@example.org)\n"
        "\n"
        "  Two cards (recipe cards)\n"
        '    Left out: Stage is "Left", not empty. (cards.yaml, line 4)\n'
        '    Nor would it be chosen because: Region is "South", not "North".\n'
        "    1. first: Not done, for the reason above.\n"
        "    2. second: Not done, for the reason above."
    )


def test_what_was_done_what_waits_and_what_is_missing_stand_side_by_side(
    campaign: Campaign,
) -> None:
    campaign.recipe(TWO_CARDS)
    campaign.run()
    assert said(campaign, "Ana") == (
        "Ana Ruiz (row 2 of People, ana@example.org)\n"
        "\n"
        "  Two cards (recipe cards)\n"
        "    Chosen: every condition of where holds.\n"
        "    1. first: Done on Sat 14 March 2026, 12:00 CET: Done — 14 Mar 12:00.\n"
        "    2. second: Waits since Sat 14 March 2026, 12:00 CET: Needs you — the text\n"
        '      uses "Coach", which is empty here.\n'
        '    The row was told: Needs you — the text uses "Coach", which is empty here'
    )


def test_a_guard_is_named_and_the_step_behind_it_too(campaign: Campaign) -> None:
    campaign.recipe(TWO_CARDS)
    campaign.order(curfew="Ana R.")
    text = said(campaign, "Ana")
    assert "1. first: Held back by the guard curfew: Waiting — there is a curfew." in text
    assert "2. second: Not done: it comes after first, where this row stops." in text


def test_a_guard_that_held_it_in_a_run_is_named_once_and_until_when(campaign: Campaign) -> None:
    mail = (
        "connections: {outbox: {connector: outbox}}\n"
        "senders: {us: {address: us@example.org, by: outbox}}\n"
        "quiet_hours: 11:00 to 13:00\n"
    )
    settings = campaign.folder / "sheetflow.yaml"
    kept = [line for line in settings.read_text().splitlines() if "quiet_hours" not in line]
    settings.write_text("\n".join([*kept, mail]), encoding="utf-8")
    (campaign.folder / "templates").mkdir()
    (campaign.folder / "templates" / "new.md").write_text("---\nsubject: New\n---\nHi.\n")
    campaign.recipe(
        """\
        recipe: Cards
        for_each: person in People
        where: everyone
        steps:
          - email: person
            template: new
        """
    )
    held = (
        "1. email-person: Held back by the guard quiet hours until Sat 14 March 2026, 13:00 CET: "
        "Waiting — goes out 13:00 (it is night there)."
    )
    assert held in " ".join(said(campaign, "Ana").split())
    campaign.run()
    text = " ".join(said(campaign, "Ana").split())
    assert held in text
    assert "Waits since" not in text


def test_a_service_that_was_busy_says_when_it_is_tried_again(campaign: Campaign) -> None:
    campaign.order(Ana="busy")
    campaign.run()
    text = said(campaign, "Ana")
    assert "Tried again from Sat 14 March 2026, 12:15 CET." in " ".join(text.split())


def test_what_nobody_can_know_and_what_was_turned_down_say_so(campaign: Campaign) -> None:
    campaign.order(Ana="not known", Bo="refused")
    campaign.run()
    assert "Not known since Sat 14 March 2026, 12:00 CET: Not sure — " in said(campaign, "Ana")
    assert "Turned down on Sat 14 March 2026, 12:00 CET: Needs you — " in said(campaign, "Bo")


def test_what_the_next_run_would_do_is_said(campaign: Campaign) -> None:
    assert "The next run does it: post: Hello Ana Ruiz." in said(campaign, "Ana")


def test_a_second_row_with_the_same_key_is_explained(campaign: Campaign) -> None:
    rows = campaign.rows()
    campaign.table("people", [*rows, rows[0]])
    text = said(campaign, "Ana")
    assert text.startswith("2 rows could be meant.\n\nAna Ruiz (row 2 of People, ")
    assert "\n\nAna Ruiz (row 5 of People, " in text
    assert "Stopped before the first step: Skipped — copy of another row" in text


def test_two_people_of_one_name_are_told_apart(campaign: Campaign) -> None:
    rows = campaign.rows()
    other = {**rows[0], "Code": "d", "Email": "ana.ruiz@example.org"}
    campaign.table("people", [*rows, other])
    found = asked(campaign, "Ana Ruiz")
    assert [str(explained.person) for explained in found.people] == [
        "Ana Ruiz (row 2 of People, ana@example.org)",
        "Ana Ruiz (row 5 of People, ana.ruiz@example.org)",
    ]


def test_of_a_great_many_the_first_are_explained_and_the_others_counted(
    campaign: Campaign,
) -> None:
    rows = [{**campaign.rows()[0], "Code": f"n{n}", "Email": f"n{n}@x.org"} for n in range(30)]
    campaign.table("people", rows)
    found = asked(campaign, "Ana")
    assert (len(found.people), found.more) == (EXPLAINED, 30 - EXPLAINED)
    assert "And 10 more. Write more of the name, or an address." in why_text(found, BERLIN)


def test_somebody_whose_row_is_gone_still_has_a_past(campaign: Campaign) -> None:
    campaign.run()
    campaign.table("people", campaign.rows()[1:])
    for person in ("Ana", "ana@example.org", "a"):
        text = said(campaign, person)
        assert "Ana R. (a, not in People any more)" in text
        assert "1. post: Done on Sat 14 March 2026, 12:00 CET" in text
        assert "The row is not in the table any more." in text


def test_somebody_in_a_table_that_no_recipe_goes_through_is_told_so(campaign: Campaign) -> None:
    assert said(campaign, "Lee") == (
        "Lee Park (row 2 of Coaches, lee@example.org)\n"
        '  The recipe "cards" goes through People, not Coaches.'
    )


def test_a_recipe_with_mistakes_does_not_hide_the_others(campaign: Campaign) -> None:
    campaign.recipe("recipe: Broken\n", "broken")
    text = said(campaign, "Ana")
    assert "The next run does it: post: Hello Ana Ruiz." in text
    assert text.endswith('The recipe "broken" has mistakes; sheetflow check tells them.')
    assert "broken" not in said(campaign, "Ana", "cards")


def test_a_table_that_cannot_be_read_does_not_hide_the_others(campaign: Campaign) -> None:
    (campaign.folder / "coaches.csv").unlink()
    found = asked(campaign, "Ana")
    assert rows_of(found) == ["a"]
    assert any("coaches" in note for note in found.notes)


def test_a_table_sorted_on_its_own_is_the_reason_for_everybody(campaign: Campaign) -> None:
    settings = campaign.folder / "sheetflow.yaml"
    settings.write_text(settings.read_text().replace("    key: [Code]\n", ""), encoding="utf-8")
    blank = dict.fromkeys(campaign.rows()[0], "")
    people = [{**blank, "Name": f"Nan {n}ax", "Email": f"n{n}@example.org"} for n in range(8)]
    campaign.table("people", people)
    campaign.run()
    rows = campaign.rows()
    addresses = [row["Email"] for row in rows]
    for row, address in zip(rows, [*addresses[1:], addresses[0]], strict=True):
        row["Email"] = address
    campaign.table("people", rows)
    text = " ".join(said(campaign, "Nan 3ax").split())
    assert 'Nothing can be done with the table: The "Email" column of "People" looks' in text


def test_asking_changes_nothing(campaign: Campaign) -> None:
    campaign.run()
    kept = ("people.csv", "coaches.csv", "sheetflow.db", "taken.jsonl")
    before = [(campaign.folder / name).read_bytes() for name in kept]
    said(campaign, "Ana")
    assert [(campaign.folder / name).read_bytes() for name in kept] == before


def test_programs_get_the_same(campaign: Campaign) -> None:
    campaign.recipe(TWO_CARDS)
    campaign.edit("a", Stage="Left")
    facts = json.loads(why_json(asked(campaign, "Ana"), BERLIN))
    (person,) = facts["people"]
    (recipe,) = person["recipes"]
    assert (person["table"], person["row"], person["number"]) == ("People", "a", 2)
    assert recipe["standing"] == "left_out"
    assert (
        recipe["failed"]
        == recipe["conditions"][0]
        == {
            "column": "Stage",
            "condition": "is empty",
            "line": 4,
            "holds": False,
            "why_not": 'Stage is "Left", not empty',
            "needs_somebody": False,
        }
    )
    assert recipe["conditions"][1]["holds"] is True
    assert [step["step"] for step in recipe["steps"]] == ["first", "second"]


def test_a_hostile_name_stays_on_its_line(campaign: Campaign) -> None:
    campaign.edit("a", Name="Ana\x1b[2J\u202eRuiz\nNobody (row 9)")
    text = said(campaign, "ana@example.org")
    assert text.splitlines()[0] == ("Ana[2JRuiz Nobody (row 9) (row 2 of People, ana@example.org)")
    assert text.replace("\n", "").isprintable()
