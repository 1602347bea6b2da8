"""The pages in a real browser: for everybody, on a phone and a desk, in light and dark."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sheetflow.clock import Clock
from sheetflow.runner.running import run
from sheetflow.workspace import Workspace
from tests.conftest import BERLIN, NOON
from tests.web.conftest import PASSWORD, serving

RULES = (Path(__file__).parent / "rules.js").read_text("utf-8")
LATER = Clock.at(NOON + timedelta(hours=1), BERLIN)
LOOKS = [(320, False), (375, True), (1200, False), (1200, True)]


@pytest.fixture(scope="module")
def lively_campaign(campaign_after_a_run, tmp_path_factory) -> Path:
    """A campaign in which something of everything has happened; only for copying and looking at."""
    folder = tmp_path_factory.mktemp("lively") / "campaign"
    shutil.copytree(campaign_after_a_run, folder)
    recipe = folder / "recipes/welcome/recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8") + "\napprove: always\n", "utf-8")
    many = "".join(f"Pat {n},a{n}@x.example b{n}@x.example,N,2026-03-02,\n" for n in range(7))
    people = folder / "people.csv"
    text = people.read_text("utf-8") + many + "Dora Novak,dora@example.org,N,2026-03-06,\n"
    people.write_text(text + "مريم الحسن,maryam@example.org,N,2026-03-06,\n", "utf-8")
    workspace = Workspace.open(folder, clock=LATER)
    run(workspace.recipe("welcome"), workspace)
    return folder


@pytest.fixture(scope="module")
def shown(lively_campaign) -> Iterator[str]:
    """The address of that campaign's dashboard, for tests that look and do nothing."""
    with serving(lively_campaign, LATER) as address:
        yield address


@pytest.fixture
def lively(folder, lively_campaign, time_now) -> None:
    """That campaign for a test that does something, behind the dashboard `served`."""
    shutil.copytree(lively_campaign, folder, dirs_exist_ok=True)
    time_now.move(hours=1)


@pytest.fixture(scope="module")
def every_page(shown, chromium) -> list[str]:
    """One address of each kind of page."""
    chromium.open(shown + "/waiting")
    found = chromium.ask("[...document.links].map((link) => link.getAttribute('href'))")
    chromium.open(shown + "/runs")
    found += chromium.ask("[...document.links].map((link) => link.getAttribute('href'))")
    kinds = ("/people/row-", "/waiting/", "/runs/")
    others = [next(path for path in found if path.startswith(kind)) for kind in kinds]
    fixed = ["", "/plan", "/plan/whole", "/on"]
    recipes = [f"/recipes/welcome{path}" for path in fixed]
    return ["/", "/waiting", "/runs", "/pictures", "/people", "/nothing", *recipes, *others]


def test_every_page_is_for_everybody(shown, chromium, every_page):
    for path in every_page:
        chromium.open(shown + path)
        for width, dark in LOOKS:
            chromium.look(width=width, dark=dark)
            assert (path, width, dark, chromium.ask(RULES)) == (path, width, dark, [])


def axe() -> str:
    """The checker axe-core: a newer one where AXE says, or the one that a package carries."""
    if os.environ.get("AXE"):
        return Path(os.environ["AXE"]).read_text("utf-8")
    package = pytest.importorskip("axe_core_python")
    return (Path(package.__file__).parent / "axe.min.js").read_text("utf-8")


WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize(
    ("width", "dark"), [(320, False), pytest.param(1200, True, marks=pytest.mark.slow)]
)
def test_axe_finds_nothing_on_any_page(shown, chromium, every_page, width, dark):
    chromium.look(width=width, dark=dark)
    script = axe()
    for path in every_page:
        chromium.open(shown + path)
        chromium.ask("document.querySelectorAll('details').forEach((each) => each.open = true)")
        chromium.ask(f"{script};0")
        found = chromium.ask(
            f"axe.run(document, {{runOnly: {WCAG}}}).then((found) => "
            "found.violations.map((one) => [one.id, one.nodes[0].html.slice(0, 200)]))"
        )
        assert (path, found) == (path, [])


