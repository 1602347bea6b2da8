"""google_calendar: keeps meetings in a Google calendar, with a Meet link; Google invites guests.

    connections:
      calendar:
        connector: google_calendar
        credentials: {file: /run/secrets/google.json}
        acts_as: coaching@example.org

Used by `meet` and `invite` after `by`: the entry, its link and the invitations are then one thing,
and cannot disagree. Answers, moves and more guests are dealt with in the calendar as usual; what a
person changes there stays.

The `credentials` are a service account's key together with `acts_as`, the person whose calendar it
is: in Google Workspace an administrator lets the account act for that person (Admin console,
Security, API controls, Domain-wide delegation; client id and scope as below). Or they are what
`sheetflow connect google` leaves when somebody signs in. A service account alone may write into a
calendar that is shared with it, but Google does not let it invite anybody.

The least scope is `calendar.events`, below https://www.googleapis.com/auth/. It can read and write
events of that person's calendars, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sheetflow import (
    Appointment,
    Blank,
    Calendar,
    Connector,
    Finding,
    Identity,
    NotAllowed,
    Receipt,
    Refused,
    SetupError,
    SheetflowError,
    TooFast,
    hookimpl,
    option,
)

from ._google import (
    Client,
    GoogleSettings,
    acts_for_nobody,
    api,
    examined,
    google_service,
    identities,
)
from ._google_calendar_client import Events
from ._google_calendar_event import (
    Event,
    event_ids,
    has_reached,
    is_gone,
    is_over,
    link_in,
    new_event,
    span,
    span_in,
    stands,
)
from ._google_calendar_merging import merged
from ._google_calendar_words import ALONE, DELEGATE, HINTS, SCOPES
from ._google_signin import SignsIn

_TRIES = 4
"""How often an entry is read anew because somebody changed it in between."""


class GoogleCalendar(SignsIn, Calendar):
    """One calendar of one person."""

    name = "google_calendar"
    idempotent = True
    agreed_to = SCOPES

    @dataclass(frozen=True, kw_only=True)
    class Settings(GoogleSettings):
        """Which calendar, and how to sign in."""

        calendar: str = option(
            "The calendar's id, as its settings show it under Integrate calendar; primary is the "
            "person's own.",
            default="primary",
        )
        at_once: int = option("How many meetings may be written at the same time.", default=2)
        requests_per_minute: int = option("Requests a minute for one person.", default=600)
        project_requests_per_minute: int = option(
            "Requests a minute for the Google Cloud project.", default=10_000
        )
        project_requests_per_day: int = option(
            "Requests a day for the Google Cloud project.", default=1_000_000
        )

        def __post_init__(self) -> None:
            super().__post_init__()
            if not 1 <= self.at_once <= 20:
                raise ValueError("at_once must be from 1 to 20.")

    settings: Settings

    def __init__(self, settings: Any, **given: Any) -> None:
        super().__init__(settings, **given)
        self._client = Client(self._opened)

    @property
    def parallel(self) -> int:
        """A few: Google takes many writes into one calendar at once for an accident."""
        return self.settings.at_once

    def link(self, title: str, starts: datetime, ends: datetime) -> Blank:  # noqa: ARG002 - it is made with the event
        """‹Meet link›, which Google makes with the event."""
        return Blank("Meet link")

    def hold(self, appointment: Appointment) -> Receipt:
        """Put the meeting in, or bring it to this version; Google tells the guests.

        Raises Refused when a person moved it to another time or took it out, TooFast while the link
        is being made, NotKnown when the line dropped after a request.
        """
        self.door.writing(f"a meeting in the calendar {self.settings.calendar}")
        if self._is_alone:
            raise NotAllowed(ALONE, hint=DELEGATE)
        for number in event_ids(appointment.id):
            event = None if appointment.version == 0 else self._events.get(number)
            if event is None:
                event = self._events.insert(new_event(appointment, number))
                if event is not None:
                    return self._events.receipt(event, appointment)
                event = self._events.get(number)
            if event is None:
                raise Refused("Google says that this meeting is there, and does not show it")
            if is_gone(event) and not appointment.anew:
                raise Refused("somebody took this meeting out of the calendar: it stays out")
            if not is_gone(event) and not self._is_another_time(event, appointment):
                return self._brought_up(event, appointment)
        raise Refused("this meeting was taken out of the calendar too often to be put in again")

    def call_off(self, appointment: Appointment) -> Receipt:
        """Take the meeting out; Google tells the guests. One that is out already is off."""
        self.door.writing(f"a meeting in the calendar {self.settings.calendar}")
        now = self.door.clock.now()
        events = self._events.of(appointment, now)
        for event in events[-1:]:
            if stands(event, now):
                self._events.delete(str(event["id"]))
        return _last_of(events)

    def find(self, appointment: Appointment) -> Receipt | bool:
        """Whether the event under our own id has reached this version. Google is sure of that.

        One that still lacks its link has not: `hold` will take it as it is, and see to the link.
        """
        now = self.door.clock.now()
        events = self._events.of(appointment, now)
        if appointment.is_off:
            return False if any(stands(event, now) for event in events) else _last_of(events)
        for event in reversed(events):
            if has_reached(event, appointment) and appointment.place is not None:
                return Receipt(str(event["id"]))
            if has_reached(event, appointment) and (link := link_in(event)):
                return Receipt(str(event["id"]), gives={"link": link})
        return False

    def examine(self) -> Iterator[Finding]:
        """Whether it is let in, may write into the calendar, and may invite."""
        try:
            known = self._identities
        except SheetflowError as error:
            yield Finding.amiss("credentials", error)
            return
        yield from examined(known, SCOPES)
        yield self._reachable()
        if self._is_alone:
            yield Finding("inviting", False, f"{ALONE}.", DELEGATE)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _reachable(self) -> Finding:
        name = f"calendar {self.settings.calendar}"
        try:
            found = self._events.about()
        except SheetflowError as error:
            return Finding.amiss(name, error)
        title = found.get("summary", "")
        if found.get("accessRole") not in ("owner", "writer"):
            cure = HINTS["requiredAccessLevel"]
            return Finding(name, False, f"{title}: it may only be read", cure)
        return Finding(name, True, f"{title}: may write, times in {found.get('timeZone', 'UTC')}")

    def _is_another_time(self, event: Event, appointment: Appointment) -> bool:
        """Whether the event has taken place, and the meeting is a later one."""
        wanted = span(appointment.starts, appointment.ends)
        return is_over(event, self.door.clock.now()) and span_in(event) != wanted

    def _brought_up(self, event: Event, appointment: Appointment) -> Receipt:
        """Write what is new about it, unless somebody changes it at the very same time."""
        for _ in range(_TRIES):
            found = merged(event, appointment)
            if not found.patch:
                return self._events.receipt(event, appointment, found.remark)
            try:
                event = self._events.patch(event, found.patch, tell=found.is_news)
            except Refused as error:
                if error.reason != "conditionNotMet":
                    raise
                event = self._events.get(str(event["id"])) or event
            else:
                return self._events.receipt(event, appointment, found.remark)
        raise TooFast("somebody is changing this meeting in the calendar just now")

    @cached_property
    def _identities(self) -> Sequence[Identity]:
        """As whom it asks. Raises NotAllowed where nobody can be: then nothing was handed over."""
        try:
            return identities(self.settings, SCOPES, self.door)
        except SetupError as error:
            raise NotAllowed(error.message, hint=error.hint) from None

    @property
    def _is_alone(self) -> bool:
        """Whether it signs in as a service account that acts for nobody."""
        return acts_for_nobody(self._identities)

    @property
    def _events(self) -> Events:
        return Events(self._client.open().events(), self.settings.calendar)

    def _opened(self) -> Any:
        service = google_service("calendar", self.settings, self._identities, hints=HINTS)
        return api(self.door, service, "calendar", "v3")


def _last_of(events: Sequence[Event]) -> Receipt:
    return Receipt(str(events[-1]["id"]) if events else "")


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector `google_calendar`."""
    return [GoogleCalendar]
