"""A letter -> the bytes of a mail: text and HTML, with the headers that mail services ask for.

`email_bytes` puts the few lines of a mail together by hand, because the standard library's
EmailMessage takes longer for that than everything else a mail needs; `email_message` is that class,
for mails with more in them. Both say the same, and a test holds them to it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, Policy
from email.utils import format_datetime
from functools import lru_cache
from typing import NotRequired, TypedDict
from urllib.parse import quote

from sheetflow import Letter, RowStopped, Sender, digest, statuses

_LINE = 76
"""Characters of a header line: RFC 5322 asks for 78 at most, RFC 2047 for 76."""
_LONGEST_SUBJECT = 250
_LONGEST_NAME = 100
_FOLD = "\r\n "
_WORD = "=?utf-8?b??="
_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~"
_PART = r"[^\s\x00-\x1f\x7f<>()\[\],;:\\\"@]+"
_ADDRESS = re.compile(f"({_PART})@({_PART})")
_ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")


class _AsItStands(UnstructuredHeader, BaseHeader):
    """A header of addresses between < >: broken between them and never inside one.

    The standard library would put a long one into RFC 2047's words, in which it is no address.
    """

    def fold(self, *, policy: Policy) -> str:
        """The header as it goes over the line."""
        return f"{self.name}: {str(self).replace(', ', f',{_FOLD}')}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _AsItStands)
_ASCII = SMTP.clone(header_factory=_HEADERS)
_UTF8 = SMTPUTF8.clone(header_factory=_HEADERS)


class Post(TypedDict):
    """What a mail needs beside its letter, as a plan keeps it.

    `or_by_mail` is the address of a mail that asks for the same as `unsubscribe`.
    """

    message_id: str
    sender_name: str
    reply_to: str
    unsubscribe: str
    or_by_mail: NotRequired[str]


def post_from(sender: Sender, mark: str, stop: str = "") -> Post:
    """How a sender's mail goes out; `mark` is the same whenever the same mail is planned.

    `stop` is a link of ours by which its recipient gets no more, "" for none.
    """
    _, domain = _halves(sender.address)
    post = Post(
        message_id=f"<{mark}@{domain}>",
        sender_name=sender.name,
        reply_to=sender.reply_to,
        unsubscribe=stop or sender.unsubscribe,
    )
    if stop:
        answers = sender.reply_to or sender.address
        post["or_by_mail"] = sender.unsubscribe or f"mailto:{answers}?subject=unsubscribe"
    return post


def email_bytes(letter: Letter, post: Post, date: datetime) -> bytes:
    """The whole mail, each line ending in CRLF. Raises RowStopped for an odd address."""
    boundary = f"=_{digest(post['message_id'])}"  # quoted-printable text never has "=_"
    head = [
        f"To: {_mailbox(letter['name'], letter['to'])}",
        f"Subject: {_encoded(one_line(letter['subject'], _LONGEST_SUBJECT), 'Subject')}",
        f"Date: {format_datetime(date)}",
        f"Message-ID: {post['message_id']}",
        *_fixed_lines(letter["sender"], letter["language"], post["sender_name"], post["reply_to"]),
        *(f"{name}: {value.replace(', ', f',{_FOLD}')}" for name, value in _unsubscribing(post)),
        f'Content-Type: multipart/alternative;{_FOLD}boundary="{boundary}"',
        "",
    ]
    parts = [
        f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{_quoted(content)}"
        for kind, content in (("plain", letter["text"]), ("html", letter["html"]))
    ]
    return "\r\n".join([*head, *parts, f"--{boundary}--\r\n"]).encode("utf-8", "replace")


def email_message(letter: Letter, post: Post, date: datetime) -> EmailMessage:
    """The same mail as an EmailMessage, to add more to. Raises RowStopped for an odd address."""
    local, _ = _halves(letter["to"])
    message = EmailMessage(policy=_ASCII if local.isascii() else _UTF8)
    message["To"] = _address(letter["name"], letter["to"])
    message["Subject"] = one_line(letter["subject"], _LONGEST_SUBJECT)
    message["Date"] = date
    message["Message-ID"] = post["message_id"]
    message["From"] = _address(post["sender_name"], letter["sender"])
    message.set_content(letter["text"], cte="quoted-printable")
    message.add_alternative(letter["html"], subtype="html", cte="quoted-printable")
    further = (*_further(letter["language"], post["reply_to"]), *_unsubscribing(post))
    for name, value in further:
        message[name] = value  # after the parts, which would take Content-Language along
    return message


def one_line(text: str, longest: int) -> str:
    """`text` as one line that nobody can end early: no breaks, no hidden signs, bounded."""
    shown = text[: 4 * longest]
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else " " for char in shown)
    shown = " ".join(shown.split())
    return shown if len(shown) <= longest else shown[: longest - 1].rstrip() + "…"


def ascii_address(address: str) -> str:
    """The address with its domain as the network knows it (xn--...); its local part as it is.

    Raises RowStopped for what is not one single address.
    """
    local, domain = _halves(address)
    return f"{local}@{domain}"


def _halves(address: str) -> tuple[str, str]:
    match = _ADDRESS.fullmatch(address)
    try:
        if match and address.isprintable():
            return match[1], _network_name(match[2])
    except UnicodeError:
        pass
    raise RowStopped(statuses.odd_address(address))


@lru_cache(maxsize=4096)
def _network_name(domain: str) -> str:
    return domain.encode("idna").decode("ascii")


def _address(name: str, address: str) -> Address:
    return Address(one_line(name, _LONGEST_NAME), addr_spec=ascii_address(address))


@lru_cache(maxsize=256)
def _fixed_lines(sender: str, language: str, name: str, reply_to: str) -> tuple[str, ...]:
    """The header lines that all mails of a sender share."""
    further = (f"{key}: {value}" for key, value in _further(language, reply_to))
    return (f"From: {_mailbox(name, sender)}", *further, "MIME-Version: 1.0")


def _further(language: str, reply_to: str) -> Iterator[tuple[str, str]]:
    if reply_to:
        yield "Reply-To", ascii_address(reply_to)
    if language:
        yield "Content-Language", one_line(language, _LONGEST_NAME)
    yield "Auto-Submitted", "auto-generated"  # RFC 3834: no automatic answer is wanted


def _unsubscribing(post: Post) -> Iterator[tuple[str, str]]:
    addresses = filter(None, (post["unsubscribe"], post.get("or_by_mail")))
    ways = [f"<{quote(address, safe=_IN_ADDRESSES)}>" for address in addresses]
    if ways:
        yield "List-Unsubscribe", ", ".join(ways)  # RFC 2369
    if post["unsubscribe"].lower().startswith("https:"):
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"  # RFC 8058


def _mailbox(name: str, address: str) -> str:
    """`name <address>` as it stands in a header, on more lines when it is long."""
    name, address = one_line(name, _LONGEST_NAME), ascii_address(address)
    if not name:
        return address
    if _is_plain(name):
        shown = name if _ATOMS.fullmatch(name) else '"' + re.sub(r'([\\"])', r"\\\1", name) + '"'
    else:
        shown = _encoded(name, "Reply-To")
    last = shown.rpartition("\r\n")[2]
    fits = len("Reply-To: ") + len(last) + len(address) + len(" <>") <= _LINE
    return f"{shown}{' ' if fits else _FOLD}<{address}>"


def _encoded(text: str, header: str) -> str:
    """`text` as it stands in a header: itself, or in RFC 2047's words where it is not ASCII."""
    if _is_plain(text) and len(text) + len(header) + 2 <= _LINE:
        return text
    charset = "us-ascii" if _is_plain(text) else "utf-8"
    word = _word(text.encode("utf-8", "replace"))
    if not _is_plain(text) and len(header) + 2 + len(word) <= _LINE:
        return word
    if charset == "utf-8":
        return _in_words(text, _LINE - len(header) - 2)
    return Header(text, charset, maxlinelen=_LINE, header_name=header).encode(linesep="\r\n")


