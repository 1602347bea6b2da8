"""The recipes that write into Slack and into a document, run for real against look-alikes of both.

The workspace is the one that `sheetflow init` makes; only where the service is, is changed.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetflow.clock import Clock
from sheetflow.commands.library import EXAMPLE_DAY, Library
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.runner.running import Run, run
from sheetflow.workspace import Workspace
from tests.emulators.serving import serving
from tests.plugins import _slack
from tests.plugins.test_google_docs import lines

ZONE = ZoneInfo("America/New_York")
PLANNING = "1AbCdEfGhIjKlMnOpQrStUvWxYz"
CHANNEL = {"id": "C0NEWONES", "name": "new-people", "members": ["U0PERSON001", "U0SHEETFLOW"]}


def workspace(folder: Path, name: str, old: str, new: str) -> Path:
    """What `sheetflow init --recipe` makes, with one thing in its settings changed."""
    library = Library()
    for path, content in library.workspace_files(library.recipe(name), EXAMPLE_DAY).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    settings = (folder / "sheetflow.yaml").read_text("utf-8")
    assert old in settings
    (folder / "sheetflow.yaml").write_text(settings.replace(old, new), "utf-8")
    return folder


def ran(folder: Path, at: str) -> Run:
    """One run of the one recipe, in which nobody waits."""
    moment = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    opened = Workspace.open(folder, clock=Clock.at(moment, ZONE))
    opened.pacer = Pacer(Waiting(now=lambda: 0.0, sleep=lambda _seconds: None))
    (name,) = opened.recipes
    return run(opened.recipe(name), opened)


def test_the_channel_gets_one_message_with_all_who_are_new_and_nobody_is_called_by_it(tmp_path):
    data = {**_slack.DATA, "channels": [*_slack.DATA["channels"], CHANNEL]}
    with serving("slack", data=data) as slack:
        url = f"slack: {{connector: slack, url: {slack.url}/api, "
        folder = workspace(tmp_path, "new-people-in-slack", "slack: {connector: slack, ", url)
        (folder / "slack-token.txt").write_text(_slack.TOKEN)
        (folder / "slack-token.txt").chmod(0o600)
        ran(folder, "2026-03-14 17:00")
        ran(folder, "2026-03-15 17:00")
        said = _slack.texts(slack, "C0NEWONES")
    assert said == [
        "*New since last time*\n"
        "• *Ana* from North, speaks Spanish, met us through: Web form\n"
        "• *Bo* from South, speaks English, met us through: Market stall\n"
        "• *&lt;!channel&gt; ∗Cara∗* from North, speaks English, met us through: Web form\n"
        "• *Dev* from somewhere, speaks English, met us through: nobody knows"
    ]
    table = (folder / "people.csv").read_text("utf-8")
    assert table.count("Done — Named in #new-people") == 4


def test_the_plan_gets_a_line_for_each_host_who_has_confirmed_and_one_more_for_a_new_time(tmp_path):
    paragraphs = [
        {"text": "New hosts", "style": "HEADING_1"},
        {"text": "Old", "style": "HEADING_1"},
    ]
    data = {"documents": [{"id": PLANNING, "title": "Planning", "paragraphs": paragraphs}]}
    with serving("google", data=data) as google:
        folder = workspace(
            tmp_path, "hosts-in-plan", "credentials: {file: google-key.json}", f"url: {google.url}"
        )
        ran(folder, "2026-03-16 08:00")
        table = folder / "actions.csv"
        table.write_text(table.read_text("utf-8").replace("22 15:00", "29 16:00"), "utf-8")
        ran(folder, "2026-03-17 08:00")
        ran(folder, "2026-03-18 08:00")
        found = lines(google, PLANNING)
    assert found == [
        "New hosts",
        "2026-03-16: Ines Vidal hosts River walk on Sun 22 Mar, 15:00 EDT, Mill Bridge, Riverside",
        "2026-03-16: Omar Said hosts Bank clean-up on Sat 21 Mar, 10:00 EDT, 12 Mill Lane, "
        "Riverside",
        "2026-03-17: Ines Vidal hosts River walk on Sun 29 Mar, 16:00 EDT, Mill Bridge, Riverside",
        "Old",
    ]
