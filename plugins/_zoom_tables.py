"""What Zoom knows as tables: meetings that are ahead, who signed up, and who came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sheetflow import Row, SetupError, digest

from ._zoom_client import Api
from ._zoom_meetings import moment

_CAME = "Meeting began,Name,Email,Joined,Left,Minutes,Waited only,Registrant"
TABLES: Mapping[str, tuple[str, ...]] = {
    name: tuple(columns.split(","))
    for name, columns in {
        "meetings": "Meeting,Topic,Starts,Minutes,Host,Link,Agenda",
        "registrants": "Email,First name,Last name,State,Registered,Link",
        "participants": _CAME,
        "report": _CAME,
    }.items()
}
"""The tables, and the columns of each, which are there also while nobody has signed up or come."""


def meeting_number(text: str) -> str:
    """The number in what a person writes: 812 3456 7890, or a link to join.

    Raises SetupError when there is none.
    """
    found = re.search(r"/(?:j|s|meeting)/(\d{9,12})\b", text)
    number = found[1] if found else re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"\d{9,12}", number):
        raise SetupError(
            f'"{text[:60]}" is no meeting of Zoom.',
            hint="Write its number, such as 812 3456 7890, or its link, after meeting.",
        )
    return number


def meetings(api: Api, hosts: Sequence[str]) -> Iterator[Row]:
    """Meetings of the hosts that are ahead; a series has one row for each time."""
    for host in hosts:
        listed = list(api.upcoming(host))
        often = Counter(str(one["id"]) for one in listed)
        for one in listed:
            number, starts = str(one["id"]), moment(one.get("start_time"))
            name = f"{number} {one.get('start_time')}" if often[number] > 1 else number
            cells: Mapping[str, object] = {
                "Meeting": number,
                "Topic": one.get("topic"),
                "Starts": starts,
                "Minutes": one.get("duration"),
                "Host": host,
                "Link": one.get("join_url"),
                "Agenda": one.get("agenda"),
            }
            yield Row(name, cells)


def registrants(api: Api, number: str) -> Iterator[Row]:
    """Who signed up for a meeting, whatever became of it."""
    for status in ("approved", "pending", "denied"):
        for one in api.registrants(number, status):
            cells: Mapping[str, object] = {
                "Email": one.get("email"),
                "First name": one.get("first_name"),
                "Last name": one.get("last_name"),
                "State": status,
                "Registered": moment(one.get("create_time")),
                "Link": one.get("join_url"),
            }
            yield Row(str(one.get("id") or digest(one.get("email"))), cells)


def participants(api: Api, number: str, *, heavy: bool) -> Iterator[Row]:
    """Who came, each time that the meeting took place: one row for each time somebody joined.

    With `heavy`, by the report, which knows who of them had registered.
    """
    for instance in api.instances(number):
        uuid = str(instance["uuid"])
        seen = Counter[str]()
        for one in api.reported(uuid) if heavy else api.participants(uuid):
            name = digest(uuid, *(str(one.get(key) or "") for key in _TELLING))
            seen[name] += 1
            yield Row(
                name if seen[name] == 1 else f"{name}-{seen[name]}",
                {
                    "Meeting began": moment(instance.get("start_time")),
                    "Name": one.get("name"),
                    "Email": one.get("user_email"),
                    "Joined": moment(one.get("join_time")),
                    "Left": moment(one.get("leave_time")),
                    "Minutes": _minutes(one.get("duration")),
                    "Waited only": _waited(one.get("status")),
                    "Registrant": one.get("registrant_id"),
                },
            )


_TELLING = ("user_id", "id", "join_time", "name")
"""What tells one line of participants from another: they have no id of their own."""


def _minutes(seconds: Any) -> float | None:
    return round(seconds / 60, 1) if isinstance(seconds, int | float) else None


def _waited(status: Any) -> bool:
    return bool(status == "in_waiting_room")
