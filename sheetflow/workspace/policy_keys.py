"""The keys of `sheetflow.yaml` that say how much is too much, over all recipes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sheetflow.language.keys import Key, ListKind, MapKind
from sheetflow.language.kinds import DurationKind, TextKind, ZoneKind
from sheetflow.language.policies import CAPS, QUIET_HOURS, Cap, CapsKind, QuietHoursKind
from sheetflow.plugin.tools import Policy


def _in_words(caps: tuple[Cap, ...]) -> str:
    return ", ".join(map(str, caps))


CONTACT = tuple(
    Key(
        kind,
        CapsKind(),
        f"The most messages of kind {kind} to one person, over all recipes. Without it: "
        f"{_in_words(caps)}.",
        default=caps,
    )
    for kind, caps in CAPS.items()
)

POLICY = (
    Key(
        "contact",
        MapKind(CONTACT, dict),
        "How often one person is written to at most. Days and weeks roll along.",
        default=dict(CAPS),
    ),
    Key(
        "quiet_hours",
        QuietHoursKind(),
        "When nobody is written to, on their own clock. Without it: 21:00 to 08:00.",
        default=QUIET_HOURS,
    ),
    Key(
        "people_are_in",
        ListKind(ZoneKind()),
        "The time zones of people whose row does not say one: they are written to when it is day "
        "in all of them. Without it: their table's.",
        default=(),
    ),
    Key(
        "do_not_contact",
        TextKind(),
        "The table of those who asked not to be written to: a column Email or phone (or Email, and "
        "Phone), and if you like Scope, Why and Since.",
        default="",
    ),
    Key(
        "keep_messages",
        DurationKind(),
        "How long the messages that went out can be read in the dashboard, such as 30 days. "
        "Without it, they are not kept.",
        default=timedelta(),
    ),
)


def policy_of(found: Mapping[str, Any]) -> Policy:
    """The policy that the keys describe."""
    return Policy(
        caps=found["contact"],
        quiet_hours=found["quiet_hours"],
        people_are_in=found["people_are_in"],
        do_not_contact=found["do_not_contact"],
        keep_messages=found["keep_messages"],
    )
