"""The same over PostgreSQL: due once, whoever asks; a turn that ends with its connection."""

from __future__ import annotations

import pytest

from tests.hosting.conftest import Stage
from tests.ledger.conftest import postgres  # noqa: F401 - a fixture
from tests.ledger.postgres import Server


@pytest.fixture
def shared(stage: Stage, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Stage:  # noqa: F811
    """The workspace, with its ledger in a database."""
    monkeypatch.setenv("LEDGER", postgres.new_database())
    settings = stage.folder / "sheetflow.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(f"{text}ledger: {{environment: LEDGER}}\n", "utf-8")
    return stage


def test_of_two_programs_one_runs_what_is_due(shared: Stage):
    shared.recipe("welcome", "every hour")
    one, other = shared.program(), shared.program()
    with other._ticks().turn() as taken:
        assert taken
        assert shared.whole_round(one).elsewhere
    ran = [shared.round(one), shared.round(other)]
    assert ran == [[("welcome", "done", "Done: 2")], []]
    shared.time.go_on(hours=1)
    ran = [shared.round(other), shared.round(one)]
    assert ran == [[("welcome", "done", "Nothing to do.")], []]
    assert shared.due("welcome") == "Mon 16 10:00"
    one.close()
    other.close()


def test_what_is_due_waits_while_somebody_applies(shared: Stage):
    shared.recipe("welcome", "every hour")
    rounds = shared.program()
    with shared.workspace.ledger(read_only=False) as ledger, ledger.applying("run by hand"):
        assert [one[:2] for one in shared.round(rounds)] == [("welcome", "in use")]
    shared.time.go_on(seconds=20)
    assert shared.round(rounds) == [("welcome", "done", "Done: 2")]
    rounds.close()