def test_the_rules_find_what_is_wrong(shown, chromium):
    chromium.look(width=375, dark=False)
    chromium.open(shown + "/people")
    chromium.ask("""(() => {
        const main = document.querySelector("main");
        main.innerHTML = '<h3>x</h3><input><a href="#no">y</a><table><tr><td>z</table>' +
            '<div>wide</div><button>b</button>';
        main.querySelector("a").style.color = "#ddd";
        main.querySelector("div").style.width = "900px";
        main.querySelector("button").style.all = "unset";
    })()""")
    found = " ".join(chromium.ask(RULES))
    for rule in ("not one h1", "no label", "leads nowhere", "contrast", "sideways", "small target"):
        assert rule in found
    assert "table without" in found


def test_no_page_asks_anybody_else_for_anything_or_breaks_its_policy(shown, chromium, every_page):
    for path in every_page:
        chromium.open(shown + path)
        assert all(url.startswith(shown) for url in chromium.asked_for())
        expected = path == "/nothing"
        assert [each for each in chromium.complaints() if "404" not in each] == []
        assert bool(chromium.complaints()) == expected, path
        assert chromium.ask("document.scripts.length") == 0


def test_every_stop_of_the_tab_key_can_be_seen(shown, chromium):
    chromium.look(width=1200, dark=False)
    for path in ("/", "/recipes/welcome/on", "/people", "/recipes/welcome/plan"):
        chromium.open(shown + path)
        seen = []
        for _ in range(60):
            chromium.press("Tab")
            where = chromium.ask("""(() => {
                const at = document.activeElement, style = getComputedStyle(at);
                if (at === document.body) return null;
                return [at.tagName, style.outlineStyle !== "none" && parseFloat(style.outlineWidth)]
            })()""")
            if where is None:
                break
            seen.append(where)
        assert len(seen) > 4, path
        assert all(width and width >= 1 for _, width in seen), (path, seen)


def test_a_recipe_is_switched_on_and_off_with_a_mouse_and_nothing_else(served, chromium, lively):
    chromium.open(served + "/recipes/welcome")
    chromium.click('a[href$="/on"]')
    seen = chromium.ask("document.body.innerText")
    assert "Who is under way already, and stays so (10)" in seen
    chromium.click("main form button")
    assert "welcome is on." in chromium.ask("document.querySelector('[role=status]').innerText")
    assert chromium.ask("location.pathname") == "/recipes/welcome"
    chromium.click("[role=status] button")
    assert "welcome is off." in chromium.ask("document.querySelector('[role=status]').innerText")


def test_a_go_is_given_and_everything_is_paused_in_a_browser(served, chromium, lively):
    chromium.open(served + "/recipes/welcome/plan")
    chromium.click('form[action$="/approve"] button')
    assert "You gave your Go to this plan" in chromium.ask("document.body.innerText")
    chromium.open(served + "/recipes/welcome/on")
    chromium.click("main form button")
    chromium.open(served + "/")
    chromium.click('form[action="/pause"] button')
    assert "Switched off: welcome." in chromium.ask("document.body.innerText")
    chromium.click('form[action="/resume"] button')
    assert "Switched on again: welcome." in chromium.ask("document.body.innerText")


def test_somebody_logs_in_and_out_in_a_browser(served, chromium, users):
    chromium.look(width=375, dark=True)
    chromium.open(served + "/")
    assert chromium.ask("location.pathname") == "/login"
    assert chromium.ask(RULES) == []
    fill = "document.querySelector('#{}').value = '{}'"
    for name, value in (("name", "ada"), ("password", "wrong wrong wrong")):
        chromium.ask(fill.format(name, value))
    chromium.click("main form button")
    assert "do not belong together" in chromium.ask("document.body.innerText")
    assert chromium.ask(RULES) == []
    for name, value in (("name", "ada"), ("password", PASSWORD)):
        chromium.ask(fill.format(name, value))
    chromium.click("main form button")
    assert "You are logged in as ada." in chromium.ask("document.body.innerText")
    assert chromium.ask(RULES) == []
    assert chromium.ask("document.cookie") == ""
    chromium.click('form[action="/logout"] button')
    assert chromium.ask("location.pathname") == "/login"


