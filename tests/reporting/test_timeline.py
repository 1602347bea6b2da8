"""One person's timeline: every record that concerns them, and no other, the oldest first."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from sheetflow.errors import SetupError
from sheetflow.reporting.timeline import Timeline, timelines
from sheetflow.reporting.timeline_text import timeline_json, timeline_text
from tests.runner.campaigns import Campaign
from tests.runner.conftest import campaign as campaign

BERLIN = ZoneInfo("Europe/Berlin")
COACHED = """\
    recipe: Coaches
    for_each: person in People
    where:
      Coach: is empty
    steps:
      - assign: coach from Coaches
        same: Region
        save_in: Coach
      - email: coach
        template: new
    """


@pytest.fixture
def coached(campaign: Campaign) -> Campaign:
    """A campaign that gives everybody a coach, and writes to the coach."""
    settings = campaign.folder / "sheetflow.yaml"
    mail = (
        "connections: {outbox: {connector: outbox}}\n"
        "senders: {us: {address: us@example.org, by: outbox}}\n"
    )
    settings.write_text(settings.read_text() + mail, encoding="utf-8")
    (campaign.folder / "templates").mkdir()
    (campaign.folder / "templates" / "new.md").write_text("---\nsubject: New\n---\nHi.\n")
    campaign.recipe(COACHED, "coaches")
    return campaign


def of(campaign: Campaign, person: str) -> Timeline:
    (found,) = timelines(campaign.open(), person)
    return found


def lines(found: Timeline) -> list[tuple[str, str, str, str]]:
    return [
        (event.record.key.recipe, event.record.key.step, event.record.who, event.tie)
        for event in found.events
    ]


def test_all_recipes_are_in_it_the_oldest_first(coached: Campaign) -> None:
    coached.run("cards")
    coached.later(hours=2)
    coached.run("coaches")
    found = lines(of(coached, "ana@example.org"))
    assert found[:2] == [("cards", "post", "Ana R.", "row"), ("cards", "status", "Ana R.", "row")]
    assert {line[:2] for line in found[2:4]} == {
        ("coaches", "assign-coach"),
        ("coaches", "email-coach"),
    }
    assert found[4:] == [("coaches", "status", "Ana R.", "row")]
    times = [event.record.at for event in of(coached, "Ana").events]
    assert times == sorted(times)


def test_a_message_about_somebody_else_and_being_chosen_for_them_are_in_it(
    coached: Campaign,
) -> None:
    coached.run("coaches")
    assert sorted(lines(of(coached, "maya@example.org"))) == [
        ("coaches", "assign-coach", "Cem O.", "given"),
        ("coaches", "email-coach", "Cem O.", "reached"),
    ]
    text = timeline_text(timelines(coached.open(), "Maya"), BERLIN)
    assert text.splitlines()[0] == "Maya Ortiz (row 3 of Coaches, maya@example.org)"
    assert "email-coach (a message about Cem O. of People): Sent — " in " ".join(text.split())


def test_every_record_is_in_the_timeline_of_whoever_it_is_about(coached: Campaign) -> None:
    coached.order(Bo="busy", Cem="refused")
    coached.run("cards")
    coached.run("coaches")
    with coached.open().ledger() as ledger:
        everything = {record.key for record in ledger.every()}
    seen = {
        event.record.key
        for person in ("Ana", "Bo", "Cem")
        for event in of(coached, person).events
        if event.tie == "row"
    }
    assert seen == everything


def test_waits_and_refusals_are_in_it_with_their_words(coached: Campaign) -> None:
    coached.order(Bo="busy", Cem="refused")
    coached.run("cards")
    busy = " ".join(timeline_text(timelines(coached.open(), "Bo"), BERLIN).split())
    assert "Waiting — " in busy
    assert "Tried again from Sat 14 March 2026, 12:15 CET" in busy
    refused = " ".join(timeline_text(timelines(coached.open(), "Cem"), BERLIN).split())
    assert "cards, post: Needs you — the post office does not take this" in refused


def test_an_address_that_is_in_no_table_now_is_still_known(coached: Campaign) -> None:
    coached.run("coaches")
    coached.table("coaches", [{"Name": "Lee Park", "Email": "lee@other.org", "Region": "North"}])
    found = timelines(coached.open(), "maya@example.org")
    assert lines(found[0]) == [("coaches", "email-coach", "Cem O.", "reached")]
    assert timeline_text(found, BERLIN).startswith("This address is in no table now.\n")


def test_no_address_can_be_read_from_the_ledger(coached: Campaign) -> None:
    coached.run("coaches")
    kept = b"".join(path.read_bytes() for path in coached.folder.glob("sheetflow.db*"))
    assert b"Maya" in kept
    assert b"maya@example.org" not in kept


def test_rows_of_one_address_are_one_person_and_others_are_not(campaign: Campaign) -> None:
    people = [{**row, "Name": "Ana Ruiz"} for row in campaign.rows()]
    people[1]["Email"] = " ANA@example.org"
    campaign.table("people", people)
    found = timelines(campaign.open(), "Ana Ruiz")
    assert [[person.ref.row for person in timeline.people] for timeline in found] == [
        ["a", "b"],
        ["c"],
    ]


def test_nothing_yet_and_nobody_are_said(campaign: Campaign) -> None:
    assert timeline_text(timelines(campaign.open(), "Ana"), BERLIN) == (
        "Ana Ruiz (row 2 of People, ana@example.org)\n  Nothing was done yet."
    )
    with pytest.raises(SetupError, match='Did you mean "Ana Ruiz"'):
        timelines(campaign.open(), "Ana Riuz")
    with pytest.raises(SetupError, match="Nobody is called"):
        timelines(campaign.open(), "nobody@example.org")


def test_programs_get_the_same(coached: Campaign) -> None:
    coached.run("coaches")
    (facts,) = json.loads(timeline_json(timelines(coached.open(), "lee@example.org"), BERLIN))
    assert [person["row"] for person in facts["people"]] == ["lee park"]
    assert {(line["step"], line["tie"], line["state"]) for line in facts["timeline"]} == {
        ("assign-coach", "given", "done"),
        ("email-coach", "reached", "done"),
    }
