"""What becomes of a message that is sent: checks, the sender's copy, delivery, filters, caps.

Texts and reasons: developers.google.com/workspace/gmail/api/guides/handle-errors and answers of
the service shown in public issues.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, formataddr

from tests.emulators.google.calls import Call
from tests.emulators.google.errors import ApiError
from tests.emulators.google.gmail import filtering, mime
from tests.emulators.google.gmail.model import Mail, Mailbox, Message, invalid, mail
from tests.emulators.google.gmail.sendas import default_sender, sender

ADDRESS = re.compile(r"(\"[^\"]+\"|[^@\s<>,;:\"()\[\]]+)@[\w-]+(\.[\w-]+)+")
NO_RAW = "'raw' RFC822 payload message string or uploading message via /upload/* URL required"
DAY = timedelta(hours=24)
LARGEST = 35 * 1024 * 1024  # bytes, of a message that is sent
RECEIVED = ["INBOX", "UNREAD", "CATEGORY_PERSONAL"]


def raw_of(call: Call, body: dict[str, object]) -> bytes:
    """The message in a request: uploaded, or base64url in `raw`; 400 without one."""
    if call.media is not None and call.media.content:
        return call.media.content
    text = body.get("raw")
    if not isinstance(text, str) or not text:
        raise invalid(NO_RAW)
    try:
        return mime.decoded(text)
    except ValueError:
        message = "Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed for "
        raise invalid(f'{message}"{text[:60]}"') from None


def checked_fields(raw: bytes) -> mime.Fields:
    """The message with its address fields looked at; 400 for one that holds no address."""
    fields = mime.Fields(raw)
    for name in ("To", "Cc", "Bcc"):
        _recipients(fields, name)
    return fields


def _recipients(fields: mime.Fields, name: str) -> list[str]:
    text = fields.get(name)
    found = [address for _, address in mime.addresses(text)]
    groups = text.rstrip().endswith(";") and not found  # "undisclosed-recipients:;"
    if text and not groups and not (found and all(map(ADDRESS.fullmatch, found))):
        raise invalid(f"Invalid {name} header")
    return found


def send(call: Call, box: Mailbox, raw: bytes, thread_id: str = "") -> Message:
    """Send a message as the mailbox's owner; gives the sender's copy."""
    state = mail(call.world)
    fields = checked_fields(raw)
    to = [one for name in ("To", "Cc", "Bcc") for one in _recipients(fields, name)]
    to = list(dict.fromkeys(one.lower() for one in to))
    if not to:
        raise invalid("Recipient address required")
    if len(raw) > LARGEST:
        raise ApiError(413, "uploadTooLarge", "Request Entity Too Large")
    _spend(state, box, call.now)
    _complete(state, box, fields, call)
    own = ["SENT", *(RECEIVED if box.email in to else [])]
    thread = _wanted_thread(box, bytes(fields), thread_id)
    kept = box.add(bytes(fields), own, thread_id=thread)
    for email in to:
        if email != box.email and state.has_account(email):
            deliver(state, state.mailbox(email), fields, box.email, call.now)
    _log(state, box, to, fields, call.now)
    return kept


def _wanted_thread(box: Mailbox, raw: bytes, thread_id: str) -> str:
    """The thread asked for, when the message may join it as documented: it refers to a message
    there and has the subject. Otherwise the message is sent all the same, in another thread.
    """
    if not thread_id:
        return ""
    box.thread(thread_id)
    return box.thread_of(mime.parsed(raw), only=thread_id)


def _spend(state: Mail, box: Mailbox, now: datetime) -> None:
    """Count against the mailbox's daily cap, and refuse what goes beyond it (429)."""
    usual = 500 if box.email.endswith(("@gmail.com", "@googlemail.com")) else 2000
    cap = usual if state.daily_cap is None else state.daily_cap
    since = int((now - DAY).timestamp() * 1000)
    box.sent = [when for when in box.sent if when > since]
    if len(box.sent) >= cap:
        first = box.sent[0] if box.sent else int(now.timestamp() * 1000)
        again = datetime.fromtimestamp(first / 1000, UTC) + DAY
        text = again.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = f"User-rate limit exceeded.  Retry after {text} (Mail sending)"
        raise ApiError(429, "rateLimitExceeded", message, domain="usageLimits")
    box.sent.append(int(now.timestamp() * 1000))


def _complete(state: Mail, box: Mailbox, fields: mime.Fields, call: Call) -> None:
    """Put in what the message lacks, and the sender's own address for one that is not theirs."""
    _set_sender(box, fields)
    if not fields.get("Date"):
        fields.put("Date", format_datetime(call.now))
    given = fields.get("Message-ID")
    made = f"<CA{call.world.new_id(40)}@mail.gmail.com>"
    if given and not state.keeps_message_id:
        fields.replace("Message-ID", made)
        fields.put("X-Google-Original-Message-ID", given)
    elif not given:
        fields.put("Message-ID", made)
    stamp = format_datetime(call.now)
    where = "from 1 named unknown by gmailapi.google.com with HTTPREST"
    fields.put_first("Received", f"{where}; {stamp}")


def _set_sender(box: Mailbox, fields: mime.Fields) -> None:
    given = fields.get("From")
    named = mime.addresses(given)
    if given and not named:
        raise invalid("Invalid From header")
    if named and sender(box, named[0][1]):
        return
    own = default_sender(box)
    name = own.get("displayName") or (mime.readable(named[0][0]) if named else "")
    fields.replace("From", formataddr((name, own["sendAsEmail"])))
    if named:
        fields.put("X-Google-Original-From", given)


def deliver(
    state: Mail,
    box: Mailbox,
    fields: mime.Fields,
    by: str,
    now: datetime,
    labels: Iterable[str] = RECEIVED,
) -> Message:
    """Put a message that came by mail into a mailbox, where its filters see to it."""
    arriving = fields.without("Bcc")
    arriving.put_first("Received", f"by mx.google.com with SMTP; {format_datetime(now)}")
    arriving.put_first("Return-Path", f"<{by}>")
    arriving.put_first("Delivered-To", box.email)
    message = box.add(bytes(arriving), labels)
    for address in filtering.apply(box, message):
        if state.has_account(address) and address.lower() != box.email:
            deliver(state, state.mailbox(address), arriving.without("Delivered-To"), by, now)
    return message


def _log(state: Mail, box: Mailbox, to: list[str], fields: mime.Fields, now: datetime) -> None:
    state.deliveries.append(
        {
            "from": box.email,
            "to": to,
            "messageId": fields.get("Message-ID"),
            "subject": mime.readable(fields.get("Subject")),
            "time": now.isoformat(),
        }
    )
