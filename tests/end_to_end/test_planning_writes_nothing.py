"""Planning writes nothing, whatever the action: watched from below, not asked action by action."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sheetflow.plugin.registry import Registry
from tests.end_to_end.workspaces import Campaign

ROOT = Path(__file__).parents[2]


def _watched(folder: Path, *arguments: str) -> tuple[list[str], list[str]]:
    """What the command did to the world, and what else it said on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.watched", "-w", str(folder), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stderr.splitlines()
    did = [line for line in lines if line.startswith("WATCHED")]
    return did, [line for line in lines if not line.startswith("WATCHED")]


def _everything_in(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Each file and folder with what is in it and when it was last changed, the ledger's too."""
    return {
        str(path): (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in (folder, *sorted(folder.rglob("*")))
    }


def test_the_campaign_uses_every_shipped_action(campaign: Campaign):
    recipe = campaign.open().recipe("everything")
    here = set(Registry().actions) - {"write_doc", "post"}  # which need Google's documents, Slack
    assert {step.action for step in recipe.steps} == here


@pytest.mark.parametrize("command", ["plan", "check", "history"])
def test_before_the_first_run_it_writes_nothing(campaign: Campaign, command: str):
    before = _everything_in(campaign.folder)
    arguments = ["plan", "everything"] if command == "plan" else [command]
    assert _watched(campaign.folder, *arguments) == ([], ["EXIT 0"])
    assert _everything_in(campaign.folder) == before


def test_after_a_run_planning_writes_nothing_either(campaign: Campaign):
    campaign.run()
    campaign.edit(lambda rows: [*rows, [*rows[0][:7], *[None] * (len(rows[0]) - 7)]])
    before = _everything_in(campaign.folder)
    assert _watched(campaign.folder, "plan", "everything") == ([], ["EXIT 0"])
    after = _everything_in(campaign.folder)
    whole = str(campaign.folder)  # SQLite puts an index beside a database while it reads
    assert {**after, whole: ()} == {**before, whole: ()}


def test_somebody_who_may_only_read_can_plan(campaign: Campaign):
    if os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root")
    folders = [campaign.folder, *(path for path in campaign.folder.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        assert _watched(campaign.folder, "plan", "everything") == ([], ["EXIT 0"])
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_what_watches_sees_a_run_write(campaign: Campaign):
    """Or else the tests above could not fail."""
    did, _ = _watched(campaign.folder, "run", "everything", "--yes")
    assert any("open" in line for line in did)
    assert any("os.rename" in line or "os.link" in line for line in did)
