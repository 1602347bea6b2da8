"""What Airtable calls to say: that something happened in a base; what it was has to be asked.

Each webhook has a secret of its own, which Airtable shows once, and signs the body with it
(airtable.com/developers/web/api/webhooks-overview). It lives for seven days unless it is refreshed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sheetflow import (
    Heard,
    Hook,
    NotAllowed,
    Secret,
    Subscriber,
    Subscription,
    is_same,
    sha256_mac,
)

from ._airtable_changes import SPECIFICATION, bases_of

LASTS = timedelta(days=2)
"""How long nobody needs to look after the webhooks, each of which lives for seven days."""


class HearsAirtable(Subscriber):
    """The half of the connector that Airtable calls."""

    settings: Any
    _client: Any

    @property
    def listens(self) -> bool:
        """Whether the secrets of webhooks are there."""
        return self.settings.hook_secret is not None

    def heard(self, hook: Hook) -> Heard:
        """That something happened. Raises NotAllowed for what is not signed by Airtable."""
        given, found = hook.header("x-airtable-content-mac"), False
        for key in _keys(self.settings.hook_secret):
            wanted = f"hmac-sha256={sha256_mac(key, hook.body).hex()}"
            found = is_same(given, wanted) or found
        if not found:
            raise NotAllowed("Airtable did not sign this.")
        return Heard(hook.digest)

    def introduce(self, address: str, among: Collection[str]) -> Secret:
        """A webhook in each base of these tables that calls this address; gives their secrets.

        Earlier ones for this address are taken away: nobody knows their secrets any more.
        """
        made = []
        for base in bases_of(among):
            for one in self._client.webhooks(base):
                if one.get("notificationUrl") == address:
                    self._client.no_webhook(base, one["id"])
            made.append(self._client.new_webhook(base, SPECIFICATION, address)["macSecretBase64"])
        return Secret("\n".join(made))

    def subscribed(
        self, address: str, known: str, among: Collection[str], now: datetime
    ) -> Subscription:
        """Let the webhooks that call this address live for seven more days, and go on calling."""
        for base in bases_of(among):
            for one in self._client.webhooks(base):
                if one.get("notificationUrl") == address:
                    if not one.get("areNotificationsEnabled", True):
                        self._client.notify(base, one["id"])
                    self._client.refresh(base, one["id"])
        return Subscription(known, now + LASTS)


def _keys(secret: Secret | None) -> list[bytes]:
    """The secrets, one a line; what is none cannot sign."""
    found = []
    for line in secret.reveal().split() if secret else ():
        try:
            found.append(base64.b64decode(line, validate=True))
        except binascii.Error:
            continue
    return [key for key in found if key]
