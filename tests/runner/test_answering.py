"""Answers on their way into the sheet: what is written, what stays, and what is tried again."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sheetflow.clock import Clock
from sheetflow.ledger.replies import Replies, Reply, new_id, open_replies, replies_of
from sheetflow.runner.answering import ANSWERS, FIRST_WAIT, take_in
from sheetflow.runner.running import run
from sheetflow.workspace import CHAPTER, Workspace
from tests.files import write_files

NOW = datetime.fromisoformat("2026-03-10T10:00:00+01:00")
SETTINGS = """
organization: {name: Riverside, time_zone: Europe/Berlin}
public_url: https://flow.example.org
quiet_hours: none
connections: {outbox: {connector: outbox}}
senders: {team: {address: hello@riverside.example, by: outbox}}
tables:
  Guests:
    file: guests.csv
    person: {name: Name, email: Email}
    columns:
      Comes: {is: "one of Yes, No, Asked"}
      Seats: {is: number}
      Vegan: {is: yes/no}
    sheetflow_writes: [Comes, Note, Seats, Vegan]
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
subject: Do you come?
---
{{ link('Yes, I come', set='Comes', to='Yes') }} {{ link('No', set='Comes', to='No') }}
{{ link('Two seats', set='Seats', to='2') }} {{ link('Vegan', set='Vegan', to='yes') }}
{{ link('Sum', set='Note', to='=1+1') }}
"""
GUESTS = """\
Name,Email,Comes,Seats,Vegan,Note
Ana,ana@example.org,,,,
Bo,bo@example.org,,,,
"""


class Moved:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def time() -> Moved:
    return Moved()


@pytest.fixture
def workspace(tmp_path: Path, time: Moved) -> Workspace:
    """Two guests who were asked whether they come."""
    write_files(
        tmp_path,
        {
            "sheetflow.yaml": SETTINGS,
            "guests.csv": GUESTS,
            "recipes/ask/recipe.yaml": RECIPE,
            "recipes/ask/templates/ask.md": ASK,
        },
    )
    found = Workspace.open(tmp_path, clock=Clock(read=time))
    run(found.recipe("ask"), found)
    return found


def rows(workspace: Workspace) -> dict[str, dict[str, str]]:
    with (workspace.folder / "guests.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["Name"]: row for row in csv.DictReader(file)}


def type_into(workspace: Workspace, who: str, column: str, text: str) -> None:
    """Somebody edits the sheet."""
    found = rows(workspace)
    found[who][column] = text
    with (workspace.folder / "guests.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[who]))
        writer.writeheader()
        writer.writerows(found.values())


def answer(workspace: Workspace, who: str, column: str, value: str, label: str = "x") -> Reply:
    """Somebody answers, as the page keeps it."""
    now = workspace.clock.now()
    with workspace.ledger(read_only=False) as ledger:
        [record] = [each for each in ledger.history(who) if each.key.step == "email-guest"]
        choices = record.data["answers"]["choices"]
        was = next(each["was"] for each in choices if each["column"] == column)
        key = record.key
        reply = Reply(
            id=new_id(now),
            digest=key.digest,
            mark="0" * 16,
            chapter=CHAPTER,
            recipe=key.recipe,
            ref=key.ref,
            column=column,
            label=label,
            value=value,
            was=was,
            who=who,
            whom="",
            at=now,
        )
        Replies(ledger.database).note(reply)
    return reply


def fates(workspace: Workspace, reply: Reply) -> list[tuple[str, str]]:
    """What became of all answers about the row of one."""
    with workspace.ledger() as ledger, ledger.database.reading() as connection:
        return [(each.state, each.says) for each in replies_of(connection, [reply.ref])]


def test_an_answer_is_written_into_its_row_and_the_row_says_so(workspace):
    reply = answer(workspace, "Ana", "Comes", "Yes", "Yes, I come")
    taken = take_in(workspace)
    assert [each.state for each in taken.replies] == ["written"]
    assert taken.tables == {"Guests"}
    ana, bo = rows(workspace).values()
    assert (ana["Comes"], bo["Comes"]) == ("Yes", "")
    assert ana["Sheetflow status"] == "Done — answered “Yes, I come”"
    assert bo["Sheetflow status"].startswith("Sent")
    assert fates(workspace, reply) == [("written", "")]


def test_nothing_is_done_twice(workspace):
    answer(workspace, "Ana", "Comes", "Yes")
    take_in(workspace)
    type_into(workspace, "Ana", "Comes", "No")
    assert take_in(workspace).replies == ()
    assert rows(workspace)["Ana"]["Comes"] == "No"


def test_rows_that_moved_are_found_by_their_id(workspace):
    answer(workspace, "Ana", "Comes", "Yes")
    path = workspace.folder / "guests.csv"
    head, ana, bo = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([head, bo, ana]) + "\n", "utf-8")
    take_in(workspace)
    assert {name: row["Comes"] for name, row in rows(workspace).items()} == {"Bo": "", "Ana": "Yes"}


def test_values_are_typed_and_never_a_formula(workspace):
    for column, value in (("Seats", "2"), ("Vegan", "yes"), ("Note", "=1+1")):
        answer(workspace, "Ana", column, value)
    take_in(workspace)
    ana = rows(workspace)["Ana"]
    assert (ana["Seats"], ana["Vegan"].lower()) == ("2", "true")
    assert ana["Note"] != "=1+1"
    assert ana["Note"].lstrip("'") == "=1+1"


def test_the_last_of_several_answers_is_the_one_that_is_written(workspace, time):
    first = answer(workspace, "Ana", "Comes", "Yes")
    time.at += timedelta(minutes=1)
    answer(workspace, "Ana", "Comes", "No")
    take_in(workspace)
    assert rows(workspace)["Ana"]["Comes"] == "No"
    assert fates(workspace, first) == [("overtaken", ""), ("written", "")]


def test_an_earlier_answer_that_had_to_wait_does_not_replace_a_later_one(workspace, time):
    first = answer(workspace, "Ana", "Comes", "Yes")
    path = workspace.folder / "guests.csv"
    whole = path.read_text("utf-8-sig")
    path.write_text("\n".join(whole.splitlines()[::2]) + "\n", "utf-8")
    take_in(workspace)
    path.write_text(whole, "utf-8")
    time.at += FIRST_WAIT / 2
    answer(workspace, "Ana", "Comes", "No")
    take_in(workspace)
    assert rows(workspace)["Ana"]["Comes"] == "No"
    time.at += FIRST_WAIT
    take_in(workspace)
    assert rows(workspace)["Ana"]["Comes"] == "No"
    assert fates(workspace, first) == [("overtaken", ""), ("written", "")]


def test_of_two_answers_at_one_moment_the_sheet_keeps_the_one_that_the_page_tells(workspace, time):
    early = time.at
    time.at += timedelta(seconds=1)
    later = answer(workspace, "Ana", "Comes", "No")
    take_in(workspace)
    with workspace.ledger(read_only=False) as ledger:
        slow = replace(later, id=new_id(early), value="Yes", at=early)
        Replies(ledger.database).note(slow)  # begun before, and kept after the other was written
    take_in(workspace)
    assert rows(workspace)["Ana"]["Comes"] == "No"
    assert fates(workspace, later) == [("overtaken", ""), ("written", "")]


def test_somebody_may_change_their_mind_after_it_was_written(workspace, time):
    answer(workspace, "Ana", "Comes", "Yes")
    take_in(workspace)
    time.at += timedelta(days=1)
    answer(workspace, "Ana", "Comes", "No")
    take_in(workspace)
    assert rows(workspace)["Ana"]["Comes"] == "No"


def test_what_a_person_changed_since_the_message_stays_and_the_row_asks(workspace):
    type_into(workspace, "Ana", "Comes", "No")
    reply = answer(workspace, "Ana", "Comes", "Yes", "Yes, I come")
    taken = take_in(workspace)
    assert [each.state for each in taken.replies] == ["kept back"]
    said = "answered “Yes, I come”, but Comes was changed to “No” by hand"
    ana = rows(workspace)["Ana"]
    assert (ana["Comes"], ana["Sheetflow status"]) == ("No", f"Needs you — {said}")
    assert fates(workspace, reply) == [("kept back", said)]


@pytest.mark.parametrize(
    ("column", "text"),
    [("Comes", "Yes"), ("Comes", "Asked"), ("Comes", ""), ("Sheetflow status", "")],
)
def test_a_person_settles_it_in_the_sheet(workspace, time, column, text):
    type_into(workspace, "Ana", "Comes", "No")
    reply = answer(workspace, "Ana", "Comes", "Yes")
    take_in(workspace)
    type_into(workspace, "Ana", column, text)
    time.at += FIRST_WAIT
    take_in(workspace)
    assert fates(workspace, reply) == [("settled", "")]
    ana = rows(workspace)["Ana"]
    assert "Needs you" not in ana["Sheetflow status"]
    assert ana["Comes"] == (text if column == "Comes" else "No")


def test_while_nobody_settles_it_it_stays_and_nothing_is_written_again(workspace, time):
    type_into(workspace, "Ana", "Comes", "No")
    reply = answer(workspace, "Ana", "Comes", "Yes")
    take_in(workspace)
    before = (workspace.folder / "guests.csv").read_bytes()
    for _ in range(3):
        time.at += timedelta(hours=2)
        assert [each.state for each in take_in(workspace).replies] == ["kept back"]
    assert (workspace.folder / "guests.csv").read_bytes() == before
    with workspace.ledger() as ledger:
        assert len(ledger.runs(recipe=ANSWERS)) == 1
    assert len(fates(workspace, reply)) == 1


def test_a_newer_answer_does_not_overrule_a_person_either(workspace, time):
    type_into(workspace, "Ana", "Comes", "No")
    first = answer(workspace, "Ana", "Comes", "Yes")
    take_in(workspace)
    time.at += timedelta(hours=2)
    answer(workspace, "Ana", "Comes", "Asked")
    take_in(workspace)
    assert rows(workspace)["Ana"]["Comes"] == "No"
    assert [state for state, _ in fates(workspace, first)] == ["overtaken", "kept back"]


def test_what_sheetflow_wrote_itself_is_no_persons_change(workspace, time):
    recipe = workspace.folder / "recipes/mark/recipe.yaml"
    recipe.parent.mkdir()
    recipe.write_text(
        "recipe: Mark\nfor_each: guest in Guests\nwhere: everyone\n"
        "steps:\n  - set: {Comes: Asked}\n",
        "utf-8",
    )
    fresh = Workspace.open(workspace.folder, clock=workspace.clock)
    run(fresh.recipe("mark"), fresh)
    assert rows(workspace)["Ana"]["Comes"] == "Asked"
    answer(workspace, "Ana", "Comes", "Yes")
    take_in(workspace)
    assert rows(workspace)["Ana"]["Comes"] == "Yes"


def test_a_row_that_is_gone_keeps_its_answer_which_is_tried_again(workspace, time):
    reply = answer(workspace, "Ana", "Comes", "Yes")
    path = workspace.folder / "guests.csv"
    whole = path.read_text("utf-8-sig")
    path.write_text("\n".join(whole.splitlines()[::2]) + "\n", "utf-8")
    assert "Ana" not in rows(workspace)
    take_in(workspace)
    assert fates(workspace, reply) == [("noted", "the row is gone")]
    assert take_in(workspace).replies == ()  # not at every look
    path.write_text(whole, "utf-8")
    time.at += FIRST_WAIT
    take_in(workspace)
    assert rows(workspace)["Ana"]["Comes"] == "Yes"


def test_it_is_tried_after_longer_and_longer_whiles_and_others_are_written(workspace, time):
    gone = answer(workspace, "Ana", "Comes", "Yes")
    with workspace.ledger(read_only=False) as ledger:
        lost = replace(gone, id="lost", ref=replace(gone.ref, table="Nowhere"))
        Replies(ledger.database).note(lost)
    waits = []
    for _ in range(9):
        take_in(workspace)
        with workspace.ledger() as ledger, ledger.database.reading() as connection:
            [left] = open_replies(connection, CHAPTER)
        waits.append((left.try_at - time.at).total_seconds() / 60)
        time.at = left.try_at.astimezone(NOW.tzinfo)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert left.says == 'there is no table "Nowhere" any more'
    assert rows(workspace)["Ana"]["Comes"] == "Yes"


def test_a_column_that_is_not_ours_any_more_is_not_written(workspace):
    settings = workspace.folder / "sheetflow.yaml"
    text = settings.read_text("utf-8").replace("[Comes, Note,", "[Note,")
    settings.write_text(text, "utf-8")
    reply = answer(workspace, "Ana", "Comes", "Yes")
    take_in(Workspace.open(workspace.folder, clock=workspace.clock))
    says = '"Comes" is not a column that Sheetflow may write'
    assert fates(workspace, reply) == [("noted", says)]
    assert rows(workspace)["Ana"]["Comes"] == ""


def test_a_run_takes_the_answers_in_before_it_plans(workspace, time):
    thanks = workspace.folder / "recipes/thanks/recipe.yaml"
    thanks.parent.mkdir()
    thanks.write_text(
        "recipe: Thanks\nkind: transactional\nfor_each: guest in Guests\nwhere:\n  Comes: is Yes\n"
        "steps:\n  - set: {Note: thanked}\n",
        "utf-8",
    )
    answer(workspace, "Bo", "Comes", "Yes")
    fresh = Workspace.open(workspace.folder, clock=workspace.clock)
    run(fresh.recipe("thanks"), fresh)
    bo = rows(workspace)["Bo"]
    assert (bo["Comes"], bo["Note"]) == ("Yes", "thanked")
    assert rows(workspace)["Ana"]["Note"] == ""


def test_without_answers_there_is_no_run_of_them(workspace):
    assert take_in(workspace).replies == ()
    with workspace.ledger() as ledger:
        assert ledger.runs(recipe=ANSWERS) == []
