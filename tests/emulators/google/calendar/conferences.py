"""Meet links: a createRequest becomes conference data, at once and for each request id once."""

from __future__ import annotations

import string
from typing import Any

from tests.emulators.google.calendar.model import ROBOT, Calendars
from tests.emulators.google.errors import ApiError

KINDS = ("hangoutsMeet",)  # eventHangout and eventNamedHangout can no longer be made


def settle(
    calendars: Calendars, event: dict[str, Any], old: dict[str, Any], *, version: int, user: str
) -> None:
    """Replace what the client said of the conference by what the service makes of it.

    With conferenceDataVersion 0 the client's conference data is ignored and the old kept. A
    service account that speaks for itself gets no Meet link (400), as users report.
    """
    given = event.pop("conferenceData", None)
    event.pop("hangoutLink", None)
    kept = old.get("conferenceData")
    data = _asked(calendars, given, kept, user) if version else kept
    if data:
        event["conferenceData"] = data
        link = next((e["uri"] for e in data["entryPoints"] if e["entryPointType"] == "video"), "")
        if link and data["conferenceSolution"].get("key", {}).get("type") in KINDS:
            event["hangoutLink"] = link


def _asked(calendars: Calendars, given: Any, kept: Any, user: str) -> dict[str, Any] | None:
    request = (given or {}).get("createRequest")
    whole = bool(given and given.get("entryPoints") and given.get("conferenceSolution"))
    if request:
        if kept and kept.get("createRequest", {}).get("requestId") == request.get("requestId"):
            return dict(kept)
        if not whole or (kept and given["entryPoints"] == kept["entryPoints"]):
            return _made(calendars, request, user)
    if given and not whole:
        raise ApiError(400, "invalid", "Invalid conference data.")
    return dict(given) if given else None


def _made(calendars: Calendars, request: dict[str, Any], user: str) -> dict[str, Any]:
    kind = request.get("conferenceSolutionKey", {}).get("type", "hangoutsMeet")
    if not request.get("requestId"):
        raise ApiError(400, "required", "Missing conference request id.")
    if kind not in KINDS or user.lower().endswith(ROBOT):
        raise ApiError(400, "invalid", "Invalid conference type value.")
    letters = calendars.world.chance.choices(string.ascii_lowercase, k=10)
    code = f"{''.join(letters[:3])}-{''.join(letters[3:7])}-{''.join(letters[7:])}"
    video = {"entryPointType": "video", "uri": f"https://meet.google.com/{code}"}
    key = {"type": kind}
    return {
        "createRequest": {
            "requestId": request["requestId"],
            "conferenceSolutionKey": key,
            "status": {"statusCode": "success"},
        },
        "entryPoints": [{**video, "label": f"meet.google.com/{code}"}],
        "conferenceSolution": {
            "key": key,
            "name": "Google Meet",
            "iconUri": "https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/"
            "logo_meet_2020q4_color_2x_web_512dp.png",
        },
        "conferenceId": code,
    }
