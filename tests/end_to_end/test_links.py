"""A link on its whole road: out of a mail that a server took, over its page, into the workbook."""

from __future__ import annotations

import email
import email.policy
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from openpyxl import Workbook, load_workbook

from sheetflow.reporting.timeline import timelines
from sheetflow.reporting.timeline_text import timeline_text
from sheetflow.runner.running import run
from sheetflow.runner.switching import switch_on
from sheetflow.workspace import Workspace
from tests.files import write_files

OUTSIDE = "flow.example.org"
SETTINGS = """
organization: {{name: Riverside, time_zone: Europe/Berlin}}
public_url: https://flow.example.org
quiet_hours: none
connections: {{mail: {{connector: smtp, host: 127.0.0.1, port: {port}, security: none}}}}
senders: {{team: {{address: hello@riverside.example, by: mail}}}}
tables:
  Guests:
    file: guests.xlsx
    person: {{name: Name, email: Email}}
    columns: {{Comes: {{is: yes/no}}}}
    sheetflow_writes: [Comes, Thanked]
"""
ASK = """
recipe: Ask who comes
kind: transactional
for_each: guest in Guests
where: everyone
steps: [{email: guest, template: ask}]
"""
THANKS = """
recipe: Note who comes
schedule: on change
for_each: guest in Guests
where: {Comes: is ticked}
steps: [{set: {Thanked: thanked}}]
"""
LETTER = """---
subject: Do you come?
---
Hi {{ guest.name }},

{{ link('Yes, I come', set='Comes', to='yes') }}

{{ link('No', set='Comes', to='no') }}
"""


class Taker:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.mails: dict[str, email.message.EmailMessage] = {}

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        mail = email.message_from_bytes(envelope.content, policy=email.policy.SMTP)
        self.mails[envelope.rcpt_tos[0]] = mail
        return "250 taken"


@pytest.fixture
def taker() -> Iterator[tuple[Taker, int]]:
    handler = Taker()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


@pytest.fixture
def folder(tmp_path: Path, taker: tuple[Taker, int]) -> Path:
    """A workbook of two guests, and a mail server on this machine."""
    write_files(
        tmp_path,
        {
            "sheetflow.yaml": SETTINGS.format(port=taker[1]),
            "recipes/ask/recipe.yaml": ASK,
            "recipes/ask/templates/ask.md": LETTER,
            "recipes/thanks/recipe.yaml": THANKS,
        },
    )
    book = Workbook()
    book.active.title = "Guests"
    for row in (("Name", "Email", "Comes"), ("Ana", "ana@x.example"), ("Bo", "bo@x.example")):
        book.active.append(row)
    book.save(tmp_path / "guests.xlsx")
    return tmp_path


def cells(folder: Path) -> dict[str, dict[str, object]]:
    """What the workbook says, by name."""
    rows = [[cell.value for cell in row] for row in load_workbook(folder / "guests.xlsx")["Guests"]]
    return {str(row[0]): dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[int]:
    """`sheetflow serve` as a process; the port that it listens on."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "sheetflow",
            "-w",
            str(folder),
            "serve",
            "--port",
            "0",
            "--log",
            "json",
            *options,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "Sheetflow" in line)
        yield int(re.findall(r":(\d+);", line)[0])
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()


def asked(port: int, method: str, path: str, body: str = "") -> tuple[int, str]:
    """One request, as a proxy passes it on from outside."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Host": OUTSIDE, "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def until(there: Callable[[], bool]) -> None:
    for _ in range(300):
        if there():
            return
        time.sleep(0.1)
    raise AssertionError("it took too long")


def test_an_answer_by_a_link_stands_in_the_workbook_and_the_next_recipe_goes_on(folder, taker):
    workspace = Workspace.open(folder)
    run(workspace.recipe("ask"), workspace)
    mail = taker[0].mails["ana@x.example"]
    text = mail.get_body(("plain",)).get_content()
    yes, no = re.findall(rf": https://{OUTSIDE}(/answer/\S+)", text)
    [stop] = re.findall(rf"<https://{OUTSIDE}(/unsubscribe/[^>]+)>", mail["List-Unsubscribe"])
    switch_on(workspace.recipe("thanks"), workspace, who="lee")
    with serving(folder) as port:
        for link in (yes, no, stop):  # a scanner opens all of them
            assert asked(port, "HEAD", link)[0] == 200
            assert asked(port, "GET", link)[0] == 200
        assert asked(port, "GET", "/")[0] == 421
        assert cells(folder)["Ana"]["Comes"] is None
        assert "Thank you, noted." in asked(port, "POST", yes, "say=yes")[1]
        until(lambda: cells(folder)["Ana"].get("Thanked") == "thanked")
        assert "no more mail" in asked(port, "POST", stop, "List-Unsubscribe=One-Click")[1]
    found = cells(folder)
    assert (found["Ana"]["Comes"], found["Bo"]["Comes"]) == (True, None)
    assert found["Bo"].get("Thanked") is None
    told = timeline_text(timelines(workspace, "Ana"), workspace.clock.zone)
    told = " ".join(told.split())
    assert "Ana answered “Yes, I come” by a link (Comes: yes): in the sheet since" in told
    with workspace.ledger() as ledger:
        [listed] = ledger.decided("", "").suppressions.values()
    assert listed.who == "the link in a mail"


def test_links_are_answered_where_nothing_runs_and_the_next_run_writes_it_down(folder, taker):
    workspace = Workspace.open(folder)
    run(workspace.recipe("ask"), workspace)
    mail = taker[0].mails["ana@x.example"]
    yes = re.findall(rf": https://{OUTSIDE}(/answer/\S+)", mail.get_body(("plain",)).get_content())
    with serving(folder, "--answers-only") as port:
        assert asked(port, "GET", "/")[0] == 404
        assert asked(port, "GET", "/login")[0] == 404
        assert "Thank you, noted." in asked(port, "POST", yes[0], "say=yes")[1]
    assert cells(folder)["Ana"]["Comes"] is None
    run(workspace.recipe("thanks"), workspace)
    found = cells(folder)
    assert (found["Ana"]["Comes"], found["Ana"]["Thanked"]) == (True, "thanked")
