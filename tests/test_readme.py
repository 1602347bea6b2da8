"""README and the other pages are current: their commands exist, their links lead somewhere."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from docs.pictures.make import MOMENT, printed, shown
from recipes.example_workbook import NAME
from sheetflow.cli import sheetflow
from sheetflow.clock import Clock
from sheetflow.commands import COMMANDS

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PROMISE = (
    "For each person, occasion and recipe, Sheetflow hands a message to the mail service at most "
    "once on its own. If it cannot know, it says so and waits for you. Nothing eligible is dropped "
    "without a line you can see. It only writes in its own columns."
)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _flowing(text: str) -> str:
    return " ".join(text.replace("\n> ", "\n").split())


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "trust.md"], ids=_name)
def test_the_promise_stands_word_for_word(page: Path):
    assert PROMISE in _flowing(page.read_text("utf-8"))


def test_the_help_in_the_readme_is_what_help_prints():
    with sheetflow.make_context(
        "sheetflow", [], resilient_parsing=True, terminal_width=88
    ) as context:
        printed = sheetflow.get_help(context)
    shown = (ROOT / "README.md").read_text("utf-8").partition("<!-- the output of")[2]
    assert shown.split("```")[1].strip() == printed.strip()


def test_the_recipe_in_the_readme_is_the_one_that_is_shipped():
    shown = (ROOT / "README.md").read_text("utf-8").partition("```yaml recipe\n")[2]
    shipped = (ROOT / "recipes/assign-point-person/recipe.yaml").read_text("utf-8")
    assert shipped.endswith(shown.partition("```")[0])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder that the demo leaves, and what it prints."""
    folder = tmp_path_factory.mktemp("readme") / "demo"
    return folder, printed(folder, Clock.at(MOMENT))


@pytest.fixture(scope="module")
def told(demo: tuple[Path, list[str]]) -> list[dict[str, str]]:
    """What the demo leaves in the rows of its people."""
    folder, _ = demo
    headers, *rows = load_workbook(folder / NAME)["People"].iter_rows(min_row=3, values_only=True)
    return [
        dict(zip(map(str, headers), (str(cell or "") for cell in row), strict=True)) for row in rows
    ]


def test_what_the_readme_says_of_a_few_rows_is_what_the_demo_writes(told: list[dict[str, str]]):
    columns = ("First name", "Owner", "Sheetflow status")
    written = {tuple(row[column] for column in columns) for row in told}
    shown = (ROOT / "README.md").read_text("utf-8").partition("|---|---|---|\n")[2]
    cells = re.findall(r"^\| (.*?) \| ?(.*?) ?\| (.*?) \|$", shown.partition("\n\n")[0], re.M)
    assert len(cells) == 5
    assert set(cells) <= written


def test_the_picture_of_a_run_shows_what_the_demo_prints(demo: tuple[Path, list[str]]):
    """If not: python -m docs.pictures.make"""
    _, lines = demo
    svg = (PICTURES / "run.svg").read_text("utf-8")
    drawn = re.findall(r"<text [^>]*clip-path[^>]*>(.*?)</text>", svg, re.DOTALL)
    letters = "".join(html.unescape("".join(drawn)).split())
    assert letters == "".join("".join(shown(lines)).split())


@pytest.mark.parametrize("picture", sorted(PICTURES.glob("*.[sp][vn]g")), ids=_name)
def test_every_picture_is_small_and_described(picture: Path):
    assert picture.stat().st_size < 100_000
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.search(rf"!\[.{{40,}}\]\({re.escape(_name(picture))}\)", readme)


def test_what_rows_say_on_the_page_for_organizers_is_what_the_demo_writes(
    told: list[dict[str, str]],
):
    page = (ROOT / "docs" / "sheet.md").read_text("utf-8")
    section = page.partition("## What to do when a row says")[2].partition("\n## ")[0]
    sentences = set(re.findall(r"^\| \*(.+?)\* \|", section, re.M))
    assert len(sentences) > 10
    assert sentences <= {row["Sheetflow status"] for row in told}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_that_a_page_names_exists(page: Path):
    named = set(
        re.findall(r"(?:^ {4}|`|bin/)sheetflow(?: -w \S+)? ([a-z]+)", page.read_text("utf-8"), re.M)
    )
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_make_target_that_a_page_names_exists(page: Path):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = re.findall(r"(?:^ {4}|`)make ([a-z ]+?)(?:`| {2}|$)", page.read_text("utf-8"), re.M)
    assert {target for several in named for target in several.split()} <= targets


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_to_a_file_leads_somewhere(page: Path):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))
    missing = [
        link
        for link in links
        if not link.startswith(("https://", "mailto:")) and not (page.parent / link).exists()
    ]
    assert missing == []


def _anchors(page: Path) -> set[str]:
    """The headings of a page as links name them: small letters, dashes, no other signs."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_to_a_heading_finds_it(page: Path):
    links = re.findall(r"\]\(([^):#]*)#([^)]+)\)", page.read_text("utf-8"))
    missing = [
        f"{file}#{anchor}"
        for file, anchor in links
        if anchor not in _anchors(page.parent / file if file else page)
    ]
    assert missing == []


def test_the_readme_shows_every_room_of_the_core():
    shown = set(re.findall(r"\(sheetflow/(\w+)\)", (ROOT / "README.md").read_text("utf-8")))
    rooms = {
        path.name for path in (ROOT / "sheetflow").iterdir() if (path / "__init__.py").exists()
    }
    assert shown == rooms
