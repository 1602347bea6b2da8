"""Invitations by mail have the same links as other mails: to answer by, and to get no more."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetflow.clock import Clock
from sheetflow.runner.linking import what_is_answered, who_unsubscribes
from sheetflow.runner.running import run
from sheetflow.tables.handles import keyed
from sheetflow.workspace import Workspace
from tests.files import write_files

NOW = datetime(2026, 3, 10, 10, tzinfo=ZoneInfo("Europe/Berlin"))
FILES = {
    "sheetflow.yaml": """
organization: {name: Riverside, time_zone: Europe/Berlin}
public_url: https://flow.example.org
quiet_hours: none
connections: {outbox: {connector: outbox}}
senders: {team: {address: hello@riverside.example, by: outbox}}
tables:
  Groups:
    file: groups.csv
    person: {name: Lead, email: Email}
    columns: {Kick-off: {is: date and time}}
    sheetflow_writes: [Comes]
""",
    "groups.csv": "Lead,Email,Kick-off,Comes\nAna,ana@example.org,2026-03-20 18:00,\n",
    "recipes/invite/recipe.yaml": """
recipe: Invite
kind: transactional
for_each: group in Groups
where: everyone
steps:
  - invite: Kick-off
    with: group
    at: Kick-off
    for: 1 hour
    place: Town hall
    template: come
""",
    "recipes/invite/templates/come.md": """---
subject: Come
---
Hi,

{{ link('I bring cake', set='Comes', to='with cake') }}
""",
}


def test_an_invitation_can_be_answered_and_stopped(tmp_path: Path):
    write_files(tmp_path, FILES)
    workspace = Workspace.open(tmp_path, clock=Clock(read=lambda: NOW))
    run(workspace.recipe("invite"), workspace)
    [path] = (tmp_path / "outbox").glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.SMTP)
    text = mail.get_body(("plain",)).get_content()
    [token] = re.findall(r"I bring cake: https://flow\.example\.org/answer/(\S+)", text)
    [stop] = re.findall(r"^<https://flow\.example\.org/unsubscribe/([\w-]+)\?in=en>", mail[STOP])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"https://flow.example.org/unsubscribe/{stop}?in=en" in text
    assert [part.get_content_type() for part in mail.walk()].count("text/calendar") == 2
    with workspace.ledger() as ledger:
        assert who_unsubscribes(ledger.salt, stop) == keyed(ledger.salt, "ana@example.org")
        asked = what_is_answered(ledger.salt, token)
        [record] = [each for each in ledger.history("Ana") if each.key.digest == asked.digest]
    [choice] = record.data["answers"]["choices"]
    assert (choice["mark"], choice["column"], choice["value"]) == (asked.mark, "Comes", "with cake")
    assert record.data["meeting"]["title"] == "Kick-off"


STOP = "List-Unsubscribe"
