"""Airtable's log of changes: webhooks that tell nobody, and are asked what they have kept.

A webhook keeps what happened in its base for seven days, and lives as long unless it is asked. One
request a base tells whether anything happened; an entry means that a table is worth a look, no
more: it may be a change of our own.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sheetflow import Changed, NotAllowed, NotFound, Refused

from ._airtable_client import Client

SPECIFICATION: Mapping[str, Any] = {
    "options": {"filters": {"dataTypes": ["tableData", "tableFields", "tableMetadata"]}}
}
"""All that happens in a base. Nothing is left out for having been done by a program: others than
we write through the API, too."""

OVERLAP = timedelta(minutes=2)
"""How far a search by time goes back behind the moment that was asked for: clocks differ."""

Place = tuple[str, int]
"""A webhook, and the number of the next thing that it tells."""


@dataclass
class Found:
    """What may have changed, by table, and where each base's log goes on."""

    tables: dict[str, Changed] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    everything: bool = False


def tokens_in(text: str) -> dict[str, Place]:
    """The places in the logs of bases; none in what is not a token of ours."""
    with suppress(ValueError, TypeError):
        found = json.loads(text or "{}")
        return {str(base): (str(hook), int(cursor)) for base, (hook, cursor) in found.items()}
    return {}


def token_of(places: Mapping[str, Place]) -> str:
    """The places as one text."""
    return json.dumps(places, sort_keys=True)


def bases_of(among: Iterable[str]) -> list[str]:
    """The bases of tables that are named like `appX/tblY`."""
    return sorted({one.partition("/")[0] for one in among})


def look(client: Client, base: str, place: Place | None, found: Found, *, make: bool) -> None:
    """Add what one base's log has to tell since `place`; without one, it begins now."""
    if place is not None:
        with suppress(NotFound, NotAllowed, Refused):  # gone: nobody has asked it for a week
            found.places[base] = _told(client, base, place, found)
            return
    found.everything = True
    begun = _begun(client, base, make=make)
    if begun is not None:
        found.places[base] = begun


def watched(client: Client, base: str) -> Place:
    """The webhook of a base, made if there is none, with seven more days to live."""
    place = _begun(client, base, make=True)
    assert place is not None  # it was made just now
    client.refresh(base, place[0])
    return place


def recent(since: datetime, names: Collection[str] = ()) -> str:
    """The formula for records in which one of these fields changed after that moment.

    Without names, any field that people fill in counts, and our own as well.
    """
    from pyairtable.formulas import field_name

    fields = ",".join(field_name(name) for name in names)
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return f"IS_AFTER(LAST_MODIFIED_TIME({fields}),DATETIME_PARSE('{moment}'))"


def _told(client: Client, base: str, place: Place, found: Found) -> Place:
    webhook, cursor = place
    told: dict[str, Changed] = {}
    while True:
        page = client.payloads(base, webhook, cursor)
        for payload in page.get("payloads", ()):
            found.everything = found.everything or bool(payload.get("error"))
            told |= {one.id: one for one in _changed(base, payload)}
        cursor = int(page["cursor"])
        if not page.get("mightHaveMore"):
            break
    found.tables |= told
    return webhook, cursor


def _changed(base: str, payload: Mapping[str, Any]) -> Iterable[Changed]:
    state = str(payload.get("baseTransactionNumber", ""))
    for kind in ("changedTablesById", "createdTablesById"):
        for table in payload.get(kind) or {}:
            yield Changed(f"{base}/{table}", state)
    for table in payload.get("destroyedTableIds") or ():
        yield Changed(f"{base}/{table}", gone=True)


def _begun(client: Client, base: str, *, make: bool) -> Place | None:
    """The webhook of ours and its next number; None if there is none and none may be made."""
    for one in client.webhooks(base):
        ours = one.get("specification") == SPECIFICATION and not one.get("notificationUrl")
        if ours and one.get("isHookEnabled", True):
            return str(one["id"]), int(one["cursorForNextPayload"])
    return (str(client.new_webhook(base, SPECIFICATION)["id"]), 1) if make else None
