"""quickAdd: what, when and where in one sentence, such as "Dinner at Mia's on June 3rd 7pm-9pm"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil import parser as dates

CLOCK = r"(?:\d{1,2}(?::\d{2})?\s*(?:am|pm)|\d{1,2}:\d{2}|noon|midnight)"
TIMES = re.compile(
    rf"\s*\b(?:at|from)?\s*(?P<start>{CLOCK})(?:\s*(?:-|–|to|until)\s*(?P<end>{CLOCK}))?", re.I
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DAY = re.compile(
    rf"\s*\b(?:on\s+)?(?P<day>today|tomorrow|(?:next\s+)?(?:{'|'.join(WEEKDAYS)})"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}|{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH}(?:\s+\d{{4}})?|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)\b",
    re.I,
)
LENGTH = re.compile(r"\s*\bfor\s+(?P<count>\d+)\s*(?P<unit>min\w*|h\w*)\b", re.I)
PLACE = re.compile(r"\s+(?:at|in)\s+(?P<place>[^,]+?)\s*$", re.I)


def understood(text: str, now: datetime) -> dict[str, Any]:
    """The event body that a sentence means, read at `now` in the calendar's zone.

    Without a day it is today (or tomorrow when the time has passed); without a time all day. A
    sentence with an impossible day or hour is all title.
    """
    try:
        return _understood(text, now)
    except (ValueError, OverflowError):
        return {"summary": text.strip(), **_times(None, None, None, now)}


def _understood(text: str, now: datetime) -> dict[str, Any]:
    rest, hours = _taken(TIMES, text)
    rest, day = _taken(DAY, rest)
    rest, length = _taken(LENGTH, rest)
    place = PLACE.search(rest)
    summary = (PLACE.sub("", rest) if place else rest).strip(" ,") or text.strip()
    where = {"location": place["place"]} if place else {}
    when = _day(day["day"], now.date()) if day else None
    return {"summary": summary, **where, **_times(when, hours, length, now)}


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, re.Match[str] | None]:
    match = pattern.search(text)
    return (text[: match.start()] + text[match.end() :], match) if match else (text, None)


def _day(text: str, today: date) -> date:
    word = text.lower().removeprefix("next ").strip()
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    if word in WEEKDAYS:
        ahead = (WEEKDAYS.index(word) - today.weekday()) % 7
        return today + timedelta(days=ahead or 7)
    found = dates.parse(word, default=datetime(today.year, today.month, 1)).date()
    if found < today and not re.search(r"\d{4}", word):
        return found.replace(year=found.year + 1)
    return found


def _clock(text: str) -> time:
    named = {"noon": time(12), "midnight": time(0)}
    return named.get(text.lower()) or dates.parse(text).time()


def _times(
    day: date | None,
    hours: re.Match[str] | None,
    length: re.Match[str] | None,
    now: datetime,
) -> dict[str, Any]:
    if hours is None:
        first = day or now.date()
        return {
            "start": {"date": first.isoformat()},
            "end": {"date": (first + timedelta(days=1)).isoformat()},
        }
    start = datetime.combine(day or now.date(), _clock(hours["start"]), now.tzinfo)
    if day is None and start <= now:
        start += timedelta(days=1)
    end = start + _length(length)
    if hours["end"]:
        end = datetime.combine(start.date(), _clock(hours["end"]), now.tzinfo)
        end += timedelta(days=end <= start)
    return {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}}


def _length(match: re.Match[str] | None) -> timedelta:
    if match is None:
        return timedelta(hours=1)
    count = int(match["count"])
    return timedelta(minutes=count) if match["unit"].startswith("min") else timedelta(hours=count)
