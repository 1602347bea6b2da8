"""How an author or a workspace says how much is too much: caps, quiet hours, when to ask for a Go.

parse_caps("1 a day, 3 a week")
parse_quiet_hours("21:00 to 08:00")
parse_approval("over 50 people")
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, Literal

from sheetflow.language.problems import Mistake
from sheetflow.language.reading import ParsedKind

Purpose = Literal["relationship", "outreach", "transactional", "internal"]
"""Why somebody is written to.

relationship: what people who are with us expect of us. outreach: asking for something, or writing
to somebody for the first time. transactional: the answer to what they did just now, such as a
confirmation. internal: to one of our own team, about their work.
"""

UNITS: Mapping[str, timedelta] = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
NONE = "none"
ALWAYS, NEVER = "always", "never"
EACH_ROW: Literal["each row"] = "each row"
"""Nobody agrees to a plan, but to each of its rows, by a tick in it."""

WhenToAsk = int | Literal["each row"] | None
"""Over how many people a plan needs somebody's Go, if it does; or that each row needs a tick."""

_CAP = re.compile(rf"(\d{{1,4}}) an? ({'|'.join(UNITS)})")
_HOURS = re.compile(r"(\d{1,2}):(\d{2}) to (\d{1,2}):(\d{2})")
_OVER = re.compile(r"over (\d{1,9}) (?:people|person)")


@dataclass(frozen=True)
class Cap:
    """The most messages of one kind to one person within a length of time that rolls along."""

    times: int
    within: timedelta

    def __str__(self) -> str:
        unit = next(name for name, length in UNITS.items() if length == self.within)
        return f"{self.times} a {unit}"


@dataclass(frozen=True)
class QuietHours:
    """When nobody is written to, on the clock of whoever is written to; it may go over midnight."""

    starts: time
    ends: time

    def __str__(self) -> str:
        return f"{self.starts:%H:%M} to {self.ends:%H:%M}"

    def hold(self, at: time) -> bool:
        """Whether a time on the person's clock is quiet. The end is not."""
        if self.starts <= self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends


CAPS: Mapping[str, tuple[Cap, ...]] = {
    "outreach": (Cap(1, UNITS["day"]), Cap(3, UNITS["week"])),
    "relationship": (Cap(2, UNITS["day"]),),
}
"""What one person gets at most, where the workspace says nothing else; other kinds are not capped.

What other tools that care allow (Act-On's rules), and less than people complain about.
"""

QUIET_HOURS = QuietHours(time(21), time(8))
"""The hours in which the law of the United States forbids sales calls (47 CFR 64.1200(c)(1))."""


def parse_caps(text: str) -> tuple[Cap, ...]:
    """The caps that a text says, none for `none`. Raises Mistake.

    >>> [str(cap) for cap in parse_caps("1 a day, 3 a week")]
    ['1 a day', '3 a week']
    """
    plain = " ".join(text.split()).casefold()
    if plain == NONE:
        return ()
    found = [_CAP.fullmatch(part) for part in re.split(r", ?(?:and )?| and ", plain)]
    caps = [Cap(int(part[1]), UNITS[part[2]]) for part in found if part]
    if len(caps) < len(found) or not all(cap.times for cap in caps):
        raise Mistake(f'"{text[:60]}" does not say how many.', "Write it like 1 a day, 3 a week.")
    return tuple(caps)


def parse_quiet_hours(text: str) -> QuietHours | None:
    """The quiet hours that a text says, None for `none`. Raises Mistake.

    >>> str(parse_quiet_hours("9:00 to 17:30"))
    '09:00 to 17:30'
    """
    plain = " ".join(text.split()).casefold()
    if plain == NONE:
        return None
    match = _HOURS.fullmatch(plain)
    try:
        if match is None:
            raise ValueError
        starts, ends = (time(int(match[n]), int(match[n + 1])) for n in (1, 3))
    except ValueError:
        raise Mistake(
            f'"{text[:60]}" is not from one time of day to another.',
            "Write it like 21:00 to 08:00, or none.",
        ) from None
    if starts == ends:
        raise Mistake("that is all day: nobody could ever be written to.", "Write less, or none.")
    return QuietHours(starts, ends)


def parse_approval(text: str) -> WhenToAsk:
    """Over how many people a plan needs somebody's Go: 0 is always, None never; or "each row".

    Raises Mistake.

    >>> parse_approval("over 50 people"), parse_approval("always"), parse_approval("never")
    (50, 0, None)
    """
    plain = " ".join(text.split()).casefold()
    if plain in (ALWAYS, NEVER):
        return 0 if plain == ALWAYS else None
    if plain == EACH_ROW:
        return EACH_ROW
    match = _OVER.fullmatch(plain)
    if match is None:
        raise Mistake(
            f'"{text[:60]}" does not say when to ask.',
            "Write always, never, each row, or over 50 people.",
        )
    return int(match[1])


class CapsKind(ParsedKind[tuple[Cap, ...]]):
    """How many messages one person gets at most."""

    words = "how many, such as 1 a day, 3 a week; or none"
    example = "1 a day, 3 a week"
    form: Mapping[str, Any] = {"type": "string", "examples": [example, NONE]}

    def parse(self, text: str) -> tuple[Cap, ...]:
        return parse_caps(text)


class QuietHoursKind(ParsedKind[QuietHours | None]):
    """When nobody is written to."""

    words = "from when to when, such as 21:00 to 08:00; or none"
    example = "21:00 to 08:00"
    form: Mapping[str, Any] = {"type": "string", "examples": [example, NONE]}

    def parse(self, text: str) -> QuietHours | None:
        return parse_quiet_hours(text)


class ApprovalKind(ParsedKind[WhenToAsk]):
    """When somebody must agree before something goes out."""

    words = "always, never, each row, or over a number of people, such as over 50 people"
    example = "over 50 people"
    form: Mapping[str, Any] = {"type": "string", "examples": [ALWAYS, NEVER, EACH_ROW, example]}

    def parse(self, text: str) -> WhenToAsk:
        return parse_approval(text)
