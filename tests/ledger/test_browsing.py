"""A few lines of a long ledger: the same from both databases, in order, and nobody twice."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from sheetflow.ledger import browsing, figures, lookups
from sheetflow.ledger.browsing import Stopped
from sheetflow.ledger.lookups import Cause
from sheetflow.ledger.records import Reach, Switch
from sheetflow.ledger.store import Ledger
from sheetflow.tables.handles import keyed
from sheetflow.values import RowRef, State, Status, Word
from tests.ledger.examples import NOW, entry, outcome

HOSTILE = "back\\slash \x00 %_"
NEEDS = Status(Word.NEEDS_YOU, "no e-mail address")


def told(ledger: Ledger, rows, status=NEEDS, recipe="welcome"):
    with ledger.applying("a test") as turn:
        said = dict.fromkeys(rows, status)
        turn.remember_statuses("", "People", recipe, said, at=NOW)


def of(ref: str) -> RowRef:
    return RowRef("People", ref)


def test_causes_are_counted_and_their_people_come_in_parts(ledger: Ledger):
    told(ledger, ["a", "b", "c", HOSTILE])
    told(ledger, ["d"], Status(Word.WAITING, "busy"), "other")
    told(ledger, ["e"], Status(Word.SENT, "now"))
    cause = Cause("Needs you", "no e-mail address", "welcome", "People", 4)
    with ledger.database.reading() as connection:
        assert lookups.causes_of(connection, "") == [
            cause,
            Cause("Waiting", "busy", "other", "People", 1),
        ]
        assert lookups.causes_of(connection, "another chapter") == []
        first = browsing.stopped(connection, "", cause, limit=2)
        rest = browsing.stopped(connection, "", cause, limit=9, after=first[-1].row)
    assert sorted(first + rest) == sorted(map(of, ["a", "b", "c", HOSTILE]))


def test_who_waits_until_when_is_known_by_row_and_recipe(ledger: Ledger):
    until = NOW + timedelta(hours=2)
    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.finish(outcome(entry("a"), State.WAITING, retry_at=until + timedelta(hours=1)))
        lane.finish(outcome(entry("a", step="sms"), State.WAITING, retry_at=until))
        lane.finish(outcome(entry("b", recipe="other"), State.DONE))
    with ledger.database.reading() as connection:
        found = browsing.people_in(connection, [of("a"), of("b")], ["welcome"])
    assert found == {(of("a"), "welcome"): Stopped(of("a"), "Ana López", until)}


def test_runs_go_on_after_a_place_even_within_one_moment(ledger: Ledger):
    with ledger.applying("a test") as turn:
        made = [turn.begin("welcome", "", "f", NOW, at=NOW) for _ in range(5)]
        made += [turn.begin("other", "", "f", NOW, at=NOW + timedelta(hours=1))]
        turn.end(made[-1], {"Sent": 3}, reached=3)
    seen, before = [], None
    with ledger.database.reading() as connection:
        while some := browsing.latest_runs(connection, limit=2, before=before):
            seen += [run.id for run in some]
            before = (some[-1].begun_at, some[-1].id)
        only = browsing.latest_runs(connection, recipe="other", limit=9)
        latest = browsing.latest_run_of_each(connection)
        found = browsing.run_called(connection, made[-1])
        assert browsing.run_called(connection, "none") is None
    assert seen[0] == made[-1]
    assert sorted(seen) == sorted(made)
    assert [run.id for run in only] == [made[-1]]
    assert {recipe: run.begun_at for recipe, run in latest.items()} == {
        "welcome": NOW,
        "other": NOW + timedelta(hours=1),
    }
    assert found is not None
    assert (found.summary, found.reached) == ({"Sent": 3}, 3)


def test_the_rows_of_a_run_come_by_word_and_in_parts(ledger: Ledger):
    with ledger.applying("a test") as turn:
        run = turn.begin("welcome", "", "f", NOW, at=NOW)
        with turn.lane() as lane:
            for n in range(5):
                lane.finish(outcome(entry(f"row {n}")), run=run)
            lane.finish(outcome(entry("w"), State.WAITING), run=run)
    with ledger.database.reading() as connection:
        assert browsing.words_of_run(connection, run) == {"Sent": 5, "Waiting": 1}
        seen, after = [], None
        while some := browsing.of_run(connection, run, "Sent", limit=2, after=after):
            seen += [record.key.row for record in some]
            after = (some[-1].at, some[-1].key.digest)
    assert sorted(seen) == [f"row {n}" for n in range(5)]


def test_somebody_is_found_by_row_by_what_reached_them_and_by_their_mark(ledger: Ledger):
    whom = keyed(ledger.salt, "ana@example.org")
    with ledger.applying("a test") as turn:
        marks = {"a": {"email": "f" * 32}, "b": {"name": "f" * 32}, HOSTILE: {"email": "f" * 32}}
        turn.remember_identities("", "People", marks)
        with turn.lane() as lane:
            lane.hand_over(
                entry("a"), run="", at=NOW, reach=Reach((whom,), "email", "relationship")
            )
            lane.finish(outcome(entry("a")))
            lane.finish(outcome(entry(HOSTILE, recipe="other")))
    with ledger.database.reading() as connection:
        rows = lookups.rows_marked(connection, "", "f" * 32)
        reached = browsing.reached(connection, whom)
        known = browsing.of_rows(connection, [of("a"), of(HOSTILE), RowRef("Other", "a")])
        named = [
            lookups.row_of(connection, lookups.row_digest("", of(row))) for row in ("a", HOSTILE)
        ]
        assert lookups.row_of(connection, lookups.row_digest("", of("nobody"))) is None
    assert set(rows) == {of("a"), of(HOSTILE)}
    assert [record.key.row for record in reached] == ["a"]
    assert {record.key.row for record in known} == {"a", HOSTILE}
    assert named == [of("a"), of(HOSTILE)]


def test_switches_are_read_all_at_once(ledger: Ledger):
    switch = Switch(True, "why", "Lee", NOW)
    ledger.decisions.switch("", "welcome", switch)
    with ledger.database.reading() as connection:
        assert browsing.all_switches(connection, "") == {"welcome": switch}
        assert browsing.next_due(connection, "") == {}


@pytest.mark.parametrize(
    ("index", "ask"),
    [
        ("sqlite_autoindex_causes_1", lambda c: lookups.causes_of(c, "")),
        ("sqlite_autoindex_addresses_1", lambda c: lookups.rows_marked(c, "", "f" * 32)),
        ("sqlite_autoindex_identities_1", lambda c: lookups.row_of(c, "f" * 32)),
        ("sqlite_autoindex_days_1", lambda c: figures.went_out(c, "", NOW.date())),
        ("loads_of_a_recipe", lambda c: figures.loads_of(c, "", "welcome")),
        ("runs_of_a_recipe", lambda c: figures.latest_funnel(c, "", "welcome")),
        ("runs_without_an_end", lambda c: figures.keep_of_killed(c, UTC)),
        ("records_of_a_row", lambda c: browsing.of_rows(c, [of("a"), of("b")])),
        ("records_of_a_row", lambda c: browsing.people_in(c, [of("a"), of("b")], ["welcome"])),
        ("records_of_a_run", lambda c: browsing.of_run(c, "run", "Sent", limit=9)),
        ("records_of_a_run", lambda c: browsing.words_of_run(c, "run")),
        ("runs_of_a_recipe", lambda c: browsing.latest_run_of_each(c)),
        ("runs_by_time", lambda c: browsing.latest_runs(c, limit=9)),
        ("runs_of_a_recipe", lambda c: browsing.latest_runs(c, recipe="welcome", limit=9)),
        ("contacts_of_somebody", lambda c: browsing.reached(c, "f" * 64)),
    ],
)
def test_what_pages_ask_is_answered_by_an_index(tmp_path, index, ask):
    from sqlalchemy import event

    asked = []
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        engine = ledger.database.engine
        event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2:4]))
        with ledger.database.reading() as connection:
            ask(connection)
            plain = connection.connection.driver_connection
            statement, values = next(
                each for each in asked if each[0].startswith(("SELECT", "WITH"))
            )
            plan = plain.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    assert f"INDEX {index}" in " ".join(line[3] for line in plan)
