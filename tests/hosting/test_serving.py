"""`serve` over a simulated day: it runs what is due, oversees itself, and tells somebody."""

from __future__ import annotations

import email
import email.policy
import signal
import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
import requests

from sheetflow.errors import SetupError
from sheetflow.hosting import moving
from sheetflow.hosting.endpoints import Endpoints, application
from sheetflow.hosting.health import Health
from sheetflow.hosting.overseer import Overseer
from sheetflow.hosting.serving import LOOK, NEWS, OVER, Serving
from tests.conftest import BERLIN
from tests.hosting.conftest import Stage

NINE = "every day at 09:00"
OWED = "welcome was due 2026-03-16 09:00 CET and is not done."
STEP = 300.0  # seconds that a look takes here, so that hours are short


def served(stage: Stage) -> Serving:
    rounds = stage.program()
    overseer = Overseer(stage.clock, rounds.journal, Health(stage.time.now))
    serving = Serving(rounds, overseer, stage.clock, rounds.journal)
    stage.closing.callback(serving.bell.close)
    return serving


def serve_for(
    stage: Stage, serving: Serving, length: timedelta, *, step: float = STEP
) -> list[float]:
    """Let it work for so long on the moved clock, overseeing all the while; gives its pauses."""
    over, pauses = stage.time.now + length, []

    def wait(seconds: float) -> bool:
        serving.look()
        pauses.append(seconds)
        stage.time.go_on(seconds=step if seconds == LOOK else seconds)
        if stage.time.now >= over:
            serving.stop.set()
        return serving.stop.is_set()

    serving.stop.clear()
    serving.work(wait)
    return pauses


def mails(stage: Stage) -> list[email.message.EmailMessage]:
    files = sorted((stage.folder / "outbox").glob("*.eml"))
    return [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]


def lock(stage: Stage, *, away: bool = False) -> None:
    """Have somebody open the table, so that it cannot be written."""
    path = stage.folder / ".~lock.people.csv#"
    path.unlink() if away else path.write_text("Lee Park,lee,x,,;\n")


@pytest.mark.parametrize("step", [1800.0, pytest.param(STEP, marks=pytest.mark.slow)])
def test_a_day_of_serving_runs_each_due_time_once(stage: Stage, step: float):
    stage.recipe("daily", NINE)
    stage.recipe("hourly", "every 6 hours")
    serving = served(stage)
    pauses = serve_for(stage, serving, timedelta(days=1), step=step)
    assert serving.rounds.tally.runs == {("daily", "done"): 1, ("hourly", "done"): 4}
    assert max(serving.rounds.tally.late.values()) <= step
    assert max(pauses) <= LOOK
    assert serving.overseer.health.ok
    assert mails(stage) == []
    assert serving.bell.heard(1) == NEWS


def test_it_waits_exactly_until_something_is_due(stage: Stage):
    stage.recipe("daily", NINE)
    serving = served(stage)
    stage.time.go_on(minutes=59, seconds=57)
    pauses = serve_for(stage, serving, timedelta(seconds=4))
    assert pauses == [pytest.approx(3.0), LOOK]
    assert serving.rounds.tally.late == {"daily": 0.0}


def test_somebody_hears_once_of_what_is_not_done_and_anew_after_it_was_well(
    stage: Stage,
):
    stage.recipe("welcome", NINE)
    serving = served(stage)
    serve_for(stage, serving, timedelta(minutes=1))
    lock(stage)
    serve_for(stage, serving, timedelta(minutes=80))
    assert mails(stage) == [], "nobody is bothered before 30 minutes have passed"
    assert serving.overseer.health.ok
    serve_for(stage, serving, timedelta(hours=3))
    (mail,) = mails(stage)
    assert mail["To"] == "lee@example.org"
    assert mail["From"] == "hello@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "Sheetflow: welcome has not run"
    text = mail.get_content().replace("\r", "")
    assert text.startswith(
        f"Riverside: this was due and is not done.\n\n- {OWED} people.csv is open"
    )
    assert "sheetflow run --due --list" in text
    (reason,) = serving.overseer.health.reasons
    assert reason.startswith(OWED)

    lock(stage, away=True)
    serve_for(stage, serving, timedelta(minutes=20))
    assert serving.overseer.health.ok
    lock(stage)
    stage.time.go_on(hours=19)
    serve_for(stage, serving, timedelta(hours=3))
    assert len(mails(stage)) == 2


def test_two_who_see_the_same_send_one_mail(stage: Stage):
    stage.recipe("welcome", NINE)
    one, other = served(stage), served(stage)
    serve_for(stage, one, timedelta(minutes=1))
    lock(stage)
    serve_for(stage, one, timedelta(hours=3))
    serve_for(stage, other, timedelta(hours=3))
    assert len(mails(stage)) == 1
    assert not other.overseer.health.ok


def test_a_mail_that_was_not_taken_is_tried_again(stage: Stage):
    stage.recipe("welcome", NINE)
    serving = served(stage)
    serve_for(stage, serving, timedelta(minutes=1))
    lock(stage)
    settings = stage.folder / "sheetflow.yaml"
    text = settings.read_text("utf-8")
    away = "{connector: smtp, host: 127.0.0.1, port: 9, security: none}"
    settings.write_text(text.replace("{connector: outbox}", away), "utf-8")
    serve_for(stage, serving, timedelta(hours=2))
    assert not serving.overseer.health.ok
    assert "alert could not be sent" in {event["event"] for event in stage.events}
    settings.write_text(text, "utf-8")
    serve_for(stage, serving, timedelta(minutes=20))
    assert len(mails(stage)) == 1


