"""What Calendar holds: calendars with their rules and events, each person's list, invitations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.emulators.google.errors import ApiError

if TYPE_CHECKING:
    from tests.emulators.google.world import World

ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
BASE32HEX = "0123456789abcdefghijklmnopqrstuv"
ROBOT = ".gserviceaccount.com"


@dataclass
class Calendar:
    """One calendar: its metadata, who may do what with it, and its events by id."""

    id: str
    owner: str
    summary: str
    time_zone: str = "UTC"
    primary: bool = False
    etag: str = '"0"'
    fields: dict[str, Any] = field(default_factory=dict)
    """Other fields of the Calendar resource: description, location, labelProperties ..."""
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Access rules by rule id; a removed one stays with the role "none"."""
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Events as they are kept, the cancelled ones too: an id is taken for ever."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the calendar shows its times."""
        return ZoneInfo(self.time_zone)

    def role(self, user: str) -> str:
        """The strongest role that the rules give this person, one of ROLES."""
        user = user.lower()
        roles = [r["role"] for r in self.rules.values() if _covers(r["scope"], user)]
        return max(roles, key=ROLES.index, default="none")

    def may(self, user: str, role: str) -> bool:
        """Whether this person has at least `role`."""
        return ROLES.index(self.role(user)) >= ROLES.index(role)


def _covers(scope: dict[str, str], user: str) -> bool:
    value = scope.get("value", "").lower()
    if scope["type"] == "domain":
        return user.endswith("@" + value)
    return scope["type"] == "default" or value == user


class Calendars:
    """All calendars of a world, and what belongs to people: lists, settings, channels, mail."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.calendars: dict[str, Calendar] = world.calendars
        self.entries: dict[str, dict[str, dict[str, Any]]] = {}
        """Per person, calendar id to the person's own part of the CalendarListEntry."""
        self.settings: dict[str, dict[str, str]] = {}
        self.channels: dict[str, dict[str, Any]] = {}
        self.invitations: list[dict[str, Any]] = []
        """What the service would have mailed to guests, in order."""
        self.guests_per_day: int | None = None
        """How many guests one person may have mailed a day; the service names no number."""
        self.version = 0

    def tick(self) -> str:
        """A new etag: greater than any before, and close to the time, as the service's are."""
        self.version = max(self.version + 1, int(self.world.now().timestamp() * 1000) * 2000)
        return f'"{self.version}"'

    def new_id(self) -> str:
        """An id as the service makes them: 26 characters of base32hex."""
        return "".join(self.world.chance.choices(BASE32HEX, k=26))

    def has_account(self, email: str) -> bool:
        """Whether this address belongs to somebody with a Google account here."""
        known = {one.lower() for one in self.world.users}
        return email.lower() in known or email.lower() in self.calendars

    def primary(self, email: str) -> Calendar:
        """A person's primary calendar, whose id is the address; made when first asked for."""
        email = email.lower()
        if email not in self.calendars:
            self.add(Calendar(email, email, email, self._zone_of(email), primary=True))
        return self.calendars[email]

    def _zone_of(self, email: str) -> str:
        user = next((u for e, u in self.world.users.items() if e.lower() == email), None)
        return str(user.extra.get("timeZone", "UTC")) if user else "UTC"

    def add(self, calendar: Calendar) -> Calendar:
        """Take a new calendar in: its owner's rule, its place on the owner's list."""
        calendar.etag = self.tick()
        self.calendars[calendar.id] = calendar
        self.allow(calendar, {"type": "user", "value": calendar.owner}, "owner")
        if calendar.id not in self.entries.get(calendar.owner, {}):
            self.list_for(calendar.owner, calendar.id)
        if not calendar.primary:  # the calendar itself stands among its owners
            self.allow(calendar, {"type": "user", "value": calendar.id}, "owner")
        return calendar

    def allow(self, calendar: Calendar, scope: dict[str, str], role: str) -> dict[str, Any]:
        """Give a role to a scope; the rule's id follows from the scope."""
        name = scope["type"] if scope["type"] == "default" else f"{scope['type']}:{scope['value']}"
        rule = {"kind": "calendar#aclRule", "etag": self.tick(), "id": name, "scope": scope}
        calendar.rules[name] = {**rule, "role": role}
        return calendar.rules[name]

    def list_for(self, user: str, calendar_id: str) -> dict[str, Any]:
        """The person's own part of a calendar's list entry, made when not there."""
        mine = self.entries.setdefault(user.lower(), {})
        entry = mine.setdefault(calendar_id, {})
        if not entry or entry.get("deleted"):
            mine[calendar_id] = entry = self._new_entry(calendar_id, len(mine))
        return entry

    def _new_entry(self, calendar_id: str, place: int) -> dict[str, Any]:
        own = self.calendars[calendar_id].primary
        reminders = [{"method": "popup", "minutes": 30}] if own else []
        entry = {"colorId": str(14 + place % 10), "selected": True, "defaultReminders": reminders}
        return {**entry, "etag": self.tick()}

    def find(self, calendar_id: str, user: str, *, role: str = "freeBusyReader") -> Calendar:
        """A calendar that `user` has this role on.

        404 when it is not there or the person may not know of it, 403 when the role is less.
        """
        name = calendar_id.lower()
        if name in ("primary", user.lower()):
            return self.primary(user)
        if name not in self.calendars and self.has_account(name):
            self.primary(name)
        calendar = self.calendars.get(name)
        if calendar is None or not calendar.may(user, "freeBusyReader"):
            raise ApiError(404, "notFound", "Not Found")
        if not calendar.may(user, role):
            text = f"You need to have {role} access to this calendar."
            raise ApiError(403, "requiredAccessLevel", text, domain="calendar")
        return calendar


def calendars(world: World) -> Calendars:
    """The Calendar state of a world."""
    found: Calendars | None = world.services.get("calendar")
    if found is None:
        found = world.services["calendar"] = Calendars(world)
    return found


def version_of(resource: dict[str, Any]) -> int:
    """The number in a resource's etag, by which changes are ordered."""
    return int(resource["etag"].strip('"'))


def match_etag(headers: Any, resource: dict[str, Any]) -> None:
    """Refuse a write whose If-Match names another state of the resource (412)."""
    wanted = headers.get("if-match", "").strip()
    if wanted and wanted != "*" and resource["etag"] not in [w.strip() for w in wanted.split(",")]:
        text = "Precondition Failed"
        where = {"location": "If-Match", "location_type": "header"}
        raise ApiError(412, "conditionNotMet", text, **where)
