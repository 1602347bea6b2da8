"""What runs by itself: what is switched on, each due time once, whatever happens to the program."""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sheetflow.hosting.tally import Tally
from tests.conftest import BERLIN
from tests.hosting.conftest import MORNING, Stage

WHOLE = "Done: 2"
NOTHING = "Nothing to do."


def test_a_recipe_runs_when_it_is_due_and_not_before(stage: Stage):
    stage.recipe("welcome", "every day at 09:00")
    rounds = stage.program()
    assert stage.round(rounds) == []
    assert stage.due("welcome") == "Mon 16 09:00"
    stage.time.go_on(minutes=59, seconds=59.999)
    assert stage.round(rounds) == []
    stage.time.go_on(seconds=0.001)
    assert stage.round(rounds) == [("welcome", "done", WHOLE)]
    assert stage.due("welcome") == "Tue 17 09:00"
    assert stage.round(rounds) == []


def test_what_follows_a_length_of_time_is_due_at_once_and_then_in_steps(stage: Stage):
    stage.recipe("welcome", "every 15 minutes")
    rounds = stage.program()
    assert stage.round(rounds) == [("welcome", "done", WHOLE)]
    stage.time.go_on(minutes=17)
    assert stage.round(rounds) == [("welcome", "done", NOTHING)]
    assert stage.due("welcome") == "Mon 16 08:30"


def test_only_what_is_switched_on_runs_by_itself(stage: Stage):
    stage.recipe("never", "every hour", on=False)
    stage.recipe("off", "every hour")
    stage.switch("off", on=False)
    rounds = stage.program()
    assert stage.round(rounds) == []
    stage.switch("off", on=True)
    assert stage.round(rounds) == [("off", "done", WHOLE)]
    stage.switch("off", on=False)
    stage.time.go_on(hours=5)
    assert stage.round(rounds) == []
    assert stage.due("off") == ""


def test_who_is_switched_on_before_anybody_looks_is_not_late_by_a_day(stage: Stage):
    stage.recipe("lately", "every day at 09:00")
    stage.time.go_on(hours=3)
    stage.recipe("later", "every day at 09:00")
    assert [name for name, *_ in stage.round(stage.program())] == ["lately"]
    assert (stage.due("lately"), stage.due("later")) == ("Tue 17 09:00", "Tue 17 09:00")
    stage.recipe("long ago", "every day at 09:00")
    stage.time.go_on(days=2)
    assert [name for name, *_ in stage.round(stage.program())] == ["later", "lately"][::-1]


