"""A meeting as an iCalendar object (RFC 5545) that invites or cancels by mail (RFC 5546, 6047).

One object serves all guests: it names them all, and each calendar shows it in its owner's zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress

FILE_NAME = "invite.ics"
LONGEST_TITLE = 200
"""Characters of a title; calendars cut long ones off, and mail subjects with them."""
LONGEST_TEXT = 4_000
"""Characters of a description, so that a huge cell makes no huge mail."""

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")
_LINK = re.compile(r"https?://[^\s\"<>]+")


@dataclass(frozen=True)
class Attendee:
    """Somebody's name and checked address."""

    name: str
    email: str


@dataclass(frozen=True)
class CalendarEvent:
    """What a calendar needs to know of a meeting. Times carry a zone."""

    uid: str
    sequence: int
    method: Literal["REQUEST", "CANCEL"]
    title: str
    description: str
    starts: datetime
    ends: datetime
    place: str
    organizer: Attendee
    guests: tuple[Attendee, ...]


def one_line(text: str, longest: int = LONGEST_TITLE) -> str:
    """`text` on one line, without what nobody sees, at most `longest` characters.

    >>> one_line("Kick-off\\r\\nBEGIN:VEVENT\\x00")
    'Kick-off BEGIN:VEVENT'
    """
    clean = " ".join(_UNSEEN.sub(" ", text).split())
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"


def to_ical(event: CalendarEvent, *, stamp: datetime) -> bytes:
    """The event as the bytes of an iCalendar object; `stamp` is when it was made."""
    calendar = Calendar()
    calendar.add("prodid", "-//Sheetflow//Invitations//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", event.method)
    starts, ends = _written(event.starts), _written(event.ends)
    for zone in sorted({_zone_name(moment) for moment in (starts, ends)} - {"UTC"}):
        calendar.add_component(_vtimezone(zone, starts.year))
    calendar.add_component(_vevent(event, starts, ends, stamp))
    content: bytes = calendar.to_ical()
    return content


def add_invitation(message: EmailMessage, ical: bytes, method: str, *, mark: str) -> None:
    """Make a mail that has a text and an HTML part an invitation.

    The calendar goes last into the alternatives, where mail programs look for it to show their
    buttons, and once more as an attached file, for everybody else. `mark` is put between the
    parts, so that the same mail is the same bytes.
    """
    told = {"charset": "utf-8", "method": method}
    message.add_alternative(ical, maintype="text", subtype="calendar", cte="base64", params=told)
    message.set_boundary(f"=_alternative_{mark}")
    message.make_mixed()
    message.add_attachment(
        ical,
        maintype="text",
        subtype="calendar",
        cte="base64",
        params={**told, "name": FILE_NAME},
        filename=FILE_NAME,
    )
    message.set_boundary(f"=_mixed_{mark}")


def _vevent(event: CalendarEvent, starts: datetime, ends: datetime, stamp: datetime) -> Event:
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", starts)
    entry.add("dtend", ends)
    entry.add("summary", one_line(event.title))
    entry.add("status", "CANCELLED" if event.method == "CANCEL" else "CONFIRMED")
    entry.add("organizer", _address(event.organizer))
    for guest in event.guests:
        entry.add("attendee", _guest(guest))
    if event.description.strip():
        entry.add("description", several_lines(event.description))
    if event.place.strip():
        entry.add("location", one_line(event.place))
    if _LINK.fullmatch(event.place.strip()):
        entry.add("url", event.place.strip())
    return entry


def _guest(guest: Attendee) -> vCalAddress:
    address = _address(guest)
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["PARTSTAT"] = "NEEDS-ACTION"
    address.params["RSVP"] = "TRUE"
    return address


def _address(who: Attendee) -> vCalAddress:
    address = vCalAddress(f"mailto:{one_line(who.email)}")
    # a double quote cannot stand in a parameter, and mail programs show its escape as it is
    if name := one_line(who.name).replace('"', "'"):
        address.params["CN"] = name
    return address


def several_lines(text: str) -> str:
    """The same for a text of several lines, at most LONGEST_TEXT characters."""
    lines = (one_line(line, LONGEST_TEXT) for line in text.splitlines())
    return "\n".join(lines).strip()[:LONGEST_TEXT]


def _written(moment: datetime) -> datetime:
    """The moment as a calendar file can say it: the second 02:30 of an autumn night only in UTC."""
    known = isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key
    return moment if known and not moment.fold else moment.astimezone(UTC)


def _zone_name(moment: datetime) -> str:
    return moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else "UTC"


@lru_cache(maxsize=256)
def _vtimezone(name: str, year: int) -> Timezone:
    """The zone's rules from the year before until the year after, one component a change of clocks.

    Made here because icalendar 7 dates the start of summer time an hour late.
    """
    zone = ZoneInfo(name)
    day = datetime(year - 1, 1, 1, tzinfo=UTC)
    timezone = Timezone()
    timezone.add("tzid", name)
    timezone.add_component(_observance(zone, day, zone.utcoffset(day.astimezone(zone))))
    while day.year <= year + 1:
        tomorrow = day + timedelta(days=1)
        if _rule(day, zone) != _rule(tomorrow, zone):
            before = day.astimezone(zone).utcoffset()
            timezone.add_component(_observance(zone, _change(day, tomorrow, zone), before))
        day = tomorrow
    return timezone


def _rule(moment: datetime, zone: ZoneInfo) -> tuple[Any, ...]:
    local = moment.astimezone(zone)
    return local.utcoffset(), local.tzname()


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The minute, in UTC, at which the zone's rule changes between two moments."""
    old = _rule(before, zone)
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // 2
        middle = middle.replace(second=0, microsecond=0)
        before, after = (middle, after) if _rule(middle, zone) == old else (before, middle)
    return after


def _observance(
    zone: ZoneInfo, moment: datetime, before: timedelta | None
) -> TimezoneStandard | TimezoneDaylight:
    local = moment.astimezone(zone)
    before, after = before or timedelta(), local.utcoffset() or timedelta()
    entry = TimezoneDaylight() if after > before else TimezoneStandard()
    entry.add("dtstart", (moment + before).replace(tzinfo=None))
    entry.add("tzoffsetfrom", before)
    entry.add("tzoffsetto", after)
    entry.add("tzname", local.tzname())
    return entry
