"""What is in a cell: as a formula takes it, as JSON, and as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from tests.emulators.airtable.formulas.evaluating import Place, as_json, checked, value_of
from tests.emulators.airtable.formulas.moments import Moment
from tests.emulators.airtable.formulas.parsing import BadFormula, Node
from tests.emulators.airtable.formulas.timereading import read_time
from tests.emulators.airtable.formulas.values import Broken, Failed, flat
from tests.emulators.airtable.kinds import COMPUTED
from tests.emulators.airtable.showing import shown
from tests.emulators.airtable.world import Base, Field, Record, Table, User, World, stamp

VALUES = "values"
"""The name by which a rollup's formula calls what it sums up."""


class Reader:
    """Reads cells of one base, each computed cell once; made anew for each request."""

    def __init__(self, world: World, base: Base, address: str = "") -> None:
        self.world = world
        self.base = base
        self.address = address
        self.now = Moment(world.now())
        self._known: dict[tuple[str, str], Any] = {}
        self._open: set[tuple[str, str]] = set()

    # as a formula takes it -----------------------------------------------------------------------

    def value(self, table: Table, record: Record, column: Field) -> Any:
        """The value for formulas; Broken where it cannot be worked out."""
        if column.type not in COMPUTED:
            return self._stored(column, record.cells.get(column.id))
        key = (record.id, column.id)
        if key in self._known:
            return self._known[key]
        if key in self._open or len(self._open) > 60:
            return Broken()  # a formula that needs itself
        self._open.add(key)
        try:
            found = self._known[key] = self._computed(table, record, column)
        finally:
            self._open.discard(key)
        return found

    def _stored(self, column: Field, held: Any) -> Any:
        if held is None:
            return None
        if column.type in {"date", "dateTime"}:
            return read_time(held)
        if column.type == "singleSelect":
            return choice_name(column, held)
        if column.type == "multipleSelects":
            return [choice_name(column, one) for one in held]
        if column.type == "multipleRecordLinks":
            return self._names(column, held)
        if column.type == "singleCollaborator":
            return self._user(held).name
        if column.type == "multipleCollaborators":
            return [self._user(one).name for one in held]
        if column.type == "multipleAttachments":
            return [f"{one['filename']} ({one['url']})" for one in held]
        return held["text"] if column.type == "barcode" else held

    def _names(self, column: Field, links: list[str]) -> list[Any]:
        table = self.base.table(column.options["linkedTableId"])
        return [self.title(table, table.records[one]) for one in links if one in table.records]

    def title(self, table: Table, record: Record) -> str:
        """What a record is called elsewhere: the text of its primary field."""
        return self.text(table, record, table.by_id(table.primary))

    def _user(self, user_id: str) -> User:
        return self.world.users.get(user_id) or User(user_id, "", "")

    def _computed(self, table: Table, record: Record, column: Field) -> Any:
        if column.type == "formula":
            return self._formula(table, record, column)
        if column.type == "multipleLookupValues":
            return self._looked_up(table, record, column)
        if column.type == "rollup":
            return self._rolled_up(table, record, column)
        if column.type == "count":
            return len(record.cells.get(column.options.get("recordLinkFieldId", ""), []))
        return {
            "createdTime": lambda: Moment(record.created),
            "lastModifiedTime": lambda: self.modified(table, record, watched(column)),
            "createdBy": lambda: self._user(record.created_by).name,
            "lastModifiedBy": lambda: self._user(self._last(record, watched(column))[1]).name,
            "autoNumber": lambda: record.number,
            "button": lambda: column.options.get("label", "Open"),
        }.get(column.type, lambda: record.cells.get(column.id))()

    # formulas ------------------------------------------------------------------------------------

    def _formula(self, table: Table, record: Record, column: Field) -> Any:
        try:
            tree = checked(column.options["formula"], lambda name: table.find(name) is not None)
        except BadFormula:
            return Broken()
        return self.work_out(tree, table, record)

    def work_out(self, tree: Node, table: Table, record: Record) -> Any:
        """The value of a formula at a record; Broken where it fails."""

        def field(name: str) -> Any:
            column = table.find(name)
            return self.value(table, record, column) if column else Broken()

        return value_of(tree, self._place(table, record, field))

    def _place(self, table: Table, record: Record, field: Callable[[str], Any]) -> Place:
        def modified(names: Sequence[str]) -> Moment | None:
            return self.modified(table, record, [one for one in names if table.find(one)])

        return Place(self.now, record.id, Moment(record.created), modified, field)

    def modified(self, table: Table, record: Record, names: Sequence[str]) -> Moment | None:
        """When one of the fields was changed last; None where none was."""
        columns = [table.find(one) for one in names]
        time, _ = self._last(record, [one.id for one in columns if one])
        return Moment(time) if time else None

    def _last(self, record: Record, fields: Sequence[str]) -> tuple[datetime | None, str]:
        times = [
            touched for field, touched in record.touched.items() if not fields or field in fields
        ]
        return max(times, key=lambda one: one[0], default=(None, ""))

    # from linked records -------------------------------------------------------------------------

    def _linked(self, table: Table, record: Record, column: Field) -> list[tuple[Any, Any, Any]]:
        """Each linked record, with its table and the field that is looked up there."""
        link = table.find(column.options.get("recordLinkFieldId", ""))
        if link is None:
            return []
        other = self.base.table(link.options["linkedTableId"])
        wanted = other.find(column.options.get("fieldIdInLinkedTable", ""))
        links = record.cells.get(link.id) or []
        return [(other, other.records[one], wanted) for one in links if one in other.records]

    def _looked_up(self, table: Table, record: Record, column: Field) -> list[Any]:
        found: list[Any] = []
        for other, linked, wanted in self._linked(table, record, column):
            value = self.value(other, linked, wanted) if wanted else Broken()
            found += value if isinstance(value, list) else [] if value is None else [value]
        return found

    def _rolled_up(self, table: Table, record: Record, column: Field) -> Any:
        values = self._looked_up(table, record, column)
        try:
            tree = checked(column.options.get("formula", f"{VALUES}"), lambda name: name == VALUES)
        except BadFormula:
            return Broken()
        return value_of(tree, self._place(table, record, lambda name: values))

    # as JSON -------------------------------------------------------------------------------------

    def json(self, table: Table, record: Record, column: Field) -> Any:
        """The cell as the API has it; None where it is left out."""
        if column.type in COMPUTED:
            return self._computed_json(table, record, column)
        held = record.cells.get(column.id)
        if held is None:
            return None
        if column.type == "singleSelect":
            return choice_name(column, held)
        if column.type == "multipleSelects":
            return [choice_name(column, one) for one in held]
        if column.type == "singleCollaborator":
            return self._user(held).json()
        if column.type == "multipleCollaborators":
            return [self._user(one).json() for one in held]
        if column.type == "multipleAttachments":
            return [self._attachment(one) for one in held]
        return held

    def _attachment(self, held: dict[str, Any]) -> dict[str, Any]:
        found = dict(held)
        if found["url"].startswith("/"):
            found["url"] = self.address + found["url"]
        return found

    def _computed_json(self, table: Table, record: Record, column: Field) -> Any:
        kind = column.type
        if kind == "multipleLookupValues":
            return self._looked_up_json(table, record, column)
        if kind == "createdTime":
            return stamp(record.created)
        if kind == "createdBy":
            return self._user(record.created_by).json()
        if kind == "lastModifiedBy":
            user = self._last(record, watched(column))[1]
            return self._user(user).json() if user else None
        if kind == "button":
            return {"label": column.options.get("label", "Open"), "url": self._link(column)}
        return as_json(self.value(table, record, column))

    def _link(self, column: Field) -> str | None:
        url = column.options.get("url")
        return str(url) if url else None

    def _looked_up_json(self, table: Table, record: Record, column: Field) -> list[Any] | None:
        found: list[Any] = []
        for other, linked, wanted in self._linked(table, record, column):
            if wanted is None:
                return None
            value = self.json(other, linked, wanted)
            if wanted.type == "multipleAttachments" or isinstance(value, list):
                found += value or []
            elif value is not None:
                found.append(value)
        return found or None

    # as text -------------------------------------------------------------------------------------

    def text(
        self,
        table: Table,
        record: Record,
        column: Field,
        *,
        zone: str = "utc",
        locale: str = "en",
    ) -> str:
        """The cell as somebody sees it."""
        try:
            value = self.value(table, record, column)
            if isinstance(value, list):
                return ", ".join(shown(column, one, zone, locale) for one in flat(value))
            return shown(column, value, zone, locale)
        except Failed as error:
            return str(error)


def choice_name(column: Field, choice_id: str) -> str:
    """The name of a select field's choice."""
    return next((one["name"] for one in column.options["choices"] if one["id"] == choice_id), "")


def watched(column: Field) -> list[str]:
    """The fields whose changes count for this one; none means all."""
    return list(column.options.get("referencedFieldIds") or [])
