"""Whether a message is what a search asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from tests.emulators.google.gmail import mime
from tests.emulators.google.gmail.model import SYSTEM, Mailbox, Message
from tests.emulators.google.gmail.query import AllOf, AnyOf, Node, Not, Term

PACIFIC = ZoneInfo("America/Los_Angeles")
"""Days in a search begin at midnight there [developers.google.com: gmail/api/guides/filtering]."""
UNITS = {"": 1, "k": 1024, "kb": 1024, "m": 1024**2, "mb": 1024**2, "g": 1024**3}
STATES = {"unread": "UNREAD", "starred": "STARRED", "important": "IMPORTANT", "sent": "SENT"}
STATES |= {"draft": "DRAFT", "drafts": "DRAFT", "inbox": "INBOX", "spam": "SPAM"}
STATES |= {"trash": "TRASH", "chat": "CHAT", "chats": "CHAT"}
DOCUMENTS = {"document": ("doc", "docx", "odt"), "spreadsheet": ("xls", "xlsx", "ods", "csv")}
DOCUMENTS |= {"presentation": ("ppt", "pptx", "odp"), "pdf": ("pdf",)}
WORD = re.compile(r"[\w]+")


def matches(node: Node, message: Message, mailbox: Mailbox) -> bool:
    """Whether the message is what the tree asks for."""
    if isinstance(node, AllOf):
        return all(matches(part, message, mailbox) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(matches(part, message, mailbox) for part in node.parts)
    if isinstance(node, Not):
        return not matches(node.part, message, mailbox)
    return _TESTS[node.operator](node, message, mailbox)


def reaches_trash(node: Node) -> bool:
    """Whether the search itself asks for what lies in the bin or in spam."""
    if isinstance(node, Term):
        place = node.value.lower()
        return node.operator in ("in", "is", "label") and place in ("trash", "spam", "anywhere")
    if isinstance(node, Not):
        return False
    return any(reaches_trash(part) for part in node.parts)


def _holds(text: str, term: Term) -> bool:
    """Whether whole words stand in the text one after another; case does not matter."""
    wanted = WORD.findall(term.value.casefold())
    if not wanted:
        return term.value.casefold() in text.casefold()
    pattern = r"\b" + r"\W+".join(map(re.escape, wanted)) + r"\b"
    return re.search(pattern, text.casefold()) is not None


def _anywhere(term: Term, message: Message, mailbox: Mailbox) -> bool:
    return _holds(message.text, term)


def _field(*names: str) -> Callable[[Term, Message, Mailbox], bool]:
    def test(term: Term, message: Message, mailbox: Mailbox) -> bool:
        value = mailbox.email if term.value.lower() == "me" else term.value
        text = "\n".join(message.header(name) for name in names)
        return _holds(text, Term(term.operator, value))

    return test


def label_ids(name: str, mailbox: Mailbox) -> set[str]:
    """The labels that a name in a search means; blanks and slashes may be written as dashes."""
    wanted = _dashed(name)
    found = {one for one in SYSTEM if _dashed(one) == wanted}
    found |= {STATES[wanted]} if wanted in STATES else set()
    own = mailbox.labels.items()
    return found | {key for key, one in own if _dashed(one["name"]) == wanted or key == name}


def _dashed(name: str) -> str:
    return re.sub(r"[\s/]+", "-", name).casefold()


def _in(term: Term, message: Message, mailbox: Mailbox) -> bool:
    place = term.value.lower()
    if place == "anywhere":
        return True
    if place == "archive":
        return not {"INBOX", "SENT", "DRAFT", "SPAM", "TRASH"} & {*message.labels}
    return bool(label_ids(term.value, mailbox) & {*message.labels})


def _is(term: Term, message: Message, mailbox: Mailbox) -> bool:
    if term.value.lower() == "read":
        return "UNREAD" not in message.labels
    return _in(term, message, mailbox)


def _category(term: Term, message: Message, mailbox: Mailbox) -> bool:
    name = {"primary": "PERSONAL"}.get(term.value.lower(), term.value.upper())
    return f"CATEGORY_{name}" in message.labels


def _has(term: Term, message: Message, mailbox: Mailbox) -> bool:
    what = term.value.lower()
    names = [mime.filename(part).lower() for part in mime.leaves(message.mime)]
    files = [name for name in names if name]
    if what == "attachment":
        return bool(files)
    if what == "userlabels":
        return bool({*mailbox.labels} & {*message.labels})
    if what == "nouserlabels":
        return not {*mailbox.labels} & {*message.labels}
    if what == "drive":
        return "drive.google.com" in message.text or "docs.google.com" in message.text
    endings = DOCUMENTS.get(what, ())
    return any(name.rpartition(".")[2] in endings for name in files)


def _filename(term: Term, message: Message, mailbox: Mailbox) -> bool:
    wanted = term.value.casefold()
    names = [mime.filename(part).casefold() for part in mime.leaves(message.mime)]
    return any(
        name == wanted or name.rpartition(".")[2] == wanted.lstrip(".") or _holds(name, term)
        for name in names
        if name
    )


def _time(text: str) -> datetime | None:
    """A day of the form 2026/03/14, 2026-03-14 or 03/14/2026, or seconds since 1970."""
    if text.isdigit() and len(text) > 8:
        return datetime.fromtimestamp(int(text), UTC)
    for form in ("%Y/%m/%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text.replace("-", "/"), form).replace(tzinfo=PACIFIC)
        except ValueError:
            continue
    return None


def _after(term: Term, message: Message, mailbox: Mailbox) -> bool:
    when = _time(term.value)
    return when is not None and message.date >= when.timestamp() * 1000


def _before(term: Term, message: Message, mailbox: Mailbox) -> bool:
    when = _time(term.value)
    return when is not None and message.date < when.timestamp() * 1000


def _ago(text: str, now: datetime) -> datetime | None:
    match = re.fullmatch(r"(\d{1,9})([dmyh])", text.lower())
    if match is None:
        return None
    unit = {"h": "hours", "d": "days", "m": "months", "y": "years"}[match[2]]
    try:
        return now - relativedelta(**{unit: int(match[1])})
    except (ValueError, OverflowError):  # before the year 1
        return datetime.min.replace(tzinfo=UTC)


def _newer_than(term: Term, message: Message, mailbox: Mailbox) -> bool:
    when = _ago(term.value, mailbox.world.now())
    return when is not None and message.date >= when.timestamp() * 1000


def _older_than(term: Term, message: Message, mailbox: Mailbox) -> bool:
    when = _ago(term.value, mailbox.world.now())
    return when is not None and message.date < when.timestamp() * 1000


def _message_id(term: Term, message: Message, mailbox: Mailbox) -> bool:
    return message.message_id.strip("<> ") == term.value.strip("<> ")


def _bytes(text: str) -> int | None:
    match = re.fullmatch(r"(\d+)([kmg]?b?)", text.lower())
    return int(match[1]) * UNITS.get(match[2], 1) if match else None


def _larger(term: Term, message: Message, mailbox: Mailbox) -> bool:
    size = _bytes(term.value)
    return size is not None and len(message.raw) > size


def _smaller(term: Term, message: Message, mailbox: Mailbox) -> bool:
    size = _bytes(term.value)
    return size is not None and len(message.raw) < size


_TESTS: dict[str, Callable[[Term, Message, Mailbox], bool]] = {
    "": _anywhere,
    "from": _field("From"),
    "to": _field("To", "Cc", "Bcc"),
    "cc": _field("Cc"),
    "bcc": _field("Bcc"),
    "subject": _field("Subject"),
    "list": _field("List-ID", "List-Post", "Mailing-List"),
    "deliveredto": _field("Delivered-To"),
    "label": _in,
    "in": _in,
    "is": _is,
    "has": _has,
    "category": _category,
    "filename": _filename,
    "after": _after,
    "newer": _after,
    "before": _before,
    "older": _before,
    "newer_than": _newer_than,
    "older_than": _older_than,
    "rfc822msgid": _message_id,
    "larger": _larger,
    "size": _larger,
    "smaller": _smaller,
}
