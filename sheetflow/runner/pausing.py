"""The brake: switch every recipe off at once, and later on again exactly those that were on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sheetflow.ledger import browsing
from sheetflow.ledger.records import Switch
from sheetflow.ledger.store import Ledger

PAUSED = "everything was paused"
"""How the reason begins why a recipe was switched off; those and no others go on again together."""


def pause_all(ledger: Ledger, chapter: str, *, who: str, at: datetime) -> list[str]:
    """Switch off every recipe that is on; their names. What is under way stops at once."""
    with ledger.database.reading() as connection:
        switches = browsing.all_switches(connection, chapter)
    on = sorted(name for name, switch in switches.items() if switch.is_on)
    for name in on:
        ledger.decisions.switch(chapter, name, Switch(False, PAUSED, who, at))
    return on


def resume_all(ledger: Ledger, chapter: str, *, who: str, at: datetime) -> list[str]:
    """Switch on again what a pause switched off, and nothing else; their names."""
    with ledger.database.reading() as connection:
        names = paused(browsing.all_switches(connection, chapter))
    for name in names:
        ledger.decisions.switch(chapter, name, Switch(True, "as before the pause", who, at))
    return names


def paused(switches: Mapping[str, Switch]) -> list[str]:
    """The recipes that stand still because everything was paused, from wherever."""
    return sorted(
        name for name, each in switches.items() if not each.is_on and each.why.startswith(PAUSED)
    )
