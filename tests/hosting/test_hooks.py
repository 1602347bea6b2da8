"""The whole way of a call: something changes, its service calls, somebody looks, a recipe runs."""

from __future__ import annotations

import contextlib
import csv
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import requests

from sheetflow.hosting.endpoints import Endpoints
from sheetflow.hosting.health import Health
from sheetflow.hosting.hearing import Hearing
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.overseer import Overseer
from sheetflow.hosting.serving import Serving
from sheetflow.ledger.calls import Calls
from sheetflow.ledger.watches import Watches
from sheetflow.network.door import Door
from sheetflow.web.app import make_app
from sheetflow.web.hooks import LARGEST_BODY
from sheetflow.workspace import CHAPTER
from tests.emulators.serving import Emulator, serving
from tests.hosting.conftest import Stage
from tests.hosting.watched import asked, ran, recipes_for, rows, settings, settle
from tests.plugins.test_hooks import v0

SECRET = "an0ther-secret"
IN_TIME = 20.0
"""Seconds that a busy machine may need for what takes a few thousandths."""


@dataclass
class Served:
    """One `serve` over the stage's workspace: its door, and the thread that runs recipes."""

    stage: Stage
    loop: Serving
    hearing: Hearing
    endpoints: Endpoints
    worker: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.worker = threading.Thread(target=self.loop.work, daemon=True)

    @property
    def url(self) -> str:
        return self.endpoints.address

    def begin(self) -> None:
        """Run what is due, and wait until that is done."""
        self.worker.start()
        self.until(lambda: self.loop.rounds.seen is not None and not self.loop.rounds.seen.due)

    def call(self, path: str, headers: Mapping[str, str], body: bytes = b"") -> int:
        """The status that a call is answered with."""
        answer = requests.post(self.url + path, data=body, headers=headers, timeout=9)
        return answer.status_code

    def until(self, sees: Callable[[], bool]) -> None:
        """Wait until the worker has come so far."""
        by = time.monotonic() + IN_TIME
        while not sees():
            assert time.monotonic() < by, self.stage.log.getvalue()
            time.sleep(0.01)

    def close(self) -> None:
        self.loop.stop.set()
        self.loop.hurry()
        if self.worker.is_alive():
            self.worker.join()
        self.endpoints.stop()
        self.hearing.close()
        self.loop.rounds.close()
        self.loop.overseer.close()
        self.loop.bell.close()


@contextlib.contextmanager
def served(stage: Stage) -> Iterator[Served]:
    """The scheduler and the door of one `serve`, on a port of this machine."""
    rounds, journal = stage.program(), Journal(stage.log, stage.clock, "json")
    overseer = Overseer(stage.clock, journal, Health(stage.time.now))
    loop = Serving(rounds, overseer, stage.clock, journal)
    hearing = Hearing(stage.clock, rounds.tally, loop.hurry)
    app = make_app(stage.folder, clock=stage.clock, hearing=hearing)
    endpoints = Endpoints(app, "127.0.0.1", 0, has_login=True)
    endpoints.start()
    made = Served(stage, loop, hearing, endpoints)
    try:
        yield made
    finally:
        made.close()


def secret(stage: Stage, text: str = SECRET) -> str:
    """A secret's file, as settings name it."""
    path = stage.folder / "secret.txt"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return "{file: secret.txt}"


