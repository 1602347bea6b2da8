"""Telling somebody of our own something, by mail or in a channel: beside all runs and recipes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from sheetflow.errors import SetupError
from sheetflow.network.door import Door
from sheetflow.plugin.chat import Chat, ChatMessage, is_channel
from sheetflow.plugin.mailer import Mail, Mailer
from sheetflow.workspace import Workspace

if TYPE_CHECKING:
    from sheetflow.workspace.opened import Opened

LONGEST_IN_A_CHANNEL = 3_500
"""Characters of a notice in a channel; Slack recommends up to 4,000."""


@dataclass(frozen=True)
class Notice:
    """What is told: `name` is the same for the same news, and nothing else has it.

    `to` is an address, or a channel; `sender` and `by` are as in the settings. `html` is "" for
    text alone.
    """

    name: str
    to: str
    subject: str
    text: str
    html: str = ""
    sender: str = ""
    by: str = ""


def deliver(notice: Notice, workspace: Workspace, at: datetime) -> None:
    """Hand it over. Raises NotKnown where it may have been taken, and otherwise SheetflowError."""
    door = Door(may_write=True, pacer=workspace.pacer, bill=workspace.bill, clock=workspace.clock)
    with closing(workspace.opened(None, door)) as opened:
        if is_channel(notice.to):
            _post(notice, opened)
        else:
            _send(notice, opened, at)


def _send(notice: Notice, opened: Opened, at: datetime) -> None:
    sender = opened.sender(notice.sender)
    mailer = opened.connection(sender.by)
    if not isinstance(mailer, Mailer):
        raise SetupError(f"{sender.by} carries no mail.")
    to = _for_the_network(notice.to)
    message = _message(notice, to, at)
    message["From"] = sender.address
    mail = Mail(sender.address, to, message["Message-ID"], message.as_bytes())
    mailer.deliver(mail)


def _post(notice: Notice, opened: Opened) -> None:
    name = notice.by or _first_chat(opened)
    chat = opened.connection(name)
    if not isinstance(chat, Chat):
        raise SetupError(f"{name} posts no messages.")
    text = f"{notice.subject}\n\n{notice.text}"
    if len(text) > LONGEST_IN_A_CHANNEL:
        text = f"{text[: LONGEST_IN_A_CHANNEL - 1].rstrip()}…"
    place = chat.channel(notice.to)
    chat.post(ChatMessage(place.id, False, chat.plain(text), [notice.name]))


def _first_chat(opened: Opened) -> str:
    for name, declared in opened.settings.connections.items():
        if issubclass(opened.registry.connector(declared.connector), Chat):
            return name
    raise SetupError("No connection posts messages.", hint="Add one, such as one to Slack.")


def _for_the_network(address: str) -> str:
    """The address with its domain as the network knows it (xn--...). Raises SetupError."""
    local, _, domain = address.rpartition("@")
    try:
        if address.isprintable():
            return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        pass
    raise SetupError(f"No mail can go to {address}.", hint="Correct the address.")


def _message(notice: Notice, to: str, at: datetime) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["To"] = to
    message["Subject"] = notice.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{notice.name}@{to.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers it
    message.set_content(notice.text)
    if notice.html:
        message.add_alternative(notice.html, subtype="html")
    return message