def test_what_was_missed_while_nobody_served_alerts_nobody(stage: Stage):
    stage.recipe("welcome", NINE)
    serve_for(stage, served(stage), timedelta(minutes=1))
    stage.time.go_on(days=3)
    serving = served(stage)
    serve_for(stage, serving, timedelta(minutes=30))
    assert serving.rounds.tally.runs == {("welcome", "done"): 1}
    assert mails(stage) == []


def test_a_run_that_hangs_is_told_while_it_hangs(stage: Stage):
    stage.recipe("welcome", NINE)
    serving = served(stage)
    serve_for(stage, serving, timedelta(minutes=1))
    stage.time.go_on(hours=1)
    tick = stage.ticks()["welcome"]
    rounds = stage.program()
    ticks = rounds._ticks()
    with ticks.turn():
        assert ticks.move(tick, moving.taken(tick, "somebody", stage.time.now))
        for _ in range(32):
            serving.look()
            stage.time.go_on(minutes=1)
        (reason,) = serving.overseer.health.reasons
        assert (
            reason == "welcome was due 2026-03-16 09:00 CET and is not done. It is running still."
        )
        assert len(mails(stage)) == 1


def test_wrong_settings_keep_everything_from_running_and_are_told(stage: Stage):
    stage.recipe("welcome", NINE)
    serving = served(stage)
    serve_for(stage, serving, timedelta(minutes=1))
    settings = stage.folder / "sheetflow.yaml"
    text = settings.read_text("utf-8")
    settings.write_text("organization: {}\n", "utf-8")
    stage.time.go_on(hours=1)
    serve_for(stage, serving, timedelta(minutes=5))
    assert "sheetflow.yaml" in " ".join(serving.overseer.health.reasons)
    assert not serving.ready
    settings.write_text(text, "utf-8")
    serve_for(stage, serving, timedelta(minutes=2))
    assert serving.rounds.tally.runs == {("welcome", "done"): 1}
    assert serving.overseer.health.ok


def test_monitors_are_answered(stage: Stage):
    stage.recipe("welcome", "every hour")
    serving = served(stage)
    endpoints = Endpoints(application(serving), "127.0.0.1", 0)
    endpoints.start()
    try:
        with requests.Session() as session:
            assert session.get(f"{endpoints.address}/readyz").status_code == 503
            assert serving._round() <= LOOK
            serving.look()
            assert session.get(f"{endpoints.address}/readyz").text == "ready\n"
            well = session.get(f"{endpoints.address}/healthz")
            assert (well.status_code, well.text) == (200, "ok\n")
            figures = session.get(f"{endpoints.address}/metrics").text.splitlines()
            serving.overseer.health = Health(stage.time.now, troubles=("The ledger is away.",))
            ill = session.get(
                f"{endpoints.address}/healthz", headers={"Accept": "application/json"}
            )
            assert ill.status_code == 503
            at = stage.time.now.isoformat()
            assert ill.json() == {"ok": False, "at": at, "reasons": ["The ledger is away."]}
            forged = session.get(f"{endpoints.address}/healthz", headers={"Host": "evil.example"})
            assert (forged.status_code, forged.text) == (503, "not well\n")
            assert session.get(f"{endpoints.address}/").status_code == 404
    finally:
        endpoints.stop()
    due = datetime(2026, 3, 16, 9, tzinfo=BERLIN).timestamp()
    assert {
        "sheetflow_healthy 1.0",
        'sheetflow_runs_total{recipe="welcome",how="done"} 1.0',
        'sheetflow_outcomes_total{recipe="welcome",word="Done"} 2.0',
        'sheetflow_due_lag_seconds{recipe="welcome"} 0.0',
        f'sheetflow_next_due_timestamp_seconds{{recipe="welcome"}} {due}',
    } <= set(figures)
    names = Counter(line.split()[2] for line in figures if line.startswith("# TYPE"))
    assert set(names.values()) == {1}


def test_nobody_else_is_let_in():
    with pytest.raises(SetupError, match="no login yet"):
        Endpoints(None, "0.0.0.0", 0)  # type: ignore[arg-type]


def test_a_port_that_is_taken_is_said():
    first = Endpoints(None, "127.0.0.1", 0)  # type: ignore[arg-type]
    with pytest.raises(SetupError, match="cannot be used"):
        Endpoints(None, "127.0.0.1", int(first.address.rpartition(":")[2]))  # type: ignore[arg-type]
    first.stop()


@pytest.mark.parametrize("second", [False, True], ids=["once", "twice"])
def test_a_signal_ends_it_in_order_and_a_second_one_at_once(stage: Stage, second: bool):
    serving = served(stage)
    entered, go_on = threading.Event(), threading.Event()

    def work() -> None:
        entered.set()
        serving.stop.wait()
        go_on.wait()
        serving.bell.ring(OVER)

    worker = threading.Thread(target=work)
    worker.start()
    serving.bell.ring(signal.SIGTERM)
    if second:
        serving.bell.ring(signal.SIGTERM)
        in_order = serving.oversee(worker)
        go_on.set()
    else:
        go_on.set()
        in_order = serving.oversee(worker)
    worker.join()
    assert in_order is not second
    events = [event["event"] for event in stage.events]
    assert events == (["stopping", "stopped at once"] if second else ["stopping"])
