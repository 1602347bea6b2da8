"""Parameters of a list of records: from an address (`sort[0][field]`), or from a body."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from tests.emulators.airtable.calls import Call
from tests.emulators.airtable.errors import ApiError, bad_request, invalid, unknown_field
from tests.emulators.airtable.formulas.moments import zone_of
from tests.emulators.airtable.rendering import Rendering
from tests.emulators.airtable.world import Field, Table

LISTS = frozenset({"fields", "recordMetadata"})
FLAGS = frozenset({"returnFieldsByFieldId"})
COUNTS = frozenset({"pageSize", "maxRecords"})


def flag(body: Mapping[str, Any], name: str) -> bool:
    """Yes or no, no where it is not said; raises 422 for anything else."""
    value = body.get(name, False)
    if not isinstance(value, bool | None):
        raise bad_request()
    return bool(value)


@dataclass(frozen=True)
class Parameters:
    """The parameters by name."""

    given: Mapping[str, Any]

    @classmethod
    def of(cls, call: Call, known: Set[str]) -> Parameters:
        """Those of the address and of the body; raises 422 for one that is not known."""
        found = _from_query(call.query)
        if call.body is not None:
            found |= call.object()
        found = {name: value for name, value in found.items() if value is not None}
        if {*found} - known:
            raise bad_request()
        for name in LISTS & {*found}:
            if not isinstance(found[name], list):
                raise bad_request()
        return cls(found)

    def text(self, name: str) -> str:
        """A text, "" where there is none."""
        value = self.given.get(name, "")
        if not isinstance(value, str):
            raise bad_request()
        return value

    def count(self, name: str, most: int, otherwise: int) -> int:
        """A number from 1 on."""
        value = self.given.get(name, otherwise)
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise bad_request()
        return value

    def rendering(self, table: Table) -> Rendering:
        """In which form records are wanted."""
        form = self.text("cellFormat") or "json"
        zone, locale = self.text("timeZone"), self.text("userLocale")
        if form not in {"json", "string"}:
            raise bad_request()
        if form == "string" and not (zone and locale):
            raise invalid(
                "INVALID_REQUEST_UNKNOWN",
                "Invalid request: timeZone and userLocale are required when cellFormat is string.",
            )
        if zone and zone_of(zone) is None:
            raise bad_request()
        return Rendering(
            fields=self._fields(table),
            by_id=self.given.get("returnFieldsByFieldId") in {True, "true", "1"},
            as_text=form == "string",
            zone=zone or "utc",
            locale=locale or "en",
            comment_count="commentCount" in self.given.get("recordMetadata", ()),
        )

    def _fields(self, table: Table) -> tuple[Field, ...]:
        if "fields" not in self.given:
            return tuple(table.fields)
        found = [named(table, one) for one in self.given["fields"]]
        return tuple(one for one in table.fields if one in found)

    def sort(self, table: Table) -> list[tuple[Field, bool]]:
        """The fields to sort by, each with whether it is descending."""
        given = self.given.get("sort", [])
        if not isinstance(given, list):
            raise bad_request()
        found = []
        for one in given:
            if not isinstance(one, dict) or {*one} - {"field", "direction"} or "field" not in one:
                raise bad_request()
            if one.get("direction", "asc") not in {"asc", "desc"}:
                raise bad_request()
            found.append((named(table, one["field"]), one.get("direction") == "desc"))
        return found


def named(table: Table, name: Any) -> Field:
    """A field by id or name; raises 422."""
    found = table.find(name) if isinstance(name, str) else None
    if found is None:
        raise unknown_field(str(name))
    return found


def _from_query(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The parameters of an address, with lists and the parts of `sort` put together."""
    found: dict[str, Any] = {}
    sorts: dict[int, dict[str, str]] = {}
    for name, text in pairs:
        part = re.fullmatch(r"sort\[(\d+)\]\[(\w+)\]", name)
        plain = re.fullmatch(r"(\w+)\[\d*\]", name)
        if part:
            sorts.setdefault(int(part[1]), {})[part[2]] = text
        elif plain or name in LISTS:
            _append(found, plain[1] if plain else name, text)
        elif name in found:
            raise _twice()
        elif text or name not in {"offset", "view", "filterByFormula"}:
            found[name] = text
    if sorts:
        found["sort"] = [sorts[place] for place in sorted(sorts)]
    return found


def _append(found: dict[str, Any], name: str, text: str) -> None:
    held = found.setdefault(name, [])
    if not isinstance(held, list):
        raise _twice()
    held.append(text)


def _twice() -> ApiError:
    return bad_request()
