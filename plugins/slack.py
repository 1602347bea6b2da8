"""slack: tells a channel or a person something in Slack, and looks people up.

    connections:
      slack:
        connector: slack
        token: {file: slack-token.txt}

In a recipe:

    - post: "{{ volunteer.name }} has a first call with {{ coach.name }}"
      to: "#new-volunteers"

To get the token, open https://api.slack.com/apps, press Create New App, From a manifest, choose the
workspace, and paste the manifest of docs/slack.md. Press Install to Workspace. The token stands
under OAuth & Permissions as Bot User OAuth Token and begins with xoxb-. Then write /invite and the
app's name in each channel that it is to post in.

It needs these scopes, and works with fewer for fewer things:

- `chat:write` to post, and nothing else.
- `channels:read`, and `groups:read` for private ones, to find channels by name.
- `users:read` and `users:read.email` to find people by e-mail, and for the table `people`.
- `im:write` to write to one person.
- `channels:history`, `groups:history`, `im:history`, `im:read` and `metadata.message:read`, to see
  whether a message that may have gone out did. Without them such a message waits for a person.

The table `people` of such a connection has everybody in the workspace. The app's signing secret,
under Basic Information, is the hook_secret: with it Slack says when somebody joined
(docs/webhooks.md).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sheetflow import (
    Action,
    Connector,
    Finding,
    Row,
    Secret,
    SheetflowError,
    hookimpl,
    option,
    table,
)

from ._slack_client import SlackClient, scopes_missing
from ._slack_hooks import HearsSlack
from ._slack_messages import Slacker
from ._slack_posting import Post
from ._slack_service import slack_service

_USES = (
    ("posting", ("chat:write",)),
    ("channels by name", ("channels:read",)),
    ("people by e-mail", ("users:read", "users:read.email")),
    ("messages to one person", ("im:write",)),
    (
        "messages in doubt",
        ("channels:history", "im:history", "im:read", "metadata.message:read"),
    ),
)
"""What each scope is for; those that begin with groups: are for private channels alone."""


class Slack(HearsSlack, Slacker):
    """A workspace of Slack, as an app of its own there."""

    name = "slack"

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """How to sign in, and how often Slack may be asked."""

        token: Secret = option("The Bot User OAuth Token of the app; it begins with xoxb-.")
        hook_secret: Secret | None = option(
            "The signing secret that Slack signs its calls with; see docs/webhooks.md.",
            default=None,
        )
        url: str = option("Where Slack's Web API is.", default="https://slack.com/api")
        at_once: int = option("How many messages may be handed over at the same time.", default=4)
        messages_per_second: int = option("Messages a second in one channel.", default=1)
        messages_per_minute: int = option("Messages a minute in the whole workspace.", default=200)
        histories_per_minute: int = option(
            "Pages of messages a minute: 50, and 1 for apps that are given to others outside "
            "Slack's Marketplace.",
            default=50,
        )
        tier_2_per_minute: int = option(
            "Calls a minute of each method in Slack's tier 2, such as listing people.", default=20
        )
        tier_3_per_minute: int = option(
            "Calls a minute of each method in Slack's tier 3, such as finding a person by e-mail.",
            default=50,
        )

        def __post_init__(self) -> None:
            parts = urlsplit(self.url)
            if parts.scheme not in ("https", "http") or not parts.hostname:
                raise ValueError(f'"{self.url}" is not an address. Leave url out for Slack itself.')
            if not 1 <= self.at_once <= 20:
                raise ValueError("at_once must be from 1 to 20.")
            for name in self.__dataclass_fields__:
                if "_per_" in name and getattr(self, name) < 1:
                    raise ValueError(f"{name} must be 1 or more.")

    settings: Settings

    def __init__(self, settings: Any, **given: Any) -> None:
        super().__init__(settings, **given)
        self._client: SlackClient | None = None
        self._lock = threading.Lock()

    @property
    def client(self) -> SlackClient:
        """Slack, through the door; made when it is first needed."""
        with self._lock:
            if self._client is None:
                service = slack_service(self.settings)
                self._client = SlackClient(self.door, service, self.settings.url)
            return self._client

    @property
    def parallel(self) -> int:
        """A few; each channel takes one message a second in any case."""
        return self.settings.at_once

    @table(columns=["Name", "Email", "Time zone", "Active", "Bot"])
    def people(self) -> Iterator[Row]:
        """Everybody in the workspace, by user id; bots and those who left are marked."""
        for user in self.client.everybody():
            profile = user.get("profile") or {}
            is_bot = bool(user.get("is_bot")) or user["id"] == "USLACKBOT"
            name = profile.get("real_name") or user.get("real_name") or user.get("name")
            cells = {
                "Name": name,
                "Email": profile.get("email"),
                "Time zone": user.get("tz"),
                "Active": not user.get("deleted"),
                "Bot": is_bot,
            }
            yield Row(str(user["id"]), cells)

    def examine(self) -> Iterator[Finding]:
        """Whether the token works, where and as whom, and what it may do."""
        try:
            me, known = self.client.me(), self.client.scopes()
        except SheetflowError as error:
            yield Finding.amiss("credentials", error)
            return
        yield Finding("credentials", True, f"signed in as {me.get('user')} in {me.get('team')}")
        if not known:
            yield Finding("scopes", True, "Slack does not say which ones the token has")
            return
        for what, wanted in _USES:
            yield _scopes(what, scopes_missing(known, wanted))
        each = f"{self.settings.messages_per_second:,} message a second in each channel"
        whole = f"{self.settings.messages_per_minute:,} a minute in all"
        yield Finding("allowance", True, f"at most {each}, and {whole}")

    def close(self) -> None:
        """Let the connections go."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None


def _scopes(what: str, missing: list[str]) -> Finding:
    if not missing:
        return Finding(what, True, "allowed")
    return Finding(
        what,
        False,
        f"the app lacks {', '.join(missing)}",
        "Add it under OAuth & Permissions at https://api.slack.com/apps, then press Reinstall to "
        "Workspace there.",
    )


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector `slack`."""
    return [Slack]


@hookimpl
def actions() -> list[type[Action[Post.Options]]]:
    """The action `post`."""
    return [Post]
