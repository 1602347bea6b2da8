"""Event subscriptions: what Zoom calls to say when a meeting or its registrants change.

Signed as developers.zoom.us describes in "Using webhooks": v0= and the HMAC-SHA256, by the app's
secret token, of `v0:`, the moment in seconds and the body. An address is taken after it has proved
that it has the secret (`endpoint.url_validation`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tests.emulators.zoom.world import Meeting, World, stamp

EVENTS = {
    "meetingCreate": "meeting.created",
    "meetingUpdate": "meeting.updated",
    "meetingDelete": "meeting.deleted",
    "meetingRegistrantCreate": "meeting.registration_created",
    "meetingRegistrantStatus": "meeting.registration_approved",
}
"""The event that follows a call of the API."""


def subscribe(world: World, address: str, secret: str) -> bool:
    """Tell this address of events from now on, if it proves that it has the secret."""
    plain = f"token-{world.number():016d}"
    body = _body(world, "endpoint.url_validation", {"plainToken": plain})
    status, answer = world.courier.ask(address, signed(world, secret, body), body)
    try:
        found = json.loads(answer)
    except ValueError:
        return False
    proof = hmac.new(secret.encode(), plain.encode(), hashlib.sha256).hexdigest()
    if status != 200 or found != {"plainToken": plain, "encryptedToken": proof}:
        return False
    world.subscriptions.append((address, secret))
    return True


def tell(world: World, event: str, meeting: Meeting) -> None:
    """Call everybody who subscribed."""
    thing = {
        "id": str(meeting.id),
        "uuid": meeting.uuid,
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": stamp(meeting.starts),
        "duration": meeting.duration,
        "timezone": meeting.timezone,
    }
    content = {"account_id": world.account, "operator": meeting.host, "object": thing}
    for address, secret in world.subscriptions:
        body = _body(world, event, content)
        world.courier.post(address, signed(world, secret, body), body)


def signed(world: World, secret: str, body: bytes) -> dict[str, str]:
    """The headers of a call."""
    moment = str(int(world.now().timestamp()))
    mac = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "x-zm-request-timestamp": moment,
        "x-zm-signature": f"v0={mac.hexdigest()}",
        "User-Agent": "Zoom Marketplace/1.0a",
    }


def _body(world: World, event: str, payload: Mapping[str, Any]) -> bytes:
    at = int(world.now().timestamp() * 1000) + world.number() % 1000
    return json.dumps({"event": event, "event_ts": at, "payload": payload}).encode()
