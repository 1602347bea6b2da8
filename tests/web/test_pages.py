"""What each page says, and that looking at it changes nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sheetflow.runner.running import run
from sheetflow.values import Status, Word
from sheetflow.web.app import DONE, SEEN
from sheetflow.workspace import CHAPTER
from tests.web.conftest import HOSTILE, words


def links(page: str, start: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf'href="({re.escape(start)}[^"]*)"', page)))


def needs_a_go(folder: Path) -> None:
    recipe = folder / "recipes/welcome/recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8") + "\napprove: always\n", "utf-8")


def test_home_says_who_needs_somebody_first_and_then_the_recipes(ran, browser):
    said = browser.text("/")
    assert (
        "Riverside Volunteers Needs you 1 row needs a person. "
        "Needs you: two addresses here, keep one 1 person, recipe welcome "
        'Mend it in the row in "People"; the next run sees it. Bo L. '
        "Waits, and goes on by itself Nothing waits. "
        "Recipes Welcome new people Off Meant to run every weekday at 09:00 "
        "Last run, Sat 14 March 2026, 12:00 CET Needs you: 1, Sent: 5, Done: 5"
    ) in said


def test_a_new_workspace_has_pages_too_and_no_ledger_is_made(browser, folder):
    said = browser.text("/")
    assert "Nothing needs you." in said
    assert "It never ran." in said
    for path in ("/waiting", "/runs", "/people", "/recipes/welcome", "/recipes/welcome/plan"):
        assert browser.get(path).status_code == 200
    assert not (folder / "sheetflow.db").exists()


def test_looking_at_every_page_changes_no_file(ran, browser, folder):
    def files():
        return {
            path: path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.endswith(("-wal", "-shm"))
        }

    before = files()
    home = browser.get("/").text
    seen = {
        "/",
        "/people",
        "/recipes/welcome/on",
        "/recipes/welcome/plan",
        "/recipes/welcome/plan/whole",
        *links(home, "/"),
        *links(browser.get("/waiting").text, "/"),
        *links(browser.get("/runs").text, "/runs/"),
    }
    for path in sorted(seen):
        assert browser.get(path).status_code == 200, path
        assert browser.client.head(path).status_code == 200, path
    assert files() == before


def test_a_recipe_is_read_aloud(ran, browser):
    said = browser.text("/recipes/welcome")
    assert "It is off Nobody ever switched it on" in said
    assert 'It acts on a row only if all of this holds: - "Stage" is empty' in said
    assert "Nobody who asked not to be written to is written to." in said


def test_a_recipe_with_mistakes_says_them_and_can_still_be_switched_off(browser, folder):
    (folder / "recipes/welcome/recipe.yaml").write_text("recipe: Broken\n", "utf-8")
    assert "Broken Off" in browser.text("/")
    said = browser.text("/recipes/welcome")
    assert "It cannot be read." in said
    assert browser.get("/recipes/welcome/plan").status_code == 409
    assert "welcome is off." in words(browser.post("/recipes/welcome/off").text)


def test_a_recipe_is_read_again_when_anything_that_it_is_made_from_changed(ran, browser, folder):
    assert "Welcome new people" in browser.text("/recipes/welcome")
    recipe = folder / "recipes/welcome/recipe.yaml"
    text = recipe.read_text("utf-8")
    recipe.write_text(text.replace("Welcome new people", "Greet everybody"), "utf-8")
    assert "Greet everybody" in browser.text("/recipes/welcome")
    people = folder / "people.csv"
    table = people.read_text("utf-8")
    people.write_text(table.replace("Region", "Area", 1), "utf-8")
    assert "It cannot be read." in browser.text("/recipes/welcome")
    people.write_text(table, "utf-8")
    assert "It cannot be read." not in browser.text("/recipes/welcome")
    template = folder / "recipes/welcome/templates/welcome.md"
    template.write_text(template.read_text("utf-8") + "\n{{ nonsense", "utf-8")
    assert "It cannot be read." in browser.text("/recipes/welcome")
    template.unlink()
    assert "It cannot be read." in browser.text("/recipes/welcome")


def test_settings_with_mistakes_are_told_in_words(browser, folder):
    (folder / "sheetflow.yaml").write_text("organisation: x\n", "utf-8")
    answer = browser.get("/")
    assert answer.status_code == 409
    assert "There are mistakes in the workspace's files." in words(answer.text)


def test_a_run_tells_every_row_by_what_became_of_it(ran, browser):
    (path,) = links(browser.get("/runs").text, "/runs/")
    page = browser.get(path).text
    said = words(page)
    assert "Recipe welcome Began Sat 14 March 2026, 12:00 CET" in said
    assert re.findall(r"(Needs you|Sent|Done): (\d+)", said)[-3:] == [
        ("Needs you", "1"),
        ("Sent", "5"),
        ("Done", "10"),
    ]
    assert "Ana R. set Done — set Stage" in said
    assert "Bo L. row told Needs you — two addresses here, keep one" in said


def test_a_long_run_is_told_page_by_page_and_nobody_twice(folder, browser, ran, time_now):
    time_now.move(minutes=1)
    many = "".join(f"Pat {n},pat{n}@example.org,North,2026-03-02,\n" for n in range(90))
    people = folder / "people.csv"
    people.write_text(people.read_text("utf-8") + many, "utf-8")
    run(ran.recipe("welcome"), ran)
    newest = links(browser.get("/runs").text, "/runs/")[0]
    page = browser.get(newest).text
    told: list[str] = []
    path = f"{newest}?word=Sent"
    while path:
        page = browser.get(path).text
        told += re.findall(r'<th scope="row"><a href="([^"]+)"', page)
        more = links(page, "?word=Sent")
        path = f"{newest}{more[0]}".replace("&amp;", "&") if more else ""
    assert len(told) == len(set(told)) == 90


def test_runs_go_on_by_place_and_can_be_of_one_recipe(browser, ran):
    with ran.ledger(read_only=False) as ledger, ledger.applying("a test") as turn:
        for _ in range(51):
            turn.begin("welcome", CHAPTER, "", ran.clock.now())
    first = browser.get("/runs?recipe=welcome").text
    (more,) = links(first, "?before=")
    second = browser.get("/runs" + more.replace("&amp;", "&")).text
    found = [*links(first, "/runs/"), *links(second, "/runs/")]
    assert len(found) == len(set(found)) == 52
    assert "There is no run here." in browser.text("/runs?recipe=other")


@pytest.mark.parametrize("where", ["?before=x", "?before=2026-03-14", "?before=2026-03-14T12:00_x"])
def test_a_place_that_no_page_of_ours_gave_is_refused(browser, ran, where):
    assert browser.get("/runs" + where).status_code == 400


@pytest.mark.parametrize(
    "wanted", ["ana@example.org", "Ana@Example.ORG", "Reyes", "mailto:ana@example.org"]
)
def test_a_person_is_found_without_their_address_in_any_url(ran, browser, wanted):
    found = browser.post("/people", person=wanted)
    assert found.status_code == 200
    assert re.fullmatch(r"/people/email-[0-9a-f]{64}-[0-9a-f]{32}", found.url.path)
    said = words(found.text)
    assert "Ana R. In People." in said
    assert "Sent — 14 Mar 12:00" in said
    assert "Done — Welcomed by e-mail" in said
    assert "ana@example.org" not in str(found.url)
    assert "ana@example.org" not in found.text


def test_several_of_one_name_are_offered_and_nobody_is_guessed(ran, browser):
    found = browser.post("/people", person="l")
    assert found.url.path == "/people"
    assert "2 people found Bo Lindqvist (row 3 of People" in words(found.text)
    assert "Nobody in the tables is called so." in words(
        browser.post("/people", person="Zebulon").text
    )
    assert "Write an address or a name." in words(browser.post("/people", person=" ").text)


def test_somebody_with_two_addresses_has_a_page_by_their_row(ran, browser):
    (path,) = links(browser.get("/").text, "/people/row-")
    assert "Bo L. In People." in browser.text(path)


def test_the_page_of_a_row_is_found_after_a_restart_too(ran, browser, folder, time_now):
    (path,) = links(browser.get("/").text, "/people/row-")
    from starlette.testclient import TestClient

    from sheetflow.clock import Clock
    from sheetflow.web.app import make_app
    from tests.web.conftest import HERE

    app = make_app(folder, clock=Clock(read=time_now))
    fresh = TestClient(app, base_url=HERE, client=("127.0.0.1", 1))
    assert "Bo L." in words(fresh.get(path).text)
    assert fresh.get("/people/row-" + "0" * 64).status_code == 404


def test_hostile_names_are_only_text(ran, browser):
    pages = [browser.get("/runs").text]
    pages += [browser.get(path).text for path in links(pages[0], "/runs/")]
    pages += [browser.post("/people", person="script@example.org").text]
    pages += [browser.post("/people", person="a").text]
    pages += [browser.get("/recipes/welcome/plan").text]
    for page in pages:
        assert "<script" not in page
        assert HOSTILE not in page
        assert "\u202e" not in page
        assert "\u2066" not in page
        assert "L" * 300 not in page


def test_what_waits_for_a_go_leads_to_the_plan(folder, browser, ran):
    needs_a_go(folder)
    people = folder / "people.csv"
    people.write_text(people.read_text("utf-8") + "Dora,dora@example.org,N,2026-03-06,\n", "utf-8")
    fresh = type(ran).open(folder, clock=ran.clock)
    run(fresh.recipe("welcome"), fresh)
    page = browser.get("/").text
    assert "Waiting: 1 person needs a Go 1 person, recipe welcome Look at the plan" in words(page)
    (path,) = links(page, "/recipes/welcome/plan")
    assert "Give my Go to this plan" in browser.text(path)
    more = "".join(f"Pat {n},p{n}@example.org,N,2026-03-06,\n" for n in range(4))
    people.write_text(people.read_text("utf-8").replace("Dora,", f"{more}Dora,"), "utf-8")
    run(fresh.recipe("welcome"), fresh)
    (cause,) = links(browser.get("/").text, "/waiting/")
    said = browser.text(cause)
    assert "Waiting: 5 people need a Go 5 people, recipe welcome. Look at the plan" in said
    assert "sheetflow approve" not in said
    assert "Until when" not in said


def test_what_waits_for_ticks_leads_to_what_they_would_let_go_out(folder, browser, ran):
    recipe = folder / "recipes/welcome/recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8") + "\napprove: each row\n", "utf-8")
    people = folder / "people.csv"
    people.write_text(people.read_text("utf-8") + "Dora,dora@example.org,N,2026-03-06,\n", "utf-8")
    fresh = type(ran).open(folder, clock=ran.clock)
    run(fresh.recipe("welcome"), fresh)
    page = browser.get("/").text
    assert links(page, "/recipes/welcome/plan") == ["/recipes/welcome/plan#asked"]
    assert "See what a tick would let go out" in words(page)
    plan = browser.get("/recipes/welcome/plan").text
    assert 'id="asked"' in plan
    assert "dora@example.org" in plan


def test_a_cause_of_many_has_a_page_with_everybody_in_parts(ran, browser, folder):
    many = "".join(f"Pat {n},a{n}@x.example b{n}@x.example,N,2026-03-02,\n" for n in range(120))
    people = folder / "people.csv"
    people.write_text(people.read_text("utf-8") + many, "utf-8")
    run(ran.recipe("welcome"), ran)
    page = browser.get("/waiting").text
    assert "Show all 121 people" in words(page)
    (path,) = links(page, "/waiting/")
    first = browser.get(path).text
    found = links(first, "/people/row-")
    while more := links(first, "?after=row-"):
        first = browser.get(path + more[0]).text
        found += links(first, "/people/row-")
    assert len(found) == len(set(found)) == 121
    assert browser.get("/waiting/" + "0" * 32).status_code == 404


def test_many_causes_come_in_parts_and_none_is_left_out(ran, browser):
    sentences = {f"row {n}": Status(Word.NEEDS_YOU, f"reason {n:02}") for n in range(45)}
    with ran.ledger(read_only=False) as ledger, ledger.applying("a test") as turn:
        turn.remember_statuses("main", "People", "welcome", sentences, at=ran.clock.now())
    seen, path = [], "/waiting"
    while path:
        page = browser.get(path).text
        seen += re.findall(r"<bdi>(reason \d\d)</bdi></h2>", page)
        more = re.search(r'href="(\?from=\d+)"', page)
        path = f"/waiting{more[1]}" if more else ""
    assert sorted(seen) == [f"reason {n:02}" for n in range(45)]
    assert browser.get("/waiting?from=x").text == browser.get("/waiting").text


@pytest.mark.parametrize("path", ["/nothing", "/recipes/none", "/runs/none", "/people/ana@x.org"])
def test_what_is_not_there_is_said_in_words(browser, ran, path):
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "There" in words(answer.text)


def test_every_page_is_either_looked_at_or_done_by_post():
    assert set(DONE) & (set(SEEN) - {"/people", "/restored"}) == set()


def test_only_whoever_may_is_led_to_switching_on(folder, logged_in, ran):
    people = folder / "people.csv"
    people.write_text(people.read_text("utf-8") + "Dora,dora@example.org,N,2026-03-06,\n", "utf-8")
    fresh = type(ran).open(folder, clock=ran.clock)
    run(fresh.recipe("welcome"), fresh, attended=False)
    told = "Waiting: switch this recipe on first 1 person, recipe welcome"
    home = logged_in("ada").get("/").text
    assert f"{told} Switch it on" in words(home)
    for name in ("app", "vi"):
        home = logged_in(name).get("/").text
        assert f"{told} It goes on when somebody switches the recipe on." in words(home)
        assert "/recipes/welcome/on" not in home
