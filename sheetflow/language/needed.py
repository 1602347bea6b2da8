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

    def use(self, value: Any) -> None:
        """Add what a condition, a template or another value of the recipe uses."""
        self._add(self.table, columns_in(value))
        for use in uses_in(value):
            for table in self.names.get(use.root, ()):
                self._used(use, table)

    def use_step(self, step: Step) -> None:
        """Add what a step uses: of the row's table, and of the one that it names itself."""
        words = self.vocabulary.actions[step.action]
        self.use((step.condition, step.again))
        others = {self.table, *_tables_in(step.options.values())}
        for option in words.options:
            value = step.options[option.field]
            if value == option.default:  # nobody wrote it: there need be no such column
                self._use_perhaps(columns_in(value), others)
                continue
            self.use(value)
            self._use_perhaps(columns_answered(value), (self.table,))
            for table in others:
                self._add(table, columns_in(value))
        self._add(self.table, words.writes(step.options))
        more = words.also_reads(step.options)
        unread = any(map(_is_unread, step.options.values()))
        self._cannot_tell = self._cannot_tell or more is None or unread
        self._use_perhaps(more or (), others)

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
        for table in tables:
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
        self._named.setdefault(table, set()).update(column for column in columns if column)


def columns_in(value: Any) -> Iterator[str]:
    """The columns that a value names as such, and not in a template."""
    match value:
        case Column() | OtherColumn():
            yield str(value)
        case Cells():
            yield from value
        case Condition(column=column) | Again(column=column):
            yield column
        case AnyOf(alternatives=alternatives):
            yield from columns_in(alternatives)
        case tuple():
            for part in value:
                yield from columns_in(part)


def _tables_in(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, TableName):
            yield str(value)
        elif isinstance(value, Pick):
            yield value.table


def _is_unread(value: Any) -> bool:
    return isinstance(value, MessageTemplate) and value.unread
