"""Invitations on the whole road, over files: recipe, run, outbox, and what calendars make of it."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from icalendar import Calendar

from sheetflow.runner.running import plan_recipe, run
from sheetflow.workspace import Workspace
from tests.plan_texts import plan_from_json, plan_to_json

SETTINGS = """
organization: {name: Riverside, postal_address: 1 Mill Lane, time_zone: Europe/Berlin}
quiet_hours: none
connections:
  room: {connector: room, link: "https://meet.example.org/our-room"}
  outbox: {connector: outbox}
senders:
  hello: {address: Riverside <hello@riverside.example>, by: outbox}
tables:
  People:
    file: people.csv
    key: [Id]
    person: {name: Name, email: Email}
    columns: {First call: date and time, Off: yes/no, Coach: row of Team}
  Team:
    file: team.csv
    key: [Id]
    person: {name: Name, email: Email, time_zone: Zone}
"""
RECIPE = """
recipe: Calls
for_each: volunteer in People
where:
  First call: is in the future
steps:
  - meet: Call with {{ volunteer.name }}
    with: [volunteer, coach]
    at: First call
    by: room
    again: when First call changes
    cancel_when:
      Off: is ticked
"""
PEOPLE = """\
Id,Name,Email,First call,Off,Coach,Sheetflow status,Sheetflow when
7,Ana Ruiz,ana@example.org,2026-03-17 18:00,no,Lee,,
"""
TEAM = "Id,Name,Email,Zone\nc1,Lee,lee@example.org,America/New_York\n"


class Calls:
    """A workspace on files, whose sheet people edit between runs."""

    def __init__(self, folder, clock):
        self.folder, self.clock = folder, clock
        (folder / "recipes" / "calls").mkdir(parents=True)
        self.write("sheetflow.yaml", SETTINGS)
        self.write("recipes/calls/recipe.yaml", RECIPE)
        self.write("people.csv", PEOPLE)
        self.write("team.csv", TEAM)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def edit(self, name, old, new):
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def plan(self):
        workspace = Workspace.open(self.folder, clock=self.clock)
        return plan_recipe(workspace.recipe("calls"), workspace)

    def run(self, plan=None):
        """Run the recipe, and give what went out: to whom, which version, and what it says."""
        before = set(self.folder.glob("outbox/*.eml"))
        workspace = Workspace.open(self.folder, clock=self.clock)
        run(workspace.recipe("calls"), workspace, plan=plan)
        new = set(self.folder.glob("outbox/*.eml")) - before
        return sorted(_told(file.read_bytes()) for file in new)

    def status(self):
        [row] = (self.folder / "people.csv").read_text(encoding="utf-8").splitlines()[1:]
        return row.split(",")[6]


def _told(content):
    mail = message_from_bytes(content, policy=policy.default)
    calendar = Calendar.from_ical(mail.get_payload()[1].get_payload(decode=True))
    [event] = calendar.events
    moment = f"{event['DTSTART'].dt:%d %H:%M}"
    return mail["To"].addresses[0].addr_spec, calendar["METHOD"], event["SEQUENCE"], moment


def both(method, sequence, moment):
    return [(f"{name}@example.org", method, sequence, moment) for name in ("ana", "lee")]


@pytest.fixture
def calls(tmp_path, clock):
    return Calls(tmp_path, clock)


def test_a_call_is_arranged_moved_back_called_off_and_on_again_each_told_once(calls):
    assert calls.run() == both("REQUEST", 0, "17 18:00")
    assert calls.status() == "Sent — invitation for 17 Mar 18:00"
    assert calls.run() == []
    calls.edit("people.csv", "2026-03-17 18:00", "2026-03-18 09:30")
    assert calls.run() == both("REQUEST", 1, "18 09:30")
    assert calls.run() == []
    calls.edit("people.csv", "2026-03-18 09:30", "2026-03-17 18:00")
    assert calls.run() == both("REQUEST", 2, "17 18:00")
    assert calls.run() == []
    calls.edit("people.csv", ",no,Lee", ",yes,Lee")
    assert calls.run() == both("CANCEL", 3, "17 18:00")
    assert calls.status() == "Sent — cancellation for 17 Mar 18:00"
    assert calls.run() == []
    calls.edit("people.csv", ",yes,Lee", ",no,Lee")
    assert calls.run() == both("REQUEST", 4, "17 18:00")
    assert calls.run() == []
    assert len(list(calls.folder.glob("invitations/*.ics"))) == 1


def test_a_coach_whose_address_is_put_right_is_invited_and_nobody_twice(calls):
    calls.edit("team.csv", "lee@example.org", "")
    assert calls.run() == [("ana@example.org", "REQUEST", 0, "17 18:00")]
    assert calls.status() == "Needs you — Lee: no e-mail address"
    calls.edit("team.csv", "Lee,,", "Lee,lee@example.org,")
    assert calls.run() == [("lee@example.org", "REQUEST", 0, "17 18:00")]
    assert calls.run() == []


def test_a_saved_plan_mails_exactly_what_it_shows(calls):
    plan = plan_from_json(plan_to_json(calls.plan()))
    assert calls.run(plan) == both("REQUEST", 0, "17 18:00")
    assert calls.run(plan) == []


def test_a_saved_plan_skips_a_call_that_moved_since(calls):
    plan = calls.plan()
    calls.edit("people.csv", "2026-03-17 18:00", "2026-03-18 09:30")
    assert calls.run(plan) == []
    assert calls.status() == "Skipped — this row changed after the plan was made"
    assert calls.run() == both("REQUEST", 0, "18 09:30")
