"""Calls by Zoom on the whole road: recipe, run, mails with the link, and what the row says."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from sheetflow.reporting.explain import explain
from sheetflow.runner.running import run
from sheetflow.testing.loading import check_tests
from sheetflow.testing.rehearsing import rehearse
from sheetflow.testing.suite import load_suite
from sheetflow.values import Plan
from tests.emulators.serving import Emulator, serving
from tests.plan_texts import plan_from_json, plan_text, plan_to_json
from tests.plugins._calls import TABLES, CallsFolder

HOST = "host@example.org"
SETTINGS = """
organization: {{name: Riverside, postal_address: 1 Mill Lane, time_zone: Europe/Berlin}}
quiet_hours: none
contact: {{relationship: none}}
connections:
  zoom:
    connector: zoom
    account_id: account
    client_id: id
    client_secret: {{file: secret.txt}}
    hosts: [host@example.org]
    url: "{url}/v2"
    token_url: "{url}/oauth/token"
  mail: {{connector: outbox}}
senders:
  hello: {{address: Riverside <owner@example.org>, by: mail}}
"""
TESTS = """
tests:
  - name: the call has its link, and moves
    at: 2036-03-14 12:00
    given:
      People:
        - {Id: 7, Name: Ana Ruiz, Email: ana@example.org, OK: yes, First call: 2036-03-17 18:00,
           Coach: Lee}
      Team:
        - {Id: c1, Name: Lee, Email: lee@example.org}
    expect:
      meetings:
        - {title: Call with Ana Ruiz, with: [Ana Ruiz, Lee], at: 2036-03-17 18:00, for: 30 minutes}
      cells:
        Ana Ruiz: {Link: "https://calls.example/zoom"}
    again:
      - at: 2036-03-15 12:00
        change:
          People:
            Ana Ruiz: {First call: 2036-03-18 09:30}
        expect:
          meetings:
            - {with: [Ana Ruiz, Lee], news: changed}
