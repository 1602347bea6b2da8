"""The Events API: what Slack calls to say when somebody joins the workspace or changes.

Signed as docs.slack.dev describes in "Verifying requests from Slack". An address is taken after it
has given back the challenge of `url_verification`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tests.emulators.slack.shapes import APP, user_object
from tests.emulators.slack.world import User, World


def subscribe(world: World, address: str, secret: str) -> bool:
    """Tell this address of events from now on, if it gives the challenge back."""
    challenge = world.new_id("X") * 4
    body = json.dumps({"token": "old", "challenge": challenge, "type": "url_verification"}).encode()
    status, answer = world.courier.ask(address, signed(world, secret, body), body)
    try:
        found = json.loads(answer)
    except ValueError:
        found = answer.decode("utf-8", "replace")
    given = found.get("challenge") if isinstance(found, dict) else found
    if status != 200 or given != challenge:
        return False
    world.subscriptions.append((address, secret))
    return True


def tell(world: World, kind: str, user: User) -> None:
    """Call everybody who subscribed: somebody joined (`team_join`) or changed (`user_change`)."""
    event = {"type": kind, "user": user_object(world, user), "event_ts": world.new_ts()}
    told(world, event)


def told(world: World, event: Mapping[str, Any]) -> None:
    """Call everybody who subscribed."""
    outside = {
        "token": "old",
        "team_id": world.team["id"],
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": world.new_id("Ev"),
        "event_time": world.seconds(),
    }
    body = json.dumps(outside).encode()
    for address, secret in world.subscriptions:
        world.courier.post(address, signed(world, secret, body), body)


def signed(world: World, secret: str, body: bytes) -> dict[str, str]:
    """The headers of a call."""
    moment = str(world.seconds())
    mac = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={mac.hexdigest()}",
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }
