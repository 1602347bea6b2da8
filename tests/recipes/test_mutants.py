"""Each line of each shipped recipe is deleted in turn: none lets more people through than allowed.

The tables have a few rows that a recipe is about, and many that it leaves out for each of its
conditions, so that a lost condition chooses far too many.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from sheetflow.clock import Clock
from sheetflow.errors import ProblemsFound
from sheetflow.runner.running import plan_recipe
from sheetflow.values import Plan
from sheetflow.workspace import Workspace

RECIPES = Path(__file__).parent.parent.parent / "recipes"
NAMES = sorted(path.parent.name for path in RECIPES.glob("*/recipe.yaml"))
FEW, MANY = 8, 120
NOW = datetime.fromisoformat("2026-03-14T12:00:00-04:00")

PERSON = {
    "First name": "Ana",
    "Last name": "Doe",
    "Region": "North",
    "Language": "English",
    "Signed up at": "2026-03-13 18:40",
    "Email OK?": "Yes",
    "Email": "p{n}@example.org",
    **dict.fromkeys(
        ["Phone", "Stage", "Owner", "Next step", "Next step due", "Source", "Notes"], ""
    ),
}
GROUP = {
    "Group": "G{n}",
    "Lead": "Lead {n}",
    "Lead email": "g{n}@example.org",
    "Coach": "Lee Park",
    "Next coaching": "2026-03-17 18:30",
    "Time zone": "",
    "Last coaching": "",
    "Coaching link": "",
    "Notes": "",
}
LEE = {
    "Name": "Lee Park",
    "Email": "lee@example.org",
    "Regions": "North",
    "Max open": "",
    "Languages": "English",
    "Away until": "",
    "Time zone": "",
}
LEFT_OUT = {
    "welcome-new-signup": (
        {"Email OK?": ""},
        {"Signed up at": "2025-01-01 10:00"},
        {"Stage": "Active"},
    ),
    "assign-point-person": ({"Stage": "Active"}, {"Owner": "Lee Park"}),
    "coaching-invites": ({"Coach": ""}, {"Next coaching": "2026-03-01 18:30"}),
}
"""What keeps a row out, for each condition of a recipe."""


@pytest.fixture
def folder(tmp_path: Path, name: str) -> Path:
    """The shipped workspace over tables of text, with a crowd in them."""
    settings = (RECIPES / "sheetflow.yaml").read_text("utf-8")
    settings = re.sub(r"file: campaign\.xlsx\n    sheet: (\w+)", r"file: \1.csv", settings)
    (tmp_path / "sheetflow.yaml").write_text(settings, "utf-8")
    shutil.copytree(RECIPES / name, tmp_path / "recipes" / name)
    left_out = [lacks for lacks in LEFT_OUT[name] for _ in range(MANY)]
    for table, usual in (("People", PERSON), ("Groups", GROUP)):
        lacking = left_out if left_out[0].keys() <= usual.keys() else []
        rows = [usual] * FEW + [{**usual, **lacks} for lacks in lacking]
        _write(tmp_path / f"{table}.csv", rows)
    _write(tmp_path / "Team.csv", [LEE])
    return tmp_path


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for number, row in enumerate(rows):
            writer.writerow({column: cell.format(n=number) for column, cell in row.items()})


def _mutants(text: str) -> Iterator[str]:
    """The recipe without each of its lines; and without each of its keys, with all below it."""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        yield "".join(lines[:number] + lines[number + 1 :])
        end = number + 1
        while end < len(lines) and (_depth(lines[end]) > _depth(line) or not lines[end].strip()):
            end += 1
        if end > number + 1:
            yield "".join(lines[:number] + lines[end:])


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _people(plan: Plan) -> int:
    return len({entry.key.row for entry in plan.changes})


@pytest.mark.parametrize("name", NAMES)
def test_without_any_of_its_lines_a_recipe_reaches_no_more_than_its_limit(folder: Path, name: str):
    path = folder / "recipes" / name / "recipe.yaml"
    text = path.read_text("utf-8")
    declared = _limit(folder, name)
    found, stopped = [], 0
    try:
        for mutant in dict.fromkeys(_mutants(text)):
            path.write_text(mutant, "utf-8")
            workspace = Workspace.open(folder, clock=Clock.at(NOW))
            try:
                recipe = workspace.recipe(name)
            except ProblemsFound:
                continue
            plan = plan_recipe(recipe, workspace)
            assert _people(plan) <= declared, mutant
            found.append(_people(plan))
            stopped += any("people at once" in str(entry.deed) for entry in plan.entries)
    finally:
        path.write_text(text, "utf-8")
    assert FEW in found  # the recipe works on this table, with or without some of its lines
    assert stopped or name == "coaching-invites"  # whose steps stop by themselves


def _limit(folder: Path, name: str) -> int | None:
    workspace = Workspace.open(folder, clock=Clock.at(NOW))
    recipe = workspace.recipe(name)
    assert _people(plan_recipe(recipe, workspace)) == FEW
    return recipe.limits.people_per_run
