"""The types of fields: which are computed, and what each is like where it is made."""

from __future__ import annotations

from typing import Any

TEXTS = frozenset({"singleLineText", "multilineText", "richText", "email", "url", "phoneNumber"})
NUMBERS = frozenset({"number", "currency", "percent", "duration", "rating"})
COMPUTED = frozenset(
    {"formula", "rollup", "count", "multipleLookupValues", "createdTime", "lastModifiedTime"}
    | {"createdBy", "lastModifiedBy", "autoNumber", "button", "externalSyncSource", "aiText"}
)
SELECTS = frozenset({"singleSelect", "multipleSelects"})
PEOPLE = frozenset({"singleCollaborator", "multipleCollaborators"})
OTHERS = frozenset({"checkbox", "date", "dateTime", "multipleRecordLinks", "multipleAttachments"})
TYPES = TEXTS | NUMBERS | COMPUTED | SELECTS | PEOPLE | OTHERS | {"barcode"}
NOT_BY_API = frozenset(
    {"autoNumber", "button", "createdBy", "createdTime", "lastModifiedBy", "lastModifiedTime"}
    | {"externalSyncSource", "aiText", "formula", "rollup", "count", "multipleLookupValues"}
)
"""What airtable.com/developers/web/api/field-model says cannot be made by the API."""

PRIMARY = TEXTS | frozenset(
    {"number", "currency", "percent", "duration", "date", "dateTime", "barcode", "formula"}
    | {"autoNumber", "createdTime", "aiText"}
) - {"richText"}
MERGEABLE = frozenset(
    {"number", "singleLineText", "multilineText", "singleSelect", "multipleSelects", "date"}
)
"""Field types that an upsert can look records up by."""

HUES = ("blue", "cyan", "teal", "green", "yellow", "orange", "red", "pink", "purple", "gray")
COLOURS = tuple(
    f"{hue}{shade}" for shade in ("Light2", "Light1", "Bright", "Dark1") for hue in HUES
)
DATE_FORMATS = {
    "local": "l",
    "friendly": "LL",
    "us": "M/D/YYYY",
    "european": "D/M/YYYY",
    "iso": "YYYY-MM-DD",
}
TIME_FORMATS = {"12hour": "h:mma", "24hour": "HH:mm"}
DURATIONS = ("h:mm", "h:mm:ss", "h:mm:ss.S", "h:mm:ss.SS", "h:mm:ss.SSS")


def defaults(kind: str) -> dict[str, Any]:
    """The options of a field whose data names none."""
    day = {"dateFormat": {"name": "iso", "format": "YYYY-MM-DD"}}
    clock = {"timeFormat": {"name": "24hour", "format": "HH:mm"}, "timeZone": "utc"}
    found: dict[str, dict[str, Any]] = {
        "number": {"precision": 8},
        "percent": {"precision": 0},
        "currency": {"precision": 2, "symbol": "$"},
        "duration": {"durationFormat": "h:mm"},
        "rating": {"icon": "star", "max": 5, "color": "yellowBright"},
        "checkbox": {"icon": "check", "color": "greenBright"},
        "date": day,
        "dateTime": day | clock,
        "singleSelect": {"choices": []},
        "multipleSelects": {"choices": []},
        "multipleAttachments": {"isReversed": False},
        "aiText": {"prompt": [], "referencedFieldIds": []},
        "externalSyncSource": {"choices": []},
        "createdTime": {"result": {"type": "dateTime", "options": day | clock}},
    }
    return dict(found.get(kind, {}))


def needs(kind: str) -> tuple[str, ...]:
    """The options without which the API makes no field of this type."""
    return {
        "number": ("precision",),
        "percent": ("precision",),
        "currency": ("precision", "symbol"),
        "duration": ("durationFormat",),
        "rating": ("icon", "max", "color"),
        "checkbox": ("icon", "color"),
        "date": ("dateFormat",),
        "dateTime": ("dateFormat", "timeFormat", "timeZone"),
        "singleSelect": ("choices",),
        "multipleSelects": ("choices",),
        "multipleRecordLinks": ("linkedTableId",),
    }.get(kind, ())
