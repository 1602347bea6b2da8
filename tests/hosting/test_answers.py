"""Answers to messages in the rounds of a scheduler: taken in at once, and who waits goes on."""

from __future__ import annotations

import pytest

from sheetflow.ledger.replies import Replies, Reply, new_id, open_replies
from sheetflow.values import RowRef
from sheetflow.workspace import CHAPTER
from tests.hosting.conftest import Stage
from tests.hosting.test_rounds import TABLE_ELSEWHERE


def answer(stage: Stage, row: str, value: str = "Yes") -> None:
    """Somebody answers a message about a row, as the page behind its link keeps it."""
    reply = Reply(
        id=new_id(stage.time.now),
        digest="0" * 32,
        mark="0" * 16,
        chapter=CHAPTER,
        recipe="ask",
        ref=RowRef("People", row),
        column="Stage",
        label=value,
        value=value,
        was="",
        who="Ana",
        whom="",
        at=stage.time.now,
    )
    with stage.workspace.ledger(read_only=False) as ledger:
        Replies(ledger.database).note(reply)


@pytest.fixture
def keyed(stage: Stage) -> Stage:
    """Rows that are known by their address."""
    settings = stage.folder / "sheetflow.yaml"
    text = settings.read_text("utf-8").replace("file: people.csv", "file: people.csv, key: Email")
    settings.write_text(text, "utf-8")
    stage.people("Ana", "Bo")
    return stage


def cell(stage: Stage, who: str) -> str:
    found = (stage.folder / "people.csv").read_text("utf-8-sig").splitlines()
    return next(line.split(",")[2] for line in found if line.startswith(who))


def test_a_round_takes_answers_in_and_says_how_many(keyed: Stage):
    rounds = keyed.program()
    assert keyed.round(rounds) == []
    answer(keyed, "ana@example.org")
    keyed.round(rounds)
    assert (cell(keyed, "Ana"), cell(keyed, "Bo")) == ("Yes", "")
    assert [one for one in keyed.events if one["event"] == "answers taken in"] == [
        {**keyed.events[-1], "written": 1}
    ]
    keyed.round(rounds)
    assert len([one for one in keyed.events if one["event"] == "answers taken in"]) == 1


def test_what_runs_on_change_goes_on_from_an_answer(keyed: Stage):
    keyed.people("Ana")
    path = keyed.recipe("thanks", "on change")
    path.write_text(
        path.read_text("utf-8").replace("is empty", "is Yes").replace("Stage: Done", "Stage: Told"),
        "utf-8",
    )
    rounds = keyed.program()
    keyed.round(rounds)
    assert cell(keyed, "Ana") == ""
    answer(keyed, "ana@example.org")
    assert [name for name, *_ in keyed.round(rounds)] == ["thanks"]
    assert cell(keyed, "Ana") == "Told"


def test_an_answer_that_cannot_be_written_keeps_nothing_else_from_running(keyed: Stage):
    keyed.recipe("welcome", "every day at 09:00")
    answer(keyed, "nobody@example.org")
    rounds = keyed.program()
    keyed.round(rounds)
    keyed.time.go_on(hours=1)
    assert [name for name, how, _ in keyed.round(rounds) if how == "done"] == ["welcome"]
    with keyed.workspace.ledger() as ledger, ledger.database.reading() as connection:
        [left] = open_replies(connection, CHAPTER)
    assert left.says == "the row is gone"


def test_a_table_elsewhere_is_not_waited_for_where_we_wrote_into_it_ourselves(stage: Stage):
    (stage.folder / "plugins").mkdir()
    (stage.folder / "plugins" / "far.py").write_text(f'"""Far."""\n{TABLE_ELSEWHERE}', "utf-8")
    settings = stage.folder / "sheetflow.yaml"
    text = settings.read_text().replace(
        "sheetflow_writes: [Stage]}",
        "sheetflow_writes: [Stage], columns: {Friend: row of Friends}}\n"
        "  Friends: {connector: far, table: people, person: {name: Name}, key: [Name]}",
    )
    settings.write_text(f"{text}look_every: 2 hours\n", "utf-8")
    stage.recipe("welcome", "on change")
    rounds = stage.program()
    while stage.round(rounds):
        pass
    rounds.answered.add("Friends")
    assert [name for name, *_ in stage.round(rounds)] == ["welcome"]
    assert stage.round(rounds) == []