def _in_words(text: str, first: int) -> str:
    """`text` as RFC 2047's words, each on a line; the first line has room for `first` characters.

    A word holds whole characters, and at most 75 of its own.
    """
    words, some, room = [], b"", first
    for char in text:
        more = char.encode("utf-8", "replace")
        if len(_WORD) + (len(some) + len(more) + 2) // 3 * 4 > room:
            words.append(_word(some))
            some, room = b"", _LINE - 1
        some += more
    return _FOLD.join([*words, _word(some)])


def _word(content: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(content).decode()}?="


def _is_plain(text: str) -> bool:
    return text.isascii() and "=?" not in text


def _quoted(text: str) -> str:
    """`text` as quoted-printable, with a line end at its end and no spaces before one."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = map(_quoted_line, text.split("\n"))
    return "\r\n".join(lines).rstrip("\r\n") + "\r\n"


@lru_cache(maxsize=512)
def _quoted_line(line: str) -> str:
    """One line of it; most of them are the same in all mails of a template.

    Spaces at its end are nothing that anybody sees, except in the line before a signature.
    """
    shown = line.rstrip(" \t")
    kept = line[:3] if shown == "--" else shown
    content = binascii.b2a_qp(kept.encode("utf-8", "replace"), istext=True)
    return content.replace(b"\n", b"\r\n").decode("ascii")
