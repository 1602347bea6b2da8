"""What is asked of Zoom's API, each by one method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sheetflow import NotFound

if TYPE_CHECKING:
    from requests import Session

PAGE = 300
"""The most that Zoom lists in one answer."""
Json = Mapping[str, Any]


class Api:
    """Zoom's API below `url`, over a session of the door."""

    def __init__(self, session: Session, url: str) -> None:
        self._session = session
        self._url = url.rstrip("/")

    def user(self, name: str) -> Json:
        """A user by id or address."""
        return self._get(f"/users/{quote(name, safe='@')}")

    def meeting(self, number: str) -> Json | None:
        """A meeting, whole; None when it was deleted."""
        try:
            return self._get(f"/meetings/{quote(number, safe='')}")
        except NotFound:
            return None

    def upcoming(self, host: str) -> Iterator[Json]:
        """A host's meetings that are not over, their agendas cut at 250 characters."""
        path = f"/users/{quote(host, safe='@')}/meetings"
        return self._pages(path, "meetings", {"type": "upcoming"})

    def create(self, host: str, body: Json) -> Json:
        """A new meeting, as it came to be."""
        path = f"{self._url}/users/{quote(host, safe='@')}/meetings"
        made: Json = self._session.post(path, json=body).json()
        return made

    def update(self, number: str, body: Json) -> None:
        """Change what the body names."""
        self._session.patch(f"{self._url}/meetings/{quote(number, safe='')}", json=body)

    def delete(self, number: str) -> None:
        """Take a meeting away, without a mail of Zoom's; one that is gone already is off."""
        quiet = {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"}
        path = f"{self._url}/meetings/{quote(number, safe='')}"
        try:
            self._session.delete(path, params=quiet)
        except NotFound:
            return

    def registrants(self, number: str, status: str) -> Iterator[Json]:
        """Who signed up for a meeting, by what became of it."""
        path = f"/meetings/{quote(number, safe='')}/registrants"
        return self._pages(path, "registrants", {"status": status})

    def instances(self, number: str) -> list[Json]:
        """Each time that a meeting took place, the first one first."""
        try:
            found = self._get(f"/past_meetings/{quote(number, safe='')}/instances")
        except NotFound:
            return []
        return sorted(found.get("meetings") or [], key=lambda one: str(one.get("start_time")))

    def participants(self, uuid: str) -> Iterator[Json]:
        """Who came to one instance."""
        return self._pages(f"/past_meetings/{_twice(uuid)}/participants", "participants", {})

    def reported(self, uuid: str) -> Iterator[Json]:
        """The same by the report, with the registrant of each."""
        more = {"include_fields": "registrant_id"}
        return self._pages(f"/report/meetings/{_twice(uuid)}/participants", "participants", more)

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def _get(self, path: str, **query: str) -> Json:
        found: Json = self._session.get(f"{self._url}{path}", params=query).json()
        return found

    def _pages(self, path: str, name: str, query: Mapping[str, str]) -> Iterator[Json]:
        token = ""
        while True:
            more = {"next_page_token": token} if token else {}
            page = self._get(path, page_size=str(PAGE), **query, **more)
            yield from page.get(name) or ()
            token = str(page.get("next_page_token") or "")
            if not token:
                return


def _twice(uuid: str) -> str:
    """A UUID for a path: encoded twice where it begins with a slash or holds two."""
    once = quote(uuid, safe="")
    return quote(once, safe="") if uuid.startswith("/") or "//" in uuid else once