def cell(stage: Stage, column: str) -> str:
    with (stage.folder / "people.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))[column]


def waiting(stage: Stage) -> int:
    with stage.workspace.ledger() as ledger, ledger.database.reading() as connection:
        return len(Calls(CHAPTER).waiting(connection, 10_000))


# Zoom: a meeting changes

ZOOM = """\
organization: {{name: Riverside, time_zone: Europe/Berlin}}
quiet_hours: none
connections:
  zoom:
    connector: zoom
    account_id: account
    client_id: id
    client_secret: {secret}
    hook_secret: {secret}
    hosts: [host@example.org]
    url: "{url}/v2"
    token_url: "{url}/oauth/token"
tables:
  People:
    file: people.csv
    person: {{name: Name}}
    columns: {{Call: row of Calls}}
    sheetflow_writes: [Topic]
  Calls: {{connector: zoom, table: meetings, key: [Meeting]}}
"""
TOPICS = """\
recipe: Say what the call is about
schedule: on change
for_each: person in People
where: everyone
steps: [{set: {Topic: "{{ call.topic }}"}}]
"""
MEETING = 81000007919
AT = "2026-03-17T18:00:00Z"
OTHER = {"id": 82000000000, "topic": "Another call", "start_time": AT}
ACCOUNT = {"users": ["host@example.org"], "meetings": [OTHER]}
CREATED = {"create": {"id": MEETING, "topic": "Kick-off", "start_time": AT}}


def calls_by_zoom(stage: Stage, url: str) -> None:
    text = ZOOM.format(secret=secret(stage), url=url)
    (stage.folder / "sheetflow.yaml").write_text(text, "utf-8")
    (stage.folder / "people.csv").write_text(f"Name,Call,Topic\nAna,{MEETING},\n", "utf-8")
    (stage.folder / "recipes").mkdir()
    (stage.folder / "recipes" / "topics.yaml").write_text(TOPICS, "utf-8")
    stage.switch("topics", on=True)


def test_a_meeting_changes_at_zoom_which_calls_and_the_row_says_so(stage: Stage):
    with serving("zoom", data=ACCOUNT, clock=lambda: stage.time.now) as zoom:
        calls_by_zoom(stage, zoom.url)
        with served(stage) as here:
            here.begin()
            assert cell(stage, "Topic") == ""
            assert zoom.service.subscribe(f"{here.url}/hooks/zoom", SECRET)
            assert not zoom.service.subscribe(f"{here.url}/hooks/zoom", "another secret")
            zoom.service.edit(CREATED)
            here.until(lambda: cell(stage, "Topic") == "Kick-off")
            zoom.world.courier.wait()
            assert [status for status, _ in zoom.world.courier.answers] == [200]


def test_without_calls_the_same_comes_a_little_later(stage: Stage):
    with serving("zoom", data=ACCOUNT, clock=lambda: stage.time.now) as zoom:
        calls_by_zoom(stage, zoom.url)
        rounds = stage.program()
        assert (ran(stage, rounds), ran(stage, rounds)) == (["topics"], ["topics"])
        zoom.service.edit(CREATED)
        found = []
        for _ in range(3):
            stage.round(rounds)
            found.append(cell(stage, "Topic"))
            stage.time.go_on(minutes=5)
        assert found == ["", "Kick-off", "Kick-off"]
        rounds.close()


def test_many_calls_are_one_look_and_what_they_say_is_no_data(stage: Stage):
    with serving("zoom", data=ACCOUNT, clock=lambda: stage.time.now) as zoom:
        calls_by_zoom(stage, zoom.url)
        with served(stage) as here:
            rounds = here.loop.rounds
            stage.round(rounds)
            stage.round(rounds)
            for number in range(50):
                thing = {"id": str(MEETING), "topic": f"Said by the call {number}"}
                said = {"event": "meeting.updated", "payload": {"object": thing}}
                hook = v0("x-zm-", json.dumps(said).encode(), at=stage.time.now)
                assert here.call("/hooks/zoom", dict(hook.headers), hook.body) == 200
            assert waiting(stage) == 50
            before = len(zoom.exchanges)
            assert ran(stage, rounds) == ["topics"]
            assert (waiting(stage), cell(stage, "Topic")) == (0, "")
            assert len(zoom.exchanges) - before <= 3
            hook = v0("x-zm-", b'{"event": "meeting.updated"}', at=stage.time.now)
            here.call("/hooks/zoom", dict(hook.headers), hook.body)
            assert ran(stage, rounds) == [], "whoever keeps calling is looked after in steps"
            stage.time.go_on(seconds=10)
            assert ran(stage, rounds) == ["topics"]
            stage.time.go_on(seconds=10)
            assert ran(stage, rounds) == []


def test_a_flood_of_true_calls_is_one_look(stage: Stage):
    with serving("zoom", data=ACCOUNT, clock=lambda: stage.time.now) as zoom:
        calls_by_zoom(stage, zoom.url)
        rounds = stage.program()
        stage.round(rounds)
        stage.round(rounds)
        about, at = frozenset({"1" * 10}), stage.time.now
        opened = stage.workspace.ledger(read_only=False)
        with opened as ledger, ledger.database.writing() as line:
            for number in range(2_500):
                Calls(CHAPTER).take(line, "zoom", str(number), at, about=about)
        found = []
        for _ in range(4):
            found.append(ran(stage, rounds))
            stage.time.go_on(seconds=10)
        assert (found, waiting(stage)) == ([["topics"], [], [], []], 0)
        rounds.close()


def test_a_call_about_another_meeting_is_none_of_ours(stage: Stage):
    with serving("zoom", data=ACCOUNT, clock=lambda: stage.time.now) as zoom:
        calls_by_zoom(stage, zoom.url)
        with served(stage) as here:
            rounds = here.loop.rounds
            stage.round(rounds)
            stage.round(rounds)
            said = {"event": "meeting.participant_joined", "payload": {"object": {"id": "1" * 10}}}
            hook = v0("x-zm-", json.dumps(said).encode(), at=stage.time.now)
            assert here.call("/hooks/zoom", dict(hook.headers), hook.body) == 200
            assert ran(stage, rounds) == []
            assert waiting(stage) == 0


def test_of_two_that_serve_one_runs_what_another_was_called_for(stage: Stage):
    with serving("zoom", data=ACCOUNT, clock=lambda: stage.time.now) as zoom:
        calls_by_zoom(stage, zoom.url)
        with served(stage) as one, served(stage) as other:
            for here in (one, other, one, other):
                stage.round(here.loop.rounds)
            hook = v0("x-zm-", b'{"event": "meeting.updated"}', at=stage.time.now)
            for here in (one, other, one):
                assert here.call("/hooks/zoom", dict(hook.headers), hook.body) == 200
            found = [ran(stage, here.loop.rounds) for here in (other, one, other, one)]
            assert found == [["topics"], [], [], []]


def _ended(stage: Stage) -> list[str]:
    return [one["recipe"] for one in stage.events if one["event"] == "run ended"]


def _open_door() -> Door:
    return Door(may_write=True)


def asked_of(emulator: Emulator, method: str) -> list[Mapping[str, Any]]:
    """The bodies of what was asked of a service."""
    return [one["body"] for one in emulator.asked(method)]


# Airtable and Google: somebody changed something, and what it was is asked


def test_airtable_calls_and_only_the_recipe_of_the_table_that_changed_runs(stage: Stage):
    base, line = "appRiversideBase1", "singleLineText"
    fields = [{"name": name, "type": line} for name in ("Name", "Email", "Stage")]
    done = {"Name": "Ana", "Email": "ana@example.org", "Stage": "Done"}
    tables = [{"name": n, "fields": fields, "records": [{"fields": done}]} for n in ("A", "B")]
    data = {"bases": [{"id": base, "name": "Riverside", "tables": tables}]}
    with serving("airtable", data=data, clock=lambda: stage.time.now) as airtable:
        (stage.folder / "token.txt").write_text("patRiverside00001." + "0" * 64)
        (stage.folder / "token.txt").chmod(0o600)
        lines = (
            f'  base: {{connector: airtable, url: "{airtable.url}", token: {{file: token.txt}}, '
        )
        lines += f"hook_secret: {secret(stage, 'bm90IGtub3duIHlldA==')}}}"
        places = {name: f"connector: base, base: {base}, table: {name}" for name in ("A", "B")}
        with served(stage) as here:
            settings(stage, lines, places, more=f"public_url: {here.url}\n")
            recipes_for(stage, places)
            address = f"{here.url}/hooks/base"
            workspace = stage.workspace
            with contextlib.closing(workspace.opened(None, _open_door())) as opened:
                secret(stage, opened.connection("base").introduce(address, [f"{base}/x"]).reveal())
            settle(stage, here.loop.rounds)
            before = len(airtable.exchanges)
            here.begin()
            record = next(iter(airtable.world.bases[base].find("B").records))
            airtable.service.edit({"base": base, "table": "B", "set": [record, "Stage", ""]})
            here.until(lambda: "b" in _ended(stage))
            stage.stop.set()
            told = asked(airtable, before)
            assert told[0] == "webhooks.payloads"
            assert _ended(stage) == ["b"]
            with stage.workspace.ledger() as ledger, ledger.database.reading() as connection:
                watch = Watches(CHAPTER).all(connection)["base"]
            assert watch.subscribed_until == stage.time.now + timedelta(days=2)


def test_google_is_asked_to_call_and_asked_again_before_that_ends(stage: Stage):
    key = "1Spreadsheet" + "0" * 32
    tabs = [{"title": "People", "id": 0, "rows": rows(1)}]
    owner = "owner@example.org"
    book = {"id": key, "title": "Group", "owner": owner, "sheets": tabs}
    data = {"users": [owner], "spreadsheets": [book]}
    with (
        serving("google", data=data, clock=lambda: stage.time.now) as google,
        served(stage) as here,
    ):
        lines = f'  sheets: {{connector: google_sheets, url: "{google.url}"}}\n'
        lines += f'  drive: {{connector: google_drive, url: "{google.url}", '
        lines += f"hook_secret: {secret(stage)}}}\n"
        more = f"public_url: {here.url}\n"
        settings(stage, lines, {"G": f"connector: sheets, spreadsheet: {key}"}, more)
        recipes_for(stage, ["G"])
        rounds = here.loop.rounds
        settle(stage, rounds)
        (channel,) = asked_of(google, "drive.changes.watch")
        assert channel["address"] == f"{here.url}/hooks/drive"
        assert ran(stage, rounds) == []
        google.service.edit({"spreadsheet": key, "sheet": "People", "set": ["C2", ""]})
        here.until(lambda: here.hearing.tally.calls.get(("drive", "taken"), 0) > 0)
        assert ran(stage, rounds) == ["g"], "at once, and not after five minutes"
        for _ in range(6):
            stage.time.go_on(days=1)
            rounds.go(stage.stop)
        assert [one["id"] == channel["id"] for one in asked_of(google, "drive.changes.watch")] == [
            True,
            False,
        ]
        assert asked_of(google, "drive.channels.stop")[0]["id"] == channel["id"]


# Attacks on the door itself


def raw(here: Served, *parts: bytes, pause: float = 0) -> bytes:
    """What is answered to these bytes."""
    host, port = here.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=9) as line:
        for part in parts:
            line.sendall(part)
            time.sleep(pause)
        with contextlib.suppress(OSError):
            return line.recv(65_536)
    return b""