def test_a_page_elsewhere_cannot_show_ours_in_a_frame(shown, chromium):
    chromium.open(shown + "/people")
    framed = chromium.ask(f"""new Promise((done) => {{
        const frame = document.createElement("iframe");
        frame.src = "{shown}/";
        frame.onload = () => done(frame.contentDocument === null ? "hidden" : "shown");
        setTimeout(() => done("hidden"), 500);
        document.body.append(frame);
    }})""")
    assert framed == "hidden"


def test_hostile_names_do_nothing_in_a_browser(shown, chromium):
    chromium.open(shown + "/runs")
    path = chromium.ask("document.querySelector('main th a').getAttribute('href')")
    for page in (path, "/recipes/welcome/plan"):
        chromium.open(shown + page)
        assert chromium.ask("document.scripts.length") == 0
        assert not re.search("\u202e|\u2066", chromium.ask("document.body.innerText"))
        assert chromium.ask(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )


@pytest.fixture
def in_question(folder, ran) -> None:
    """The ledger is gone, and two recipes may have written what the sheet says."""
    second = folder / "recipes/second"
    second.mkdir()
    text = (folder / "recipes/welcome/recipe.yaml").read_text("utf-8")
    text = text.replace("  - email: person\n    template: welcome\n\n", "")
    (second / "recipe.yaml").write_text(text, "utf-8")
    for file in folder.glob("sheetflow.db*"):
        file.unlink()


def violations(chromium) -> list[object]:
    chromium.ask("document.querySelectorAll('details').forEach((each) => each.open = true)")
    chromium.ask(f"{axe()};0")
    return chromium.ask(
        f"axe.run(document, {{runOnly: {WCAG}}}).then((found) => "
        "found.violations.map((one) => [one.id, one.nodes[0].html.slice(0, 200)]))"
    )


@pytest.mark.parametrize(("width", "dark"), [(375, False), (1200, True)])
def test_what_is_right_after_an_old_ledger_is_asked_and_answered_in_a_browser(
    served, chromium, in_question, width, dark
):
    chromium.look(width=width, dark=dark)
    chromium.open(served + "/recipes/welcome/plan")
    chromium.click('a[href="/restored"]')
    assert (chromium.ask(RULES), violations(chromium)) == ([], [])
    chromium.ask("document.querySelector('#sheets').checked = true")
    chromium.ask("document.querySelector('input[value=welcome]').checked = true")
    chromium.click("main form button")
    assert "right=sheets&ran=welcome" in chromium.ask("location.search")
    assert (chromium.ask(RULES), violations(chromium)) == ([], [])
    chromium.click("main form button")
    assert "Kept: the sheets are right." in chromium.ask("document.body.innerText")
    chromium.open(served + "/restored")
    assert (chromium.ask(RULES), violations(chromium)) == ([], [])


def test_what_waits_for_ticks_is_for_everybody_too(served, chromium, folder, lively):
    recipe = folder / "recipes/welcome/recipe.yaml"
    recipe.write_text(
        recipe.read_text("utf-8").replace("approve: always", "approve: each row"), "utf-8"
    )
    chromium.look(width=320, dark=True)
    for path in ("/recipes/welcome/plan", "/recipes/welcome/plan/whole"):
        chromium.open(served + path)
        assert chromium.ask("document.querySelectorAll('[id^=asked-] .letter').length") > 0
        assert (path, chromium.ask(RULES), violations(chromium)) == (path, [], [])
