"""A party whose guests answer by the links in a mail that asks whether they come."""

from __future__ import annotations

import email
import email.policy
import html
import re
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sheetflow.clock import Clock
from sheetflow.ledger.replies import open_replies
from sheetflow.runner.running import run
from sheetflow.web.app import make_app
from sheetflow.workspace import CHAPTER, Workspace
from tests.conftest import BERLIN, NOON
from tests.files import write_files

OUTSIDE = "https://flow.example.org"
SETTINGS = f"""
organization: {{name: "Riverside <3", time_zone: Europe/Berlin}}
public_url: {OUTSIDE}
quiet_hours: none
connections: {{outbox: {{connector: outbox}}}}
senders: {{team: {{address: hello@riverside.example, by: outbox}}}}
tables:
  Guests:
    file: guests.csv
    person: {{name: Name, email: Email, language: Language}}
    columns:
      Comes: {{is: "one of Yes, No, Maybe"}}
    sheetflow_writes: [Comes, Note]
"""
RECIPE = """
recipe: Ask who comes
kind: transactional
for_each: guest in Guests
where:
  Email: is not empty
steps:
  - email: guest
    template: ask
"""
ASK = """---
subject: Do you come, {{ guest.name }}?
---
Hi {{ guest.name }},

{{ link('Yes, I come', set='Comes', to='Yes') }}

{{ link('No, sorry', set='Comes', to='No', within='14 days') }}

Your note: {{ guest.note | default('none') }}
"""
GUESTS = """\
Name,Email,Language,Comes,Note
Ana,ana@example.org,,,
Bo,bo@example.org,ar,,
"""
ARABIC = ASK.replace("Yes, I come", "نعم، سآتي").replace("No, sorry", "لا، آسف")
FILES = {
    "sheetflow.yaml": SETTINGS,
    "guests.csv": GUESTS,
    "recipes/ask/recipe.yaml": RECIPE,
    "recipes/ask/templates/ask.md": ASK,
}
SAY = {"say": "yes"}
"""What the button sends."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace that asks two guests whether they come."""
    return write_files(tmp_path / "party", FILES)


@pytest.fixture
def workspace(folder, time_now) -> Workspace:
    return Workspace.open(folder, clock=Clock(read=time_now))


@pytest.fixture
def client(folder, time_now) -> TestClient:
    app = make_app(folder, clock=Clock(read=time_now))
    return TestClient(app, base_url=OUTSIDE, client=("203.0.113.9", 1))


def links_in(folder: Path, who: str = "ana") -> list[str]:
    """The paths of the links to answer by in somebody's mail: yes, and no."""
    [path] = folder.glob(f"{who}-*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.SMTP)
    text = mail.get_body(("plain",)).get_content()
    found = re.findall(rf": {OUTSIDE}(/answer/\S+)", text)
    page = html.unescape(mail.get_body(("html",)).get_content())
    assert [link for link in found if f'href="{OUTSIDE}{link}"' not in page] == []
    return found


@pytest.fixture(scope="session")
def party_after_asking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The party as a run at NOON left it; only for copying."""
    folder = write_files(tmp_path_factory.mktemp("asked") / "party", FILES)
    workspace = Workspace.open(folder, clock=Clock.at(NOON, BERLIN))
    run(workspace.recipe("ask"), workspace)
    return folder


@pytest.fixture
def links(folder: Path, party_after_asking: Path) -> list[str]:
    """Both links of Ana's mail, which went out."""
    shutil.copytree(party_after_asking, folder, dirs_exist_ok=True)
    return links_in(folder / "outbox")


def kept(workspace) -> list[tuple[str, str, str]]:
    """The answers that wait for the sheet: who, which column, what."""
    with workspace.ledger() as ledger, ledger.database.reading() as connection:
        found = open_replies(connection, CHAPTER)
    return [(reply.who, reply.column, reply.value) for reply in found]
