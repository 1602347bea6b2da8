"""The page behind a link to answer by: what it says, when it counts; opening it does nothing."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from sheetflow.clock import Clock
from sheetflow.hosting.hearing import Hearing
from sheetflow.runner.linking import answer_token, what_is_answered
from sheetflow.runner.running import plan_recipe
from sheetflow.testing.rehearsing import rehearse
from sheetflow.web.app import make_app
from sheetflow.web.replying import MOST_A_DAY
from sheetflow.workspace import Workspace
from tests.web.answers.conftest import GUESTS, OUTSIDE, SAY, kept, links_in
from tests.web.conftest import words


def test_the_page_says_what_one_is_about_to_say(client, links):
    answer = client.get(links[0])
    assert answer.status_code == 200
    assert words(answer.text) == (
        "You say to Riverside <3: Yes, I come Send this answer "
        "Nothing is sent until you press the button."
    )
    assert "&lt;3" in answer.text
    assert "Ana" not in answer.text


def test_scanners_that_open_every_link_change_nothing(client, links, workspace):
    for link in links * 3:
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert kept(workspace) == []


@pytest.mark.parametrize("body", [b"", b"say=no", b"List-Unsubscribe=One-Click", b"\xff"])
def test_a_post_without_the_button_changes_nothing(client, links, workspace, body):
    assert client.post(links[0], content=body).status_code == 404
    assert kept(workspace) == []


def test_the_button_says_it(client, links, workspace):
    answer = client.post(links[0], data=SAY)
    assert words(answer.text) == (
        "Thank you, noted. You said: Yes, I come "
        "You can change it: open another link in the same message. The last answer counts."
    )
    assert kept(workspace) == [("Ana", "Comes", "Yes")]


def test_saying_it_again_is_saying_it_once(client, links, workspace):
    for _ in range(3):
        assert client.post(links[0], data=SAY).status_code == 200
    assert words(client.get(links[0]).text).startswith("Thank you, noted. You said: Yes, I come")
    assert kept(workspace) == [("Ana", "Comes", "Yes")]


def test_the_last_answer_counts_and_the_page_shows_the_one_before(client, links, workspace):
    client.post(links[0], data=SAY)
    page = words(client.get(links[1]).text)
    assert "No, sorry So far you have said: Yes, I come (" in page
    assert "With the button, this answer takes its place." in page
    client.post(links[1], data=SAY)
    assert kept(workspace) == [("Ana", "Comes", "Yes"), ("Ana", "Comes", "No")]


def test_the_page_speaks_the_language_of_its_message(client, links, workspace):
    theirs = links_in(workspace.folder / "outbox", "bo")
    page = client.get(theirs[0], headers={"accept-language": "de"}).text
    assert '<html lang="en" dir="ltr">' in page  # the template is in English alone


def test_links_end_after_their_time(client, links, workspace, time_now):
    time_now.move(days=14, seconds=1)
    answer = client.get(links[1])
    assert (answer.status_code, words(answer.text)) == (
        410,
        "This can no longer be answered here. Please write to whoever sent you the message.",
    )
    assert client.post(links[1], data=SAY).status_code == 410
    assert kept(workspace) == []
    assert client.post(links[0], data=SAY).status_code == 200
    time_now.move(days=47)
    assert client.get(links[0]).status_code == 410


def test_links_of_plans_and_rehearsals_do_nothing(client, workspace, tmp_path):
    recipe = workspace.recipe("ask")
    plan = plan_recipe(recipe, workspace)
    again = plan_recipe(recipe, workspace)
    assert [each.content for each in plan.changes] == [each.content for each in again.changes]
    text = plan.changes[0].change.data["letter"]["text"]
    rehearse(recipe, workspace, tmp_path / "rehearsal")
    shown = [*re.findall(rf": {OUTSIDE}(/answer/\S+)", text)]
    assert shown == links_in(tmp_path / "rehearsal" / "outbox")
    for link in shown:
        assert "This is a link in a preview." in words(client.post(link, data=SAY).text)
    assert kept(workspace) == []


def test_a_message_that_was_never_handed_over_cannot_be_answered(client, links, workspace):
    """Even with a token that only the ledger could have made."""
    people = workspace.folder / "guests.csv"
    people.write_text(people.read_text("utf-8") + "Cy,cy@example.org,,,\n", "utf-8")
    fresh = Workspace.open(workspace.folder, clock=workspace.clock)
    [entry] = plan_recipe(fresh.recipe("ask"), fresh).changes
    mark = entry.change.data["answers"]["choices"][0]["mark"]
    with workspace.ledger() as ledger:
        token = answer_token(ledger.salt, entry.key.digest, mark)
    assert client.post(f"/answer/{token}", data=SAY).status_code == 404
    assert kept(workspace) == []


def test_a_link_means_what_its_message_said_and_nothing_newer(client, links, workspace):
    """A message that was sent once more with other words leaves the old links without a meaning."""
    token = links[0].rpartition("/")[2]
    with workspace.ledger() as ledger:
        asked = what_is_answered(ledger.salt, token)
        other = answer_token(ledger.salt, asked.digest, "0" * 16)
    assert client.post(f"/answer/{other}", data=SAY).status_code == 410
    assert kept(workspace) == []


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "A", lambda t: "A" * 54])
def test_forged_tokens_are_none(client, links, workspace, change):
    token = links[0].rpartition("/")[2]
    answer = client.post(f"/answer/{change(token)}", data=SAY)
    assert (answer.status_code, kept(workspace)) == (404, [])


def test_a_link_to_unsubscribe_is_none_to_answer_by(client, links, workspace):
    token = links[0].rpartition("/")[2]
    click = {"List-Unsubscribe": "One-Click"}
    assert client.post(f"/unsubscribe/{token}", data=click).status_code == 404


def test_guessing_is_slowed_down(client, links):
    codes = [client.get(f"/answer/{n:054}").status_code for n in range(25)]
    assert set(codes) == {404, 429}
    assert client.get(links[0]).status_code == 200


def test_answers_to_one_message_are_bounded(client, links, workspace, time_now):
    codes = []
    for n in range(MOST_A_DAY + 5):
        time_now.move(seconds=1)
        codes.append(client.post(links[n % 2], data=SAY).status_code)
    assert codes == [200] * MOST_A_DAY + [429, 200] * 2 + [429]
    assert len(kept(workspace)) == MOST_A_DAY
    time_now.move(days=1, seconds=1)
    assert client.post(links[1], data=SAY).status_code == 200


def test_a_cell_that_holds_such_an_address_stops_its_row(workspace):
    people = workspace.folder / "guests.csv"
    recipe = workspace.recipe("ask")
    mark = recipe.steps[0].options["template"].links[0].mark
    evil = f"{OUTSIDE}/answer/preview-{mark}"
    people.write_text(f"{GUESTS}Eve,eve@example.org,,,[gift]({evil})\n", "utf-8")
    fresh = Workspace.open(workspace.folder, clock=workspace.clock)
    entries = {each.who: each for each in plan_recipe(recipe, fresh).entries}
    assert entries["Ana"].change is not None
    assert entries["Eve"].deed.reason == "a cell holds the address of one of our links"


def test_a_cell_cannot_name_what_a_link_says(workspace):
    people = workspace.folder / "guests.csv"
    hostile = "{{ link('x', set='Note', to='owned') }}"
    people.write_text(f'{GUESTS}Eve,eve@example.org,,,"{hostile}"\n', "utf-8")
    fresh = Workspace.open(workspace.folder, clock=workspace.clock)
    entries = {each.who: each for each in plan_recipe(fresh.recipe("ask"), fresh).entries}
    data = entries["Eve"].change.data
    assert f"Your note: {hostile}" in data["letter"]["text"]
    assert [each["column"] for each in data["answers"]["choices"]] == ["Comes", "Comes"]


def test_the_address_tells_nothing_of_anybody(links, workspace):
    with workspace.ledger() as ledger:
        [record] = [each for each in ledger.history("Ana") if each.key.step == "email-guest"]
    token = links[0].rpartition("/")[2]
    assert record.key.digest not in token
    assert links[0] != links_in(workspace.folder / "outbox", "bo")[0]


def test_opening_the_page_asks_nobody_else_and_sets_nothing(client, links):
    answer = client.get(links[0])
    assert "set-cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert not re.findall(r'(?:src|href)="(?!/(?:style|icon))', answer.text)


def test_somebody_looks_at_once_when_an_answer_came(links, workspace, time_now):
    hurried = []
    hearing = Hearing(workspace.clock, hurry=lambda: hurried.append(1))
    app = make_app(workspace.folder, clock=Clock(read=time_now), hearing=hearing)
    client = TestClient(app, base_url=OUTSIDE)
    client.get(links[0])
    assert hurried == []
    client.post(links[0], data=SAY)
    assert hurried == [1]
    hearing.close()
