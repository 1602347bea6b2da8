"""A webhook: what it watches, and its log of payloads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.emulators.airtable.changing import Transaction
from tests.emulators.airtable.webhooks.notifying import notify
from tests.emulators.airtable.webhooks.payloads import payload
from tests.emulators.airtable.world import stamp

LASTS = timedelta(days=7)
"""A webhook ends after so long, unless it is refreshed or its payloads are listed."""
KEPT = timedelta(days=7)
"""So long payloads are kept."""


@dataclass
class Webhook:
    """A webhook of one base."""

    id: str
    secret: str
    """For the signature of notifications, as Base64."""
    url: str
    specification: dict[str, Any]
    expires: datetime
    notifies: bool = True
    next: int = 1
    """The number of the next payload."""
    payloads: list[tuple[int, datetime, dict[str, Any]]] = field(default_factory=list)
    last_success: str | None = None
    last_result: dict[str, Any] | None = None

    def enabled(self, now: datetime) -> bool:
        """Whether it has not expired yet."""
        return now < self.expires

    def tell(self, change: Transaction) -> None:
        """Write a change down, where it is one that is watched; and notify."""
        if not self.enabled(change.now):
            return
        made = payload(self.specification["options"], change)
        if made is None:
            return
        self.payloads.append((self.next, change.now, made))
        self.next += 1
        if self.url and self.notifies:
            notify(self, change.base.id, change.now)

    def kept(self, now: datetime) -> list[tuple[int, datetime, dict[str, Any]]]:
        """The payloads that are not too old."""
        self.payloads = [one for one in self.payloads if one[1] + KEPT > now]
        return self.payloads

    def json(self, now: datetime) -> dict[str, Any]:
        """As the list of webhooks has it."""
        return {
            "id": self.id,
            "specification": self.specification,
            "notificationUrl": self.url or None,
            "cursorForNextPayload": self.next,
            "lastNotificationResult": self.last_result,
            "areNotificationsEnabled": self.notifies,
            "lastSuccessfulNotificationTime": self.last_success,
            "isHookEnabled": self.enabled(now),
            "expirationTime": stamp(self.expires),
        }
