"""Public pages in a real browser: for everybody, without scripts, in their own direction."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetflow.clock import Clock
from sheetflow.runner.linking import unsubscribe_token
from sheetflow.runner.running import run
from sheetflow.workspace import Workspace
from tests.files import write_files
from tests.web.answers.conftest import ARABIC, FILES, kept, links_in
from tests.web.test_in_chromium import LOOKS, RULES

PAGE = "document.body.innerText"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace that asks two guests whether they come, one of them in Arabic."""
    return write_files(tmp_path / "party", {**FILES, "recipes/ask/templates/ask.ar.md": ARABIC})


@pytest.fixture
def workspace(folder, time_now) -> Workspace:
    """The workspace after both were asked."""
    found = Workspace.open(folder, clock=Clock(read=time_now))
    run(found.recipe("ask"), found)
    return found


@pytest.fixture
def stop(workspace) -> str:
    """The path of Ana's link to get no more mail."""
    with workspace.ledger() as ledger:
        return f"/unsubscribe/{unsubscribe_token(ledger.salt, 'ana@example.org')}"


def test_every_public_page_is_for_everybody(workspace, served, chromium, stop):
    outbox = workspace.folder / "outbox"
    yes, no = links_in(outbox)
    arabic, _ = links_in(outbox, "bo")

    def is_sound(path: str) -> None:
        if path:
            chromium.open(served + path)
        for width, dark in LOOKS:
            chromium.look(width=width, dark=dark)
            assert (path, width, dark, chromium.ask(RULES)) == (path, width, dark, [])
        assert all(url.startswith(served) for url in chromium.asked_for())
        assert chromium.ask("document.scripts.length") == 0

    for path in (yes, f"{stop}?in=en", f"{stop}?in=ar", "/answer/preview-x", "/answer/forged"):
        is_sound(path)
    chromium.open(served + yes)
    chromium.click("main form button")
    is_sound("")
    assert "Thank you, noted." in chromium.ask(PAGE)
    is_sound(no)
    is_sound(arabic)
    chromium.open(f"{served}{stop}?in=en")
    chromium.click("main form button")
    is_sound("")


def test_an_answer_is_given_by_mouse_and_changed_by_another_link(
    workspace, served, chromium, time_now
):
    yes, no = links_in(workspace.folder / "outbox")
    chromium.open(served + yes)
    assert "Yes, I come" in chromium.ask(PAGE)
    assert kept(workspace) == []
    chromium.click("main form button")
    assert "You said: Yes, I come" in chromium.ask(PAGE)
    time_now.move(minutes=1)
    chromium.open(served + no)
    assert "So far you have said: Yes, I come" in chromium.ask(PAGE)
    chromium.click("main form button")
    assert kept(workspace) == [("Ana", "Comes", "Yes"), ("Ana", "Comes", "No")]


def test_a_page_in_arabic_runs_from_right_to_left(workspace, served, chromium):
    arabic, _ = links_in(workspace.folder / "outbox", "bo")
    chromium.look(width=375, dark=False)
    chromium.open(served + arabic)
    assert chromium.ask("[document.documentElement.lang, document.dir]") == ["ar", "rtl"]
    assert "نعم، سآتي" in chromium.ask(PAGE)
    right = "document.querySelector('h1').getBoundingClientRect().right"
    assert chromium.ask(f"innerWidth - {right} < 40") is True
    chromium.click("main form button")
    assert "شكرًا، تم التسجيل." in chromium.ask(PAGE)


def test_somebody_gets_no_more_mail_and_takes_it_back_by_two_buttons(workspace, served, chromium):
    with workspace.ledger() as ledger:
        path = f"/unsubscribe/{unsubscribe_token(ledger.salt, 'ana@example.org')}?in=de"
    chromium.open(served + path)
    chromium.click("main form button")
    assert "Sie bekommen keine Mails mehr von Riverside <3." in chromium.ask(PAGE)
    with workspace.ledger() as ledger:
        assert len(ledger.decided("", "").suppressions) == 1
    chromium.click("main form button")
    assert "Sie bekommen weiter Mails von Riverside <3." in chromium.ask(PAGE)
    with workspace.ledger() as ledger:
        assert ledger.decided("", "").suppressions == {}


def test_every_stop_of_the_tab_key_can_be_seen_there(workspace, served, chromium, stop):
    chromium.look(width=1200, dark=True)
    chromium.open(served + stop)
    chromium.press("Tab")
    where = chromium.ask(
        "[document.activeElement.tagName, parseFloat(getComputedStyle(document.activeElement)"
        ".outlineWidth)]"
    )
    assert where[0] == "BUTTON"
    assert where[1] >= 2
