"""The calls of a month: counted for all who share a ledger, told before they are used up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sheetflow.cli import run_cli
from sheetflow.errors import TableBusy, UsedUp
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.plugin.connector import Finding
from sheetflow.runner.running import plan_recipe, run
from sheetflow.workspace import Workspace
from sheetflow.workspace.examining import examine
from sheetflow.workspace.shared_pace import SharedShelf
from tests.network.service import Hourglass
from tests.plugins._airtable import World, people, world

FAST = ", requests_per_second: 100000, token_requests_per_second: 100000"
MARCH = datetime(2026, 3, 31, 22, tzinfo=UTC).timestamp()
TWO_HOURS = 2 * 3_600.0


def sharing(workspace: Workspace) -> Workspace:
    """A workspace that paces as it does outside of tests, by its ledger."""
    workspace.pacer = Pacer(shelf=SharedShelf(lambda: workspace.ledger_address))
    return workspace


def month_of(workspace: Workspace) -> Finding | None:
    found = next(part for part in examine(workspace, "base") if part.kind == "connection")
    return next((one for one in found.findings if one.what == "calls"), None)


def test_calls_are_counted_over_all_runs_and_doctor_tells(tmp_path: Path):
    with world(tmp_path) as w:
        for more, says in (
            ("", "about {} this month, counted here; others' are not"),
            (", plan: free", "about {} of 1,000 calls this month, counted here; others' are not"),
            (", plan: free, calls_per_month: 5000", "about {} of 5,000 calls this month, {}"),
        ):
            before = len(w.asked())
            w.folder.joinpath(str(before)).mkdir()
            folder = replace(w, folder=w.folder / str(before))
            first = sharing(folder.workspace(more=FAST + more))
            plan_recipe(first.recipe("welcome"), first)  # there is no ledger yet
            uncounted = len(w.asked()) - before
            folder.run(first)
            folder.run(sharing(folder.workspace(more=FAST + more)))
            told = month_of(sharing(folder.workspace(more=FAST + more)))
            counted = len(w.asked()) - before - uncounted - 2  # the first plan's of the first run
            rest = "counted here; others' are not"
            assert told == Finding("calls", True, says.format(counted, rest))


def test_where_nothing_is_kept_nothing_is_told_of_a_month(tmp_path: Path):
    with world(tmp_path) as w:
        assert month_of(sharing(w.workspace(more=FAST))) is None


def spent(w: World, glass: Hourglass, calls: int, most: int) -> Workspace:
    """A workspace of which so many calls of a month were used."""
    workspace = w.workspace(more=f"{FAST}, calls_per_month: {most}")
    workspace.pacer = Pacer(Waiting(glass.now, glass.sleep))
    with workspace.open_session(may_write=False) as session:
        connection = session.tools.connection("base")
        for _ in range(calls):
            connection.open_table({"base": "appRiversideBase1", "table": "People"}).base._ask()
    return workspace


def test_a_month_that_is_used_up_stops_before_anything_goes_out_and_goes_on_with_the_next(
    tmp_path: Path,
):
    with world(tmp_path) as w:
        glass = Hourglass(MARCH)
        workspace = spent(w, glass, calls=20, most=20)
        with pytest.raises(TableBusy) as told:
            run(workspace.recipe("welcome"), workspace)
        assert told.value.message == (
            "The allowance of Airtable is used up: 20 calls of the workspace a month."
        )
        assert "next month" in told.value.hint
        assert isinstance(told.value.__cause__, UsedUp)
        assert told.value.__cause__.retry_after is not None
        assert told.value.__cause__.retry_after.total_seconds() == TWO_HOURS
        assert (len(w.asked()), w.mails(), glass.slept) == (20, [], [])
        glass.sleep(TWO_HOURS)
        assert len(run(workspace.recipe("welcome"), workspace).outcomes) == 4
        assert len(w.mails()) == 4


def test_nobody_is_written_to_whose_row_could_not_be_told(tmp_path: Path):
    with world(tmp_path, people(30)) as w:
        workspace = spent(w, Hourglass(MARCH), calls=14, most=19)
        with pytest.raises(TableBusy) as told:  # 2 to read, 1 to try, 3 to tell
            run(workspace.recipe("welcome"), workspace)
        assert told.value.message == (
            "3 of this month's calls of Airtable are left, and to tell 30 rows what happened takes "
            "4. So nothing was done."
        )
        assert w.mails() == []
        workspace = spent(w, Hourglass(MARCH), calls=14, most=20)
        assert run(workspace.recipe("welcome"), workspace).untold == ""
        assert len(w.mails()) == 30


@pytest.mark.parametrize(
    ("calls", "ok", "hint"),
    [
        (77, True, ""),
        (78, True, "Few are left: docs/airtable.md tells what asks less."),
        (98, False, "The rest goes on with the next month."),
    ],
)
def test_doctor_warns_when_few_are_left(tmp_path: Path, calls: int, ok: bool, hint: str):
    with world(tmp_path) as w:
        workspace = sharing(w.workspace(more=f"{FAST}, calls_per_month: 100"))
        workspace.ledger(read_only=False).close()
        with workspace.open_session(may_write=False) as session:
            base = session.tools.connection("base").open_table(
                {"base": "appRiversideBase1", "table": "People"}
            )
            for _ in range(calls):
                base.base._ask()
        found = month_of(workspace)
        assert found is not None
        assert (found.ok, found.hint) == (ok, hint)
        assert found.says == (
            f"about {calls + 2} of 100 calls this month, counted here; others' are not"
        )


def test_a_run_warns_when_few_are_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with world(tmp_path) as w:
        folder = w.workspace(more=f"{FAST}, calls_per_month: 7").folder
        assert run_cli(["-w", str(folder), "run", "welcome", "--yes"]) == 0
        assert "this month are used" not in capsys.readouterr().out
        assert run_cli(["-w", str(folder), "run", "welcome", "--yes"]) == 0
        counted = len(w.asked()) - 2  # there was no ledger when the first run was planned
        assert (
            f"Airtable: {counted} of 7 calls of the workspace this month are used, as far as it is "
            "counted here.\n"
        ) in capsys.readouterr().out
