"""What Zoom calls to say: that a meeting was made, changed or joined, or who registered.

Each call is signed with the app's secret token over the moment and the body (developers.zoom.us,
"Using webhooks", "Verify webhook events"). To see whether an address is ours, Zoom asks for such a
signature itself, when it is entered and every 72 hours after.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sheetflow import Heard, Hook, Listener, NotAllowed, SetupError, is_same, sha256_mac

from ._zoom_tables import meeting_number

MEETINGS = "meetings"
_OF_THE_LIST = ("created", "updated", "deleted", "permanently_deleted", "recovered")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")
_NUMBER = re.compile(r"\d{9,12}")


class HearsZoom(Listener):
    """The half of the connector that Zoom calls."""

    settings: Any

    @property
    def listens(self) -> bool:
        """Whether the secret token is there."""
        return self.settings.hook_secret is not None

    def heard(self, hook: Hook) -> Heard:
        """What Zoom says. Raises NotAllowed for what is not signed by it, or not just now."""
        secret = self.settings.hook_secret
        moment = hook.seconds("x-zm-request-timestamp")
        wanted = "v0=" + sha256_mac(secret, f"v0:{moment}:", hook.body).hex()
        if secret is None or not is_same(hook.header("x-zm-signature"), wanted):
            raise NotAllowed("Zoom did not sign this.")
        said = hook.said
        payload = said.get("payload")
        payload = payload if isinstance(payload, Mapping) else {}
        if said.get("event") == "endpoint.url_validation":
            return Heard(answer=_proof(secret, str(payload.get("plainToken"))))
        return Heard(hook.digest, about=_about(str(said.get("event")), payload))

    def heard_as(self, place: Mapping[str, str]) -> str:
        """The meeting's number; one word for the list of all meetings."""
        if place.get("table") == MEETINGS:
            return MEETINGS
        with suppress(SetupError):
            return meeting_number(place.get("meeting", ""))
        return ""


def _proof(secret: Any, token: str) -> Mapping[str, str]:
    """The token and its signature. Nothing else is ever signed, least of all what looks like a
    call: who had that signed could forge one."""
    if not _TOKEN.fullmatch(token):
        raise NotAllowed("This is no token of Zoom's.")
    return {"plainToken": token, "encryptedToken": sha256_mac(secret, token).hex()}


def _about(event: str, payload: Mapping[str, Any]) -> frozenset[str] | None:
    """Which tables may have changed; None, which is all of them, for what we do not know."""
    kind, _, what = event.partition(".")
    thing = payload.get("object")
    number = str(thing.get("id")) if isinstance(thing, Mapping) else ""
    if kind != "meeting" or not _NUMBER.fullmatch(number):
        return None
    return frozenset({number, MEETINGS} if what in _OF_THE_LIST else {number})
