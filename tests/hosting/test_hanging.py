"""A service that takes a call and never answers: the run hangs for so long and no longer, and
somebody hears of it meanwhile."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests
from sheetflow_plugins.airtable import Airtable

from sheetflow.errors import Unreachable
from sheetflow.hosting.endpoints import Endpoints, application
from sheetflow.hosting.health import Health
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.overseer import Overseer
from sheetflow.hosting.serving import Serving
from sheetflow.network import sessions
from sheetflow.network.door import Door
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.network.retrying import Retrying
from sheetflow.network.services import Service
from sheetflow.secrets import Secret
from tests.hosting.conftest import Stage
from tests.hosting.watched import HEAD, recipes_for

OWED = "was due 2026-03-16 08:00 CET and is not done. It is running still."
LATER = "alerts: {to: lee@example.org}\nsenders: {us: {address: us@example.org, by: outbox}}\n"


@dataclass
class Silence:
    """A server that takes every connection and says nothing until it is closed."""

    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    taken: list[socket.socket] = field(default_factory=list)
    called: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    def take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.listening.accept()
                self.taken.append(line)
                self.called.set()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        for one in (self.listening, *self.taken):
            one.close()


@pytest.fixture
def silence() -> Iterator[Silence]:
    """A service that never answers."""
    made = Silence()
    thread = threading.Thread(target=made.take)
    thread.start()
    yield made
    made.close()
    thread.join()


@contextlib.contextmanager
def running(stage: Stage, silence: Silence) -> Iterator[Serving]:
    """A scheduler whose worker hangs in a run."""
    rounds, journal = stage.program(), Journal(stage.log, stage.clock, "json")
    rounds.roster.look().workspace.pacer = Pacer(Waiting(sleep=lambda _seconds: None))
    serving = Serving(
        rounds, Overseer(stage.clock, journal, Health(stage.time.now)), stage.clock, journal
    )
    worker = threading.Thread(target=lambda: rounds.go(stage.stop))
    worker.start()
    try:
        assert silence.called.wait(5), stage.log.getvalue()
        yield serving
    finally:
        silence.close()
        worker.join()
        rounds.close()
        serving.overseer.close()
        serving.bell.close()


def mails(stage: Stage) -> int:
    return len(list((stage.folder / "outbox").glob("*.eml")))


def is_told(stage: Stage, serving: Serving, recipe: str) -> None:
    """After half an hour the monitor is red, and one mail went out, however often one looks."""
    serving.look()
    assert serving.overseer.health.ok, "not at once"
    for _ in range(7):
        stage.time.go_on(minutes=5)
        serving.look()
    assert serving.overseer.health.reasons == [f"{recipe} {OWED}"]
    assert mails(stage) == 1
    endpoints = Endpoints(application(serving), "127.0.0.1", 0)
    endpoints.start()
    answer = requests.get(f"{endpoints.address}/healthz", timeout=9)
    endpoints.stop()
    assert answer.status_code == 503


def test_a_run_that_hangs_while_it_reads_is_told(stage: Stage, silence: Silence):
    (stage.folder / "token.txt").write_text("patRiverside00001." + "0" * 64)
    (stage.folder / "token.txt").chmod(0o600)
    url = f"http://127.0.0.1:{silence.port}"
    lines = f'  base: {{connector: airtable, url: "{url}", token: {{file: token.txt}}}}'
    lines += "\n  outbox: {connector: outbox}"
    place = "connector: base, base: appRiversideBase1, table: tblRiversideTabl1"
    tables = f"  T: {{{place}, person: {{name: Name}}, sheetflow_writes: [Stage]}}"
    text = HEAD.format(connections=lines, tables=tables) + LATER
    (stage.folder / "sheetflow.yaml").write_text(text, "utf-8")
    recipes_for(stage, ["T"])
    recipe = stage.folder / "recipes" / "t.yaml"
    recipe.write_text(recipe.read_text("utf-8").replace("on change", "every hour"), "utf-8")
    with running(stage, silence) as serving:
        is_told(stage, serving, "t")


def test_a_run_that_hangs_while_it_writes_to_somebody_is_told(stage: Stage, silence: Silence):
    line = f"{{connector: smtp, host: 127.0.0.1, port: {silence.port}, security: none}}"
    settings = stage.folder / "sheetflow.yaml"
    text = settings.read_text("utf-8")
    text = text.replace("{connector: outbox}}", f"{{connector: outbox}}, slow: {line}}}")
    text = text.replace(
        "senders: {",
        "contact: {relationship: none}\nsenders: {slow: {address: slow@example.org, by: slow}, ",
    )
    text = text.replace("alerts: {", "alerts: {from: us, ")
    settings.write_text(text, "utf-8")
    path = stage.recipe("welcome", "every hour")
    steps = "steps: [{email: person, template: hello, from: slow}]\n"
    written = path.read_text("utf-8").replace("steps: [{set: {Stage: Done}}]\n", steps)
    path.write_text(written, "utf-8")
    (path.parent / "templates").mkdir()
    (path.parent / "templates" / "hello.md").write_text("---\nsubject: Hi\n---\nHi.\n", "utf-8")
    with running(stage, silence) as serving:
        is_told(stage, serving, "welcome")


def test_a_request_that_is_never_answered_ends(silence: Silence, monkeypatch: pytest.MonkeyPatch):
    """What bounds a run is that each of its requests ends: here after a twentieth of a second."""
    assert sessions.TIMEOUT == (10.0, 180.0)
    monkeypatch.setattr(sessions, "TIMEOUT", (10.0, 0.05))
    url = f"http://127.0.0.1:{silence.port}"
    door = Door(may_write=True, retrying=Retrying(tries=2, first=0.01))
    board = door.session(Service(name="Board", origins=(url,)))
    with board as session, pytest.raises(Unreachable, match="Board does not answer"):
        session.get(f"{url}/notices")
    assert len(silence.taken) == 2


def test_a_library_on_our_session_has_no_say_in_how_long_it_waits(
    silence: Silence, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sessions, "TIMEOUT", (10.0, 0.05))
    settings = Airtable.Settings(token=Secret("pat1"), url=f"http://127.0.0.1:{silence.port}")
    door = Door(may_write=False, retrying=Retrying(tries=1))
    airtable = Airtable(settings, door=door, folder=None)  # type: ignore[arg-type]  # it has no files
    found = list(airtable.examine())
    assert not found[0].ok
    airtable.close()
