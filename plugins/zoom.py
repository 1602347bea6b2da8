"""zoom: makes a Zoom meeting for each call, and reads who signed up and who came.

    connections:
      zoom:
        connector: zoom
        account_id: rT8s0kPqQ3mB6w1vXyZabc
        client_id: 9aBcDeFgQ1aHiJkLmNoPQ
        client_secret: {file: secrets/zoom-client_secret}
        hosts: [calls@example.org]

Used by `meet` after `by`: the meeting is made first, then each guest gets a mail with its link, for
their calendar. If it was not made, nobody is mailed. A call that moves is moved in Zoom before the
guests hear of it, and one that is called off is deleted there.

Sign in to the Zoom App Marketplace as an administrator (marketplace.zoom.us, Develop, Build app,
Server-to-Server OAuth app), add the scopes that docs/zoom.md lists, and activate the app. The first
page shows the account id, the client id and the client secret. The app's secret token, under
Features, is the hook_secret: with it Zoom says when a meeting changed (docs/webhooks.md).

Each of `hosts` is a user of the account with a licence. Zoom lets each make or change a hundred
meetings a day; several share the load. Its tables are `meetings`, `registrants`, `participants` and
`report`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any, Literal
from urllib.parse import urlsplit

from sheetflow import (
    Appointment,
    Blank,
    Connector,
    Finding,
    MeetingRoom,
    NotKnown,
    ReadOnlyTable,
    Receipt,
    Refused,
    Secret,
    ServiceError,
    SetupError,
    TableSource,
    hookimpl,
    option,
)

from ._zoom_client import Api
from ._zoom_examining import examined
from ._zoom_faults import HOST_DAY
from ._zoom_hooks import HearsZoom
from ._zoom_hosts import Hosts
from ._zoom_meetings import Call, body_of, call_in, is_as_wanted
from ._zoom_service import ZoomService
from ._zoom_signin import ZoomIdentity
from ._zoom_tables import TABLES, meeting_number, meetings, participants, registrants

SETTLED = timedelta(minutes=2)
"""How long after a try Zoom's lists are not yet believed when they do not show a meeting."""


