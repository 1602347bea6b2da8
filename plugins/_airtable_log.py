"""A table beside others in a base that keeps what happened to their rows, in full.

Its lines are added ten at a time, by an upsert on whose row, what happened and in which run: so one
whose answer was lost is not there twice. It is no memory of Sheetflow's: whoever empties it loses
nothing but the lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sheetflow import LogLine, ServiceError, Status, TableBusy, TableError

from ._airtable_client import TENS, in_words
from ._airtable_fields import Field, written
from ._airtable_reading import Base, Schema

HEADERS = ("What happened", "When", "Who", "Recipe", "Run")
"""The fields; the first one is the primary one where the table is made."""

KEY = ("What happened", "Who", "Run")
"""The fields by which a line is known."""

TEXTS = ("singleLineText", "multilineText")
TIMES = (*TEXTS, "date")
"""The types of fields that hold a line's text, and its time, which has no zone."""

_CURE = (
    f"Make it there with the fields {', '.join(HEADERS)}, all single line text, or "
    "let Sheetflow make it: sheetflow doctor --make. Or leave log: out."
)


@dataclass
class AirtableLog:
    """The log of the table `of`: the table `name` of its base, or none. Lines wait for a write."""

    base: Base
    of: str
    name: str = ""
    room: int = 0
    waiting: Sequence[LogLine] = field(default_factory=tuple)

    def found(self) -> Schema | None:
        """The table, if the settings name one: none more is asked, as the base was asked just now.

        Raises TableError, with what to make, unless it is there with its fields.
        """
        if not self.name:
            return None
        table = self.base.glance(self.name)
        self._must_be_another(table)
        if table is None:
            raise TableError(
                f'There is no table "{self.name}" in the base, which is to be the log.', hint=_CURE
            )
        wrong = [name for name in HEADERS if not _fits(table.field(name), name)]
        if wrong:
            raise TableError(
                f'The log "{self.name}" lacks the fields {", ".join(wrong)}, or they are no text.',
                hint="Add them there as single line text, or let Sheetflow add them: "
                "sheetflow doctor --make.",
            )
        return table

    def _must_be_another(self, table: Schema | None) -> None:
        """Raise TableError for the table whose log this is: its lines would stand among people."""
        ours = self.base.glance(self.of)
        if table is not None and ours is not None and table.id == ours.id:
            raise TableError(
                f'The log of "{table.name}" cannot be that table itself.',
                hint="Name another table of the base as log:, such as Sheetflow log.",
            )

    def calls(self) -> int:
        """How many requests the lines take that will come."""
        return -(-self.room // TENS) if self.name else 0

    def make(self) -> str:
        """Make the table, or its fields, where they are not there; say what was made, or "".

        Raises TableBusy for a token that may not.
        """
        if not self.name:
            return ""
        client, base = self.base.client, self.base.id
        table = self.base.schema(self.name) if self.base.has(self.name) else None
        self._must_be_another(table)
        missing = [name for name in HEADERS if table is None or table.field(name) is None]
        try:
            with in_words():
                if table is None:
                    lines = [{"name": name, "type": TEXTS[0]} for name in HEADERS]
                    client.new_table(base, self.name, lines)
                else:
                    for name in missing:
                        client.new_field(base, table.id, name)
        except TableBusy as error:
            may = "For that, the token needs schema.bases:write, and its owner the role Creator."
            raise TableBusy(error.message, hint=f"{_CURE} {may}") from error
        finally:
            self.base.forget()
        if table is None:
            return f'the table "{self.name}"'
        return f'the fields {", ".join(missing)} of "{self.name}"' if missing else ""

    def put(self, table: Schema | None) -> None:
        """Put the lines there. A log that cannot be written keeps nobody from anything."""
        lines, self.waiting = self.waiting, ()
        if table is None:
            return
        fields = {name: found for name in HEADERS if (found := table.field(name))}
        key = [fields[name].id for name in KEY if name in fields]
        records = [_record(line, fields) for line in _told_apart(lines)]
        with suppress(ServiceError):
            for start in range(0, len(records), TENS):
                some = records[start : start + TENS]
                self.base.client.upsert_all(table.base, table.id, some, key)


def _fits(found: Field | None, name: str) -> bool:
    return found is not None and found.type in (TIMES if name == "When" else TEXTS)


def _told_apart(lines: Sequence[LogLine]) -> Iterator[LogLine]:
    """The lines, the second of two people who look alike in it with a number."""
    seen: Counter[tuple[str, str]] = Counter()
    for line in lines:
        who = line.who or "—"
        seen[line.what, who] += 1
        times = seen[line.what, who]
        yield replace(line, who=f"{who} ({times})" if times > 1 else who)


def _record(line: LogLine, fields: dict[str, Field]) -> dict[str, object]:
    cells = {
        "What happened": line.what,
        "When": line.at,
        "Who": line.who,
        "Recipe": line.recipe,
        "Run": line.run,
    }
    found = {fields[name].id: written(cells[name], fields[name]) for name in fields}
    return {id_: value for id_, value in found.items() if not isinstance(value, Status)}
