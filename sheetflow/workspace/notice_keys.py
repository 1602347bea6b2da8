"""Where news for our own people goes, as settings say it: an e-mail address, or a channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sheetflow.language.problems import suggest
from sheetflow.plugin.chat import Chat
from sheetflow.plugin.registry import Registry
from sheetflow.tables.addresses import read_email

if TYPE_CHECKING:
    from sheetflow.workspace.settings import Settings

Found = tuple[str, str, str]
"""The key that is wrong, what is wrong, and the cure."""


def is_channel(to: str) -> bool:
    """Whether it is the name of a channel, and no address."""
    return to.startswith("#")


def notice_problems(
    to: str, sender: str, by: str, settings: Settings, registry: Registry
) -> Iterator[Found]:
    """What is wrong with where news goes."""
    if not to:
        return
    if is_channel(to):
        yield from _channel_problems(to, by, settings, registry)
        return
    if read_email(to).problem is not None:
        cure = 'Write it like you@example.org; or a channel, in quotes: "#organizers".'
        yield "to", f'"{to[:60]}" is no e-mail address.', cure
    if sender not in settings.senders if sender else not settings.senders:
        what = f'there is no sender "{sender[:60]}".' if sender else "there is nobody to send from."
        yield "from", what, suggest(sender, settings.senders, "There are") or _NO_SENDER


_NO_SENDER = "Declare one in senders."


def _channel_problems(to: str, by: str, settings: Settings, registry: Registry) -> Iterator[Found]:
    chats = _chats(settings, registry)
    if by and by not in chats:
        cure = suggest(by, chats, "These post messages:") or "Add one, such as one to Slack."
        yield "by", f'no connection "{by[:60]}" posts messages.', cure
    elif not chats:
        what = f"no connection posts messages, so {to[:60]} cannot be told."
        yield "to", what, "Add one to connections, such as one to Slack; or write an address."


def _chats(settings: Settings, registry: Registry) -> Mapping[str, object]:
    return {
        name: declared
        for name, declared in settings.connections.items()
        if issubclass(registry.connector(declared.connector), Chat)
    }
