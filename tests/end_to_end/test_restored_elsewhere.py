"""A ledger that was lost is noticed by what sheets at Google and Airtable say, too."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sheetflow.clock import Clock
from sheetflow.hosting.restoring import Right, answer
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.runner.running import Run, run
from sheetflow.workspace import Workspace
from tests.end_to_end.test_same_everywhere import NOW, ZONE, _placed

SETTINGS = """\
organization: {name: Riverside, time_zone: America/New_York}
quiet_hours: none
connections:
  outbox: {connector: outbox}
senders:
  us: {address: Riverside <hello@example.org>, by: outbox}
tables:
  People:
    file: campaign.xlsx
    sheet: People
    person: {name: Name, email: Email}
"""
RECIPE = """\
recipe: Welcome
for_each: person in People
where: everyone
steps: [{email: person, template: hi}]
"""
PEOPLE = (
    ("Name", "Email", "Joined", "Call", "Note"),
    ("Ana Reyes", "ana@example.org", NOW.date(), datetime(2026, 3, 20, 18), "x"),
    ("Bo Tran", "bo@example.org", NOW.date(), None, "y"),
)


@pytest.mark.parametrize("kind", ["google_sheets", "airtable"])
def test_a_lost_ledger_sends_nothing_until_somebody_says_what_is_right(kind: str, tmp_path: Path):
    (tmp_path / "sheetflow.yaml").write_text(SETTINGS)
    templates = tmp_path / "recipes" / "welcome" / "templates"
    templates.mkdir(parents=True)
    (templates.parent / "recipe.yaml").write_text(RECIPE)
    (templates / "hi.md").write_text("---\nsubject: Hi\n---\nHello.\n")
    with _placed(kind, tmp_path, {"People": PEOPLE}):
        first = _run(tmp_path, hours=0)
        assert [str(outcome.status) for outcome in first.outcomes] == ["Sent — 14 Mar 12:00"] * 2
        assert _run(tmp_path, hours=1).plan.halted == ""
        for file in tmp_path.glob("sheetflow.db*"):
            file.unlink()
        shutil.rmtree(tmp_path / "outbox")
        stopped = _run(tmp_path, hours=2)
        assert "2 rows were told something 14 Mar 12:00" in stopped.plan.halted
        assert not stopped.outcomes

        assert answer(_workspace(tmp_path, hours=3), Right.SHEETS) == 2
        after = _run(tmp_path, hours=4)
    assert [str(outcome.status) for outcome in after.outcomes] == [
        "Done — already done 14 Mar 12:00"
    ] * 2
    assert not (tmp_path / "outbox").exists()


def _workspace(folder: Path, hours: int) -> Workspace:
    workspace = Workspace.open(folder, clock=Clock.at(NOW + timedelta(hours=hours), ZONE))
    slept: list[float] = []  # time passes by waiting alone
    workspace.pacer = Pacer(Waiting(now=lambda: sum(slept), sleep=slept.append))
    return workspace


def _run(folder: Path, hours: int) -> Run:
    workspace = _workspace(folder, hours)
    return run(workspace.recipe("welcome"), workspace)
