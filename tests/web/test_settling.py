"""Not sure, answered in the dashboard: it went out for good, or it is sent again; who and when."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from sheetflow.ledger.records import Record
from sheetflow.ledger.schema import records
from sheetflow.runner.running import run
from sheetflow.tables import statuses
from sheetflow.values import State
from sheetflow.workspace import Workspace
from tests.web.conftest import PASSWORD, words


def letters(folder) -> int:
    return len(list((folder / "outbox").iterdir()))


def fresh(workspace: Workspace) -> Workspace:
    return Workspace.open(workspace.folder, clock=workspace.clock)


@pytest.fixture
def unsure(folder, ran) -> Record:
    """The line dropped while Eve was being written to, and her row says so."""
    with ran.ledger(read_only=False) as ledger:
        done = next(one for one in ledger.history(limit=50) if is_mail(one) and "Eve" in one.who)
        lost = statuses.not_sure("Eve")
        with ledger.database.writing() as connection:
            wanted = records.c.digest == done.key.digest
            connection.execute(
                update(records)
                .where(wanted)
                .values(state="not known", word=lost.word.value, status=lost.text)
            )
        with ledger.applying("a test") as turn:
            row = {done.key.row: lost}
            turn.remember_statuses("main", "People", "welcome", row, at=ran.clock.now())
    people = folder / "people.csv"
    told = people.read_text("utf-8").splitlines()
    said = next(cell for line in told for cell in line.split(",") if "Welcomed by" in cell)
    changed = [line.replace(said, f'"{lost}"') if "eve@" in line else line for line in told]
    people.write_text("\n".join(changed), "utf-8")
    return done


def is_mail(record: Record) -> bool:
    return record.action == "email" and record.state is State.DONE


def answers(page: str) -> list[str]:
    return re.findall(r'name="answer" value="([^"]+)"', page)


def cause_page(browser) -> str:
    found = re.search(r'<a class="act" href="(/waiting/[0-9a-f]+)">Say what', browser.get("/").text)
    assert found is not None
    return found[1]


def test_home_leads_to_where_it_can_be_said(browser, unsure):
    path = cause_page(browser)
    page = browser.get(path).text
    assert answers(page) == ["it went out", "send it again"]
    assert "It did not: send it again: Eve" in words(page)


def test_what_went_out_is_never_sent_again_and_the_row_says_so(browser, unsure, folder, ran):
    path, before = cause_page(browser), letters(folder)
    said = browser.post(f"/unsure/{unsure.key.digest}", answer="it went out", back=path)
    assert ": it went out. Their row says so" in words(said.text)
    assert "Answered; the row says so after the next run" in words(said.text)
    workspace = fresh(ran)
    run(workspace.recipe("welcome"), workspace)
    assert letters(folder) == before
    told = (folder / "people.csv").read_text("utf-8")
    assert "Sent — as somebody confirmed" in told or "Done — Welcomed by e-mail" in told
    assert browser.get(path).status_code == 404
    with fresh(ran).ledger() as ledger:
        assert ledger.record(unsure.key).state is State.DONE


def test_what_did_not_go_out_is_sent_again_once_by_the_next_run(browser, unsure, folder, ran):
    for letter in (folder / "outbox").iterdir():
        letter.unlink()  # the same message twice is one file there
    said = browser.post(f"/unsure/{unsure.key.digest}", answer="send it again")
    assert "The next run sends it again." in words(said.text)
    for _ in range(2):
        workspace = fresh(ran)
        run(workspace.recipe("welcome"), workspace)
        assert letters(folder) == 1


def test_sending_again_is_taken_back_by_the_button_beside_its_sentence(
    browser, unsure, folder, ran
):
    before = letters(folder)
    browser.post(f"/unsure/{unsure.key.digest}", answer="send it again")
    fields = {"answer": "not sure after all"}
    said = browser.post(f"/unsure/{unsure.key.digest}", **fields)
    assert "nobody is sure, and nothing is sent again." in words(said.text)
    with fresh(ran).ledger() as ledger:
        assert ledger.record(unsure.key).state is State.NOT_KNOWN
    assert letters(folder) == before
    again = browser.post(f"/unsure/{unsure.key.digest}", **fields)
    assert "This was settled meanwhile." in words(again.text)


def test_who_answered_what_and_when_stands_on_the_page_of_the_person(unsure, users, opened):
    approver = opened()
    approver.post("/login", page="/login", name="app", password=PASSWORD)
    person = approver.post("/people", person="eve@example.org").url.path
    assert answers(approver.get(person).text) == ["it went out", "send it again"]
    fields = {"answer": "it went out", "back": person}
    said = words(approver.post(f"/unsure/{unsure.key.digest}", **fields).text)
    assert re.search(r"Sat 14 March 2026, \d\d:\d\d CET, app said: it went out", said)
    assert answers(approver.get(person).text) == []


def test_the_first_answer_counts_and_the_second_changes_nothing(browser, unsure, ran):
    path = f"/unsure/{unsure.key.digest}"
    browser.post(path, answer="it went out")
    said = browser.post(path, answer="send it again")
    assert "This was settled meanwhile. Nothing was changed." in words(said.text)
    with fresh(ran).ledger() as ledger:
        assert ledger.record(unsure.key).state is State.DONE


def test_a_viewer_is_asked_nothing_and_answers_nothing(logged_in, unsure, ran):
    viewer = logged_in("vi")
    assert answers(viewer.get(cause_page(viewer)).text) == []
    refused = viewer.post(f"/unsure/{unsure.key.digest}", answer="it went out")
    assert refused.status_code == 403
    with fresh(ran).ledger() as ledger:
        assert ledger.record(unsure.key).state is State.NOT_KNOWN


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/waiting/../\\x", ""])
def test_nobody_is_led_elsewhere(browser, unsure, back):
    path = f"/unsure/{unsure.key.digest}"
    said = browser.post(path, follow=False, answer="send it again", back=back)
    assert (said.status_code, said.headers["location"]) == (303, "/waiting")


@pytest.mark.parametrize(
    ("change", "answer", "status"),
    [("0" * 32, "it went out", 404), ("x", "it went out", 404), ("0" * 32, "perhaps", 400)],
)
def test_what_is_no_question_has_no_answer(browser, unsure, change, answer, status):
    assert browser.post(f"/unsure/{change}", answer=answer).status_code == status


def test_what_was_done_is_no_question(browser, ran):
    with ran.ledger() as ledger:
        done = next(r for r in ledger.history(limit=50) if r.state is State.DONE)
    said = browser.post(f"/unsure/{done.key.digest}", answer="send it again")
    assert "This was settled meanwhile." in words(said.text)
    with ran.ledger() as ledger:
        assert ledger.record(done.key).state is State.DONE