"""
DIES = '''
"""Ends the process at once when the first mail is about to go out."""

import os
import signal

from sheetflow import hookimpl


@hookimpl
def before_apply(entry):
    if "letter" in entry.deed.data and os.environ.get("DIE"):
        os.kill(os.getpid(), signal.SIGKILL)
'''
CHANGES = ("meetingCreate", "meetingUpdate", "meetingDelete")


class Calls(CallsFolder):
    """A workspace on files, with calls by Zoom and mail in a folder."""

    def __init__(self, folder: Path, zoom: Emulator) -> None:
        super().__init__(folder, datetime.fromisoformat("2036-03-14T12:00:00+01:00"), "zoom")
        self.zoom = zoom
        (folder / "plugins").mkdir()
        self.write("sheetflow.yaml", SETTINGS.format(url=zoom.url) + TABLES)
        self.write("secret.txt", "k7-for-tests")
        (folder / "secret.txt").chmod(0o600)

    def run(self, plan: Plan | None = None) -> tuple[list[str], list[str]]:
        """Run the recipe; what changed in Zoom, and the new mails by addressee."""
        asked, before = len(self.zoom.exchanges), set(self.files())
        workspace = self.workspace()
        run(workspace.recipe("calls"), workspace, plan=plan)
        new = [one["id"] for one in self.zoom.exchanges[asked:] if one["id"] in CHANGES]
        mailed = sorted(path.name.partition("-")[0] for path in {*self.files()} - before)
        return new, mailed

    def files(self) -> list[Path]:
        return sorted((self.folder / "outbox").glob("*.eml"))

    def mails(self) -> list[EmailMessage]:
        found = [
            message_from_bytes(path.read_bytes(), policy=policy.default) for path in self.files()
        ]
        assert all(isinstance(one, EmailMessage) for one in found)
        return found

    def meetings(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.zoom.state()["meetings"]
        return found

    def process(self, **environment: str) -> subprocess.Popen[bytes]:
        """A run in a process of its own."""
        asked = ["-w", str(self.folder), "run", "calls", "--yes"]
        command = [sys.executable, "-c", f"from sheetflow.cli import run_cli; run_cli({asked!r})"]
        return subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@pytest.fixture
def calls(tmp_path: Path) -> Iterator[Calls]:
    app = {"client_id": "id", "client_secret": "k7-for-tests"}
    held: dict[str, Calls] = {}
    data = {"apps": [app], "users": [HOST]}
    with serving("zoom", data=data, quotas=True, clock=lambda: held["calls"].now) as zoom:
        held["calls"] = Calls(tmp_path, zoom)
        yield held["calls"]


def link_of(meeting: dict[str, object]) -> str:
    return f"https://zoom.example/j/{meeting['id']}?pwd="


def calendar(mail: EmailMessage) -> str:
    (part,) = [
        one
        for one in mail.walk()
        if one.get_content_type() == "text/calendar" and not one.get_filename()
    ]
    return re.sub(r"\r\n ", "", str(part.get_content()))


def test_a_call_is_made_then_mailed_moved_called_off_and_on_again(calls: Calls):
    assert calls.run() == (["meetingCreate"], ["ana", "lee"])
    (meeting,) = calls.meetings()
    assert calls.row()["Link"].startswith(link_of(meeting))
    assert all(calls.row()["Link"] in calendar(mail) for mail in calls.mails())
    assert all("‹" not in mail.as_string() for mail in calls.mails())
    assert calls.status.startswith("Done")
    assert calls.run() == ([], [])
    calls.edit("2036-03-17 18:00", "2036-03-18 09:30")
    assert calls.run() == (["meetingUpdate"], ["ana", "lee"])
    assert [one["start_time"] for one in calls.meetings()] == ["2036-03-18T08:30:00Z"]
    assert sum("SEQUENCE:1" in calendar(mail) for mail in calls.mails()) == 2
    assert calls.run() == ([], [])
    calls.edit(",no,Lee", ",yes,Lee")
    assert calls.run() == (["meetingDelete"], ["ana", "lee"])
    assert calls.meetings() == []
    assert calls.run() == ([], [])
    calls.edit(",yes,Lee", ",no,Lee")
    assert calls.run() == (["meetingCreate"], ["ana", "lee"])
    assert len(calls.meetings()) == 1
    assert calls.run() == ([], [])


def test_many_calls_cost_one_list_and_one_request_each(calls: Calls):
    header, row = (calls.folder / "people.csv").read_text(encoding="utf-8").splitlines()
    rows = [row.replace("7,Ana", f"{n},Ana").replace("ana@", f"ana{n}@") for n in range(12)]
    calls.write("people.csv", "\n".join([header, *rows]) + "\n")
    _, mailed = calls.run()
    assert len(mailed) == 24
    assert sorted(one["id"] for one in calls.zoom.exchanges) == [
        *["meetingCreate"] * 12,
        "meetings",
        "oauth.token",
    ]
    links = {meeting["id"] for meeting in calls.meetings()}
    assert len(links) == 12
    assert calls.run() == ([], [])


def test_the_plan_says_what_is_made_first_and_what_waits_for_it(calls: Calls):
    text = " ".join(plan_text(calls.plan()).split())
    assert "make the call Call with Ana Ruiz, 17 Mar 18:00, with its link" in text
    assert "1 person: 2 messages (2 with an invitation)" in text
    assert calls.zoom.exchanges == []
    workspace = calls.workspace()
    said = " ".join(explain(workspace.recipe("calls"), workspace).split())
    assert 'The link of the call comes from "zoom".' in said
    assert 'The sender is "Riverside", owner@example.org, by "mail".' in said


def test_a_saved_plan_does_exactly_what_it_shows(calls: Calls):
    plan = plan_from_json(plan_to_json(calls.plan()))
    assert calls.run(plan) == (["meetingCreate"], ["ana", "lee"])
    assert calls.run(plan) == ([], [])


def test_a_coach_who_takes_over_is_mailed_and_zoom_is_not_asked(calls: Calls):
    calls.run()
    calls.now += timedelta(days=1)
    calls.edit(",no,Lee", ",no,Maya")
    changed, mailed = calls.run()
    assert changed == []
    assert mailed == ["lee", "maya"]
    assert all(calls.row()["Link"] in calendar(mail) for mail in calls.mails())
    assert calls.run() == ([], [])


def test_nobody_is_mailed_about_a_call_that_was_not_made(calls: Calls):
    fault = {"status": 400, "reason": "3000", "message": "You cannot schedule a meeting."}
    calls.zoom.faults.add(when={"method": "meetingCreate"}, do=fault)
    assert calls.run() == (["meetingCreate"], [])
    assert calls.status == "Needs you — Zoom turned it down: You cannot schedule a meeting."
    assert calls.row()["Link"] == ""
    assert calls.run() == ([], [])
    assert calls.status.startswith("Needs you")
    calls.zoom.faults.clear()
    calls.edit(calls.status, "")
    assert calls.run() == (["meetingCreate"], ["ana", "lee"])


def test_nobody_is_mailed_of_a_move_or_an_end_that_zoom_did_not_take(calls: Calls):
    calls.run()
    fault = {"status": 400, "reason": "3000", "message": "This meeting has started."}
    calls.zoom.faults.add(when={"method": "meetingUpdate"}, do=fault)
    calls.edit("2036-03-17 18:00", "2036-03-18 09:30")
    assert calls.run() == (["meetingUpdate"], [])
    assert calls.status == "Needs you — Zoom turned it down: This meeting has started."
    calls.zoom.faults.add(when={"method": "meetingDelete"}, do=fault)
    calls.edit(",no,Lee", ",yes,Lee")
    assert calls.run() == (["meetingDelete"], [])
    assert len(calls.meetings()) == 1
    calls.zoom.faults.clear()
    calls.edit(calls.status, "")
    assert calls.run() == (["meetingDelete"], ["ana", "lee"])


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_that_drops_makes_no_second_call_and_mails_only_what_is_made(
    calls: Calls, when: str
):
    calls.zoom.faults.add(when={"method": "meetingCreate"}, do={"drop": when}, times=1)
    if when == "after":  # it is found at once
        assert calls.run() == (["meetingCreate"], ["ana", "lee"])
    else:
        assert calls.run() == (["meetingCreate"], [])
        assert calls.status.startswith("Not sure")
        assert calls.run() == ([], [])
        calls.now += timedelta(minutes=3)
        assert calls.run() == (["meetingCreate"], ["ana", "lee"])
    assert len(calls.meetings()) == 1
    assert calls.run() == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 6))
def test_whichever_request_is_lost_there_is_one_call_and_each_is_told_once(
    calls: Calls, number: int, when: str
):
    """The line drops at each request in turn, while a call is made, moved and called off."""
    for old, new, left, told in (
        ("", "", 1, 2),
        ("2036-03-17 18:00", "2036-03-18 09:30", 1, 4),
        (",no,Lee", ",yes,Lee", 0, 6),
    ):
        if old:
            calls.edit(old, new)
        calls.zoom.faults.clear()
        calls.zoom.faults.add(when={"nth": number}, do={"drop": when}, times=1)
        for _ in range(4):
            calls.run()
            assert len(calls.meetings()) <= 1
            if len(calls.files()) == told:
                assert len(calls.meetings()) == left
            calls.now += timedelta(minutes=20)
        assert (len(calls.meetings()), len(calls.files())) == (left, told)


def test_a_day_that_is_used_up_waits_in_the_row_until_midnight(calls: Calls):
    calls.zoom.world.written[HOST, "2036-03-14"] = 100
    assert calls.run() == (["meetingCreate"], [])
    assert calls.status.startswith("Waiting")
    calls.now += timedelta(hours=1)
    assert calls.run() == ([], [])
    calls.now += timedelta(hours=13)
    assert calls.run() == (["meetingCreate"], ["ana", "lee"])


def test_a_call_deleted_by_hand_gets_a_new_link_when_it_moves(calls: Calls):
    link = 'Link: "{{ meeting.link }}"\n'
    again = "    again: when First call changes\n"
    calls.edit(link, link + again, name="recipes/calls/recipe.yaml")
    calls.run()
    (meeting,) = calls.meetings()
    calls.zoom.service.edit({"delete": meeting["id"]})
    calls.edit("2036-03-17 18:00", "2036-03-18 09:30")
    assert calls.run() == (["meetingCreate"], ["ana", "lee"])
    (again,) = calls.meetings()
    assert calls.row()["Link"].startswith(link_of(again))
    newest = [mail for mail in calls.mails() if "SEQUENCE:1" in calendar(mail)]
    assert len(newest) == 2
    assert all(calls.row()["Link"] in calendar(mail) for mail in newest)
    assert calls.run() == ([], [])


def test_a_call_for_nobody_is_not_made(calls: Calls):
    calls.edit("with: [volunteer, coach]", "with: volunteer", name="recipes/calls/recipe.yaml")
    calls.edit("ana@example.org,yes", "ana@example.org,no")
    assert calls.run() == ([], [])
    assert calls.status == 'Skipped — "OK" is not Yes'
    assert calls.zoom.exchanges == []


def test_quiet_hours_hold_the_call_with_its_mails(calls: Calls):
    calls.edit("quiet_hours: none\n", "", name="sheetflow.yaml")
    calls.now = datetime.fromisoformat("2036-03-14T23:00:00+01:00")
    assert calls.run() == ([], [])
    assert calls.status.startswith("Waiting — goes out")
    calls.now += timedelta(hours=12)
    assert calls.run() == (["meetingCreate"], ["ana", "lee"])


def test_the_recipe_is_tested_and_rehearsed_without_zoom(calls: Calls, tmp_path: Path):
    place = calls.folder / "recipes" / "calls"
    (place / "tests.yaml").write_text(TESTS, "utf-8")
    assert check_tests(calls.workspace(), place / "recipe.yaml") == ()
    results = [result for _, result in load_suite(calls.folder).try_all()]
    assert [str(result) for result in results if not result.passed] == []
    assert len(results) == 1
    (tmp_path / "rehearsal").mkdir()
    workspace = calls.workspace()
    done = rehearse(workspace.recipe("calls"), workspace, tmp_path / "rehearsal")
    assert (done.mails, done.invitations) == (2, 1)
    assert calls.zoom.exchanges == []


def test_a_run_killed_between_the_call_and_its_mails_is_carried_on(calls: Calls):
    calls.write("plugins/dies.py", DIES)
    calls.now = datetime.fromisoformat("2026-03-14T12:00:00+01:00")
    with calls.process(DIE="yes") as killed:
        assert killed.wait(timeout=30) == -signal.SIGKILL
    assert (len(calls.meetings()), calls.files()) == (1, [])
    calls.now = datetime.fromisoformat("2036-03-14T12:00:00+01:00")
    assert calls.run() == ([], ["ana", "lee"])
    assert calls.run() == ([], [])
    assert all(calls.row()["Link"] in calendar(mail) for mail in calls.mails())


def test_a_run_killed_while_zoom_makes_the_call_finds_it_again(calls: Calls):
    held: list[subprocess.Popen[bytes]] = []
    calls.zoom.between(lambda _world: held[0].kill(), method="meetingCreate")
    held.append(calls.process())
    with held[0] as killed:
        assert killed.wait(timeout=30) == -signal.SIGKILL
    calls.now += timedelta(minutes=5)
    assert calls.run() == ([], ["ana", "lee"])
    assert len(calls.meetings()) == 1
    assert calls.run() == ([], [])
