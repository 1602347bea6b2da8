"""Calls in a Google calendar and mail by Gmail on the whole road: recipe, run, and the row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from sheetflow.reporting.explain import explain
from sheetflow.reporting.page import plan_page
from sheetflow.reporting.summary import summary_of
from sheetflow.runner.running import run
from sheetflow.testing.loading import check_tests
from sheetflow.testing.suite import load_suite
from sheetflow.values import Plan
from tests.emulators.google.calendar.model import calendars
from tests.emulators.google.gmail.model import mail
from tests.emulators.serving import Emulator, serving
from tests.plan_texts import plan_from_json, plan_text, plan_to_json
from tests.plugins._calls import TABLES, CallsFolder

US = "owner@example.org"
INSERT, PATCH = "calendar.events.insert", "calendar.events.patch"
SETTINGS = """
organization: {{name: Riverside, postal_address: 1 Mill Lane, time_zone: Europe/Berlin}}
quiet_hours: none
connections:
  calendar: {{connector: google_calendar, url: "{url}"}}
  mail: {{connector: gmail, url: "{url}"}}
senders:
  hello: {{address: Riverside <owner@example.org>, by: mail}}
"""
PREPARE = """
  - email: coach
    template: prepare
"""
TEMPLATE = "---\nsubject: Prepare\n---\nJoin {{ meeting.link }} then.\n"
TESTS = """
tests:
  - name: the call is in the calendar, and moves
    at: 2026-03-14 12:00
    given:
      People:
        - {Id: 7, Name: Ana Ruiz, Email: ana@example.org, OK: yes, First call: 2026-03-17 18:00,
           Coach: Lee}
      Team:
        - {Id: c1, Name: Lee, Email: lee@example.org}
        - {Id: c2, Name: Maya, Email: maya@example.org}
    expect:
      meetings:
        - {title: Call with Ana Ruiz, with: [Ana Ruiz, Lee], at: 2026-03-17 18:00, for: 30 minutes}
      mails: [{to: Lee, says: "https://calls.example/calendar"}]
      cells:
        Ana Ruiz: {Link: "https://calls.example/calendar"}
    again:
      - at: 2026-03-15 12:00
        change:
          People:
            Ana Ruiz: {Coach: Maya}
        expect:
          meetings:
            - {with: [Ana Ruiz], news: changed}
            - {with: [Maya], news: new}
            - {with: [Lee], news: called off}