@pytest.mark.parametrize("minutes", [15, pytest.param(5, marks=pytest.mark.slow)])
def test_a_day_of_rounds_does_each_due_time_once(stage: Stage, minutes: int):
    stage.recipe("quarterly", "every 45 minutes")
    stage.recipe("hourly", "every 4 hours")
    stage.recipe("daily", "every day at 09:00")
    stage.recipe("tuesdays", "every tuesday at 07:44")
    one, other = stage.program(), stage.program()
    count: Counter[str] = Counter()
    for step in range(24 * 60 // minutes):
        for rounds in (one, other) if step % 2 else (other, one):
            count.update(ended.recipe for ended in stage.whole_round(rounds).ended)
        if step % 50 == 0:
            one.close()
            one = stage.program()
        stage.time.go_on(minutes=minutes)
    assert count == {"quarterly": 32, "hourly": 6, "daily": 1, "tuesdays": 1}
    assert {tick.outcome for tick in stage.ticks().values()} == {NOTHING}


def test_missed_runs_are_one(stage: Stage):
    stage.recipe("quarterly", "every 15 minutes")
    stage.recipe("daily", "every day at 09:00")
    stage.round(stage.program())
    stage.time.go_on(days=9, hours=3)
    rounds = stage.program()
    assert [name for name, *_ in stage.round(rounds)] == ["quarterly", "daily"]
    assert (stage.due("quarterly"), stage.due("daily")) == ("Wed 25 11:15", "Thu 26 09:00")
    assert stage.round(rounds) == []


def test_a_clock_put_back_repeats_nothing_and_one_put_far_ahead_is_forgotten(stage: Stage):
    stage.recipe("daily", "every day at 09:00")
    rounds = stage.program()
    stage.round(rounds)
    stage.time.go_on(hours=1)
    assert len(stage.round(rounds)) == 1
    stage.time.go_on(hours=-2)
    assert stage.round(rounds) == []
    stage.time.go_on(hours=2)
    assert stage.round(rounds) == []
    assert stage.due("daily") == "Tue 17 09:00"
    stage.time.go_on(days=2000)
    assert len(stage.round(rounds)) == 1
    stage.time.go_on(days=-2000)
    assert stage.round(rounds) == []
    assert stage.due("daily") == "Tue 17 09:00"


def test_another_schedule_counts_from_when_it_was_written(stage: Stage):
    stage.recipe("welcome", "every day at 09:00")
    rounds = stage.program()
    stage.round(rounds)
    stage.recipe("welcome", "every day at 08:30")
    assert stage.round(rounds) == []
    assert stage.due("welcome") == "Mon 16 08:30"
    settings = stage.folder / "sheetflow.yaml"
    settings.write_text(settings.read_text().replace("Europe/Berlin", "Asia/Kathmandu"), "utf-8")
    assert stage.round(rounds) == []
    assert stage.due("welcome") == "Tue 17 03:45"


def test_a_recipe_whose_file_is_gone_is_not_due(stage: Stage):
    path = stage.recipe("welcome", "every hour")
    rounds = stage.program()
    stage.round(rounds)
    path.unlink()
    stage.time.go_on(hours=2)
    assert stage.round(rounds) == []
    stage.recipe("welcome", "every hour", on=False)
    assert stage.round(rounds) == [("welcome", "done", NOTHING)]


def test_a_broken_recipe_is_told_and_stops_no_other(stage: Stage):
    path = stage.recipe("broken", "every hour")
    stage.recipe("welcome", "every hour")
    rounds = stage.program()
    stage.round(rounds)
    path.write_text("recipe: [\n", "utf-8")
    stage.time.go_on(hours=1)
    ended = stage.round(rounds)
    assert [one[:2] for one in ended] == [("broken", "not finished"), ("welcome", "done")]
    assert "broken.yaml" in ended[0][2]
    assert stage.due("broken") == "Mon 16 09:01"
    stage.recipe("broken", "every hour", on=False)
    stage.time.go_on(minutes=1)
    assert stage.round(rounds) == [("broken", "done", NOTHING)]
    assert stage.due("broken") == "Mon 16 10:00"


def test_what_is_not_finished_is_tried_again_after_longer_and_longer(stage: Stage):
    stage.recipe("welcome", "every day at 09:00")
    (stage.folder / ".~lock.people.csv#").write_text("Lee Park,lee,x,,;\n")
    rounds = stage.program()
    stage.round(rounds)
    stage.time.go_on(hours=1)
    tries = []
    for _ in range(90):
        tries += [f"{stage.time.now:%H:%M}" for _ in stage.round(rounds)]
        stage.time.go_on(minutes=1)
    assert tries == [
        "09:00",
        "09:01",
        "09:03",
        "09:07",
        "09:15",
        "09:30",
        "09:45",
        "10:00",
        "10:15",
    ]
    tick = stage.ticks()["welcome"]
    assert "is open in LibreOffice, by Lee Park" in tick.outcome
    assert tick.owed_since == datetime(2026, 3, 16, 9, tzinfo=BERLIN)
    (stage.folder / ".~lock.people.csv#").unlink()
    assert stage.round(rounds) == [("welcome", "done", WHOLE)]
    assert (stage.ticks()["welcome"].owed_since, stage.due("welcome")) == (None, "Tue 17 09:00")


def test_while_somebody_applies_at_the_terminal_what_is_due_waits_a_moment(stage: Stage):
    stage.recipe("welcome", "every day at 09:00")
    rounds = stage.program()
    stage.round(rounds)
    stage.time.go_on(hours=1)
    with stage.workspace.ledger(read_only=False) as ledger, ledger.applying("run by hand"):
        ((name, how, _),) = stage.round(rounds)
    assert (name, how, stage.ticks()[name].tries) == ("welcome", "in use", 0)
    said = "Something else of Sheetflow was at work just then. It is tried again in a moment."
    assert stage.ticks()[name].outcome == said
    assert stage.round(rounds) == []
    stage.time.go_on(seconds=20)
    assert stage.round(rounds) == [("welcome", "done", WHOLE)]


def test_what_a_dead_program_had_in_hand_is_due_again_and_nothing_else(stage: Stage):
    stage.recipe("welcome", "every day at 09:00")
    stage.recipe("goodbye", "every day at 09:00")
    rounds = stage.program()
    stage.round(rounds)
    stage.time.go_on(hours=1)

    class Killed(BaseException):
        """The end, whatever is being done."""

    class Dying(Tally):
        def over(self, recipe: str) -> None:
            raise Killed  # the run is done, and nobody has noted it yet

    dying = stage.program()
    dying.tally = Dying()
    with pytest.raises(Killed):
        stage.whole_round(dying)
    first = next(name for name, tick in stage.ticks().items() if tick.taken_at)
    other = ({"welcome", "goodbye"} - {first}).pop()
    assert sorted(stage.round(rounds)) == sorted(
        [(other, "done", NOTHING), (first, "done", NOTHING)]
    )
    assert stage.round(rounds) == []
    assert {stage.due("welcome"), stage.due("goodbye")} == {"Tue 17 09:00"}


def test_a_round_elsewhere_is_waited_for(stage: Stage):
    stage.recipe("welcome", "every hour")
    rounds, other = stage.program(), stage.program()
    with other._ticks().turn() as mine:
        assert mine
        assert stage.whole_round(rounds).elsewhere
    assert stage.round(rounds) == [("welcome", "done", WHOLE)]


def test_a_stopped_round_leaves_the_rest_for_the_next(stage: Stage):
    stage.recipe("welcome", "every hour")
    rounds = stage.program()
    stage.stop.set()
    assert stage.round(rounds) == []
    stage.stop.clear()
    assert stage.round(rounds) == [("welcome", "done", WHOLE)]


def test_on_change_follows_the_file_and_is_quiet_otherwise(stage: Stage):
    stage.recipe("welcome", "on change")
    rounds = stage.program()
    assert stage.round(rounds) == [("welcome", "done", WHOLE)]
    assert stage.round(rounds) == [("welcome", "done", NOTHING)], "it wrote into the file itself"
    for _ in range(5):
        stage.time.go_on(hours=5)
        assert stage.round(rounds) == []
    people = stage.folder / "people.csv"
    os.utime(people)
    assert stage.round(rounds) == [], "written, and nothing else in it"
    with people.open("a", encoding="utf-8") as file:
        file.write("Cem,cem@example.org,,,,\n")
    assert stage.round(rounds) == [("welcome", "done", "Done: 1")]
    assert stage.round(stage.program()) == [("welcome", "done", NOTHING)]
    assert stage.round(stage.program()) == []


TABLE_ELSEWHERE = '''
from collections.abc import Iterator
from sheetflow import Connector, Row, hookimpl, table


class Far(Connector):
    """A system elsewhere."""

    name = "far"

    @table
    def people(self) -> Iterator[Row]:
        """Somebody."""
        yield Row("1", {"Name": "Ana"})


@hookimpl
def connectors():
    return [Far]
'''


def test_on_change_looks_at_tables_elsewhere_now_and_then(stage: Stage):
    (stage.folder / "plugins").mkdir()
    (stage.folder / "plugins" / "far.py").write_text(f'"""Far."""\n{TABLE_ELSEWHERE}', "utf-8")
    settings = stage.folder / "sheetflow.yaml"
    text = settings.read_text().replace(
        "sheetflow_writes: [Stage]}",
        "sheetflow_writes: [Stage], columns: {Friend: row of Friends}}\n"
        "  Friends: {connector: far, table: people, person: {name: Name}, key: [Name]}",
    )
    settings.write_text(f"{text}look_every: 2 minutes\n", "utf-8")
    stage.recipe("welcome", "on change")
    rounds = stage.program()
    stage.round(rounds)
    stage.round(rounds)
    times = []
    for _ in range(6):
        times += [f"{stage.time.now:%H:%M}" for _ in stage.round(rounds)]
        stage.time.go_on(minutes=1)
    assert times == ["08:02", "08:04"]


def test_nothing_is_made_where_one_only_looks(stage: Stage, tmp_path: Path):
    stage.recipe("welcome", "every hour", on=False)
    survey = stage.program().survey(read_only=True)
    assert (survey.due, survey.next_at) == ([], None)
    assert not (stage.folder / "sheetflow.db").exists()


def test_the_log_names_nobody(stage: Stage):
    stage.recipe("welcome", "every hour")
    rounds = stage.program()
    (stage.folder / "people.csv").unlink()
    stage.round(rounds)
    rounds.journal.say("a test", says="Ana <ana@example.org>, +49 30 1234567, ana@example.org")
    begins, ended, said = stage.events
    assert (begins["event"], begins["recipe"], begins["late"]) == ("run begins", "welcome", 0.0)
    assert (ended["event"], ended["how"], ended["words"]) == ("run ended", "not finished", {})
    assert said["at"] == MORNING.isoformat()
    who = rounds.journal.person("ana@example.org")
    assert said["says"].startswith(f"Ana <person:{who}>, number:")
    assert said["says"].endswith(f", person:{who}")
    assert "ana@" not in stage.log.getvalue()
    assert "1234567" not in stage.log.getvalue()


def test_late_is_how_long_after_its_time_a_run_begins(stage: Stage):
    stage.recipe("welcome", "every day at 09:00")
    rounds = stage.program()
    stage.round(rounds)
    stage.time.go_on(hours=1, seconds=4)
    stage.round(rounds)
    assert rounds.tally.late == {"welcome": timedelta(seconds=4).total_seconds()}
    assert rounds.tally.runs == {("welcome", "done"): 1}
    assert rounds.tally.words == {("welcome", "Done"): 2}


def test_what_runs_on_change_and_is_not_finished_is_tried_again_and_keeps_nobody_from_running(
    stage: Stage,
):
    stage.recipe("changing", "on change")
    stage.recipe("welcome", "every day at 09:00")
    (stage.folder / ".~lock.people.csv#").write_text("Lee Park,lee,x,,;\n")
    rounds = stage.program()
    assert [one[:2] for one in stage.round(rounds)] == [("changing", "not finished")]
    assert stage.due("changing") == "Mon 16 08:01"
    (stage.folder / ".~lock.people.csv#").unlink()
    stage.time.go_on(minutes=1)
    assert stage.round(rounds) == [("changing", "done", WHOLE)]
    stage.round(rounds)
    assert stage.due("changing") == ""
