"""The keys of `sheetflow.yaml` for recipes that run by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sheetflow.language.keys import Key, MapKind
from sheetflow.language.kinds import DurationKind, TextKind


@dataclass(frozen=True)
class Hosting:
    """How recipes run by themselves.

    Whoever is at the address `alert` hears, from `alert_from`, of a run that was due and is not
    finished after `grace`. Without one, nobody is written to. For recipes that run on change,
    tables that are elsewhere are looked at as often as `look_every` says.
    """

    alert: str = ""
    alert_from: str = ""
    grace: timedelta = timedelta(minutes=30)
    look_every: timedelta = timedelta(minutes=5)


_WITHOUT = Hosting()

_ALERTS = (
    Key("to", TextKind(), "The e-mail address of whoever looks after this.", required=True),
    Key("from", TextKind(), "The sender of that mail. Without it: the first one.", default=""),
    Key(
        "after",
        DurationKind(),
        "How late a run may be before somebody is told.",
        default=_WITHOUT.grace,
    ),
)

HOSTING = (
    Key(
        "alerts",
        MapKind(_ALERTS, dict),
        "Who is told by e-mail when a run that was due was not done in time.",
        default={"to": "", "from": "", "after": _WITHOUT.grace},
    ),
    Key(
        "look_every",
        DurationKind(),
        "How often tables that are elsewhere are looked at, for recipes that run on change.",
        default=_WITHOUT.look_every,
    ),
)


def hosting_of(found: Mapping[str, Any]) -> Hosting:
    """What the keys say about hosting."""
    alerts = found["alerts"]
    return Hosting(alerts["to"], alerts["from"], alerts["after"], found["look_every"])
