"""Campaigns whose tables are elsewhere, in emulators of their services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sheetflow.hosting import moving
from sheetflow.hosting.rounds import Rounds
from sheetflow.ledger.records import Switch
from sheetflow.ledger.ticks import Ticks
from sheetflow.workspace import CHAPTER
from tests.emulators.serving import Emulator
from tests.hosting.conftest import Stage

HEAD = """\
organization: {{name: Riverside, time_zone: Europe/Berlin}}
quiet_hours: none
connections:
{connections}
tables:
{tables}
"""
RECIPE = """\
recipe: Say that it ran
schedule: on change
for_each: person in {table}
where: {{Stage: is empty}}
steps: [{{set: {{Stage: Done}}}}]
"""


def settings(stage: Stage, connections: str, tables: Mapping[str, str], more: str = "") -> None:
    """Write the settings: lines of connections, and where each table is."""
    rest = "person: {name: Name, email: Email}, sheetflow_writes: [Stage]"
    lines = [f"  {name}: {{{place}, {rest}}}" for name, place in tables.items()]
    text = HEAD.format(connections=connections.rstrip(), tables="\n".join(lines)) + more
    (stage.folder / "sheetflow.yaml").write_text(text, "utf-8")


def recipes_for(stage: Stage, tables: Iterable[str]) -> None:
    """A recipe of each table's name that runs on change, switched on."""
    folder = stage.folder / "recipes"
    folder.mkdir(exist_ok=True)
    on = Switch(True, "", "lee", stage.time.now)
    with stage.workspace.ledger(read_only=False) as ledger:
        for table in tables:
            (folder / f"{table.lower()}.yaml").write_text(RECIPE.format(table=table), "utf-8")
            ledger.decisions.switch(CHAPTER, table.lower(), on)


def settle(stage: Stage, rounds: Rounds) -> None:
    """As if all recipes had just run and found nothing to do: it saves as many runs."""
    stage.stop.set()
    rounds.go(stage.stop)
    stage.stop.clear()
    survey = rounds.survey()
    with stage.workspace.ledger(read_only=False) as ledger:
        ticks = Ticks(ledger.database, CHAPTER)
        for name, tick in ticks.all().items():
            seen = rounds.looks.at(survey.roll.workspace, name, survey.marks).state
            mine = moving.taken(tick, "nobody", stage.time.now, seen=seen)
            ticks.move(tick, moving.finished(mine, "Nothing to do.", stage.time.now))


def asked(emulator: Emulator, since: int = 0) -> list[str]:
    """What was asked of a service, by the names of its methods."""
    return [one["id"] for one in emulator.exchanges[since:]]


def ran(stage: Stage, rounds: Rounds) -> list[str]:
    """Which recipes a round ran."""
    return [name for name, _, _ in stage.round(rounds)]


def rows(count: int, **more: Any) -> list[list[Any]]:
    """People of a spreadsheet whom somebody has looked after already."""
    head = ["Name", "Email", "Stage", *more]
    return [head, *(["Ana", f"ana{n}@example.org", "Done", *more.values()] for n in range(count))]
