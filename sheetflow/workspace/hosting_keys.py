"""The keys of `sheetflow.yaml` for recipes that run by themselves."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sheetflow.language.keys import Key, MapKind
from sheetflow.language.kinds import DurationKind, SecretSourceKind, TextKind
from sheetflow.language.problems import Mistake
from sheetflow.language.reading import ParsedKind

_HERE = r"localhost|127\.[0-9.]+|\[[0-9A-Fa-f:.]+\]"
_URL = re.compile(
    rf"(?:https://(?P<name>[A-Za-z0-9](?:[A-Za-z0-9.-]{{0,251}}[A-Za-z0-9])?|{_HERE})"
    rf"|http://(?P<here>{_HERE}))(?::(?P<port>[0-9]{{1,5}}))?/?"
)


@dataclass(frozen=True)
class Hosting:
    """How recipes run by themselves.

    Whoever is at the address or channel `alert` hears, from `alert_from` or through the connection
    `alert_by`, of a run that was due and is not finished after `grace`. Without one, nobody is
    written to. For recipes that run on change, tables that are elsewhere are looked at as often as
    `look_every` says; where services tell of changes, such a recipe runs as often as `run_anyway`
    says all the same. `public_url` is where people and services outside reach this workspace's
    `serve`, without a / at its end; or "". `monitor_token` is where the token of monitors is kept,
    and empty if there is none.
    """

    alert: str = ""
    alert_from: str = ""
    grace: timedelta = timedelta(minutes=30)
    look_every: timedelta = timedelta(minutes=5)
    run_anyway: timedelta = timedelta(hours=1)
    public_url: str = ""
    alert_by: str = ""
    monitor_token: Mapping[str, str] = field(default_factory=dict)


class PublicUrlKind(ParsedKind[str]):
    """Where `serve` is reached from outside: a name and perhaps a port, by https."""

    words = "https:// and a name, such as https://flow.example.org"
    example = "https://flow.example.org"
    form: Mapping[str, Any] = {"type": "string", "pattern": "^https?://"}

    def parse(self, text: str) -> str:
        """The address without a / at its end; what stays on this machine may go without TLS."""
        found = _URL.fullmatch(text)
        if found is None:
            if text.lower().startswith("http://"):
                raise Mistake("links in mails need https.", f"Write {self.words}.")
            raise self.wrong(text)
        if found["here"] and not _is_loopback(found["here"]):
            raise Mistake("links in mails need https.", f"Write {self.words}.")
        if found["port"] and not 0 < int(found["port"]) < 65536:
            raise Mistake(f"{found['port']} is no port.", f"Write {self.words}.")
        return text.rstrip("/").lower()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


_WITHOUT = Hosting()

_ALERTS = (
    Key(
        "to",
        TextKind("you@example.org"),
        "The e-mail address of whoever looks after this, or a channel such as #ops.",
        required=True,
    ),
    Key("from", TextKind(), "The sender of that mail. Without it: the first one.", default=""),
    Key("by", TextKind(), "The connection that posts it, if it goes to a channel.", default=""),
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
        "Who is told, by e-mail or in a channel, when a run that was due was not done in time.",
        default={"to": "", "from": "", "by": "", "after": _WITHOUT.grace},
    ),
    Key(
        "look_every",
        DurationKind(),
        "How often tables that are elsewhere are looked at, for recipes that run on change.",
        default=_WITHOUT.look_every,
    ),
    Key(
        "run_anyway",
        DurationKind(),
        "How often a recipe that runs on change runs although its services told of no change.",
        default=_WITHOUT.run_anyway,
    ),
    Key(
        "public_url",
        PublicUrlKind(),
        "Where people and services outside reach `sheetflow serve`, for the links in mails.",
        default=_WITHOUT.public_url,
    ),
    Key(
        "monitor_token",
        SecretSourceKind(),
        "What monitors elsewhere show to be told the figures of /metrics.",
        default={},
    ),
)


def hosting_of(found: Mapping[str, Any]) -> Hosting:
    """What the keys say about hosting."""
    alerts = found["alerts"]
    return Hosting(
        alerts["to"],
        alerts["from"],
        alerts["after"],
        found["look_every"],
        found["run_anyway"],
        found["public_url"],
        alerts["by"],
        found["monitor_token"],
    )