class Zoom(HearsZoom, MeetingRoom):
    """A Zoom account, with one or several hosts."""

    name = "zoom"
    idempotent = True

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """How to sign in, who hosts, and how a call is set up."""

        account_id: str = option("The account id of the app.")
        client_id: str = option("The client id of the app.")
        client_secret: Secret = option("The client secret of the app.")
        hosts: tuple[str, ...] = option(
            "The users who hold the calls, by e-mail address; several share the load."
        )
        hook_secret: Secret | None = option(
            "The secret token that Zoom signs its calls with; see docs/webhooks.md.", default=None
        )
        waiting_room: bool = option(
            "Whether guests wait until the host lets them in.", default=True
        )
        join_before_host: bool = option(
            "Whether guests may begin without the host; only without a waiting room.", default=False
        )
        plan: Literal["free", "pro", "business"] = option(
            "The account's plan, which says how much may be asked.", default="pro"
        )
        writes_per_day: int = option(
            "How many meetings one host may make or change a day.", default=100
        )
        at_once: int = option("How many meetings may be made at the same time.", default=4)
        url: str = option("Where Zoom's API is.", default="https://api.zoom.us/v2")
        token_url: str = option("Where Zoom gives tokens.", default="https://zoom.us/oauth/token")

        def __post_init__(self) -> None:
            if not self.hosts:
                raise ValueError("hosts must name at least one user of the Zoom account.")
            if self.join_before_host and self.waiting_room:
                raise ValueError("join_before_host needs waiting_room: no.")
            if not 1 <= self.at_once <= 20:
                raise ValueError("at_once must be from 1 to 20.")
            if not 1 <= self.writes_per_day <= 100:
                raise ValueError("writes_per_day must be from 1 to 100.")

    @dataclass(frozen=True, kw_only=True)
    class Place:
        """One of Zoom's tables."""

        table: str = option(
            "Which one: meetings, registrants, participants or report. The report costs Zoom more,"
            " and knows who had registered."
        )
        meeting: str = option(
            "The meeting's number or link; not for the table of meetings.", default=""
        )

    settings: Settings

    def __init__(self, settings: Any, **given: Any) -> None:
        super().__init__(settings, **given)
        self._lock = threading.RLock()
        self._deleting = threading.Lock()

    @property
    def parallel(self) -> int:
        """A few."""
        return self.settings.at_once

    def link(self, title: str, starts: datetime, ends: datetime) -> Blank:  # noqa: ARG002 - it is made with the meeting
        """‹Zoom link›, which is there once the meeting is made."""
        return Blank("Zoom link")

    def hold(self, appointment: Appointment) -> Receipt:
        """Make the meeting, or move it; only what guests would notice is written.

        One that somebody deleted in Zoom is made anew. Raises UsedUp when every host has made or
        changed as many as Zoom allows a day, NotKnown when the line dropped and Zoom does not show
        the meeting yet.
        """
        self.door.writing(f"a Zoom meeting: {appointment.title}")
        known = self._known(appointment)
        if known is None:
            return self._made(appointment).receipt
        if not is_as_wanted(known, appointment):
            self._moved(known, appointment)
        return known.receipt

    def call_off(self, appointment: Appointment) -> Receipt:
        """Delete the meeting; Zoom writes to nobody. One that is gone already is off."""
        self.door.writing(f"a Zoom meeting: {appointment.title}")
        number = appointment.reference
        if not number:
            known = self._hosts.marked_anywhere(appointment)
            number = known.id if known else ""
        if number:
            with self._deleting:  # Zoom takes one of them at a time for a user
                self._api.delete(number)
            self._hosts.forget(number)
        return Receipt(number)

    def find(self, appointment: Appointment) -> Receipt | bool:
        """Whether Zoom has the meeting as it is to be. Right after a try it may not show it yet."""
        known = self._known(appointment, anew=True)
        if appointment.is_off:
            return Receipt(appointment.reference) if known is None else False
        if known is not None:
            return known.receipt if is_as_wanted(known, appointment) else False
        tried = appointment.tried_at
        return tried is not None and self.door.clock.now() - tried < SETTLED

    def open_table(self, place: Mapping[str, str]) -> TableSource:
        """One of TABLES. Raises SetupError for another, or where its meeting is not named."""
        table = place.get("table", "")
        if table not in TABLES:
            raise SetupError(
                f'zoom has no table "{table}".', hint=f"Write one of {', '.join(TABLES)}."
            )
        if table == "meetings":
            hosts = self.settings.hosts
            return ReadOnlyTable(
                "meetings of Zoom", lambda: meetings(self._api, hosts), TABLES[table]
            )
        number = meeting_number(place.get("meeting", ""))
        if table == "registrants":
            rows = partial(registrants, number=number)
        else:
            rows = partial(participants, number=number, heavy=table == "report")
        name = f"{table} of Zoom meeting {number}"
        return ReadOnlyTable(name, lambda: rows(self._api), TABLES[table])

    def examine(self) -> Iterator[Finding]:
        """Whether the app is let in, may do what is needed, who hosts, and what is left today."""
        most = self.settings.writes_per_day
        return examined(
            self._identity, self._api, self._hosts, self.settings.hosts, most, self.settings.plan
        )

    def close(self) -> None:
        """Let the connections go."""
        with self._lock:
            api = self.__dict__.pop("_api", None)
            self.__dict__.pop("_hosts", None)
            if api is not None:
                api.close()

    def _known(self, appointment: Appointment, *, anew: bool = False) -> Call | None:
        """The meeting as Zoom has it: by its number, or among upcoming ones by its mark."""
        if appointment.reference:
            meeting = self._api.meeting(appointment.reference)
            return call_in(meeting, _host_of(meeting)) if meeting else None
        return self._hosts.marked_anywhere(appointment, anew=anew)

    def _made(self, appointment: Appointment) -> Call:
        body = {**body_of(appointment), "settings": self._set_up}
        for host in self._hosts.in_turn(appointment):
            try:
                made = call_in(self._api.create(host, body), host)
            except NotKnown as doubt:
                return self._found_again(appointment, host, doubt)
            except Refused as error:
                if error.reason != HOST_DAY:
                    raise
                self._hosts.is_full(host)
                continue
            self._hosts.wrote(made, new=True)
            return made
        raise self._hosts.used_up()

    def _found_again(self, appointment: Appointment, host: str, doubt: NotKnown) -> Call:
        """The meeting whose answer was lost. Raises the doubt itself whenever it is not seen."""
        try:
            found = self._hosts.marked(appointment, host, anew=True)
        except ServiceError:
            raise doubt from None  # that Zoom cannot be asked does not make it certain
        if found is None:
            raise doubt
        return found

    def _moved(self, known: Call, appointment: Appointment) -> None:
        try:
            self._api.update(known.id, body_of(appointment))
        except Refused as error:
            if error.reason != HOST_DAY:
                raise
            self._hosts.is_full(known.host)
            raise self._hosts.used_up() from None
        self._hosts.wrote(known, new=False)

    @property
    def _set_up(self) -> Mapping[str, object]:
        """Few settings: the account's own hold for the rest. Zoom is to write to nobody."""
        return {
            "waiting_room": self.settings.waiting_room,
            "join_before_host": self.settings.join_before_host,
            "approval_type": 2,
            "email_notification": False,
        }

    @cached_property
    def _identity(self) -> ZoomIdentity:
        return ZoomIdentity(self.settings, self.door)

    @cached_property
    def _api(self) -> Api:
        url = urlsplit(self.settings.url)
        service = ZoomService(
            name="Zoom",
            origins=(f"{url.scheme}://{url.netloc}",),
            identities=(self._identity,),
            plan=self.settings.plan,
            account=self.settings.account_id,
        )
        return Api(self.door.session(service), self.settings.url)

    @cached_property
    def _hosts(self) -> Hosts:
        settings = self.settings
        return Hosts(settings.hosts, settings.writes_per_day, self._api, self.door)


def _host_of(meeting: Mapping[str, Any]) -> str:
    return str(meeting.get("host_email") or meeting.get("host_id") or "")


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector `zoom`."""
    return [Zoom]
