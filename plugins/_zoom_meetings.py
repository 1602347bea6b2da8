"""Meetings as Zoom is handed them and as it shows them; the mark by which ours are known again.

Zoom has no key that would keep a meeting from being made twice. So each carries a mark in the first
250 characters of its agenda, which is what a list shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any

from sheetflow import Appointment, Receipt, digest

LONGEST_TOPIC = 200
LONGEST_AGENDA = 2_000
LISTED = 250
"""Characters: what Zoom keeps of a topic and an agenda, and what a list shows of an agenda."""


@dataclass(frozen=True)
class Call:
    """A meeting as far as we care for it. `minutes` is how long it takes."""

    id: str
    host: str
    topic: str
    starts: datetime | None
    minutes: int
    link: str
    agenda: str
    made: datetime | None

    @property
    def receipt(self) -> Receipt:
        """What Sheetflow keeps of it."""
        return Receipt(self.id, gives={"link": self.link})


def call_in(meeting: Mapping[str, Any], host: str) -> Call:
    """A meeting of Zoom's, from a list or shown whole."""
    return Call(
        id=str(meeting["id"]),
        host=host,
        topic=str(meeting.get("topic") or ""),
        starts=moment(meeting.get("start_time")),
        minutes=int(meeting.get("duration") or 0),
        link=str(meeting.get("join_url") or ""),
        agenda=str(meeting.get("agenda") or ""),
        made=moment(meeting.get("created_at")),
    )


def mark_of(appointment: Appointment) -> str:
    """What stands in the agenda of this meeting and in no other."""
    return f"Sheetflow {digest('zoom', appointment.id)}"


def is_as_wanted(call: Call, appointment: Appointment) -> bool:
    """Whether guests find what they are told. What it is about is no reason for a change."""
    wanted = (_topic(appointment), appointment.starts.astimezone(UTC), _minutes(appointment))
    return (call.topic, call.starts, call.minutes) == wanted


def body_of(appointment: Appointment) -> dict[str, Any]:
    """What is new or changed about a meeting."""
    zone = getattr(appointment.starts.tzinfo, "key", "UTC")
    return {
        "topic": _topic(appointment),
        "type": 2,
        "start_time": appointment.starts.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "timezone": zone,
        "duration": _minutes(appointment),
        "agenda": agenda_of(appointment),
    }


def agenda_of(appointment: Appointment) -> str:
    """What it is about, with the mark where a list shows it: after a short text, before a long."""
    about, mark = appointment.about.strip(), mark_of(appointment)
    if not about:
        return mark
    if _length(f"{about}\n\n{mark}") <= LISTED:
        return f"{about}\n\n{mark}"
    return _cut(f"{mark}\n\n{about}", LONGEST_AGENDA)


def moment(text: object) -> datetime | None:
    """A moment as Zoom writes it, in UTC."""
    if not isinstance(text, str) or not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _topic(appointment: Appointment) -> str:
    return _cut(appointment.title, LONGEST_TOPIC)


def _minutes(appointment: Appointment) -> int:
    seconds = (appointment.ends - appointment.starts.astimezone(UTC)).total_seconds()
    return max(1, ceil(seconds / 60))


def _length(text: str) -> int:
    """As systems count that hold UTF-16: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, longest: int) -> str:
    if _length(text) <= longest:
        return text
    while _length(text) > longest - 1:
        text = text[: len(text) - max(1, (_length(text) - longest) // 2)]
    return f"{text.rstrip()}…"
