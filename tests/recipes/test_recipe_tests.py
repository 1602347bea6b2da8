"""The tests of the shipped recipes pass, and hardly a line of a recipe can go without one failing.

A mutant is a shipped recipe without one step, one option of a step, one condition, its status or
its limits. One that `check` refuses says nothing about the tests, and is not counted. What a step
is called (`id`) is left alone: it tells only when a recipe is changed that has run before.
"""

from __future__ import annotations

import re
import shutil
from difflib import unified_diff
from pathlib import Path

import pytest

from sheetflow.errors import ProblemsFound
from sheetflow.testing.suite import load_suite

RECIPES = Path(__file__).parent.parent.parent / "recipes"
NAMES = sorted(path.parent.name for path in RECIPES.glob("*/recipe.yaml"))
UNNOTICED = 1
"""How many mutants of a recipe may not be found: what it says may be what holds without it."""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The shipped recipes, their tests and settings: no table is needed."""
    shutil.copytree(RECIPES, tmp_path / "recipes", ignore=shutil.ignore_patterns("*.csv", "*.py*"))
    shutil.move(tmp_path / "recipes/sheetflow.yaml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_the_tests_of_a_shipped_recipe_pass(copied: Path, name: str):
    results = [result for _, result in load_suite(copied, name).try_all()]
    assert [result.case.name for result in results if not result.passed] == []
    assert len(results) >= 5
    assert {path.name for path in copied.iterdir()} == {"recipes", "sheetflow.yaml"}


def mutants(text: str) -> list[str]:
    """The recipe without each block that begins with a dash or a key, below its first lines."""
    lines = text.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("where:"))
    found = {}
    for number in range(start, len(lines)):
        body = lines[number].lstrip()
        if not body.strip() or re.fullmatch(r"(where|steps):\s*|id: .*\s", body):
            continue
        depth = len(lines[number]) - len(body)
        end = number + 1
        while end < len(lines) and _depth(lines[end]) > depth:
            end += 1
        found["".join(lines[:number] + lines[end:])] = None
    return list(found)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 0


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_hardly_a_line_of_a_shipped_recipe_can_go_unnoticed(copied: Path, name: str):
    path = copied / "recipes" / name / "recipe.yaml"
    whole = path.read_text("utf-8")
    survivors, count = [], 0
    for mutant in mutants(whole):
        if "people_per_run" not in mutant:
            continue  # the shipped limit is also what holds without one
        path.write_text(mutant, "utf-8")
        try:
            results = load_suite(copied, name).try_all()
            passed = all(result.passed for _, result in results)
        except ProblemsFound:
            continue
        count += 1
        if passed:
            survivors.append("".join(unified_diff(whole.splitlines(), mutant.splitlines(), n=1)))
    assert count >= 4
    assert len(survivors) <= UNNOTICED, survivors
