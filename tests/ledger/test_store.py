"""One suite for the ledger, on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sheetflow.errors import LedgerBusy, LedgerError, SetupError
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.moves import LEFT_OVER
from sheetflow.ledger.records import Record, Run, Said
from sheetflow.ledger.refusals import (
    AlreadyDone,
    ContentDiffers,
    InProgress,
    NeedsAPerson,
    NotHandedOver,
    NotYet,
)
from sheetflow.ledger.store import Ledger
from sheetflow.values import (
    Blank,
    Change,
    Entry,
    Key,
    Outcome,
    Receipt,
    RowRef,
    State,
    Status,
    Word,
)
from tests.ledger.examples import LATER, NOW, SENT, UNSURE, WAITING, entry, outcome


def done(turn: Applying, of: Entry, state: State = State.DONE, *, run: str = "run", **more) -> None:
    """Hand over, and finish."""
    with turn.lane() as lane:
        lane.hand_over(of, run=run, at=NOW)
        lane.finish(outcome(of, state), **more)


@contextmanager
def killed(ledger: Ledger, of: Entry):
    """A turn that dies while handing over."""
    with ledger.applying("a process that dies") as turn:
        turn.lane().hand_over(of, run="run", at=NOW)
    yield


def test_a_hand_over_is_durable_before_the_deed(ledger: Ledger):
    ana = entry(change=Change("mail", cells={"Coach": RowRef("Coaches", "lee")}, gives={"x": 1}))
    with ledger.applying("a test") as turn:
        lane = turn.lane()
        assert lane.hand_over(ana, run="run", at=NOW, data={"id": "<1@example.org>"}) == 1
        assert ledger.record(ana.key) == Record(
            key=ana.key,
            state=State.HANDING_OVER,
            action="email",
            content=ana.content,
            who="Ana López",
            status=None,
            reference="",
            gives={"x": 1},
            cells={"Coach": RowRef("Coaches", "lee")},
            data={"id": "<1@example.org>"},
            at=NOW.astimezone(UTC),
            retry_at=None,
            attempt=1,
            told=False,
            run="run",
        )


def test_what_became_of_it_is_durable_with_the_next_hand_over(ledger: Ledger):
    ana, bo = entry("ana"), entry("bo")
    with ledger.applying("a test") as turn:
        lane = turn.lane()
        lane.hand_over(ana, run="run", at=NOW)
        lane.finish(outcome(ana), gives={"link": "https://x"}, data={"starts": NOW})
        assert ledger.record(ana.key).state is State.HANDING_OVER
        lane.hand_over(bo, run="run", at=NOW)
        found = ledger.record(ana.key)
    assert (found.state, found.status, found.reference) == (State.DONE, SENT, "<1@example.org>")
    assert (found.gives, found.data, found.told) == ({"link": "https://x"}, {"starts": NOW}, False)


def test_what_became_of_it_is_durable_when_the_lane_is_left(ledger: Ledger):
    ana = entry()
    with ledger.applying("a test") as turn:
        done(turn, ana)
        assert ledger.record(ana.key).state is State.DONE


def test_what_became_of_it_is_durable_even_when_the_lane_is_left_by_an_error(ledger: Ledger):
    ana = entry()

    def interrupted():
        with ledger.applying("a test") as turn, turn.lane() as lane:
            lane.hand_over(ana, run="run", at=NOW)
            lane.finish(outcome(ana))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert ledger.record(ana.key).state is State.DONE


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (State.DONE, AlreadyDone),
        (State.REFUSED, AlreadyDone),
        (State.NOT_KNOWN, NeedsAPerson),
        (State.WAITING, NotYet),
    ],
)
def test_what_was_handed_over_is_not_handed_over_again(ledger: Ledger, state, refusal):
    ana = entry()
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.hand_over(ana, run="run", at=NOW)
        lane.finish(outcome(ana, state, retry_at=LATER))
        lane.flush()
        before = ledger.record(ana.key)
        with pytest.raises(refusal) as refused:
            lane.hand_over(entry(text="New words"), run="run 2", at=NOW)
        assert refused.value.record == before
        assert ledger.record(ana.key) == before


def test_one_key_is_in_one_pair_of_hands(ledger: Ledger):
    with ledger.applying("a test") as turn, turn.lane() as lane, turn.lane() as other:
        lane.hand_over(entry(), run="run", at=NOW)
        with pytest.raises(InProgress):
            other.hand_over(entry(), run="run", at=NOW)
        with pytest.raises(ContentDiffers):
            other.hand_over(entry(text="Other words"), run="run", at=NOW)
        lane.finish(outcome(entry()))


def test_a_refused_hand_over_still_keeps_what_was_finished_before(ledger: Ledger):
    ana, bo = entry("ana"), entry("bo")
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.hand_over(ana, run="run", at=NOW)
        lane.finish(outcome(ana))
        lane.hand_over(bo, run="run", at=NOW)
        lane.finish(outcome(bo))
        with pytest.raises(AlreadyDone):
            lane.hand_over(ana, run="run", at=NOW)
        assert ledger.record(bo.key).state is State.DONE


def test_what_was_not_taken_goes_again_once_it_is_due_and_counts(ledger: Ledger):
    ana, new = entry(), entry(text="Corrected words")
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.hand_over(ana, run="run", at=NOW)
        lane.finish(outcome(ana, State.WAITING, retry_at=LATER))
        assert lane.hand_over(new, run="run 2", at=LATER) == 2
        lane.finish(outcome(new, at=LATER))
    found = ledger.record(ana.key)
    assert (found.state, found.attempt, found.run) == (State.DONE, 2, "run 2")
    assert (found.content, found.retry_at) == (new.content, None)


def test_a_new_occasion_is_a_new_key(ledger: Ledger):
    first, second = entry(occasion="2026-03-14"), entry(occasion="2026-03-21")
    with ledger.applying("a test") as turn:
        done(turn, first)
        done(turn, second)
    found = ledger.records("", "welcome")
    assert [r.key.occasion for r in found["email", "ana"]] == ["2026-03-14", "2026-03-21"]


def test_a_change_held_back_can_be_seen_and_goes_when_the_gate_lets_it(ledger: Ledger):
    ana = entry()
    with ledger.applying("a test") as turn:
        turn.hold(ana, WAITING, until=LATER, run="run", at=NOW)
        held = ledger.record(ana.key)
        assert (held.state, held.status, held.attempt) == (State.WAITING, WAITING, 0)
        assert (held.retry_at, held.told) == (LATER, False)
        with turn.lane() as lane:
            assert lane.hand_over(ana, run="run", at=NOW) == 1
            lane.finish(outcome(ana))


def test_a_change_held_back_again_for_the_same_reason_need_not_be_told_again(ledger: Ledger):
    ana = entry()
    with ledger.applying("a test") as turn:
        turn.hold(ana, WAITING, until=LATER, run="run", at=NOW)
        turn.told([ana.key], NOW)
        turn.hold(ana, WAITING, until=LATER, run="run 2", at=LATER)
        assert list(ledger.untold("", "welcome")) == []
        turn.hold(ana, Status(Word.WAITING, "it is night there"), until=None, run="run 3", at=LATER)
        assert [record.key for record in ledger.untold("", "welcome")] == [ana.key]


def test_a_change_without_a_deed_is_finished_without_being_handed_over(ledger: Ledger):
    ana = entry(change=Change("assign Lee", cells={"Coach": "lee"}))
    assigned = Status(Word.DONE, "assigned to Lee")
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.finish(Outcome(ana, assigned, NOW, State.DONE), run="run")
    found = ledger.record(ana.key)
    assert (found.state, found.status, found.attempt) == (State.DONE, assigned, 0)
    assert (found.cells, found.run) == ({"Coach": "lee"}, "run")


def test_an_outcome_that_need_not_be_remembered_is_not(ledger: Ledger):
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.finish(outcome(entry(), None))
    assert ledger.record(entry().key) is None


@pytest.mark.parametrize("state", [State.DONE, State.REFUSED, State.NOT_KNOWN])
def test_holding_back_forgets_nothing_that_is_known(ledger: Ledger, state: State):
    ana = entry()
    with ledger.applying("a test") as turn:
        done(turn, ana, state)
        before = ledger.record(ana.key)
        turn.hold(ana, WAITING, until=LATER, run="run 2", at=LATER)
        assert ledger.record(ana.key) == before


def test_only_the_lane_that_hands_over_can_say_what_became_of_it(ledger: Ledger):
    ana = entry()
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.hand_over(ana, run="run", at=NOW)
        turn.hold(ana, WAITING, until=None, run="run", at=NOW)
        other = turn.lane()
        other.finish(outcome(ana))
        with pytest.raises(LedgerError, match="as handing over, which cannot become done"):
            other.flush()
        assert ledger.record(ana.key).state is State.HANDING_OVER
        lane.finish(outcome(ana))


def test_what_was_handed_over_must_come_to_an_end(ledger: Ledger):
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.hand_over(entry(), run="run", at=NOW)
        with pytest.raises(LedgerError, match="this was handed over, so its outcome needs a state"):
            lane.finish(outcome(entry(), None))
        lane.finish(outcome(entry()))
    assert ledger.record(entry().key).state is State.DONE


def test_what_is_done_stays_done(ledger: Ledger):
    ana = entry()
    with ledger.applying("a test") as turn:
        done(turn, ana)
        before = ledger.record(ana.key)
        for state in State:
            with pytest.raises(LedgerError, match="this as done, which cannot become"):
                turn.settle(ana.key, state, None, None, LATER)
        with (
            pytest.raises(LedgerError, match="done, which cannot become refused"),
            turn.lane() as lane,
        ):
            lane.finish(outcome(ana, State.REFUSED, at=LATER))
    assert ledger.record(ana.key) == before


def test_the_same_end_said_twice_is_said_once(ledger: Ledger):
    ana = entry()
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.hand_over(ana, run="run", at=NOW)
        for _ in range(2):
            lane.finish(outcome(ana))
            lane.flush()
    assert ledger.record(ana.key).state is State.DONE


def test_what_a_dead_process_left_is_not_known_and_never_repeated(ledger: Ledger):
    ana = entry()
    with killed(ledger, ana), ledger.applying("the next one") as turn:
        (left,) = turn.left_over
        assert left == ledger.record(ana.key)
        assert (left.state, left.status, left.told) == (State.NOT_KNOWN, LEFT_OVER, False)
        assert left.at == NOW.astimezone(UTC)
        with pytest.raises(NeedsAPerson), turn.lane() as lane:
            lane.hand_over(ana, run="run", at=LATER)
    with ledger.applying("the one after that") as turn:
        assert turn.left_over == ()


@pytest.mark.parametrize("state", [State.DONE, State.REFUSED, State.NOT_KNOWN])
def test_what_was_found_out_is_settled(ledger: Ledger, state: State):
    ana = entry()
    with killed(ledger, ana), ledger.applying("the next one") as turn:
        receipt = Receipt("<1@example.org>", {"link": "https://x"})
        found = turn.settle(ana.key, state, receipt, UNSURE, LATER)
        assert found == ledger.record(ana.key)
        assert (found.state, found.status, found.at) == (state, UNSURE, LATER)
        assert (found.reference, found.gives) == ("<1@example.org>", {"link": "https://x"})
        with pytest.raises(NotHandedOver), turn.lane() as lane:
            lane.hand_over(ana, run="run", at=LATER)


def test_what_was_surely_not_done_may_go_again(ledger: Ledger):
    ana = entry()
    with killed(ledger, ana), ledger.applying("the next one") as turn:
        turn.settle(ana.key, State.WAITING, None, WAITING, LATER)
        with turn.lane() as lane:
            assert lane.hand_over(ana, run="run", at=LATER) == 2
            lane.finish(outcome(ana, at=LATER))


def test_what_was_turned_down_goes_again_only_when_a_person_asks(ledger: Ledger):
    ana = entry()
    with ledger.applying("a test") as turn:
        done(turn, ana, State.REFUSED)
        turn.settle(ana.key, State.WAITING, None, WAITING, LATER)
        with turn.lane() as lane:
            assert lane.hand_over(ana, run="run", at=LATER) == 2
            lane.finish(outcome(ana, at=LATER))


def test_an_entry_can_be_settled_that_the_ledger_never_heard_of_but_a_key_cannot(ledger: Ledger):
    ana = entry()
    with ledger.applying("a test") as turn:
        with pytest.raises(LedgerError, match="never heard of this"):
            turn.settle(ana.key, State.DONE, None, SENT, NOW)
        found = turn.settle(ana, State.DONE, None, SENT, NOW, cells={"A": 1}, run="run")
    assert found == ledger.record(ana.key)
    assert (found.state, found.attempt, found.cells, found.run) == (State.DONE, 0, {"A": 1}, "run")


def test_what_is_being_handed_over_is_settled_by_nobody_else(ledger: Ledger):
    ana = entry()
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.hand_over(ana, run="run", at=NOW)
        with pytest.raises(LedgerError, match="which cannot become done"):
            turn.settle(ana.key, State.DONE, None, SENT, NOW)
        lane.finish(outcome(ana))


def test_a_plan_finds_all_that_is_known_of_a_recipe(ledger: Ledger):
    several = [entry("ana"), entry("bo"), entry("bo", step="text"), entry("bo", occasion="2")]
    others = [entry("ana", recipe="goodbye"), entry("ana", chapter="Leipzig")]
    with ledger.applying("a test") as turn:
        for one in [*several, *others]:
            done(turn, one)
    found = ledger.records("", "welcome")
    assert {place: [r.key for r in records] for place, records in found.items()} == {
        ("email", "ana"): [several[0].key],
        ("email", "bo"): [several[1].key, several[3].key],
        ("text", "bo"): [several[2].key],
    }
    assert found["email", "ana"] == (ledger.record(several[0].key),)


def test_what_the_sheet_was_not_told_is_found_until_it_is(ledger: Ledger):
    ana, bo, lee = entry("ana"), entry("bo", table="Coaches"), entry("lee")
    with ledger.applying("a test") as turn, turn.lane() as lane:
        done(turn, ana)
        done(turn, bo)
        lane.hand_over(lee, run="run", at=NOW)
        assert [r.key for r in ledger.untold("", "welcome")] == [ana.key, bo.key]
        assert [r.key for r in ledger.untold("", "welcome", "Coaches")] == [bo.key]
        turn.told([ana.key, bo.key], LATER)
        assert list(ledger.untold("", "welcome")) == []
        lane.finish(outcome(lee))
        lane.flush()
        assert [r.key for r in ledger.untold("", "welcome")] == [lee.key]


def test_what_rows_say_is_kept_for_each_recipe(ledger: Ledger):
    with ledger.applying("a test") as turn:
        turn.remember_statuses("", "People", "welcome", {"ana": SENT, "bo": WAITING}, at=NOW)
        turn.remember_statuses("", "People", "coach", {"ana": UNSURE}, at=LATER)
        turn.remember_statuses("", "Coaches", "coach", {"ana": SENT}, at=NOW)
        assert ledger.statuses("", "People") == {
            "ana": {"welcome": Said(SENT, NOW), "coach": Said(UNSURE, LATER)},
            "bo": {"welcome": Said(WAITING, NOW)},
        }
        turn.remember_statuses("", "People", "welcome", {"ana": SENT, "bo": None}, at=LATER)
        assert ledger.statuses("", "People") == {
            "ana": {"welcome": Said(SENT, NOW), "coach": Said(UNSURE, LATER)},
        }
    assert ledger.statuses("Leipzig", "People") == {}


def test_who_the_rows_are_is_kept_and_rows_that_went_away_may_come_back(ledger: Ledger):
    with ledger.applying("a test") as turn:
        turn.remember_identities("", "People", {"ana": {"Name": "a1"}, "bo": {"Name": "b1"}})
        turn.remember_identities("", "People", {"bo": {"Name": "b2"}, "lee": {}})
        turn.remember_identities("", "Coaches", {"ana": {"Name": "c"}})
    assert ledger.identities("", "People") == {
        "ana": {"Name": "a1"},
        "bo": {"Name": "b2"},
        "lee": {},
    }


def test_a_run_is_written_down_with_its_end_and_what_became_of_it(ledger: Ledger):
    with ledger.applying("a test") as turn:
        run = turn.begin("welcome", "", "f1", NOW, at=NOW)
        done(turn, entry("ana"), run=run)
        done(turn, entry("bo"), run=run)
        done(turn, entry("lee"), State.NOT_KNOWN, run=run)
        turn.end(run, {"sent": 2, "until": date(2026, 3, 14)}, at=LATER)
        stopped = turn.begin("goodbye", "Leipzig", "f2", NOW, at=LATER)
    summary = {"sent": 2, "until": date(2026, 3, 14)}
    words = {"Sent": 2, "Not sure": 1}
    first = Run(run, "", "welcome", "f1", NOW, NOW, LATER, summary, words)
    second = Run(stopped, "Leipzig", "goodbye", "f2", NOW, LATER)
    assert ledger.runs() == [second, first]
    assert ledger.runs(1) == [second]
    assert ledger.runs(recipe="welcome") == [first]


def test_history_finds_a_person_by_part_of_the_name_however_it_is_written(ledger: Ledger):
    ana, bo = entry("ana", who="Ana LÓPEZ"), entry("bo", who="Bo K.", recipe="coach")
    with ledger.applying("a test") as turn:
        done(turn, ana)
        done(turn, bo, run="other")
        turn.hold(entry("ana", step="text", who="Ana López"), WAITING, until=None, run="", at=LATER)

    def found(*args, **more):
        return [(record.key.row, record.key.step) for record in ledger.history(*args, **more)]

    assert found("lo\u0301pez") == [("ana", "text"), ("ana", "email")]
    assert found("bo") == [("bo", "email")]
    assert found(recipe="coach") == [("bo", "email")]
    assert found(run="other") == [("bo", "email")]
    assert found("nobody") == []
    assert found(limit=1) == [("ana", "text")]


ODD = {
    "empty": "",
    "a NUL": "a\x00b",
    "half a character": "\ud800",
    "two halves": "\ud83d\ude00",
    "a backslash": "\\0041",
    "long": "x" * 50_000,
    "SQL": "' OR 1=1 --",
    "a pattern": "%",
    "JSON": '{"$date":1}',
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_whatever_is_in_a_cell_can_be_kept(ledger: Ledger, odd: str):
    strange = entry(row=odd, who=odd, step=odd, table=odd, occasion=odd, change=Change("m"))
    text = Status(Word.SENT, odd)
    with ledger.applying(odd) as turn, turn.lane() as lane:
        lane.hand_over(strange, run="run", at=NOW, data={odd: odd})
        lane.finish(Outcome(strange, text, NOW, State.DONE, Receipt(odd)))
        lane.flush()
        turn.remember_statuses("", odd, "welcome", {odd: text}, at=NOW)
        turn.remember_identities("", odd, {odd: {odd: odd}})
    (found,) = ledger.records("", "welcome")[odd, odd]
    assert (found.key, found.who, found.status) == (strange.key, odd, text)
    assert (found.reference, found.data) == (odd, {odd: odd})
    assert ledger.statuses("", odd) == {odd: {"welcome": Said(text, NOW)}}
    assert ledger.identities("", odd) == {odd: {odd: odd}}
    assert ledger.history(odd) == [found]


def test_a_value_that_is_known_only_later_is_not_kept_as_if_it_were_known(ledger: Ledger):
    ana = entry(change=Change("meet", cells={"Link": Blank("link"), "When": "x"}))
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.hand_over(ana, run="run", at=NOW)
        assert ledger.record(ana.key).cells == {"When": "x"}
        lane.finish(outcome(ana), cells={"Link": "https://x", "When": "x"})
    assert ledger.record(ana.key).cells == {"Link": "https://x", "When": "x"}


def test_no_words_of_a_message_are_kept(ledger: Ledger, tmp_path: Path):
    letter = {"letter": {"to": "ana@example.org", "text": "CANARY"}}
    ana = entry(change=Change("mail", data=letter))
    with ledger.applying("a test") as turn:
        done(turn, ana)
    assert "CANARY" not in repr(ledger.record(ana.key))
    for file in tmp_path.iterdir():
        assert b"CANARY" not in file.read_bytes()


def test_times_must_say_in_which_zone_they_are(ledger: Ledger):
    noon = datetime(2026, 3, 14, 12)
    with (
        ledger.applying("a test") as turn,
        turn.lane() as lane,
        pytest.raises(ValueError, match="carries no time zone"),
    ):
        lane.hand_over(entry(), run="run", at=noon)


def test_only_one_may_apply_and_the_other_is_told_who(ledger: Ledger, address: str, clock):
    with (
        Ledger.open(address, clock=clock) as other,
        ledger.applying("the recipe welcome"),
        pytest.raises(LedgerBusy) as busy,
        other.applying("the recipe coach"),
    ):
        pytest.fail("two at once")
    assert "is in use: the recipe welcome (process " in str(busy.value)
    assert "since 2026-03-14 12:00 CET" in str(busy.value)
    assert busy.value.hint == "Wait until it has finished, or stop it; nothing was changed."


def test_the_turn_passes_on_and_is_counted(ledger: Ledger, address: str):
    for turns in (1, 2, 3):
        with Ledger.open(address) as next_one, next_one.applying("a test"):
            assert ledger.epoch == turns


def test_a_turn_that_another_took_over_writes_nothing_more(ledger: Ledger):
    with ledger.applying("a test") as turn:
        with ledger.database.writing() as connection:
            connection.exec_driver_sql("UPDATE meta SET value = '99' WHERE name = 'epoch'")
        with pytest.raises(LedgerError, match="This process has lost the ledger"):
            turn.lane().hand_over(entry(), run="run", at=NOW)
    assert ledger.record(entry().key) is None


def test_planning_reads_a_ledger_that_does_not_exist_and_makes_none(address: str, tmp_path: Path):
    with Ledger.open(address, read_only=True) as ledger:
        assert ledger.records("", "welcome") == {}
        assert ledger.record(entry().key) is None
        assert (list(ledger.untold("", "welcome")), ledger.statuses("", "People")) == ([], {})
        assert (ledger.identities("", "People"), ledger.history(), ledger.runs()) == ({}, [], [])
        assert (ledger.salt, ledger.epoch) == ("", 0)
    assert list(tmp_path.iterdir()) == []


def test_planning_never_writes(address: str, tmp_path: Path):
    with Ledger.open(address) as ledger, ledger.applying("a test") as turn:
        done(turn, entry())
    kept = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with Ledger.open(address, read_only=True) as ledger:
        assert ledger.record(entry().key).state is State.DONE
        with pytest.raises(LedgerError, match="for reading only"), ledger.applying("a test"):
            pytest.fail("it was let in")
        with pytest.raises(LedgerError), ledger.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM records")
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == kept


def test_planning_reads_while_another_process_applies(ledger: Ledger, address: str):
    with ledger.applying("a test") as turn, Ledger.open(address, read_only=True) as reader:
        done(turn, entry())
        assert reader.record(entry().key) == ledger.record(entry().key)


def test_the_salt_is_made_once(address: str):
    with Ledger.open(address) as ledger:
        salt = ledger.salt
    with Ledger.open(address) as again, Ledger.open(address, read_only=True) as reader:
        assert (again.salt, reader.salt) == (salt, salt)


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite://", ""])
def test_an_address_that_is_none_is_told_with_examples(url: str):
    with pytest.raises(SetupError) as wrong:
        Ledger.open(url)
    assert wrong.value.hint == "Write sqlite:///ledger.db, or postgresql://user@host/name."


def test_a_plan_reads_all_its_records_with_one_question(ledger: Ledger, statements: Callable):
    with ledger.applying("a test") as turn, turn.lane() as lane:
        for number in range(3000):
            lane.finish(outcome(entry(f"row {number}")))
    with statements(ledger) as asked:
        assert len(ledger.records("", "welcome")) == 3000
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_a_ledger_is_read_by_its_owner_alone(tmp_path: Path):
    path = tmp_path / "new folder" / "ledger.db"
    with Ledger.open(path) as ledger, ledger.applying("a test"):
        assert path.stat().st_mode & 0o077 == 0


def test_a_path_and_its_url_are_the_same_ledger(tmp_path: Path):
    path = tmp_path / "a file #1 & 100%.db"
    with Ledger.open(path) as ledger, Ledger.open(f"sqlite:///{path}") as same:
        assert ledger.salt == same.salt
        assert path.exists()


def test_waiting_until_the_next_minute_is_not_too_early(ledger: Ledger):
    ana = entry()
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.hand_over(ana, run="run", at=NOW)
        lane.finish(outcome(ana, State.WAITING, retry_at=LATER))
        with pytest.raises(NotYet, match=r"to be tried again from 2026-03-14 12:00 UTC"):
            lane.hand_over(ana, run="run", at=LATER - timedelta(seconds=1))
        assert lane.hand_over(ana, run="run", at=LATER) == 2
        lane.finish(outcome(ana, at=LATER))


def test_a_key_is_known_by_all_its_parts(ledger: Ledger):
    parts = ("chapter", "recipe", "step", "table", "row", "occasion")
    same = dict.fromkeys(parts, "x")
    keys = [Key(**same), *(Key(**{**same, part: "y"}) for part in parts)]
    with ledger.applying("a test") as turn:
        for key in keys:
            done(turn, Entry(key, "email", "Ana", Change("mail")))
    assert [ledger.record(key).key for key in keys] == keys


def test_naming_what_the_ledger_says_loads_no_database():
    names = ["records", "refusals", "encoding", "moves"]
    code = "".join(f"import sheetflow.ledger.{name}\n" for name in names)
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}import sys\nprint('sqlalchemy' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "False\n"
