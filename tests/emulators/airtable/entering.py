"""What somebody writes into a cell -> what is stored; with `typecast`, as Airtable guesses."""

from __future__ import annotations

import mimetypes
import re
from typing import Any

from tests.emulators.airtable.changing import Transaction
from tests.emulators.airtable.errors import bad_value, computed, invalid, no_row
from tests.emulators.airtable.formulas.moments import zone_of
from tests.emulators.airtable.formulas.timereading import read_time
from tests.emulators.airtable.formulas.values import number_text
from tests.emulators.airtable.kinds import COLOURS, COMPUTED, NUMBERS, TEXTS
from tests.emulators.airtable.reading import Reader
from tests.emulators.airtable.world import Field, Table, stamp


class Entering:
    """Values on their way into cells, within one change of a base."""

    def __init__(
        self, change: Transaction, *, typecast: bool = False, loading: bool = False
    ) -> None:
        self.change = change
        self.typecast = typecast
        self.loading = loading
        """Whether the values come from a data file, which may name attachments by their ids."""

    def stored(self, column: Field, given: Any) -> Any:
        """The value as it is stored, None for nothing; raises ApiError."""
        kind = column.type
        if kind in COMPUTED:
            raise computed(column.name)
        if given is None:
            return None
        if kind in TEXTS:
            return self._text(column, given)
        if kind in NUMBERS:
            return self._number(column, given)
        return {
            "checkbox": self._checkbox,
            "date": self._date,
            "dateTime": self._time,
            "singleSelect": self._choice,
            "multipleSelects": self._choices,
            "multipleRecordLinks": self._links,
            "singleCollaborator": self._person,
            "multipleCollaborators": self._people,
            "multipleAttachments": self._attachments,
            "barcode": self._barcode,
        }[kind](column, given)

    def _text(self, column: Field, given: Any) -> str | None:
        if isinstance(given, str):
            return given or None
        if self.typecast and isinstance(given, bool):
            return "true" if given else "false"
        if self.typecast and isinstance(given, int | float):
            return number_text(given)
        if self.typecast and isinstance(given, list):
            return ", ".join(str(one) for one in given) or None
        raise bad_value(column.name)

    # numbers -------------------------------------------------------------------------------------

    def _number(self, column: Field, given: Any) -> float | None:
        if isinstance(given, str) and self.typecast:
            given = self._read_number(column, given)
            if given is None:
                return None
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise bad_value(column.name)
        if column.type == "rating":
            most = column.options.get("max", 5)
            if given != int(given) or not 0 <= given <= most:
                raise bad_value(column.name)
            return int(given) or None
        whole = isinstance(given, float) and given.is_integer() and abs(given) < 2**53
        return int(given) if whole else given

    def _read_number(self, column: Field, given: str) -> float | None:
        if column.type == "duration" and ":" in given:
            parts = [float(one) for one in re.findall(r"[\d.]+", given)]
            units = (3600, 60, 1)
            return sum(part * unit for part, unit in zip(parts, units, strict=False))
        found = re.search(r"-?[\d,]*\.?\d+", given)
        if found is None:
            return None  # Airtable empties a cell that it cannot guess a number for
        value = float(found[0].replace(",", ""))
        return value / 100 if column.type == "percent" and "%" in given else value

    def _checkbox(self, column: Field, given: Any) -> bool | None:
        if self.typecast and isinstance(given, str | int):
            given = given in {"true", "True", "checked", "yes", "1", 1}
        if not isinstance(given, bool):
            raise bad_value(column.name)
        return given or None

    # dates ---------------------------------------------------------------------------------------

    def _date(self, column: Field, given: Any) -> str | None:
        if not isinstance(given, str):
            raise bad_value(column.name)
        if not given:
            return None
        found = read_time(given) if self._readable(given) else None
        if found is None:
            self._no_date(column)
            return None
        return given[:10] if re.match(r"\d{4}-\d\d-\d\d", given) else found.iso()[:10]

    def _time(self, column: Field, given: Any) -> str | None:
        if not isinstance(given, str):
            raise bad_value(column.name)
        if not given:
            return None
        zone = column.options.get("timeZone", "client")
        zone = zone if zone_of(zone) else "utc"
        found = read_time(given, zone) if self._readable(given) else None
        if found is None:
            self._no_date(column)
            return None
        return stamp(found.time)

    def _readable(self, given: str) -> bool:
        """Only ISO 8601 is taken as it is."""
        return self.typecast or re.match(r"\d{4}-\d\d-\d\d(T|$)", given) is not None

    def _no_date(self, column: Field) -> None:
        if not self.typecast:
            raise bad_value(column.name)

    # selects -------------------------------------------------------------------------------------

    def _choice(self, column: Field, given: Any) -> str | None:
        if self.typecast and isinstance(given, int | float) and not isinstance(given, bool):
            given = number_text(given)
        if not isinstance(given, str):
            raise bad_value(column.name)
        if self.typecast and not given.strip():
            return None
        for one in column.options["choices"]:
            if one["name"] == (given.strip() if self.typecast else given):
                return str(one["id"])
        if not self.typecast:
            message = f'Insufficient permissions to create new select option ""{given}""'
            raise invalid("INVALID_MULTIPLE_CHOICE_OPTIONS", message)
        return self._new_choice(column, given.strip())

    def _new_choice(self, column: Field, name: str) -> str:
        held = column.options["choices"]
        made = {
            "id": self.change.world.new_id("sel"),
            "name": name,
            "color": COLOURS[len(held) % len(COLOURS)],
        }
        table = next(one for one in self.change.base.tables if column in one.fields)
        options = {**column.options, "choices": [*held, made]}
        self.change.change_field(table, column, options=options)
        return made["id"]

    def _choices(self, column: Field, given: Any) -> list[str] | None:
        if self.typecast and isinstance(given, str):
            given = [one for one in given.split(",") if one.strip()]
        if not isinstance(given, list):
            raise bad_value(column.name)
        found = [self._choice(column, one) for one in given]
        return list(dict.fromkeys(one for one in found if one)) or None

    # links and people ----------------------------------------------------------------------------

    def _links(self, column: Field, given: Any) -> list[str] | None:
        table = self.change.base.table(column.options["linkedTableId"])
        if self.typecast and isinstance(given, str):
            given = [one.strip() for one in given.split(",") if one.strip()]
        if not isinstance(given, list):
            raise bad_value(column.name)
        return list(dict.fromkeys(self._link(column, table, one) for one in given)) or None

    def _link(self, column: Field, table: Table, given: Any) -> str:
        if isinstance(given, dict) and isinstance(given.get("id"), str):
            given = given["id"]
        if not isinstance(given, str):
            raise bad_value(column.name)
        if given in table.records:
            return given
        if re.fullmatch(r"rec[A-Za-z0-9]{14}", given):
            raise no_row(given)
        if not self.typecast:
            message = f'Value "{given}" is not a valid record ID.'
            raise invalid("INVALID_RECORD_ID", message)
        return self._named(table, given)

    def _named(self, table: Table, name: str) -> str:
        reader = Reader(self.change.world, self.change.base)
        for record in table.records.values():
            if reader.title(table, record) == name:
                return record.id
        made = self.change.add_record(table)
        primary = table.by_id(table.primary)
        if primary.type not in COMPUTED:
            self.change.set_cell(table, made, primary, self.stored(primary, name))
        return made.id

    def _person(self, column: Field, given: Any) -> str:
        told = given
        if isinstance(given, dict):
            told = given.get("id") or given.get("email")
        elif not self.typecast:
            raise bad_value(column.name)
        found = self.change.world.person(told) if isinstance(told, str) else None
        if found is None:
            raise bad_value(column.name)
        return found.id

    def _people(self, column: Field, given: Any) -> list[str] | None:
        if not isinstance(given, list):
            raise bad_value(column.name)
        return list(dict.fromkeys(self._person(column, one) for one in given)) or None

    # things --------------------------------------------------------------------------------------

    def _attachments(self, column: Field, given: Any) -> list[dict[str, Any]] | None:
        if not isinstance(given, list):
            raise bad_value(column.name)
        return [self._attachment(column, one) for one in given] or None

    def _attachment(self, column: Field, given: Any) -> dict[str, Any]:
        if not isinstance(given, dict):
            raise invalid("INVALID_ATTACHMENT_OBJECT", f'Field "{column.name}" is invalid')
        if self.loading and "id" in given:
            return dict(given)
        known = self._attached(column, given.get("id"))
        if known is not None:
            return known | ({"filename": given["filename"]} if given.get("filename") else {})
        url = given.get("url")
        if not isinstance(url, str) or not re.match(r"https?://", url):
            message = f'Invalid attachment object for field "{column.name}"'
            raise invalid("INVALID_ATTACHMENT_OBJECT", message)
        name = given.get("filename") or re.split(r"[?#]", url)[0].rpartition("/")[2] or "file"
        return {"id": self.change.world.new_id("att"), "url": url, "filename": name} | media(name)

    def _attached(self, column: Field, attachment: Any) -> dict[str, Any] | None:
        for table in self.change.base.tables:
            for record in table.records.values() if column in table.fields else ():
                for one in record.cells.get(column.id) or ():
                    if one["id"] == attachment:
                        return dict(one)
        return None

    def _barcode(self, column: Field, given: Any) -> dict[str, str]:
        if self.typecast and isinstance(given, str):
            given = {"text": given}
        if not isinstance(given, dict) or not isinstance(given.get("text"), str):
            raise bad_value(column.name)
        return {name: given[name] for name in ("text", "type") if given.get(name)}


def media(filename: str) -> dict[str, str]:
    """The media type of a file by its name."""
    kind = mimetypes.guess_type(filename)[0]
    return {"type": kind} if kind else {}
