"""gmail: sends mail through Gmail, as the person whose mailbox it is.

    connections:
      mail:
        connector: gmail
        credentials: {file: /run/secrets/google.json}
        acts_as: hello@example.org

The `credentials` are either a service account's key, together with `acts_as`: in Google Workspace
an administrator lets the account act for that person (Admin console, Security, API controls,
Domain-wide delegation; client id and scopes as below). Or they are what `sheetflow connect google`
leaves when somebody signs in, which suits a mailbox at gmail.com. A service account alone has no
mailbox and cannot send.

It needs two scopes, both below https://www.googleapis.com/auth/:

- `gmail.send` to send, and nothing else.
- `gmail.readonly` to look a message up that may or may not have gone out, and to see whether Gmail
  would put another address in place of the sender's. With `search: no` it is not asked for: then a
  message in doubt waits for a person, and only `acts_as` itself can be the sender's address.

Gmail lets a mailbox send 2,000 messages a day in Workspace and 500 at gmail.com, over all programs
together: `messages_per_day`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sheetflow import (
    Connector,
    Finding,
    Identity,
    Mail,
    Mailer,
    NotAllowed,
    Receipt,
    SetupError,
    SheetflowError,
    UsedUp,
    hookimpl,
    option,
)

from ._gmail_search import found_in, is_settled, marked
from ._gmail_service import READ, SEND, gmail_service, until_when
from ._google import (
    Client,
    GoogleIdentity,
    GoogleSettings,
    acts_for_nobody,
    api,
    examined,
    identities,
)
from ._google_signin import SignsIn
from ._mail import ascii_address

_NO_MAILBOX = "A service account has no mailbox to send from"
_DELEGATE = (
    "Have an administrator let it act for a person (domain-wide delegation), and write that "
    "person's address as acts_as; or sign in as a person: sheetflow connect google"
)


class Gmail(SignsIn, Mailer):
    """A mailbox of Gmail, through its API."""

    name = "gmail"
    agreed_to = (SEND, READ)

    @dataclass(frozen=True, kw_only=True)
    class Settings(GoogleSettings):
        """How to sign in, and how much may be sent."""

        search: bool = option(
            "Whether the mailbox may be looked into, for messages in doubt and for the addresses "
            "that it may send from.",
            default=True,
        )
        messages_per_day: int = option(
            "How many messages the mailbox may send a day: 2,000 in Workspace, 500 at gmail.com.",
            default=2_000,
        )
        at_once: int = option("How many messages may be handed over at the same time.", default=4)
        units_per_minute: int = option(
            "Gmail's quota units a minute for one mailbox.", default=6_000
        )
        project_units_per_minute: int = option(
            "Gmail's quota units a minute for the Google Cloud project.", default=1_200_000
        )
        project_units_per_day: int = option(
            "Gmail's quota units a day for the Google Cloud project.", default=80_000_000
        )

        def __post_init__(self) -> None:
            super().__post_init__()
            if not 1 <= self.at_once <= 20:
                raise ValueError("at_once must be from 1 to 20.")
            if self.messages_per_day < 1:
                raise ValueError("messages_per_day must be 1 or more.")

    settings: Settings

    def __init__(self, settings: Any, **given: Any) -> None:
        super().__init__(settings, **given)
        self._client = Client(self._opened)

    @property
    def parallel(self) -> int:
        """A few: a hundred units a message leave one a second in any case."""
        return self.settings.at_once

    def deliver(self, mail: Mail) -> Receipt:
        """Hand one message to Gmail; the receipt is Gmail's own id of it.

        Raises NotAllowed before anything is sent when Gmail would put another address in place of
        the sender's; NotKnown when the line dropped after the request; UsedUp, with the time until
        which, when the day's messages are gone.
        """
        self.door.writing("a mail through Gmail")
        self._must_be_ours(ascii_address(mail.sender))
        ascii_address(mail.to)
        raw = base64.urlsafe_b64encode(marked(mail)).decode("ascii")
        try:
            sent = self._users.messages().send(userId="me", body={"raw": raw}).execute()
        except UsedUp as error:
            raise until_when(error, self.door.clock.now()) from None
        return Receipt(str(sent["id"]))

    def find(self, mail: Mail) -> Receipt | bool:
        """The message in the mailbox, by its Message-ID or by the mark that `deliver` put into it.

        It is False only an hour after it may have been handed over: Gmail's search shows a new
        message within seconds as a rule, but promises nothing, and a message too late costs less
        than one too many.
        """
        if not self.settings.search:
            return True
        found = found_in(self._users.messages(), mail)
        if isinstance(found, str):
            return Receipt(found)
        return found or not is_settled(mail, self.door.clock.now())

    def examine(self) -> Iterator[Finding]:
        """Whether it is let in, as whom it may send, and how much."""
        try:
            known = self._identities
        except SheetflowError as error:
            yield Finding.amiss("credentials", error)
            return
        yield from examined(known, self._scopes)
        if self._has_no_mailbox:
            yield Finding("sending", False, f"{_NO_MAILBOX}.", _DELEGATE)
        elif self.settings.search:
            yield self._sending()
        day = f"{self.settings.messages_per_day:,} messages a day"
        yield Finding("allowance", True, f"at most {day}; Gmail does not tell how many are left")

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _sending(self) -> Finding:
        try:
            return Finding("sending", True, f"may send as {', '.join(sorted(self._ours))}")
        except SheetflowError as error:
            return Finding.amiss("sending", error)

    def _must_be_ours(self, sender: str) -> None:
        """Raises NotAllowed for an address that Gmail would not leave as the sender."""
        if self._has_no_mailbox:
            raise NotAllowed(_NO_MAILBOX, hint=_DELEGATE)
        if self.settings.search:
            known = self._ours
        else:
            known = frozenset(filter(None, [self.settings.acts_as.casefold()]))
        if known and sender.casefold() not in known:
            raise NotAllowed(
                f"Gmail would send as {' or '.join(sorted(known)[:2])} in place of {sender}",
                hint="Add the address in Gmail's settings (Accounts, Send mail as), with search: "
                "yes here; or name another one under senders.",
            )

    @cached_property
    def _ours(self) -> frozenset[str]:
        """The addresses that this mailbox may send from."""
        listed = self._users.settings().sendAs().list(userId="me").execute().get("sendAs", [])
        usable = [one for one in listed if _is_verified(one)]
        return frozenset(str(one["sendAsEmail"]).casefold() for one in usable)

    @property
    def _has_no_mailbox(self) -> bool:
        return acts_for_nobody(self._identities)

    @property
    def _scopes(self) -> Sequence[str]:
        return (SEND, READ) if self.settings.search else (SEND,)

    @cached_property
    def _identities(self) -> Sequence[Identity]:
        """As whom it asks. Raises NotAllowed where nobody can be: then nothing was handed over."""
        try:
            known = identities(self.settings, self._scopes, self.door)
        except SetupError as error:
            raise NotAllowed(error.message, hint=error.hint) from None
        mailboxes = {one.address for one in known if isinstance(one, GoogleIdentity)}
        if len(mailboxes) > 1:
            raise NotAllowed(
                "The credentials of this gmail connection are of several mailboxes.",
                hint="Make a connection for each, and a sender for each.",
            )
        return known

    @property
    def _users(self) -> Any:
        return self._client.open().users()

    def _opened(self) -> Any:
        service = gmail_service(self.settings, self._identities)
        return api(self.door, service, "gmail", "v1")


def _is_verified(address: dict[str, Any]) -> bool:
    return bool(address.get("isPrimary")) or address.get("verificationStatus") == "accepted"


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector `gmail`."""
    return [Gmail]
