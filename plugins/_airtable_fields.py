"""Airtable's fields: what each type holds as a value of ours, and what may be written into it.

The types and the JSON of their cells are at airtable.com/developers/web/api/field-model. An empty
cell is left out of an answer, whatever its type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sheetflow import CellError, SheetColumn, Status, Word, statuses

TEXTS = ("singleLineText", "multilineText", "richText", "email", "url", "phoneNumber")
WORKED_OUT = frozenset(
    (
        *("formula", "rollup", "count", "multipleLookupValues", "autoNumber", "button", "aiText"),
        *("createdTime", "createdBy", "lastModifiedTime", "lastModifiedBy", "externalSyncSource"),
    )
)
"""What Airtable makes itself, and nobody writes."""

MERGED_ON = frozenset(
    ("number", "singleLineText", "multilineText", "singleSelect", "multipleSelects", "date")
)
"""The types by which an upsert finds a record (developers/web/api/update-multiple-records)."""

_LIST = ", "
_PAGE = "https://airtable.com"
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_YES, _NO = ("true", "yes", "1", "x", "✓"), ("", "false", "no", "0")


@dataclass(frozen=True)
class Field:
    """A field of a table, as the base's schema tells."""

    id: str
    name: str
    type: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_worked_out(self) -> bool:
        """Whether only Airtable writes it."""
        return self.type in WORKED_OUT

    @property
    def column(self) -> SheetColumn:
        """What the core must know of it."""
        return SheetColumn(
            self.id,
            zoned=self.type == "dateTime",
            links=self.type == "multipleRecordLinks",
            restless=self.type in ("lastModifiedTime", "lastModifiedBy"),
        )

    @property
    def choices(self) -> Sequence[str]:
        """The options of a select."""
        return [str(one.get("name", "")) for one in self.options.get("choices", ())]

    @property
    def result(self) -> str:
        """The type of its values: of what a formula, lookup or rollup gives, or its own."""
        found = self.options.get("result")
        return str(found.get("type", "")) if isinstance(found, Mapping) else self.type


def field_of(found: Mapping[str, Any]) -> Field:
    """A field as the schema has it."""
    return Field(found["id"], found["name"], found.get("type", ""), found.get("options") or {})


def value_of(raw: Any, of: Field, place: str) -> object:
    """What a cell holds; `place` is where a person finds its record: `appX/tblY/recZ`."""
    if raw is None:
        return False if of.type == "checkbox" else None
    if isinstance(raw, Mapping) and ("error" in raw or "specialValue" in raw):
        return CellError(str(raw.get("error") or raw.get("specialValue")))
    if of.type == "multipleAttachments" or of.result == "multipleAttachments":
        return _list(raw, lambda one: f"{one.get('filename', '')} ({_PAGE}/{place})".strip())
    if isinstance(raw, list):
        values = [_single(one, of.result) for one in raw]
        return values[0] if len(values) == 1 else _LIST.join(map(_shown, values)) or None
    return _single(raw, of.result)


def written(value: object, into: Field) -> Any | Status:
    """The JSON that puts a value into a field, or what to say where it does not fit.

    A select takes its own options and no other, so that none is ever made by a slip.
    """
    if value is None:
        return False if into.type == "checkbox" else None
    if into.type in _BY_VALUE:
        return _BY_VALUE[into.type](value)
    return _BY_FIELD.get(into.type, _unfit)(value, into)


def _single(raw: Any, kind: str) -> object:
    match raw:
        case bool() | int() | float():
            return raw
        case str():
            return _of_text(raw, kind)
        case Mapping():
            return _of_map(raw)
        case list():
            return _list(raw, lambda one: _shown(_single(one, kind)))
        case None:
            return None
    return str(raw)


def _of_text(raw: str, kind: str) -> object:
    try:
        if kind == "date":
            return date.fromisoformat(raw[:10])
        if kind in ("dateTime", "createdTime", "lastModifiedTime"):
            return datetime.fromisoformat(raw).replace(microsecond=0)
    except ValueError:
        return raw
    return raw or None


def _of_map(raw: Mapping[str, Any]) -> object:
    """A collaborator by name, a barcode by its text, a button by its address, an AI's words."""
    if "error" in raw or "specialValue" in raw:
        return CellError(str(raw.get("error") or raw.get("specialValue")))
    for key in ("name", "email", "text", "value", "url", "label", "id"):
        if raw.get(key):
            return str(raw[key])
    return None


def _list(raw: Any, shown: Callable[[Any], str]) -> str | None:
    return _LIST.join(shown(one) for one in raw) or None


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.isoformat(" ", "seconds" if value.second else "minutes")
    return str(value)


def _number(value: object) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = _shown(value).strip()
    if not _NUMBER.fullmatch(text):
        return statuses.not_a_number(text)
    return float(text) if "." in text else int(text)


def _ticked(value: object) -> Any:
    text = _shown(value).strip().casefold()
    if text in (*_YES, *_NO):
        return text in _YES
    return statuses.not_yes_or_no(_shown(value))


def _choice(value: object, into: Field) -> Any:
    text = _shown(value).strip()
    alike = [one for one in into.choices if one.casefold() == text.casefold()]
    exact = [one for one in alike if one == text] or alike
    return exact[0] if len(exact) == 1 else statuses.unknown_choice(text, into.name)


def _choices(value: object, into: Field) -> Any:
    text = _shown(value)
    if text in into.choices:
        return [text]  # an option may hold a comma
    found = [_choice(part, into) for part in text.split(",") if part.strip()]
    return next((one for one in found if isinstance(one, Status)), found)


def _day(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()[:10]
    try:
        return date.fromisoformat(_shown(value)[:10]).isoformat()
    except ValueError:
        return statuses.ambiguous_date(_shown(value))


def _moment(value: object) -> Any:
    """A moment in UTC, as Airtable itself writes it. The core gives moments with their zone."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return statuses.ambiguous_date(_shown(value))


def _links(value: object, into: Field) -> Any:
    found = [part.strip() for part in _shown(value).split(",")]
    if all(re.fullmatch(r"rec\w+", one) for one in found):
        return found
    return _unfit(value, into)


def _barcode(value: object) -> Any:
    return {"text": _shown(value)}


def _unfit(value: object, into: Field) -> Status:
    text = statuses.short(_shown(value), 24)
    return Status(Word.NEEDS_YOU, f'"{text}" does not fit into the field "{into.name[:24]}"')


_BY_VALUE: Mapping[str, Callable[[object], Any]] = {
    **dict.fromkeys(TEXTS, _shown),
    **dict.fromkeys(("number", "currency", "percent", "rating", "duration"), _number),
    "barcode": _barcode,
    "checkbox": _ticked,
    "date": _day,
    "dateTime": _moment,
}
_BY_FIELD: Mapping[str, Callable[[object, Field], Any]] = {
    "singleSelect": _choice,
    "multipleSelects": _choices,
    "multipleRecordLinks": _links,
}
