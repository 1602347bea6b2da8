"""Links in a message become its recipient's own at the last moment, when it is handed over.

A plan's links lead to a page that says it is a preview. What they are when they work is known to
nobody before: they are made from the ledger's salt, and are the same each time they are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sheetflow.ledger.records import Record
from sheetflow.ledger.replies import Reply, new_id
from sheetflow.ledger.seals import sealed, unsealed
from sheetflow.plugin.links import ANSWER, NAME, PREVIEW, UNSUBSCRIBE, Choice, Links, choices_in
from sheetflow.tables.handles import keyed, normal_handle
from sheetflow.values import Change, Entry

_WHO, _WHAT = "unsubscribe", "answer"
_DIGEST = 16
"""Bytes of a key's digest; the rest of an answer's token is the mark of its link."""


def with_own_links(entry: Entry, links: Links, salt: str) -> Entry:
    """The entry as it goes out: each link is its recipient's own.

    A change that reaches nobody, or several people at once, keeps the links of its preview.
    """
    change = entry.change
    if change is None or not links.work or not links.public_url or len(change.to) != 1:
        return entry
    found = _replacements(entry, change, links.public_url, salt)
    return replace(entry, deed=replace(change, data=_replaced(change.data, found)))


def unsubscribe_token(salt: str, address: str) -> str:
    """What stands in the address by which whoever has `address` gets no more mail."""
    return sealed(salt, _WHO, bytes.fromhex(keyed(salt, normal_handle(address))))


def who_unsubscribes(salt: str, token: str) -> str | None:
    """The keyed digest of an address, as it is suppressed; None for a token that is not ours."""
    found = unsealed(salt, _WHO, token)
    return found.hex() if found is not None and len(found) == 32 else None


def answer_token(salt: str, digest: str, mark: str) -> str:
    """What stands in the address of one link of the message whose key has this digest."""
    return sealed(salt, _WHAT, bytes.fromhex(digest + mark))


def reply_to(message: Record, choice: Choice, *, whom: str, at: datetime) -> Reply:
    """What somebody says at that moment by one link of a message; `whom` is who got it."""
    key = message.key
    return Reply(
        id=new_id(at),
        digest=key.digest,
        mark=choice.mark,
        chapter=key.chapter,
        recipe=key.recipe,
        ref=key.ref,
        column=choice.column,
        label=choice.label,
        value=choice.value,
        was=choice.was,
        who=str(message.data.get(NAME, {}).get("who", "")),
        whom=whom,
        at=at,
    )


@dataclass(frozen=True)
class Asked:
    """Which link of which message somebody opened: the digest of its key, and the link's mark."""

    digest: str
    mark: str


def what_is_answered(salt: str, token: str) -> Asked | None:
    """The link that a token stands for; None for a token that is not ours."""
    found = unsealed(salt, _WHAT, token)
    if found is None or len(found) <= _DIGEST:
        return None
    return Asked(found[:_DIGEST].hex(), found[_DIGEST:].hex())


def _replacements(entry: Entry, change: Change, public_url: str, salt: str) -> Mapping[str, str]:
    """What stands in a plan, and what stands there when it goes out."""
    stop = f"{public_url}{UNSUBSCRIBE}"
    found = {f"{stop}{PREVIEW}": f"{stop}{unsubscribe_token(salt, change.to[0])}"}
    for choice in choices_in(change.data):
        token = answer_token(salt, entry.key.digest, choice.mark)
        begins = f"{public_url}{ANSWER}"
        found[f"{begins}{PREVIEW}-{choice.mark}"] = f"{begins}{token}"
    return found


def _replaced(value: Any, found: Mapping[str, str]) -> Any:
    match value:
        case str():
            for before, after in found.items():
                value = value.replace(before, after)
            return value
        case Mapping():
            return {name: _replaced(each, found) for name, each in value.items()}
        case list() | tuple():
            return type(value)(_replaced(each, found) for each in value)
        case _:
            return value
