"""Which columns of which tables a recipe uses, as far as the recipe itself can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sheetflow.language.answers import columns_answered
from sheetflow.language.conditions import AnyOf, Condition
from sheetflow.language.messages import MessageTemplate
from sheetflow.language.names import uses_in
from sheetflow.language.recipe import NeededColumns, Step
from sheetflow.language.schedules import Again
from sheetflow.language.templating import Use, slug
from sheetflow.language.vocabulary import (
    Cells,
    Column,
    Conditions,
    Gift,
    OtherColumn,
    Pick,
    TableName,
    Vocabulary,
)


@dataclass
class Needs:
    """Gathers what each part of a recipe uses. `table` is the one that the recipe goes through."""

    table: str
    vocabulary: Vocabulary
    names: dict[str, set[str]] = field(default_factory=dict)
    _named: dict[str, set[str]] = field(default_factory=dict)
    _perhaps: dict[str, set[str]] = field(default_factory=dict)
    _whole: set[str] = field(default_factory=set)
    _cannot_tell: bool = False

    def know(self, names: Mapping[str, Gift]) -> None:
        """Say which tables' rows these names stand for."""
        for name, gift in names.items():
            if gift.table:
                self.names.setdefault(name, set()).add(gift.table)

    def use(self, value: Any, other: str = "") -> None:
        """Add what a condition, a template or another value uses, in a step about that table."""
        for table, column in columns_in(value, self.table, other):
            self._add(table, [column])
        for use in uses_in(value):
            for table in self.names.get(use.root, ()):
                self._used(use, table)

    def use_step(self, step: Step) -> None:
        """Add what a step uses: of the row's table, and of the one that it names itself."""
        words = self.vocabulary.actions[step.action]
        self.use((step.condition, step.again))
        other, writes = other_table(step), words.writes(step.options)
        for option in words.options:
            value = step.options[option.field]
            if value == option.default:  # nobody wrote it: there need be no such column
                for table, column in columns_in(value, self.table, other):
                    self._use_perhaps([column], (table, other))
                continue
            self.use(value, other)
            self._use_perhaps(columns_answered(value), (self.table,))
            if not isinstance(value, Conditions):  # a column that is compared is in both tables
                own = {column for table, column in columns_in(value, self.table) if table}
                self._add(other, own.difference(writes))
        self._add(self.table, writes)
        more = words.also_reads(step.options)
        unread = any(map(_is_unread, step.options.values()))
        self._cannot_tell = self._cannot_tell or more is None or unread
        self._use_perhaps(more or (), (self.table, other))

    def found(self) -> Mapping[str, NeededColumns] | None:
        """What is needed of each table; of one that is not in it, what the settings declare.

        None where nobody can tell: an action reads what it likes, or a message was not read.
        """
        if self._cannot_tell:
            return None
        return {
            table: NeededColumns(
                frozenset(self._named.get(table, ())),
                frozenset(self._perhaps.get(table, ())),
                table in self._whole,
            )
            for table in {*self._named, *self._perhaps, *self._whole}
        }

    def _use_perhaps(self, columns: Iterable[str], tables: Iterable[str]) -> None:
        found = [column for column in columns if column]
        for table in filter(None, tables):
            self._perhaps.setdefault(table, set()).update(found)

    def _used(self, use: Use, table: str) -> None:
        if use.attribute is None:
            self._whole.add(table)
            return
        self._add(table, [use.attribute])
        words = self.vocabulary.tables.get(table)
        pointed_at = words.people.get(slug(use.attribute)) if words else None
        if pointed_at:  # volunteer.coach.name: what follows is not told
            self._whole.add(pointed_at)

    def _add(self, table: str, columns: Iterable[str]) -> None:
        found = [column for column in columns if column]
        if table and found:
            self._named.setdefault(table, set()).update(found)


def columns_in(value: Any, own: str, other: str = "") -> Iterator[tuple[str, str]]:
    """Each column that a value names as such, and not in a template, with its table.

    `own` is the recipe's table, `other` the one that the value's step names itself, if it does.
    """
    match value:
        case Column():
            yield own, str(value)
        case OtherColumn():
            yield other, str(value)
        case Cells():
            yield from ((other or own, column) for column in value)
        case Condition(column=column):
            yield own, column
        case Again(columns=columns):
            yield from ((own, column) for column in columns)
        case AnyOf(alternatives=alternatives):
            yield from columns_in(alternatives, own, other)
        case tuple():
            for part in value:
                yield from columns_in(part, own, other)


def other_table(step: Step) -> str:
    """The table that a step itself names, to write into or to choose from; "" for most."""
    for value in step.options.values():
        if isinstance(value, TableName | Pick):
            return value.table if isinstance(value, Pick) else str(value)
    return ""


def _is_unread(value: Any) -> bool:
    return isinstance(value, MessageTemplate) and value.unread
