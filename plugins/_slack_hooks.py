"""What Slack calls to say: that somebody joined the workspace, or changed.

Each call is signed with the app's signing secret over the moment and the body (docs.slack.dev,
"Verifying requests from Slack"). When an address is entered, Slack sends a challenge to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheetflow import Heard, Hook, Listener, NotAllowed, is_same, sha256_mac

_OF_PEOPLE = ("team_join", "user_")
"""How the events begin after which the table of people is another one."""
_LONGEST = 1_000


class HearsSlack(Listener):
    """The half of the connector that Slack calls."""

    settings: Any

    @property
    def listens(self) -> bool:
        """Whether the signing secret is there."""
        return self.settings.hook_secret is not None

    def heard(self, hook: Hook) -> Heard:
        """What Slack says. Raises NotAllowed for what is not signed by it, or not just now."""
        secret = self.settings.hook_secret
        moment = hook.seconds("x-slack-request-timestamp")
        wanted = "v0=" + sha256_mac(secret, f"v0:{moment}:", hook.body).hex()
        if secret is None or not is_same(hook.header("x-slack-signature"), wanted):
            raise NotAllowed("Slack did not sign this.")
        said = hook.said
        if said.get("type") == "url_verification":
            return Heard(answer={"challenge": str(said.get("challenge"))[:_LONGEST]})
        event = said.get("event")
        kind = str(event.get("type")) if isinstance(event, Mapping) else ""
        if not kind.startswith(_OF_PEOPLE):
            return Heard()  # messages and the like: nothing that a table shows
        return Heard(str(said.get("event_id") or hook.digest), about=frozenset({"people"}))

    def heard_as(self, place: Mapping[str, str]) -> str:
        """The name of the table."""
        return place.get("table", "")
