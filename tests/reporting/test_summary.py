"""What a run says of itself: everybody counted once, nothing left unsaid."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as some

from sheetflow.reporting.summary import run_summary, summarize, summary_of
from sheetflow.runner.running import Run
from sheetflow.values import Change, LeftOut, Noop, Outcome, RowRef, State, Status, Word

from .conftest import entry, letter, make_plan

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
MAIL = Change("write", data={"letter": letter()})


def mailed(row, word=Word.SENT, state=State.DONE, text="14 Mar 12:00"):
    return Outcome(entry(row, f"P{row}", "email", MAIL), Status(word, text), NOW, state)


def noop(row, word, text, *, quiet=False):
    return Outcome(
        entry(row, f"P{row}", "email", Noop(text, word, quiet=quiet)), Status(word, text), NOW
    )


@pytest.fixture
def run():
    outcomes = (
        mailed("1"),
        mailed("1"),
        mailed("2", Word.NOT_SURE, State.NOT_KNOWN, "line dropped"),
        mailed("3", Word.WAITING, State.WAITING, "mail service is busy"),
        noop("4", Word.NEEDS_YOU, "two addresses here, keep one"),
        noop("5", Word.NEEDS_YOU, "two addresses here, keep one"),
        noop("6", Word.DONE, "already done", quiet=True),
    )
    entries = (*(outcome.entry for outcome in outcomes), entry("1", "P1", "set", Change("set")))
    plan = make_plan(*entries, left_out=(LeftOut(RowRef("People", "9"), "P9", "not New"),))
    return Run(None, plan, outcomes, [], untold="spring.xlsx is open in Excel.", interrupted=True)


def test_the_summary_of_a_run_in_words(run):
    assert (
        run_summary(run)
        == """\
Match new volunteers (recipe match):
  Not sure: 1 person
  Needs you: 2 people
  Waiting: 1 person
  Sent: 1 person, 2 messages
  Done before: 1 person
  Left out by the recipe: 1 person

NOT SURE WHETHER IT WENT OUT (it is not repeated until a person says so)
  1 person: line dropped
    P2

NEEDS A PERSON
  2 people: two addresses here, keep one
    P4, P5

WAITS FOR A PERSON, OR FOR TIME
  1 person: mail service is busy
    P3

The sheet could not be told: spring.xlsx is open in Excel. The next run tells it.

The run was stopped: 1 change was not made. The next run looks at them again.

Where to look: each row of "People" says what happened to it."""
    )


def test_a_halted_plan_says_that_nothing_was_done():
    run = Run(None, make_plan(halted="Many addresses moved."), [], [])
    assert run_summary(run).splitlines()[1:] == ["  Nothing was done: Many addresses moved."]


outcomes = some.lists(
    some.builds(
        lambda row, word, quiet, is_mail: (
            mailed(row, word) if is_mail else noop(row, word, "x", quiet=quiet)
        ),
        some.sampled_from("12345"),
        some.sampled_from(Word),
        some.booleans(),
        some.booleans(),
    ),
    max_size=12,
)


@given(outcomes)
def test_everybody_is_counted_once_and_by_what_matters_most(found):
    summary = summarize(found)
    rows = {outcome.entry.key.row for outcome in found}
    assert sum(summary.people.values()) + summary.unchanged == len(rows)
    unsure = {each.entry.key.row for each in found if each.status.word is Word.NOT_SURE} - {
        each.entry.key.row
        for each in found
        if isinstance(each.entry.deed, Noop) and each.entry.deed.quiet
    }
    assert summary.people[Word.NOT_SURE] >= len(unsure)
    assert summary.messages == sum(each.entry.change is not None for each in found)


def test_a_run_that_did_everything_needs_nobody():
    entries = [outcome.entry for outcome in (mailed("1"), mailed("2"))]
    found = summary_of(Run(None, make_plan(*entries), [mailed("1"), mailed("2")], []))
    assert (found.people, found.reasons, found.unreached) == ({Word.SENT: 2}, (), 0)
