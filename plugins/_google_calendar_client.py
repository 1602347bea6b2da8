"""The events of one calendar through googleapiclient: what is asked of Google, and how."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sheetflow import (
    Appointment,
    NotAllowed,
    NotFound,
    Receipt,
    Refused,
    ThereAlready,
    TooFast,
    UsedUp,
)

from ._google_calendar_event import Event, conference_failed, event_ids, link_in, stands
from ._google_calendar_words import HINTS

UNTIL_LINKED = timedelta(minutes=1)
"""When Google is asked again for a link that it is still making."""
UNTIL_ASKED_AGAIN = timedelta(hours=1)
"""When Google is asked again that lets us invite no more guests: it does not say when it will."""


@dataclass(frozen=True)
class Events:
    """One calendar. `resource` is googleapiclient's `events()`. Google tells the guests of all."""

    resource: Any
    calendar: str

    def get(self, number: str) -> Event | None:
        """The event, a cancelled one too; None if there never was one."""
        try:
            return self._ask(self.resource.get, eventId=number)
        except NotFound:
            return None

    def of(self, appointment: Appointment, now: datetime) -> list[Event]:
        """The events that an entry has had, the first one first, up to one that stands."""
        found: list[Event] = []
        for number in event_ids(appointment.id):
            event = self.get(number)
            if event is None:
                break
            found.append(event)
            if stands(event, now):
                break
        return found

    def insert(self, event: Event) -> Event | None:
        """The event as it was put in, or None when its id is taken.

        Raises NotAllowed when there is no such calendar for us.
        """
        try:
            return self._ask(self.resource.insert, **_written(event), sendUpdates="all")
        except ThereAlready:
            return None
        except NotFound as error:
            says = f'Google shows us no calendar "{self.calendar}"'
            raise NotAllowed(says, hint=HINTS["requiredAccessLevel"], reason=error.reason) from None

    def patch(self, event: Event, patch: Event, *, tell: bool = True) -> Event:
        """The event with the patch. Raises Refused ("conditionNotMet") if it is newer by now."""
        return self._ask(
            self.resource.patch,
            etag=str(event["etag"]),
            eventId=event["id"],
            **_written(patch),
            sendUpdates="all" if tell else "none",
        )

    def delete(self, number: str) -> None:
        """Take it out. That somebody was faster is as good."""
        with contextlib.suppress(NotFound):
            self._ask(self.resource.delete, eventId=number, sendUpdates="all")

    def receipt(self, event: Event, appointment: Appointment, remark: str = "") -> Receipt:
        """What is given back for an event, as soon as Google has made its link.

        Raises TooFast until then, and Refused if Google will not make one.
        """
        number = str(event["id"])
        if appointment.place is not None:
            return Receipt(number, remark=remark)
        if not link_in(event) and not conference_failed(event):
            event = self.get(number) or event
        if conference_failed(event):
            raise Refused("the meeting is there, but without a Meet link: is Meet switched on?")
        if not link_in(event):
            raise TooFast("Google is still making the Meet link", retry_after=UNTIL_LINKED)
        return Receipt(number, gives={"link": link_in(event)}, remark=remark)

    def about(self) -> dict[str, Any]:
        """The calendar's name, zone, and what we may do in it ("accessRole")."""
        return self._ask(self.resource.list, maxResults=1)

    def _ask(self, method: Any, *, etag: str = "", **options: Any) -> dict[str, Any]:
        request = method(calendarId=self.calendar, **options)
        if etag:
            request.headers["If-Match"] = etag
        try:
            answer: dict[str, Any] = request.execute() or {}
        except UsedUp as error:
            error.retry_after = error.retry_after or UNTIL_ASKED_AGAIN
            raise
        return answer


def _written(body: Event) -> dict[str, Any]:
    """The body; with a conference in it, Google must be told that we know of conferences."""
    more = {"conferenceDataVersion": 1} if "conferenceData" in body else {}
    return {"body": dict(body), **more}