"""


class Calls(CallsFolder):
    """A workspace on files, with calendar and mail at Google."""

    def __init__(self, folder: Path, google: Emulator) -> None:
        now = datetime.fromisoformat("2026-03-14T12:00:00+01:00")
        super().__init__(folder, now, "calendar", PREPARE)
        self.google = google
        (folder / "templates").mkdir()
        self.write("sheetflow.yaml", SETTINGS.format(url=google.url) + TABLES)
        self.write("templates/prepare.md", TEMPLATE)

    def run(self, plan: Plan | None = None) -> list[str]:
        """Run the recipe, and give the ids of what was asked of Google that changes something."""
        before = len(self.google.exchanges)
        workspace = self.workspace()
        run(workspace.recipe("calls"), workspace, plan=plan)
        new = [one["id"].rpartition(".")[2] for one in self.google.exchanges[before:]]
        return [name for name in new if name in ("insert", "patch", "delete", "send")]

    def events(self) -> list[dict[str, Any]]:
        held = calendars(self.google.world).primary(US).events.values()
        return [one for one in held if one["status"] != "cancelled"]


@pytest.fixture
def calls(tmp_path: Path) -> Iterator[Calls]:
    with serving("google") as google:
        yield Calls(tmp_path, google)


def test_a_call_is_made_its_link_is_used_moved_called_off_and_on_again(calls: Calls):
    assert calls.run() == ["insert", "send"]
    (event,) = calls.events()
    assert calls.row()["Link"] == event["hangoutLink"]
    (letter,) = mail(calls.google.world).mailbox(US).messages.values()
    assert event["hangoutLink"].encode() in letter.raw
    assert calls.run() == []
    calls.edit("2026-03-17 18:00", "2026-03-18 09:30")
    assert calls.run() == ["patch"]
    assert calls.status.startswith("Sent — change to 18 Mar 09:30")
    calls.edit("2026-03-18 09:30", "2026-03-17 18:00")
    assert calls.run() == ["patch"]
    assert calls.run() == []
    calls.edit(",no,Lee", ",yes,Lee")
    assert calls.run() == ["delete"]
    assert calls.events() == []
    assert calls.run() == []
    calls.edit(",yes,Lee", ",no,Lee")
    assert calls.run() == []
    assert calls.status.startswith("Waiting — had 2 mails today")
    calls.now += timedelta(days=1)
    assert calls.run() == ["insert"]
    assert calls.run() == []
    (event,) = calls.events()
    assert event["start"]["dateTime"].startswith("2026-03-17T18:00")


def test_a_coach_who_takes_over_is_one_change_of_the_same_event(calls: Calls):
    calls.run()
    calls.now += timedelta(days=1)
    calls.edit(",no,Lee", ",no,Maya")
    assert calls.run() == ["patch"]
    (event,) = calls.events()
    assert [one["email"] for one in event["attendees"]] == ["ana@example.org", "maya@example.org"]
    assert calls.run() == []


def test_the_plan_shows_the_meeting_and_whom_the_calendar_writes_to(calls: Calls):
    text = " ".join(plan_text(calls.plan()).split())
    assert "1 person: 3 messages (2 with an invitation)" in text
    assert "put Call with Ana Ruiz, 17 Mar 18:00, into the calendar, which invites" in text
    assert "to ana@example.org and lee@example.org, by the calendar" in text
    assert calls.google.exchanges == []


def test_a_saved_plan_does_exactly_what_it_shows(calls: Calls):
    plan = plan_from_json(plan_to_json(calls.plan()))
    assert calls.run(plan) == ["insert", "send"]
    assert calls.run(plan) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_that_drops_is_told_and_settled_by_the_next_run(calls: Calls, when: str):
    calls.google.faults.add(when={"method": INSERT}, do={"drop": when}, times=1)
    assert calls.run() == ["insert"]
    assert calls.status.startswith("Not sure")
    assert calls.run() == (["send"] if when == "after" else ["insert", "send"])
    assert len(calls.events()) == 1
    assert calls.row()["Link"].startswith("https://meet.google.com/")
    assert calls.run() == []


def test_a_mail_in_doubt_is_looked_up_and_not_sent_before_an_hour_has_passed(calls: Calls):
    send = "gmail.users.messages.send"
    calls.google.faults.add(when={"method": send}, do={"drop": "before"}, times=1)
    assert calls.run() == ["insert", "send"]
    calls.now += timedelta(minutes=30)
    assert calls.run() == []
    assert calls.status.startswith("Not sure")
    calls.now += timedelta(minutes=31)
    assert calls.run() == ["send"]
    assert calls.run() == []


def test_a_mail_that_gmail_took_is_found_at_once(calls: Calls):
    send = "gmail.users.messages.send"
    calls.google.faults.add(when={"method": send}, do={"drop": "after"}, times=1)
    assert calls.run() == ["insert", "send"]
    assert calls.run() == []
    assert not calls.status.startswith("Not sure")


def test_a_second_mail_that_waits_for_the_link_is_another_mail_than_the_first(calls: Calls):
    step = "template: prepare\n"
    more = f"{step}    again: when First call changes\n"
    calls.edit(step, more, name="recipes/calls/recipe.yaml")
    assert calls.run() == ["insert", "send"]
    calls.now += timedelta(days=1)
    calls.edit("2026-03-17 18:00", "2026-03-18 09:30")
    assert calls.run() == ["patch", "send"]
    sent = mail(calls.google.world).mailbox(US).messages.values()
    ids = [message_from_bytes(one.raw)["X-Sheetflow-ID"] for one in sent]
    assert len(set(ids)) == 2


def test_what_a_person_changed_in_the_calendar_is_told_in_the_row(calls: Calls):
    calls.run()
    (event,) = calls.events()
    event["attendees"].append({"email": "sam@example.org", "responseStatus": "needsAction"})
    event["etag"] = calendars(calls.google.world).tick()
    calls.edit("2026-03-17 18:00", "2026-03-18 09:30")
    calls.run()
    assert calls.status == (
        "Sent — change to 18 Mar 09:30; guests changed in the calendar: left so"
    )


def test_a_call_moved_by_hand_is_left_and_the_row_says_where_it_is(calls: Calls):
    calls.run()
    (event,) = calls.events()
    event["start"]["dateTime"] = "2026-03-19T10:00:00+01:00"
    event["end"]["dateTime"] = "2026-03-19T10:30:00+01:00"
    event["etag"] = calendars(calls.google.world).tick()
    calls.edit("2026-03-17 18:00", "2026-03-18 09:30")
    assert calls.run() == []
    assert calls.status == (
        "Needs you — the calendar has it on 19 Mar 10:00, moved there by hand: write that time "
        "here too"
    )
    assert calls.run() == []
    calls.edit("2026-03-18 09:30", "2026-03-19 10:00")
    assert calls.run() == ["patch"]
    assert calls.status.startswith("Sent — change to 19 Mar 10:00")


def test_used_up_invitations_wait_in_the_row_until_they_are_tried_again(calls: Calls):
    calendars(calls.google.world).guests_per_day = 0
    assert calls.run() == ["insert"]
    assert calls.status.startswith("Waiting")
    calls.now += timedelta(minutes=59)
    assert calls.run() == []
    calendars(calls.google.world).guests_per_day = None
    calls.now += timedelta(hours=2)
    assert calls.run() == ["insert", "send"]


def test_a_guest_who_has_not_agreed_holds_the_whole_call_back(calls: Calls):
    calls.edit("ana@example.org,yes", "ana@example.org,no")
    assert calls.run() == []
    assert calls.status == 'Skipped — "OK" is not Yes'


def test_quiet_hours_hold_for_the_guests_of_a_calendar(calls: Calls):
    calls.edit("quiet_hours: none\n", "", name="sheetflow.yaml")
    calls.now = datetime.fromisoformat("2026-03-14T23:00:00+01:00")
    assert calls.run() == []
    assert calls.status.startswith("Waiting — goes out")
    calls.now += timedelta(hours=12)
    assert calls.run() == ["insert", "send"]


def test_each_guest_is_counted_by_what_the_call_is_to_them(calls: Calls):
    """Ana, who hears of each new coach, has not had an invitation more each time."""
    calls.edit("c2,Maya", "c3,Kim,kim@example.org\nc4,Ned,ned@example.org\nc2,Maya", "team.csv")
    assert calls.run() == ["insert", "send"]
    for before, coach in (("Lee", "Maya"), ("Maya", "Kim"), ("Kim", "Ned")):
        calls.now += timedelta(hours=1)
        calls.edit(f",no,{before}", f",no,{coach}")
        assert calls.run() == ["patch"], f"{coach} is not invited: {calls.status}"
    with calls.workspace().ledger() as ledger:
        had = ledger.contacts(calls.now - timedelta(days=1)).values()
        kinds = Counter(contact.kind for some in had for contact in some)
    assert kinds == {"relationship": 6, "transactional": 6}


def test_the_recipe_is_tested_without_a_calendar(calls: Calls):
    place = calls.folder / "recipes" / "calls"
    (place / "tests.yaml").write_text(TESTS, "utf-8")
    assert check_tests(calls.workspace(), place / "recipe.yaml") == ()
    results = [result for _, result in load_suite(calls.folder).try_all()]
    assert [str(result) for result in results if not result.passed] == []
    assert len(results) == 1
    assert calls.google.exchanges == []


def test_read_aloud_it_says_who_writes_to_the_guests(calls: Calls):
    workspace = calls.workspace()
    said = explain(workspace.recipe("calls"), workspace)
    assert 'The link of the call comes from "calendar".' in " ".join(said.split())
    whom = said.partition("WHOM IT CAN WRITE TO")[2]
    assert 'The calendar "calendar" writes to its guests itself, in its own words.' in whom
    assert 'The sender is "Riverside", owner@example.org, by "mail".' in whom
    calls.edit("\n  - email: coach\n    template: prepare\n", "", name="recipes/calls/recipe.yaml")
    workspace = calls.workspace()
    assert "The sender is" not in explain(workspace.recipe("calls"), workspace)


def test_the_page_of_a_plan_shows_what_the_calendar_will_say(calls: Calls):
    calls.edit(
        "    by: calendar\n",
        '    by: calendar\n    about: "<b>Three</b> things, {{ volunteer.name }}"\n',
        name="recipes/calls/recipe.yaml",
    )
    page = plan_page(calls.plan())
    assert "&lt;b&gt;Three&lt;/b&gt; things, Ana Ruiz" in page
    assert "‹Meet link›" in page
    calls.run()
    calls.now += timedelta(days=1)
    calls.edit(",no,Lee", ",no,Maya")
    page = plan_page(calls.plan())
    assert "<dt>Not any more</dt><dd><bdi>Lee</bdi></dd>" in page


def test_the_summary_counts_whom_the_calendar_wrote_to(calls: Calls):
    workspace = calls.workspace()
    assert summary_of(run(workspace.recipe("calls"), workspace)).messages == 3
