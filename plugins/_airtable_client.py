"""pyairtable through the door: records by page and by tens, fields and webhooks of a base.

pyairtable sends a request again by itself whenever a line breaks, creates too; here its retries are
off, and its session is the door's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sheetflow import (
    Door,
    NotAllowed,
    NotFound,
    NotKnown,
    Refused,
    ServiceError,
    TableBusy,
    TableChanged,
    TableError,
)

from ._airtable_service import AirtableService

if TYPE_CHECKING:
    from pyairtable import Api, Base, Table

TENS = 10
"""Records of one request that writes (developers/web/api/update-multiple-records)."""

HUNDRED = 100
"""Records of one page (developers/web/api/list-records)."""

_STARTS = 3
_EXPIRED = "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"
Record = Mapping[str, Any]


class Client:
    """What we ask of Airtable, each in the fewest requests. Errors are those of the door."""

    def __init__(self, door: Door, service: Callable[[], AirtableService], url: str) -> None:
        self._door = door
        self._service = service
        self._url = url.rstrip("/")

    def tables(self, base: str) -> Sequence[Mapping[str, Any]]:
        """The tables of a base with their fields: one request."""
        found = self._api.get(self._base(base).urls.tables)
        tables: Sequence[Mapping[str, Any]] = found.get("tables", ())
        return tables

    def records(
        self, base: str, table: str, *, fields: Sequence[str] = (), **options: Any
    ) -> list[Record]:
        """All records that `options` of pyairtable select, fields by their ids.

        An iteration that Airtable has forgotten in between begins again.
        """
        if fields:
            options["fields"] = list(fields)
        for left in reversed(range(_STARTS)):
            try:
                pages = self._table(base, table).iterate(page_size=HUNDRED, **options)
                return [record for page in pages for record in page]
            except Refused as error:
                if error.reason != _EXPIRED or not left:
                    raise
        return []  # not reached: the last start raises

    def by_id(
        self, base: str, table: str, ids: Sequence[str], *, fields: Sequence[str] = ()
    ) -> list[Record]:
        """These records, as far as they are there: a request for each hundred."""
        found: list[Record] = []
        for start in range(0, len(ids), HUNDRED):
            asked = ",".join(f"RECORD_ID()='{one}'" for one in ids[start : start + HUNDRED])
            found += self.records(base, table, fields=fields, formula=f"OR({asked})")
        return found

    def update(self, base: str, table: str, records: Sequence[Record]) -> None:
        """Set cells of up to ten records."""
        self._table(base, table).batch_update(records)  # type: ignore[arg-type]  # plain maps

    def create(self, base: str, table: str, fields: Mapping[str, Any]) -> None:
        """Add a record."""
        self._table(base, table).create(dict(fields))

    def upsert(self, base: str, table: str, fields: Mapping[str, Any], key: Sequence[str]) -> None:
        """Add a record, or set the cells of the one that has the same in the fields `key`."""
        self._table(base, table).batch_upsert([{"fields": dict(fields)}], list(key))

    def upsert_all(
        self, base: str, table: str, some: Sequence[Mapping[str, Any]], key: Sequence[str]
    ) -> None:
        """As `upsert`, up to ten at once."""
        self._table(base, table).batch_upsert([{"fields": dict(one)} for one in some], list(key))

    def new_field(self, base: str, table: str, name: str) -> Mapping[str, Any]:
        """Add a field that holds a line of text."""
        url = self._table(base, table).urls.fields
        found: Mapping[str, Any] = self._api.post(url, json={"name": name, "type": _LINE})
        return found

    def new_table(self, base: str, name: str, fields: Sequence[Mapping[str, Any]]) -> None:
        """Add a table with these fields, the first one primary."""
        body = {"name": name, "fields": [dict(field) for field in fields]}
        self._api.post(self._base(base).urls.tables, json=body)

    def whoami(self) -> Mapping[str, Any]:
        """Who the token is, and where Airtable tells, what it may do."""
        found: Mapping[str, Any] = self._api.get(self._api.urls.whoami)
        return found

    def bases(self) -> list[Mapping[str, Any]]:
        """The bases that the token reaches, with what may be done in each."""
        pages = self._api.iterate_requests("GET", self._api.urls.bases)
        return [base for page in pages for base in page.get("bases", ())]

    def calls_left(self) -> int | None:
        """How many calls of this month are left by our own count; None where that is unknown."""
        service = self._service()
        month = service.month
        if not month.count:
            return None
        return max(0, month.count - self._door.pacer.used(service.name, month))

    def webhooks(self, base: str) -> Sequence[Mapping[str, Any]]:
        """The webhooks of a base that this token made."""
        found: Sequence[Mapping[str, Any]] = self._api.get(self._base(base).urls.webhooks).get(
            "webhooks", ()
        )
        return found

    def new_webhook(
        self, base: str, specification: Mapping[str, Any], address: str = ""
    ) -> Mapping[str, Any]:
        """A webhook that keeps what changed until it is asked, and calls the address if any."""
        body: dict[str, Any] = {"specification": dict(specification)}
        if address:
            body["notificationUrl"] = address
        found: Mapping[str, Any] = self._api.post(self._base(base).urls.webhooks, json=body)
        return found

    def payloads(self, base: str, webhook: str, cursor: int) -> Mapping[str, Any]:
        """What a webhook has kept from `cursor` on, up to fifty."""
        url = self._base(base).urls.webhooks / webhook / "payloads"
        found: Mapping[str, Any] = self._api.get(url, options={"cursor": cursor})
        return found

    def refresh(self, base: str, webhook: str) -> None:
        """Let a webhook live for seven more days."""
        self._api.post(self._base(base).urls.webhooks / webhook / "refresh")

    def no_webhook(self, base: str, webhook: str) -> None:
        """Take a webhook away."""
        self._api.delete(self._base(base).urls.webhooks / webhook)

    def notify(self, base: str, webhook: str) -> None:
        """Have a webhook call its address again, after it was switched off for many failures."""
        url = self._base(base).urls.webhooks / webhook / "enableNotifications"
        self._api.post(url, json={"enable": True})

    def close(self) -> None:
        """Let the connections go, if there are any."""
        if "_api" in self.__dict__:
            self._api.session.close()

    @cached_property
    def _api(self) -> Api:
        from pyairtable import Api

        api = Api("", endpoint_url=self._url, use_field_ids=True, retry_strategy=None)
        api.session = self._door.session(self._service())
        return api

    def _base(self, base: str) -> Base:
        return self._api.base(base)

    def _table(self, base: str, table: str) -> Table:
        return self._api.table(base, table)


_LINE = "singleLineText"


@contextmanager
def in_words() -> Iterator[None]:
    """Errors of the service as errors of a table.

    What may have been taken is TableChanged: the table is read again, which tells.
    """
    try:
        yield
    except NotKnown as error:
        raise TableChanged(error.message, hint=error.hint) from error
    except (NotFound, Refused) as error:
        raise TableError(error.message, hint=error.hint or "Look at the table.") from error
    except NotAllowed as error:
        raise TableBusy(error.message, hint=error.hint) from error
    except ServiceError as error:
        raise TableBusy(
            error.message, hint=error.hint or "It goes on with the next run."
        ) from error
