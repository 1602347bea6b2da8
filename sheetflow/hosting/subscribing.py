"""Asks services to call, and asks again before that ends."""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sheetflow.errors import SheetflowError
from sheetflow.hosting.journal import Journal
from sheetflow.ledger.watches import Watch
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.listener import Subscriber

AGAIN = timedelta(hours=1)
"""How long after a service could not be asked it is asked again."""

FAR = timedelta(days=30)
"""What lasts longer was noted by a clock that was wrong."""


def subscribed(
    connector: Connector,
    watch: Watch,
    address: str,
    among: Collection[str],
    now: datetime,
    journal: Journal,
) -> Watch:
    """The watch with what the service was asked for, as far as the connector is to be called.

    That it cannot be asked is told, and is no reason not to look: whoever is not called looks now
    and then.
    """
    if not isinstance(connector, Subscriber) or not connector.listens or not address:
        return watch
    known, until = _known(watch.subscription, address), watch.subscribed_until
    if known is not None and until is not None and now < until < now + FAR:
        return watch
    try:
        found = connector.subscribed(address, known or "", among, now)
    except SheetflowError as error:
        says = {"connection": watch.connection, "says": str(error)}
        journal.say("cannot ask to be called", **says)
        kept = watch.subscription or _text(address, "")
        return replace(watch, subscription=kept, subscribed_until=now + AGAIN)
    until = found.until or now + FAR / 2
    text = _text(address, found.known)
    return replace(watch, subscription=text, subscribed_until=until)


def _known(subscription: str, address: str) -> str | None:
    """What the connector knew the time before; None when it was for another address, or never."""
    with suppress(ValueError, KeyError, TypeError):
        found = json.loads(subscription)
        return str(found["known"]) if found["address"] == address else None
    return None


def _text(address: str, known: str) -> str:
    return json.dumps({"address": address, "known": known})
