"""What all Google connectors share: settings, who asks, what a request is, and the two clients.

    settings = GoogleSettings(credentials=secret)
    service = google_service("calendar", settings, identities(settings, SCOPES, door))
    calendar = api(door, service, "calendar", "v3")        # googleapiclient, through the door
    session = door.session(service)                        # or any library built on requests

`_google_identities.py` signs in, `_google_service.py` knows quotas and which requests change
something, `_google_faults.py` reads Google's errors, `_google_api.py` holds googleapiclient.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sheetflow import Secret, option

from ._google_api import Client as Client, api as api
from ._google_faults import fault_in as fault_in
from ._google_identities import (
    GoogleIdentity as GoogleIdentity,
    acts_for_nobody as acts_for_nobody,
    addresses as addresses,
    examined as examined,
    identities as identities,
)
from ._google_service import (
    QUOTAS as QUOTAS,
    GoogleService as GoogleService,
    Quota as Quota,
    google_service as google_service,
)


@dataclass(frozen=True, kw_only=True)
class GoogleSettings:
    """How to sign in to Google. Quotas of a connector's own are further fields, see `Quota`."""

    credentials: Secret | None = option(
        "The content of a service account's key, or of several, one after the other, which then "
        "share the load; or of an authorized_user.json. Without it, the file that gspread uses: "
        "~/.config/gspread/service_account.json or authorized_user.json.",
        default=None,
    )
    acts_as: str = option(
        "The address of the person that the service account acts as, where an administrator has "
        "allowed it (domain-wide delegation).",
        default="",
    )
    url: str = option(
        "One address that answers for all of Google, such as an emulator's.", default=""
    )

    def __post_init__(self) -> None:
        if self.url:
            parts = urlsplit(self.url)
            here = parts.hostname in ("127.0.0.1", "localhost", "::1")
            if parts.scheme != "https" and not (parts.scheme == "http" and here):
                raise ValueError(f"{self.url} is not encrypted. Write an https:// address.")
        if self.acts_as and "@" not in self.acts_as:
            raise ValueError(f"acts_as must be an e-mail address, and {self.acts_as} is none.")
