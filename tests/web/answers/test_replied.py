"""Answers by links on the dashboard: those that wait, and those of a person."""

from __future__ import annotations

import json
import re

import pytest

from sheetflow.reporting.timeline import timelines
from sheetflow.reporting.timeline_text import timeline_json, timeline_text
from sheetflow.runner.answering import take_in
from sheetflow.workspace.examining import examine
from tests.web.answers.conftest import SAY
from tests.web.conftest import words


@pytest.fixture
def ada(logged_in):
    """Somebody who may do everything; here a login is needed, for the world can reach it."""
    return logged_in("ada")


def lose(workspace, who: str) -> None:
    """Somebody deletes a row."""
    path = workspace.folder / "guests.csv"
    rows = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join(row for row in rows if not row.startswith(who)) + "\n", "utf-8")


def test_an_answer_that_waits_is_told_on_the_first_page_and_where_all_waits(
    client,
    links,
    workspace,
    ada,
):
    assert "not in the sheet" not in words(ada.get("/").text)
    client.post(links[0], data=SAY)
    lose(workspace, "Ana")
    take_in(workspace)
    assert "1 answer is not in the sheet yet" in words(ada.get("/").text)
    assert (
        "Ana answered “Yes, I come” by a link (Comes: Yes), Sat 14 March 2026, 12:00 CET "
        "ask: not in the sheet yet: the row is gone. Tried again from Sat 14 March 2026, 12:01 CET"
    ) in words(ada.get("/waiting").text)
    findings = [finding for part in examine(workspace) for finding in part.findings]
    [amiss] = [each for each in findings if each.what == "answers by link"]
    assert (amiss.ok, amiss.says) == (False, "1 answer not in the sheet: the row is gone")


def test_what_answers_are_filed_under_is_no_recipe_to_look_at(
    client,
    links,
    workspace,
    ada,
    time_now,
):
    time_now.move(minutes=5)
    client.post(links[0], data=SAY)
    take_in(workspace)
    person = ada.post("/people", person="ana@example.org").text
    run = ada.get(re.search(r'href="(/runs/\d[^"]+)"', ada.get("/runs").text)[1]).text
    assert "Run of (answers)" in words(run)
    for page in (person, run):
        recipes = set(re.findall(r'href="(/recipes/[^"]+)"', page))
        assert all(ada.get(path).status_code == 200 for path in recipes), recipes


def test_a_persons_page_and_timeline_tell_their_answer(
    client,
    links,
    workspace,
    ada,
    time_now,
):
    time_now.move(minutes=5)
    client.post(links[0], data=SAY)
    time_now.move(minutes=1)
    take_in(workspace)
    page = ada.post("/people", person="ana@example.org")
    said = "Ana answered “Yes, I come” by a link (Comes: Yes)"
    when, then = "Sat 14 March 2026, 12:05 CET", "in the sheet since Sat 14 March 2026, 12:06 CET"
    assert f"{said} {when}, ask, {then}" in words(page.text)
    found = timelines(workspace, "Ana")
    told = " ".join(timeline_text(found, workspace.clock.zone).split())
    assert f"{when}: ask, {said}: {then}" in told
    facts = json.loads(timeline_json(found, workspace.clock.zone))[0]["timeline"]
    [answer] = [each for each in facts if each["step"] == "answer by link"]
    assert (answer["state"], answer["column"], answer["tie"]) == ("written", "Comes", "row")
    times = [each["at"] for each in facts]
    assert times == sorted(times)


def test_nobody_elses_page_tells_it(client, links, workspace, ada):
    client.post(links[0], data=SAY)
    take_in(workspace)
    page = ada.post("/people", person="bo@example.org")
    assert "answered" not in words(page.text)
