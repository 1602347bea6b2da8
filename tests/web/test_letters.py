"""The messages that went out are read where the workspace keeps them, for so long."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from sheetflow.clock import Clock
from sheetflow.ledger.messages import messages
from sheetflow.runner.running import run
from sheetflow.workspace import Workspace
from tests.web.conftest import words


def kept(workspace: Workspace) -> int:
    with workspace.ledger() as ledger, ledger.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(messages))


@pytest.fixture
def keeping(folder, time_now):
    """Runs `welcome` with or without keep_messages."""

    def ran(length: str = "") -> Workspace:
        settings = folder / "sheetflow.yaml"
        lines = settings.read_text("utf-8").splitlines()
        lines = [line for line in lines if not line.startswith("keep_messages")]
        lines += [f"keep_messages: {length}"] if length else []
        settings.write_text("\n".join(lines) + "\n", "utf-8")
        workspace = Workspace.open(folder, clock=Clock(read=time_now))
        run(workspace.recipe("welcome"), workspace)
        return workspace

    return ran


def test_without_being_asked_nothing_is_kept_and_the_page_says_how_to_ask(keeping, browser):
    assert kept(keeping()) == 0
    run_page = browser.get("/runs").text.split('href="/runs/')[1].split('"')[0]
    assert "Messages are not kept" in browser.text(f"/runs/{run_page}")


def test_what_was_written_is_read_on_the_page_of_the_run_and_of_the_person(keeping, browser):
    assert kept(keeping("30 days")) == 5
    run_page = browser.get("/runs").text.split('href="/runs/')[1].split('"')[0]
    page = browser.get(f"/runs/{run_page}").text
    assert page.count("What was written<") == 5
    assert "To ana@example.org" in words(page)
    assert "Hi Ana,\n\nthank you for signing up." in page
    assert "<script>alert" not in page
    person = browser.post("/people", person="ana@example.org").text
    assert "To ana@example.org" in words(person)
    assert "To script@example.org" not in words(person)


def test_they_are_gone_after_their_time_also_before_the_next_run_lets_go_of_them(
    keeping, browser, time_now
):
    workspace = keeping("30 days")
    time_now.move(days=31)
    person = browser.post("/people", person="ana@example.org").text
    assert "What was written" not in person
    assert kept(workspace) == 5
    assert kept(keeping("30 days")) == 0


def test_all_are_gone_once_nobody_wants_them_kept_any_more(keeping):
    assert kept(keeping("30 days")) == 5
    assert kept(keeping()) == 0


def test_a_message_of_which_nobody_knows_whether_it_went_is_kept_too(keeping, ran):
    from sheetflow.values import Change, Entry, Key

    letter = {"to": "ana@example.org", "subject": "Hi", "text": "x" * 30_000}
    change = Change("mail", {"letter": letter}, to=("ana@example.org",))
    entry = Entry(Key("main", "welcome", "email", "People", "r1"), "email", "Ana", change)
    with ran.ledger(read_only=False) as ledger, ledger.applying("a test") as turn:
        turn.keep_messages(ran.clock.now() - ran.clock.now().replace(year=2025))
        with turn.lane() as lane:
            lane.hand_over(entry, run="r", at=ran.clock.now())
            with ledger.database.reading() as connection:
                found = connection.execute(select(messages.c.message)).scalar_one()
    assert '"subject":"Hi"' in found
    assert len(found) < 21_000
