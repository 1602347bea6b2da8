"""After an old ledger was put back, whoever may answers on the dashboard what is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sheetflow.clock import Clock
from sheetflow.hosting.restoring import look
from sheetflow.ledger.copying import back_up, put_back as put_back_copy
from sheetflow.runner.running import run
from sheetflow.workspace import Workspace
from tests.web.conftest import words

SEEN = re.compile(r'name="seen" value="(\w+)"')
QUESTION = (
    'The ledger is older than "People": 6 rows were told something 14 Mar 12:00 that it does not '
    "know of, so it may send that again."
)


def lose(folder: Path) -> None:
    for file in folder.glob("sheetflow.db*"):
        file.unlink()


def everything_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal", ".lock"))
    }


def sent(folder: Path) -> int:
    return len(list((folder / "outbox").glob("*.eml")))


@pytest.fixture
def lost(ran, folder):
    """The ledger is gone with all beside it, and a table says more than the new one knows."""
    lose(folder)
    return folder


def answered(browser, right: str, **fields):
    page = browser.get(f"/restored?right={right}").text
    return browser.post("/restored", right=right, seen=SEEN.search(page)[1], **fields)


def test_the_question_leads_to_its_answer_and_asking_changes_nothing(browser, lost):
    before = everything_in(lost)
    plan = browser.get("/recipes/welcome/plan").text
    assert 'href="/restored"' in plan
    assert "Put the right ledger back, or say what is right." in words(plan)
    assert "sheetflow restored" not in plan
    asked = browser.text("/restored")
    assert QUESTION in asked
    assert "The sheets are right. Every run since the copy came to its end." in asked
    sure = browser.text("/restored?right=sheets")
    assert "Is it so that the sheets are right?" in sure
    assert "5 rows are taken as done: nothing is done for them again." in sure
    assert "1 row will say Not sure, until somebody answers in the row or here." in sure
    browser.text("/restored?right=nothing")
    browser.text("/restored?right=ledger")
    assert everything_in(lost) == before


def test_the_sheets_are_right_sends_nothing_again_and_says_who_said_so(browser, lost, time_now):
    before = sent(lost)
    said = words(answered(browser, "sheets").text)
    assert (
        "Kept: the sheets are right. 6 rows are left as they are, or will ask. "
        "Look at each plan before you go on." in said
    )
    workspace = Workspace.open(lost, clock=Clock(read=time_now))
    run(workspace.recipe("welcome"), workspace)
    assert sent(lost) == before
    standing = look(workspace)
    assert not standing.is_open
    (kept,) = standing.answers
    assert (kept.right, kept.ran, kept.rows, kept.who) == (
        "the sheets are right",
        (),
        6,
        "whoever sits at this machine",
    )
    after = browser.text("/restored")
    assert "There is nothing to answer." in after
    assert (
        "whoever sits at this machine said that the sheets are right, Sat 14 March 2026, 12:00 CET"
        in after
    )


def test_the_ledger_is_right_warns_that_it_may_send_again(browser, lost, folder, time_now):
    sure = browser.text("/restored?right=ledger")
    assert "6 rows may be written to once more, although the sheet says more." in sure
    assert "Kept: the ledger is right. Look at each plan" in words(answered(browser, "ledger").text)
    assert not look(Workspace.open(lost, clock=Clock(read=time_now))).is_open


def test_a_copy_that_was_put_back_leads_there_from_every_page(browser, ran, folder, time_now):
    clock = Clock(read=time_now)
    with ran.ledger() as ledger:
        back_up(ledger, folder / "copy.db")
    lose(folder)
    put_back_copy(folder / "copy.db", folder / "sheetflow.db", clock)
    for path in ("/", "/runs", "/waiting"):
        page = browser.get(path).text
        assert "is a copy of 2026-03-14" in page
        assert 'href="/restored"' in page
        assert "Put the right one back; or, if this is the latest there is" in words(page)
        assert "sheetflow restored" not in page
    assert "is a copy of 2026-03-14" in browser.text("/restored")
    answered(browser, "ledger")
    assert "Recipes Welcome new people" in browser.text("/")


def test_an_answer_to_what_has_changed_meanwhile_is_not_kept(browser, lost):
    page = browser.get("/restored?right=sheets").text
    people = lost / "people.csv"
    text = people.read_text("utf-8").replace("2026-03-14 12:00", "2026-03-14 11:00", 1)
    people.write_text(text, "utf-8")
    answer = browser.post("/restored", right="sheets", seen=SEEN.search(page)[1])
    assert answer.status_code == 409
    said = words(answer.text)
    assert "has changed since you looked at it. Your answer was not kept." in said
    assert "between 14 Mar 11:00 and 14 Mar 12:00" in said
    assert browser.post("/restored", right="sheets").status_code == 409
    assert "There is nothing to answer" not in browser.text("/restored")


def test_whoever_comes_second_is_told_that_it_is_settled(browser, opened, lost):
    other = opened()
    page = other.get("/restored?right=ledger").text
    answered(browser, "sheets")
    said = words(other.post("/restored", right="ledger", seen=SEEN.search(page)[1]).text)
    assert "This was settled meanwhile. Nothing was changed." in said


def test_only_an_admin_answers_and_the_ledger_says_who(logged_in, lost, time_now):
    for name in ("vi", "app"):
        visitor = logged_in(name)
        assert "Somebody with the role admin can answer it." in visitor.text("/restored")
        sure = visitor.get("/restored?right=sheets").text
        assert "Yes, the sheets are right" not in sure
        assert visitor.post("/restored", right="sheets", seen="0").status_code == 403
    answered(logged_in("ada"), "sheets")
    (kept,) = look(Workspace.open(lost, clock=Clock(read=time_now))).answers
    assert kept.who == "ada"


def test_recipes_that_did_not_run_since_are_named(browser, lost, time_now):
    recipe = lost / "recipes/second"
    recipe.mkdir()
    text = (lost / "recipes/welcome/recipe.yaml").read_text("utf-8")
    (recipe / "recipe.yaml").write_text(
        text.replace("  - email: person\n    template: welcome\n\n", ""), "utf-8"
    )
    assert "Only some recipes ran since" in browser.text("/restored")
    both = browser.text("/restored?right=sheets")
    assert "6 rows will say Not sure" in both
    page = browser.get("/restored?right=sheets&ran=welcome").text
    assert "You say that nothing but this recipe may have run since: welcome." in words(page)
    assert "5 rows are taken as done" in words(page)
    browser.post("/restored", right="sheets", ran="welcome", seen=SEEN.search(page)[1])
    (kept,) = look(Workspace.open(lost, clock=Clock(read=time_now))).answers
    assert kept.ran == ("welcome",)


@pytest.mark.parametrize("query", ["?right=nobody", "?right=", ""])
def test_what_cannot_be_answered_shows_the_question(browser, lost, query):
    assert "What is right?" in browser.text(f"/restored{query}")
    assert browser.post("/restored", right="nobody", seen="x").status_code == 400


def test_a_recipe_that_is_not_there_cannot_have_run(browser, lost):
    assert browser.get("/restored?right=sheets&ran=../../etc").status_code == 400


def test_home_says_which_recipe_could_not_run_and_leads_to_the_question(
    browser, folder, ran, time_now
):
    from sheetflow.ledger.ticks import Tick, Ticks
    from sheetflow.workspace import CHAPTER

    browser.post("/recipes/welcome/on", present="leave")
    why = "The ledger is older. Put the right ledger back, or say what is right: sheetflow restored"
    at = time_now()
    tick = Tick("welcome", "every day", at, at, None, "", 2, at, why)
    with ran.ledger(read_only=False) as ledger:
        assert Ticks(ledger.database, CHAPTER).move(None, tick)
    page = browser.get("/").text
    assert (
        "Welcome new people could not run Sat 14 March 2026, 12:00 CET; it is tried again by "
        "itself The ledger is older. Put the right ledger back, or say what is right. "
        "See what is in question" in words(page)
    )
    browser.post("/recipes/welcome/off")
    assert "could not run" not in browser.text("/")
