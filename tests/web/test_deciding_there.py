"""What is decided on the dashboard: by a form, said afterwards, and taken back where it can."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from sheetflow.runner.running import run
from sheetflow.workspace import CHAPTER, Workspace
from tests.web.conftest import token, words

GO = re.compile(
    r'name="exact" value="(\w+)"><input type="hidden" name="but_for_time" value="(\w+)"'
)


def switch(workspace, recipe="welcome"):
    with workspace.ledger() as ledger:
        return ledger.decided(CHAPTER, recipe).switch


def outbox(folder: Path) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in (folder / "outbox").glob("*.eml"))


def statuses(folder: Path) -> set[str]:
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        return {row.get("Sheetflow status") or "" for row in csv.DictReader(file)}


def opened(folder, ran_or_clock):
    from sheetflow.workspace import Workspace

    return Workspace.open(folder, clock=ran_or_clock)


def needs_a_go(folder: Path) -> None:
    recipe = folder / "recipes/welcome/recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8") + "\napprove: always\n", "utf-8")


def test_switching_on_shows_who_matches_and_leaves_them_alone(browser, folder, clock):
    page = browser.get("/recipes/welcome/on").text
    assert "6 people match now." in words(page)
    assert "Ana R." in words(page)
    said = words(browser.post("/recipes/welcome/on", present="leave").text)
    assert "welcome is on. Left alone, having matched before: 6 people." in said
    assert statuses(folder) == {
        "Skipped — matched before Welcome new people was switched on: nothing sent by it"
    }
    workspace = opened(folder, clock)
    run(workspace.recipe("welcome"), workspace)
    assert outbox(folder) == []
    assert switch(workspace).who == "whoever sits at this machine"


def test_those_who_match_are_acted_on_only_when_somebody_says_so(browser, folder, clock):
    said = words(browser.post("/recipes/welcome/on", **the_list(browser)).text)
    assert "welcome is on. 6 people of the list may be acted on by the next run." in said
    workspace = opened(folder, clock)
    run(workspace.recipe("welcome"), workspace)
    assert "ana" in outbox(folder)


def the_list(browser) -> dict[str, str]:
    """What the form sends for everybody on the list that is shown now."""
    found = re.search(r'name="shown" value="(\w+)"', browser.get("/recipes/welcome/on").text)
    return {"present": "include", "shown": found[1]}


def test_acting_on_them_too_is_for_the_list_that_was_looked_at(browser, folder, clock):
    form = the_list(browser)
    people = folder / "people.csv"
    people.write_text(people.read_text("utf-8") + "Dora,dora@example.org,N,2026-03-06,\n", "utf-8")
    said = words(browser.post("/recipes/welcome/on", **form).text)
    assert "6 people of the list may be acted on by the next run." in said
    assert "So may 1 person who came since, like everybody who comes later." in said
    assert switch(opened(folder, clock)).is_on


def test_a_list_on_which_somebody_changed_switches_nothing_on_and_is_shown_anew(
    browser, folder, clock
):
    form = the_list(browser)
    people = folder / "people.csv"
    people.write_text(people.read_text("utf-8").replace("ana@", "anna@"), "utf-8")
    answer = browser.post("/recipes/welcome/on", **form)
    assert answer.status_code == 409
    said = words(answer.text)
    assert "Nothing was switched on. Since the list was shown, Ana R. changed" in said
    assert "This is the list as it is now. 6 people match now." in said
    assert switch(opened(folder, clock)) is None
    again = re.search(r'name="shown" value="(\w+)"', answer.text)[1]
    assert "welcome is on" in words(
        browser.post("/recipes/welcome/on", **form | {"shown": again}).text
    )


def test_a_list_that_this_browser_was_never_shown_counts_for_nothing(
    browser, opened, folder, clock
):
    form = the_list(opened())
    answer = browser.post("/recipes/welcome/on", **form)
    assert answer.status_code == 409
    assert "The list that you looked at is not known here any more." in words(answer.text)
    assert browser.post("/recipes/welcome/on", present="include").status_code == 409
    assert switch(Workspace.open(folder, clock=clock)) is None


def test_off_is_taken_back_by_the_button_beside_its_sentence(browser, folder, clock):
    browser.post("/recipes/welcome/on", present="leave")
    page = browser.post("/recipes/welcome/off").text
    assert "welcome is off. A run under way stops before its next message." in words(page)
    assert 'action="/recipes/welcome/resume"' in page
    workspace = opened(folder, clock)
    assert not switch(workspace).is_on
    assert "welcome is on as it was." in words(browser.post("/recipes/welcome/resume").text)
    assert switch(workspace).is_on
    assert "welcome is off." not in browser.text("/recipes/welcome")


def test_what_was_never_on_cannot_be_resumed_past_the_people_who_match(browser):
    answer = browser.post("/recipes/welcome/resume")
    assert answer.status_code == 409
    browser.post("/recipes/welcome/off")
    assert browser.post("/recipes/welcome/resume").status_code == 409


def test_a_sentence_is_said_once(browser):
    browser.post("/recipes/welcome/off")
    assert "welcome is off" not in browser.text("/recipes/welcome")


def second_recipe(folder: Path, name: str) -> None:
    text = (folder / "recipes/welcome/recipe.yaml").read_text("utf-8")
    (folder / f"recipes/{name}").mkdir()
    (folder / f"recipes/{name}/recipe.yaml").write_text(
        text.replace("  - email: person\n    template: welcome\n\n", ""), "utf-8"
    )


def test_pause_stops_all_and_its_undo_starts_exactly_those_that_were_on(browser, folder, clock):
    for name in ("second", "third"):
        second_recipe(folder, name)
    for name in ("welcome", "second", "third"):
        browser.post(f"/recipes/{name}/on", present="leave")
    browser.post("/recipes/third/off")
    page = browser.post("/pause").text
    assert "Everything is paused. Switched off: second and welcome." in words(page)
    assert "These recipes were on: second, welcome." in words(page)
    workspace = opened(folder, clock)
    assert [switch(workspace, name).is_on for name in ("welcome", "second", "third")] == [False] * 3
    assert "Nothing is paused" not in browser.text("/")
    said = words(browser.post("/resume").text)
    assert "Switched on again: second and welcome." in said
    on = [switch(workspace, name).is_on for name in ("welcome", "second", "third")]
    assert on == [True, True, False]
    assert "Nothing is paused." in words(browser.post("/resume").text)


def test_a_go_is_for_the_plan_that_was_looked_at(browser, folder, clock):
    needs_a_go(folder)
    page = browser.get("/recipes/welcome/plan").text
    exact, rest = GO.search(page).groups()
    said = words(browser.post("/recipes/welcome/approve", exact=exact, but_for_time=rest).text)
    assert "You gave your Go to this plan for 5 people. The next run carries it out." in said
    again = browser.text("/recipes/welcome/plan")
    assert "This very plan has the Go of whoever sits at this machine, Sat 14 March" in again
    assert "Give my Go" not in again
    workspace = opened(folder, clock)
    run(workspace.recipe("welcome"), workspace)
    assert "ana" in outbox(folder)


def test_a_plan_that_changed_since_is_not_agreed_to_and_shown_anew(browser, folder, clock):
    needs_a_go(folder)
    exact, rest = GO.search(browser.get("/recipes/welcome/plan").text).groups()
    people = folder / "people.csv"
    people.write_text(people.read_text("utf-8") + "Dora,dora@example.org,N,2026-03-06,\n", "utf-8")
    answer = browser.post("/recipes/welcome/approve", exact=exact, but_for_time=rest)
    assert answer.status_code == 409
    assert "The plan has changed since you looked at it. Your Go was not kept." in words(
        answer.text
    )
    assert "dora@example.org" in answer.text
    workspace = opened(folder, clock)
    run(workspace.recipe("welcome"), workspace)
    assert outbox(folder) == []


def test_a_changed_message_is_another_plan(browser, folder):
    needs_a_go(folder)
    exact, rest = GO.search(browser.get("/recipes/welcome/plan").text).groups()
    template = folder / "recipes/welcome/templates/welcome.md"
    template.write_text(template.read_text("utf-8") + "\nP.S. One more thing.\n", "utf-8")
    answer = browser.post("/recipes/welcome/approve", exact=exact, but_for_time=rest)
    assert answer.status_code == 409


def test_a_go_without_a_plan_is_none(browser, folder, clock):
    needs_a_go(folder)
    for made_up in ({}, {"exact": "", "but_for_time": ""}, {"exact": "0" * 32}):
        assert browser.post("/recipes/welcome/approve", **made_up).status_code == 409
    with opened(folder, clock).ledger() as ledger:
        assert ledger.decided(CHAPTER, "welcome").approval is None


def test_the_plan_tells_what_changed_since_the_last_go(browser, folder):
    needs_a_go(folder)
    exact, rest = GO.search(browser.get("/recipes/welcome/plan").text).groups()
    browser.post("/recipes/welcome/approve", exact=exact, but_for_time=rest)
    people = folder / "people.csv"
    text = people.read_text("utf-8").replace("Chidi Okafor,", "Chidi Adeyemi,")
    lines = [line for line in text.splitlines() if not line.startswith("Ana")]
    people.write_text("\n".join([*lines, "Dora Novak,dora@example.org,N,2026-03-06,", ""]), "utf-8")
    said = browser.text("/recipes/welcome/plan")
    assert "An earlier plan had the Go of" in said
    since = said.partition("What changed since then")[2].partition("Your Go is for")[0]
    assert "Added" in since
    assert "Dora N." in since
    assert "Removed" in since


def test_nobody_writes_to_somebody_any_more_and_it_can_be_lifted(browser, ran, folder):
    found = browser.post("/people", person="chidi@example.org")
    path = found.url.path
    page = browser.post(f"{path}/suppress", why="wrote back")
    assert "Nobody writes to them any more: no recipe, of whatever kind." in words(page.text)
    assert "by whoever sits at this machine: wrote back." in words(page.text)
    with ran.ledger() as ledger:
        (listed,) = ledger.decided("", "").suppressions.values()
    assert (listed.channel, listed.why) == ("email", "wrote back")
    assert "They were on the list already." in words(browser.post(f"{path}/suppress").text)
    assert "They may be written to again." in words(browser.post(f"{path}/lift").text)
    with ran.ledger() as ledger:
        assert ledger.decided("", "").suppressions == {}


def test_what_is_suppressed_here_is_suppressed_for_the_command_too(browser, ran, folder):
    path = browser.post("/people", person="new@example.org").url.path
    browser.post(f"{path}/suppress")
    people = folder / "people.csv"
    people.write_text(people.read_text("utf-8") + "New,New@example.org,N,2026-03-06,\n", "utf-8")
    run(ran.recipe("welcome"), ran)
    assert "new" not in outbox(folder)


def test_a_row_is_not_suppressed_by_its_name(browser, ran):
    path = re.search(r"/people/row-\w+", browser.get("/").text)[0]
    assert browser.post(f"{path}/suppress").status_code == 404


def test_a_run_under_way_is_waited_for_in_words(browser, ran):
    with (
        ran.ledger(read_only=False) as ledger,
        ledger.applying("run welcome"),
    ):
        answer = browser.post("/recipes/welcome/on", present="leave")
    assert answer.status_code == 503
    assert token(answer.text) == ""


def test_what_waits_for_a_tick_is_on_the_plan_with_its_message_and_needs_no_go(browser, folder):
    recipe = folder / "recipes/welcome/recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8") + "\napprove: each row\n", "utf-8")
    page = browser.get("/recipes/welcome/plan").text
    assert "Give my Go" not in page
    said = words(page)
    assert "There is nothing to agree to here: each row waits for a tick of its own" in said
    start = said.index("What a tick would let go out")
    assert 'Ana R. Waiting — tick "Go ahead" to send (Welcome new people)' in said[start:]
    assert "To Ana Reyes <ana@example.org>" in said[start:]
    assert "Welcome to Riverside Volunteers, Ana" in said[start:]
    whole = browser.text("/recipes/welcome/plan/whole")
    assert whole.count('Waiting — tick "Go ahead" to send') == page.count("Go ahead")
