"""Each line of each shipped recipe is deleted in turn: none lets more people through than allowed.

The tables have a few rows that a recipe is about, and many that it leaves out for each of its
conditions, so that a lost condition chooses far too many. The recipe's own limit is cut to LIMIT,
so that a small crowd is too many.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sheetflow.clock import Clock
from sheetflow.errors import ColumnMissing, ProblemsFound
from sheetflow.runner.running import plan_recipe
from sheetflow.tables.memory_table import MemoryTable, sheet_of
from sheetflow.testing.stand_ins import Rehearsal
from sheetflow.values import Plan

RECIPES = Path(__file__).parent.parent.parent / "recipes"
NAMES = sorted(path.parent.name for path in RECIPES.glob("*/recipe.yaml"))
QUICK = ("event-reminder", "welcome-new-signup")
"""One that is told by a date and one that waits for rows; the others take their time."""
FEW, MANY, LIMIT = 4, 12, 10
NOW = datetime.fromisoformat("2026-03-14T12:00:00-04:00")

PERSON = {
    "First name": "Ana",
    "Last name": "Doe",
    "Region": "North",
    "Language": "English",
    "Signed up at": "2026-03-13 18:40",
    "Email OK?": "Yes",
    "Email": "p{n}@example.org",
    "Share with group?": "Yes",
    "Last active": "2025-10-01",
    **dict.fromkeys(
        ["Phone", "Stage", "Owner", "Next step", "Next step due", "Source", "Notes"], ""
    ),
    **dict.fromkeys(["First action", "Local action", "Still in", "Mail", "Asked to stop"], ""),
}
GUEST = {
    "First name": "Ana {n}",
    "Last name": "Doe",
    "Email": "p{n}@example.org",
    "Language": "English",
    "Email OK?": "Yes",
    "Event": "River walk",
    "Starts": "2026-03-15 18:00",
    "Place": "Mill Bridge",
    **dict.fromkeys(["Called off", "Coming?", "Came?", "Next one"], ""),
}
ACTION = {
    "Action": "Walk {n}",
    "Starts": "2026-03-22 15:00",
    "Place": "Mill Bridge",
    "Region": "North",
    "Places": "1000",
    "Host": "Ines Vidal",
    "Host email": "ines{n}@example.org",
    "Language": "",
    "State": "Confirmed",
}
CHAPTER = dict.fromkeys(
    ["First name", "Last name", "Email", "Phone", "Signed up at", "Email OK?"], ""
)
NOBODY = dict.fromkeys(["Email", "Phone", "Scope", "Why", "Since"], "")
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
USUAL = {
    "first-action": {"Stage": "Prospect", "Signed up at": "2026-03-10 18:40"},
    "find-local-action": {"Stage": "Prospect"},
    "monthly-check-in": {"Stage": "Member"},
    "clean-mailing-list": {"Mail": "Bounced"},
    "thank-after-event": {"Starts": "2026-03-13 18:00", "Came?": "yes"},
}
"""What the rows of a recipe have that others have not."""

LEFT_OUT = {
    "welcome-new-signup": (
        {"Email OK?": ""},
        {"Signed up at": "2025-01-01 10:00"},
        {"Stage": "Active"},
    ),
    "assign-point-person": ({"Stage": "Active"}, {"Owner": "Lee Park"}),
    "coaching-invites": ({"Coach": ""}, {"Next coaching": "2026-03-01 18:30"}),
    "first-action": (
        {"Email OK?": ""},
        {"Stage": "Member"},
        {"First action": "Yes"},
        {"Signed up at": "2026-03-14 08:00"},
    ),
    "find-local-action": ({"Email OK?": ""}, {"Stage": "Member"}, {"Email": ""}),
    "monthly-check-in": (
        {"Email OK?": ""},
        {"Stage": "Prospect"},
        {"Last active": "2026-03-10"},
        {"Still in": "Rest"},
    ),
    "clean-mailing-list": ({"Mail": ""}, {"Mail": "", "Asked to stop": "no"}, {"Email": ""}),
    "chapter-lists": ({"Region": "Islands"}, {"Share with group?": ""}, {"Email": ""}),
    "confirm-event-signup": ({"Starts": "2026-03-01 18:00"}, {"Coming?": "No"}),
    "event-reminder": (
        {"Starts": "2026-03-25 18:00"},
        {"Coming?": "No"},
        {"Called off": "yes"},
    ),
    "thank-after-event": (
        {"Starts": "2026-02-01 18:00"},
        {"Came?": ""},
        {"Called off": "yes"},
    ),
    "new-people-in-slack": ({"Signed up at": "2025-01-01 10:00"}, {"Stage": "Resting"}),
    "hosts-in-plan": ({"State": "Offered"}, {"Starts": "2026-03-01 15:00"}),
}
"""What keeps a row out, for each condition of a recipe."""

STOP_BY_THEMSELVES = ("clean-mailing-list", "coaching-invites")
"""Recipes whose steps need what their conditions ask for: no lost line brings them to a limit."""


@pytest.fixture
def workspace(tmp_path: Path, name: str) -> Rehearsal:
    """The shipped workspace with a crowd in its tables, and stand-ins for all it connects to."""
    shutil.copy(RECIPES / "sheetflow.yaml", tmp_path)
    shutil.copytree(RECIPES / name, tmp_path / "recipes" / name)
    opened = Rehearsal.open(tmp_path, clock=Clock.at(NOW))
    table = opened.recipe(name).table
    rows = {
        table: [{**usual, **USUAL.get(name, {})}] * FEW
        for table, usual in (
            *(("People", PERSON), ("Groups", GROUP), ("Guests", GUEST), ("Actions", ACTION)),
            *(("Team", LEE), ("North list", CHAPTER), ("South list", CHAPTER)),
            ("Do not contact", NOBODY),
        )
    }
    rows["Team"] = [LEE]
    rows[table] += [{**rows[table][0], **lacks} for lacks in LEFT_OUT[name] for _ in range(MANY)]
    given = {name: _given(name, some) for name, some in rows.items()}
    opened = replace(opened, given=given, remembered_in=tmp_path / "sheetflow.db")
    opened.ledger(read_only=False).close()  # made once, instead of one in memory for each plan
    return opened


def _given(name: str, rows: list[dict[str, str]]) -> MemoryTable:
    headers = list(rows[0])
    cells = ([row[header].format(n=n) or None for header in headers] for n, row in enumerate(rows))
    return MemoryTable(sheet_of([headers, *cells]), name)


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


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in NAMES],
)
def test_without_any_of_its_lines_a_recipe_reaches_no_more_than_its_limit(
    workspace: Rehearsal, name: str
):
    path = workspace.recipes[name]
    text = path.read_text("utf-8").replace("people_per_run: 100", f"people_per_run: {LIMIT}")
    path.write_text(text, "utf-8")
    assert workspace.recipe(name).limits.people_per_run == LIMIT
    assert _people(plan_recipe(workspace.recipe(name), workspace)) == FEW
    found, stopped = [], 0
    for mutant in dict.fromkeys(_mutants(text)):
        path.write_text(mutant, "utf-8")
        try:
            recipe = workspace.recipe(name)
        except ProblemsFound:
            continue
        try:
            plan = plan_recipe(recipe, workspace)
        except ColumnMissing:  # a step that writes into a column that is not there: all of it stops
            continue
        assert _people(plan) <= LIMIT, mutant
        found.append(_people(plan))
        stopped += any("people at once" in str(entry.deed) for entry in plan.entries)
    assert FEW in found  # the recipe works on this table, with or without some of its lines
    assert bool(stopped) == (name not in STOP_BY_THEMSELVES)
