"""The short message that something changed, to an address on this machine; it says not what."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
import urllib.request
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.emulators.airtable.world import real_time, stamp

if TYPE_CHECKING:
    from tests.emulators.airtable.webhooks.hooks import Webhook

HERE = {"127.0.0.1", "localhost", "::1"}
WAITS = 5.0  # seconds


def notify(hook: Webhook, base: str, now: datetime) -> None:
    """Send it, in a thread of its own; nothing is sent to other machines."""
    if urlsplit(hook.url).hostname not in HERE:
        return
    body = {"base": {"id": base}, "webhook": {"id": hook.id}, "timestamp": stamp(now)}
    content = json.dumps(body).encode()
    threading.Thread(target=_send, args=(hook, content), daemon=True).start()


def signature(secret: str, content: bytes) -> str:
    """The header X-Airtable-Content-MAC."""
    made = hmac.new(base64.b64decode(secret), content, hashlib.sha256)
    return f"hmac-sha256={made.hexdigest()}"


def _send(hook: Webhook, content: bytes) -> None:
    headers = {
        "Content-Type": "application/json",
        "X-Airtable-Content-MAC": signature(hook.secret, content),
    }
    request = urllib.request.Request(hook.url, content, headers, method="POST")
    started, error = time.monotonic(), ""
    try:
        with urllib.request.urlopen(request, timeout=WAITS) as answer:
            if answer.status not in {200, 204}:
                error = f"The HTTP request returned a {answer.status} status code"
    except OSError as failure:
        error = str(failure)
    at = stamp(real_time())
    hook.last_result = {
        "success": not error,
        "completionTimestamp": at,
        "durationMs": (time.monotonic() - started) * 1000,
        "retryNumber": 0,
    }
    if error:
        hook.last_result |= {"willBeRetried": False, "error": {"message": error}}
    else:
        hook.last_success = at
