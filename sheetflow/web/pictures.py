"""Pictures as figures for the templates: what went out each day, how far rows came, who has what.

Lengths are shares of the width, in per cent, and heights are pixels, so that a picture is as wide
as its page and its letters are as large as the page's own. Each picture comes with a sentence that
says the same, and with a table of all its values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import Response

from sheetflow.clock import Clock
from sheetflow.ledger import figures
from sheetflow.ledger.records import Funnel, Load
from sheetflow.reporting.groups import counted, listed, one_line
from sheetflow.values import Word
from sheetflow.web.pages import moment, page
from sheetflow.web.visit import Visit
from sheetflow.workspace import CHAPTER

if TYPE_CHECKING:
    from sqlalchemy import Connection

DAYS = 30
"""How many days the picture of days tells, today among them."""
HEIGHT = 160
"""Pixels of the highest column."""
LEAST = 3
"""Pixels of the lowest one: one message among a thousand is seen, too."""
SHOWN = 20
"""How many people the picture of loads tells; the table below it tells more."""
LISTED = 500
"""How many the table tells."""

_WORDS = (Word.SENT, Word.DONE, Word.SKIPPED, Word.WAITING, Word.NEEDS_YOU, Word.NOT_SURE)
_SAID = {
    Word.SENT: "sent",
    Word.DONE: "done",
    Word.SKIPPED: "skipped",
    Word.WAITING: "not taken, tried again later",
    Word.NEEDS_YOU: "turned down",
    Word.NOT_SURE: "not sure",
}


def pictures(visit: Visit) -> Response:
    """What went out each day, over all recipes."""
    workspace = visit.site.workspace()
    today = workspace.clock.today()
    with visit.site.reading(workspace) as (connection, _):
        counts = figures.went_out(connection, CHAPTER, first_day(today))
    return page(
        visit.session,
        "pictures.html",
        title="What went out",
        visit=visit,
        days=per_day(counts, today),
    )


def of_recipe(connection: Connection, recipe: str, clock: Clock) -> dict[str, Any]:
    """The pictures of one recipe: its days, its latest funnel, and who was given how many."""
    today = clock.today()
    counts = figures.went_out(connection, CHAPTER, first_day(today), recipe=recipe)
    at, loads = figures.loads_of(connection, CHAPTER, recipe)
    return {
        "days": per_day(counts, today),
        "funnel": funnel(figures.latest_funnel(connection, CHAPTER, recipe), clock.zone),
        "loads": [load(step, loads[step], number) for number, step in enumerate(loads)],
        "loads_at": moment(at, clock.zone) if at else None,
    }


def first_day(today: date) -> date:
    """The first of the days that are told."""
    return today - timedelta(days=DAYS - 1)


def per_day(counts: Mapping[tuple[date, str], int], today: date) -> dict[str, Any]:
    """Columns for the latest days, each in parts by what became of what was handed over."""
    told = [first_day(today) + timedelta(days=number) for number in range(DAYS)]
    words = [word for word in _WORDS if any(counts.get((day, word.value)) for day in told)]
    sums = {day: sum(counts.get((day, word.value), 0) for word in words) for day in told}
    top = round_up(max(sums.values()))
    wide = 100 / DAYS
    columns = [
        {
            "x": f"{number * wide + wide * 0.1:.3f}%",
            "wide": f"{wide * 0.8:.3f}%",
            "parts": _stack([(word, counts.get((day, word.value), 0)) for word in words], top),
        }
        for number, day in enumerate(told)
        if sums[day]
    ]
    return {
        "columns": columns,
        "height": HEIGHT,
        "top": f"{top:,}",
        "legend": [
            {
                "kind": _kind(word),
                "says": f"{_SAID[word]}: {sum(counts.get((day, word.value), 0) for day in told):,}",
            }
            for word in words
        ],
        "first": _day(told[0]),
        "last": _day(told[-1]),
        "says": _days_in_words(sums, words, counts),
        "heads": [_SAID[word] for word in words],
        "rows": [
            (_day(day), [f"{counts.get((day, word.value), 0):,}" for word in words])
            for day in reversed(told)
            if sums[day]
        ],
    }


def funnel(found: tuple[str, datetime, Funnel] | None, zone: tzinfo) -> Mapping[str, Any] | None:
    """How far the rows of the latest run came; None before there was one."""
    if found is None:
        return None
    run, at, of = found
    rest = max(of.matched - of.held - of.done, 0)
    parts = [
        ("Matched", of.matched, "matched"),
        ("Done", of.done, "done"),
        ("Held", of.held, "held"),
        *([("Nothing to do", rest, "rest")] if rest else []),
    ]
    return {
        "run": f"/runs/{quote(run, safe='')}",
        "at": moment(at, zone),
        "bars": [
            {"name": name, "count": f"{count:,}", "kind": kind, "wide": _share(count, of.matched)}
            for name, count, kind in parts
        ],
        "says": f"Of {counted(of.matched, 'row')} that matched, {of.done:,} "
        f"{'is' if of.done == 1 else 'are'} done and {of.held:,} "
        f"{'is' if of.held == 1 else 'are'} held.",
    }


def load(step: str, people: Sequence[Load], number: int) -> Mapping[str, Any]:
    """How many rows each has, against their room; the fullest first."""
    in_order = sorted(people, key=lambda one: (-_fullness(one), -one.load, one.name))
    longest = max((max(one.load, one.room or 0) for one in people), default=0)
    over = sum(one.room is not None and one.load > one.room for one in people)
    full = sum(one.room is not None and one.load == one.room for one in people)
    said = [
        counted(over, "has", "have") + " more than their room" if over else "",
        counted(full, "is", "are") + " full" if full else "",
    ]
    rest = len(people) - over - full
    said.append(f"{rest:,} can take more" if rest else "")
    return {
        "id": f"load-{number}",
        "step": one_line(step),
        "says": f"{counted(len(people), 'person', 'people')}: "
        f"{listed([part for part in said if part] or ['nobody'])}.",
        "bars": [_load_bar(one, longest) for one in in_order[:SHOWN]],
        "rows": [
            (one_line(one.name), f"{one.load:,}", "" if one.room is None else f"{one.room:,}")
            for one in in_order[:LISTED]
        ],
        "unseen": max(len(people) - SHOWN, 0),
        "untold": max(len(people) - LISTED, 0),
    }


def round_up(most: int) -> int:
    """The next round number that is at least `most`, for the end of a scale.

    >>> round_up(0), round_up(7), round_up(10), round_up(4321)
    (1, 8, 10, 5000)
    """
    step = 1
    while True:
        for times in (1, 2, 3, 4, 5, 6, 8):
            if times * step >= most:
                return times * step
        step *= 10


def _stack(parts: Sequence[tuple[Word, int]], top: int) -> list[dict[str, Any]]:
    """The parts of one column from the bottom up."""
    found, bottom = [], float(HEIGHT)
    for word, count in parts:
        if count:
            height = max(count / top * HEIGHT, LEAST)
            bottom = max(bottom - height, 0.0)
            found.append({"y": f"{bottom:.1f}", "height": f"{height:.1f}", "kind": _kind(word)})
    return found


def _load_bar(one: Load, longest: int) -> dict[str, Any]:
    count = f"{one.load:,}"
    over = one.room is not None and one.load > one.room
    return {
        "name": one_line(one.name),
        "says": f"{count} of {one.room:,}" if one.room is not None else count,
        "over": over,
        "wide": _share(one.load, longest),
        "room": None if one.room is None else _share(one.room, longest),
    }


def _fullness(one: Load) -> float:
    """How much of their room is taken; whoever has no room at all is full."""
    if one.room is None:
        return 0.0
    return one.load / one.room if one.room else 1.0 + one.load


def _days_in_words(
    sums: Mapping[date, int], words: Sequence[Word], counts: Mapping[tuple[date, str], int]
) -> str:
    if not words:
        return f"Nothing went out in the last {DAYS} days."
    most = max(sums, key=lambda day: sums[day])
    of_each = [
        f"{sum(counts.get((day, word.value), 0) for day in sums):,} {_SAID[word]}" for word in words
    ]
    return f"In the last {DAYS} days: {listed(of_each)}. Most on {_day(most)}: {sums[most]:,}."


def _kind(word: Word) -> str:
    return word.value.lower().replace(" ", "-")


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.2f}%" if of else "0%"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
