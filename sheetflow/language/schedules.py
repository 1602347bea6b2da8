"""When a recipe runs, and when a step may happen again, as authors write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta

from sheetflow.language.durations import PATTERN, duration_in_words, parse_duration
from sheetflow.language.problems import Mistake, did_you_mean

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SCHEDULES = (
    "every 15 minutes",
    "every hour",
    "every day at 09:00",
    "every weekday at 09:00",
    "every monday at 18:30",
    "every monday and thursday at 18:30",
    "on change",
)
AGAINS = (
    "every 7 days",
    "every 7 days, at most 3 times",
    "when Starts changes",
    "when Starts or Place changes",
)
LONGEST_STEP = timedelta(weeks=1)
"""Longest `every` of a schedule. Beyond a week one means a day."""

_GROUPS = {"day": tuple(range(7)), "weekday": tuple(range(5))}
_AT = re.compile(r"every (?P<days>.+?) at (?P<hour>\d{1,2}):(?P<minute>\d{2})")
_AGAIN = re.compile(r"every (?P<length>.+?)(?:, ?at most (?P<times>\d{1,4}) times?)?")
_CHANGES = re.compile(r"when (?P<columns>.+) changes", re.IGNORECASE)
_OR = re.compile(r' or (?=(?:[^"]*"[^"]*")*[^"]*$)', re.IGNORECASE)
"""Between two columns, and not inside of quotes."""
_QUOTED = re.compile(r'"([^"]+)"')


@dataclass(frozen=True)
class Again:
    """When a step may happen once more for the same row.

    Either `every` so often (and at most `times` in all, 0 for no end), or each time a cell of
    `columns` holds something new.
    """

    every: timedelta | None = None
    times: int = 0
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schedule:
    """When a recipe runs: every so often; or on some days of the week at a time; or on change.

    `days` count from Monday, 0. `at` is on the clock of the workspace's or chapter's zone.
    """

    every: timedelta | None = None
    days: tuple[int, ...] = ()
    at: time | None = None
    on_change: bool = False

    def __str__(self) -> str:
        if self.on_change:
            return "on change"
        if self.every is not None:
            one_hour = self.every == timedelta(hours=1)
            return "every hour" if one_hour else f"every {duration_in_words(self.every)}"
        return f"every {_days_in_words(self.days)} at {self.at:%H:%M}"


def parse_schedule(text: str) -> Schedule:
    """The schedule that `text` says. Raises Mistake with examples.

    >>> str(parse_schedule("every Thursday and Monday at 9:30"))
    'every monday and thursday at 09:30'
    """
    plain = " ".join(text.split()).casefold()
    if plain == "on change":
        return Schedule(on_change=True)
    if match := _AT.fullmatch(plain):
        return Schedule(days=_days(match["days"]), at=_time(match["hour"], match["minute"]))
    length = re.sub(r"^every (?=minute$|hour$)", "every 1 ", plain).removeprefix("every ")
    every = parse_duration(length) if plain.startswith("every ") else None
    if every is None or every > LONGEST_STEP:
        raise Mistake(f'"{text[:60]}" is not a time to run at.', _examples(SCHEDULES))
    return Schedule(every=every)


def parse_again(text: str) -> Again:
    """When a step may be repeated. Raises Mistake with examples.

    A column whose header has an "or" in it stands in quotes.

    >>> parse_again('when Starts or "Town or city" changes').columns
    ('Starts', 'Town or city')
    """
    plain = " ".join(text.split())
    if match := _CHANGES.fullmatch(plain):
        return Again(columns=_columns(match["columns"]))
    match = _AGAIN.fullmatch(plain.casefold())
    every = parse_duration(match["length"]) if match else None
    if match is None or every is None or match["times"] == "0":
        raise Mistake(f'"{text[:60]}" does not say when to do it again.', _examples(AGAINS))
    return Again(every=every, times=int(match["times"] or 0))


SCHEDULE_PATTERN = (
    rf"on change|every (?:minute|hour|{PATTERN}|.+ at \d{{1,2}}:\d\d)"  # days are checked by us
)
AGAIN_PATTERN = rf"when .+ changes|every {PATTERN}(?:, ?at most \d+ times?)?"


def _columns(text: str) -> tuple[str, ...]:
    parts = dict.fromkeys(part.strip() for part in _OR.split(text))
    return tuple(found[1] if (found := _QUOTED.fullmatch(part)) else part for part in parts)


def _days(text: str) -> tuple[int, ...]:
    if text in _GROUPS:
        return _GROUPS[text]
    found = set()
    for name in re.split(r", and |, ?| and ", text):
        if name not in DAYS:
            cure = did_you_mean(name, [*DAYS, *_GROUPS]) or _examples(SCHEDULES)
            raise Mistake(f'"{name[:30]}" is not a day.', cure)
        found.add(DAYS.index(name))
    return tuple(sorted(found))


def _time(hour: str, minute: str) -> time:
    try:
        return time(int(hour), int(minute))
    except ValueError:
        what = f'"{hour}:{minute}" is not a time of day.'
        raise Mistake(what, "Write it like 09:00 or 18:30.") from None


def _days_in_words(days: tuple[int, ...]) -> str:
    for name, group in _GROUPS.items():
        if group == days:
            return name
    *most, last = [DAYS[day] for day in days]
    return f"{', '.join(most)} and {last}" if most else last


def _examples(examples: tuple[str, ...]) -> str:
    *most, last = [f'"{example}"' for example in examples]
    return f"Write it like {', '.join(most)} or {last}."
