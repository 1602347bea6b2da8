"""Airtable: tables of bases, read by record and written by record.

    connections:
      base:
        connector: airtable
        token: {file: /run/secrets/airtable-token}
    tables:
      Volunteers:
        connector: base
        base: https://airtable.com/appAbCdEfGhIjKlMn/tblAbCdEfGhIjKlMn
        table: Volunteers
        person: {name: Name, email: Email}

Make a personal access token at airtable.com/create/tokens. It needs the scopes data.records:read,
data.records:write and schema.bases:read, and access to the one base. With schema.bases:write,
Sheetflow adds the fields for its statuses by itself; without, it says which ones to add. The scope
webhook:manage is needed only to be told what changes. docs/airtable.md leads through it. The
hook_secret, with which Airtable says so at once, is made by `sheetflow hooks` (docs/webhooks.md).

A row is a record, and keeps its id whatever people do. A field is known by its name, or by its id
(fld…), written under `also` of a column: then it may be renamed. Formulas, lookups, rollups and all
else that Airtable works out are never written, and neither is an option that a select does not
have. Linked records stand in a cell by their ids, which a column declared as `row of` understands.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from sheetflow import (
    Bearer,
    Changed,
    Changes,
    Finding,
    Secret,
    SetupError,
    TableSource,
    Watcher,
    digest,
    hookimpl,
    option,
)

from ._airtable_changes import OVERLAP, Found, bases_of, look, recent, token_of, tokens_in, watched
from ._airtable_client import Client
from ._airtable_examining import calls_counted, examined
from ._airtable_hooks import HearsAirtable
from ._airtable_log import AirtableLog
from ._airtable_reading import Base
from ._airtable_service import CALLS_A_MONTH, AirtableService
from ._airtable_table import AirtableTable


class Airtable(HearsAirtable, Watcher):
    """Tables in Airtable, and which of them may have changed."""

    name = "airtable"

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """How to sign in, and how often Airtable may be asked."""

        token: Secret = option("The personal access token, pat….")
        hook_secret: Secret | None = option(
            "The secrets that Airtable signs its calls with, a line for each base; see "
            "docs/webhooks.md.",
            default=None,
        )
        url: str = option("Where Airtable's API is.", default="https://api.airtable.com")
        requests_per_second: int = option("Requests a second, for each base.", default=5)
        token_requests_per_second: int = option(
            "Requests a second, for all bases together.", default=50
        )
        plan: Literal["unknown", "free", "team", "business", "enterprise"] = option(
            "The Airtable workspace's plan: free allows 1,000 calls a month, team 100,000.",
            default="unknown",
        )
        calls_per_month: int = option(
            "Calls a month, if they are to be others than the plan's; 0 is as the plan says.",
            default=0,
        )
        workspace: str = option(
            "A name for the Airtable workspace; connections with the same one share its month.",
            default="the workspace",
        )

    @dataclass(frozen=True, kw_only=True)
    class Place:
        """Which table of which base."""

        base: str = option("The base's address in the browser, or its id, app….")
        table: str = option(
            "The table, by its name or its id, tbl…. Without it, the one in the address.",
            default="",
        )
        view: str = option("Only the records that this view shows.", default="")
        fields: str = option(
            "Only these fields, by names or ids with commas between; without it, all.", default=""
        )
        log: str = option(
            "A table of the same base, by its name or id, that keeps what happened to the records, "
            "in full.",
            default="",
        )

    settings: Settings

    def __init__(self, settings: Any, **given: Any) -> None:
        super().__init__(settings, **given)
        self._client = Client(self.door, lambda: self._service, settings.url)
        self._bases: dict[str, Base] = {}

    def open_table(self, place: Mapping[str, str]) -> TableSource:
        """The table; all that are opened of one base share what is known of its fields."""
        base, table, view = _address(place.get("base", ""))
        table = place.get("table", "") or table
        if not table:
            raise SetupError(
                "No table is named.", hint="Write table: and its name, as its tab in Airtable says."
            )
        only = tuple(name.strip() for name in place.get("fields", "").split(",") if name.strip())
        known = self._bases.setdefault(base, Base(base, self._client))
        log = AirtableLog(known, table, place.get("log", ""))
        return AirtableTable(known, table, place.get("view", "") or view, only, log)

    def heard_as(self, place: Mapping[str, str]) -> str:
        """`appX/tblY`; a table that goes by its name is looked up."""
        base, table, _ = _address(place.get("base", ""))
        known = self._bases.setdefault(base, Base(base, self._client))
        return f"{base}/{known.schema(place.get('table', '') or table).id}"

    def examine(self) -> Iterable[Finding]:
        """Who the token is, which bases it reaches, and what it may not do."""
        yield from examined(self._client)
        if self.door.pacer.lasts:  # or else nobody has counted
            month, pacer = self._service.month, self.door.pacer
            scarce = any(few.limit == month for few in pacer.scarce())
            yield calls_counted(month, pacer.used(self._service.name, month), scarce=scarce)

    def watch(self, among: Collection[str]) -> None:
        """Begin to keep what changes in these tables (`appX/tblY`), or keep it for longer.

        To be called now and then: within seven days, unless `changed` is asked as often.
        """
        for base in bases_of(among):
            watched(self._client, base)

    def changed(
        self, since: str = "", *, among: Collection[str], seen: Mapping[str, str] | None = None
    ) -> Changes:
        """What may have changed among these tables (`appX/tblY`) since a token: one request a base.

        A base that is not watched is watched from now on, if the door is open; until then,
        everything in it may have changed.
        """
        tokens, found = tokens_in(since), Found()
        for base in bases_of(among) or sorted(tokens):
            look(self._client, base, tokens.get(base), found, make=self.door.may_write)
        places = {**tokens, **found.places}
        ours = {one.id: one for one in found.tables.values() if one.id in among}
        return Changes(_unseen(ours.values(), seen or {}), token_of(places), found.everything)

    def swept(
        self, since: datetime, *, among: Collection[str], seen: Mapping[str, str] | None = None
    ) -> Changes:
        """Which of these tables have a record that changed at that moment or later: one request
        each. Records that were deleted are not seen by it.
        """
        formula = recent(since - OVERLAP)
        found = []
        for one in sorted(among):
            base, _, table = one.partition("/")
            if self._client.records(base, table, formula=formula, max_records=1):
                found.append(Changed(one))
        return Changes(_unseen(found, seen or {}))

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    @cached_property
    def _service(self) -> AirtableService:
        token, plan = self.settings.token, self.settings.plan
        name = digest(token.reveal())[:6]
        return AirtableService(
            name="Airtable",
            origins=(self.settings.url,),
            identities=(Bearer(token, name),),
            each_base=self.settings.requests_per_second,
            all_bases=self.settings.token_requests_per_second,
            calls_a_month=self.settings.calls_per_month or CALLS_A_MONTH.get(plan, 0),
            calls_of=self.settings.workspace,
        )


def _unseen(found: Iterable[Changed], seen: Mapping[str, str]) -> tuple[Changed, ...]:
    return tuple(one for one in found if not one.as_of or seen.get(one.id) != one.as_of)


def _address(text: str) -> tuple[str, str, str]:
    """The ids of a base, its table and view, from an address or an id. Raises SetupError."""
    match = re.search(r"(?:^|/)(app\w{14})(?:/(tbl\w{14}))?(?:/(viw\w{14}))?(?:[/?#].*)?$", text)
    if match is None:
        raise SetupError(
            f'"{text[:60]}" is no base of Airtable.',
            hint="Copy its address from the browser: it begins with airtable.com/app…",
        )
    return match[1], match[2] or "", match[3] or ""


@hookimpl
def connectors() -> list[type[Watcher]]:
    """The connector of this file."""
    return [Airtable]
