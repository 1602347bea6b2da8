"""Looking for a message that may have gone out: by its Message-ID, and by a mark of our own.

Gmail may put a Message-ID of its own in place of ours, and searches no other header; so each
message carries its id once more, as MARK, and the mails to the same person are looked through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sheetflow import Mail

from ._mail import ascii_address

MARK = "X-Sheetflow-ID"
SETTLED = timedelta(hours=1)
"""How long after a message may have been taken a search that does not find it is believed."""
EARLIER = timedelta(days=1)
"""How long before the last moment of doubt the handing over may have begun, with room to spare."""
MOST = 100
"""Messages to one person that are looked through; each costs 20 of the 6,000 units a minute."""

_NAMES = (MARK, "Message-ID", "X-Google-Original-Message-ID")
_ODD = re.compile(r"[\s\x00-\x1f\x7f]+")


def marked(mail: Mail) -> bytes:
    """The message's bytes with its id on a line of its own."""
    return f"{MARK}: {_ODD.sub('', mail.id)}\r\n".encode("ascii", "replace") + mail.content


def found_in(messages: Any, mail: Mail) -> str | bool:
    """Gmail's id of the message in `messages()`; False if it is not found, True if nobody knows."""
    plain = _ODD.sub("", mail.id).strip("<>")
    by_id = _listed(messages, f"rfc822msgid:{plain}")
    if by_id.get("messages"):
        return str(by_id["messages"][0]["id"])
    near = _listed(messages, _to_the_same(mail))
    for one in near.get("messages", ()):
        if _has_mark(messages, one["id"], mail.id):
            return str(one["id"])
    return bool(near.get("nextPageToken"))


def is_settled(mail: Mail, now: datetime) -> bool:
    """Whether what a search does not find by now was never taken."""
    return mail.tried_at is not None and now - mail.tried_at >= SETTLED


def _to_the_same(mail: Mail) -> str:
    words = [f"from:{ascii_address(mail.sender)}", f"to:{ascii_address(mail.to)}"]
    if mail.tried_at is not None:
        words.append(f"after:{int((mail.tried_at - EARLIER).timestamp())}")
    return " ".join(words)


def _listed(messages: Any, words: str) -> Mapping[str, Any]:
    """One page of what a search finds, the bin included: a sent mail may have been thrown away."""
    asked = messages.list(userId="me", q=words, includeSpamTrash=True, maxResults=MOST)
    found: Mapping[str, Any] = asked.execute()
    return found


def _has_mark(messages: Any, message_id: str, mark: str) -> bool:
    asked = messages.get(
        userId="me", id=message_id, format="metadata", metadataHeaders=list(_NAMES)
    )
    headers = asked.execute().get("payload", {}).get("headers", [])
    wanted = {name.lower() for name in _NAMES}
    values = [_ODD.sub("", one["value"]) for one in headers if one["name"].lower() in wanted]
    return _ODD.sub("", mark) in values