HEAD = b"POST /hooks/zoom HTTP/1.1\r\nHost: localhost\r\n"


def test_a_length_that_lies_gets_nobody_anywhere(stage: Stage):
    calls_by_zoom(stage, "http://127.0.0.1:1")
    with served(stage) as here:
        huge = HEAD + b"Content-Length: 99999999\r\n\r\n" + b"x" * 10
        assert b" 413 " in raw(here, huge).splitlines()[0]
        two = HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"
        assert b" 400 " in raw(here, two).splitlines()[0]
        both = HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        assert b" 40" in raw(here, both).splitlines()[0]
        minus = HEAD + b"Content-Length: -1\r\n\r\n"
        assert b" 400 " in raw(here, minus).splitlines()[0]
        chunk = b"%x\r\n" % 65_536 + b"x" * 65_536 + b"\r\n"
        head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        assert b" 413 " in raw(here, head, *[chunk] * (LARGEST_BODY // 65_536 + 1)).splitlines()[0]
        assert not (stage.folder / "sheetflow.db").exists() or waiting(stage) == 0


def test_a_body_that_breaks_off_is_nothing_and_the_door_stays_open(stage: Stage):
    calls_by_zoom(stage, "http://127.0.0.1:1")
    with served(stage) as here:
        for _ in range(40):
            host, port = here.url.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port))) as line:
                line.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        hook = v0("x-zm-", b'{"event": "meeting.updated"}', at=stage.time.now)
        here.until(lambda: here.call("/hooks/zoom", dict(hook.headers), hook.body) == 200)


def test_a_name_that_climbs_is_no_connection(stage: Stage):
    calls_by_zoom(stage, "http://127.0.0.1:1")
    with served(stage) as here:
        host = here.url.removeprefix("http://")
        for path in (
            "/hooks/../login",
            "/hooks/%2e%2e/login",
            "/hooks/zoom%2f..",
            "/hooks/zoom\\x",
        ):
            line = http.client.HTTPConnection(host, timeout=9)
            line.putrequest("POST", path, skip_host=True)
            line.putheader("Host", "localhost")
            line.putheader("Content-Length", "0")
            line.endheaders()
            assert line.getresponse().status in (401, 403, 404, 415), path
            line.close()
