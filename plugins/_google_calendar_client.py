"""The events of one calendar through googleapiclient: what is asked of Google, and how."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sheetflow import NotAllowed, NotFound, ThereAlready, UsedUp

from ._google_calendar_event import Event
from ._google_calendar_words import HINTS

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
