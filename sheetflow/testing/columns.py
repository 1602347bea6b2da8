"""Which columns a table of a test has: those that its settings and the recipe speak of.

A test needs no sheet. Where it gives a column that neither mentions, the sheet is looked at if it
is on this machine; a column that nobody knows is a slip of the keyboard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from typing import Any

from sheetflow.errors import ColumnMissing
from sheetflow.language.names import uses_in
from sheetflow.language.needed import columns_in, other_table
from sheetflow.language.recipe import Recipe, Step
from sheetflow.language.templating import Use, slug
from sheetflow.language.vocabulary import Gift, Vocabulary
from sheetflow.tables.headers import find_layout
from sheetflow.tables.source import Sheet, SheetRow
from sheetflow.tables.spec import TableSpec


@dataclass
class KnownColumns:
    """The columns of every table, as far as settings and recipe mention them.

    `used` are the recipe's, by table, and `maybe` those that it may find there. `sheet` asks the
    table itself, where it is at hand.
    """

    tables: Mapping[str, TableSpec]
    used: Mapping[str, Sequence[str]]
    maybe: Mapping[str, Sequence[str]]
    sheet: Callable[[str], Sequence[str] | None]
    _asked: dict[tuple[str, str], bool] = field(default_factory=dict)

    def has(self, table: str, column: str) -> bool:
        """Whether the table has it, by any name under which the sheet would find it."""
        if table not in self.tables:
            return True
        if (table, column) not in self._asked:
            self._asked[table, column] = self._has(table, column)
        return self._asked[table, column]

    def of(self, table: str) -> tuple[str, ...]:
        """Those that settings and recipe mention, under their own names."""
        spec = self.tables[table]
        who = (getattr(spec.person, each.name) for each in fields(spec.person))
        named = (*spec.key, *who, *spec.columns, *spec.owned)
        known = dict.fromkeys(filter(None, named))
        slugs = set(map(slug, known))
        more = (column for column in self.used.get(table, ()) if slug(column) not in slugs)
        return tuple(dict.fromkeys((*known, *more)))

    def headers(self, table: str, given: Iterable[str]) -> tuple[str, ...]:
        """The headers of a sheet with these columns, and every other one that is known."""
        spec = self.tables[table]
        headers = list(dict.fromkeys(given))
        senses = _senses(headers, spec)
        ours = own_columns(spec)
        for column in self.of(table):
            meanings = _senses([column], spec)
            if column not in ours and not meanings & senses:
                headers.append(column)
                senses |= meanings
        return tuple(headers)

    def header(self, table: str, column: str, headers: Sequence[str]) -> str:
        """Which of these headers means the column; the column itself if none does."""
        senses = _senses([column], self.tables[table])
        if column in headers:
            return column
        same = (header for header in headers if senses & _senses([header], self.tables[table]))
        return next(same, column)

    def _has(self, table: str, column: str) -> bool:
        spec = self.tables[table]
        senses = _senses([column], spec)
        mentioned = (*self.of(table), *self.maybe.get(table, ()))
        if senses & _senses(mentioned, spec):
            return True
        return bool(senses & _senses(self.sheet(table) or (), spec))


def own_columns(spec: TableSpec) -> frozenset[str]:
    """The columns in which Sheetflow says what happened, which a test need not repeat."""
    return frozenset({*spec.owned, spec.id_column} - {*spec.writes})


def _senses(headers: Iterable[str], spec: TableSpec) -> set[str]:
    """What these headers may be called, so that two sets overlap where one column is meant."""
    return {sense for header in headers for sense in (slug(header), slug(meant_by(header, spec)))}


def meant_by(header: str, spec: TableSpec) -> str:
    """The name under which settings and recipes know a header: `E-mail address` is *Email*."""
    return _meant_by(header, _This(spec))


@dataclass(frozen=True, eq=False)
class _This:
    """One table's settings, which are themselves only: what they hold cannot be hashed."""

    spec: TableSpec

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and self.spec is other.spec

    def __hash__(self) -> int:
        return id(self.spec)


@lru_cache(maxsize=2_000)
def _meant_by(header: str, table: _This) -> str:
    """Every run of every test asks for the same few headers."""
    sheet = Sheet((SheetRow((header,), 1),), "")
    try:
        return next(iter(find_layout(sheet, table.spec).at), header)
    except ColumnMissing:
        return header


def meanings(rows: Iterable[Mapping[str, object]], spec: TableSpec) -> Mapping[str, str]:
    """The same for every header of some rows, each looked up once."""
    headers = {header for row in rows for header in row}
    return {header: meant_by(header, spec) for header in headers}


class UsedColumns:
    """Every column that a recipe names, by table."""

    def __init__(self, recipe: Recipe, vocabulary: Vocabulary) -> None:
        self._recipe = recipe
        self._words = vocabulary
        self._found: dict[str, dict[str, None]] = {}
        self._maybe: dict[str, dict[str, None]] = {}

    @cached_property
    def by_table(self) -> Mapping[str, Sequence[str]]:
        """The columns of each table, in the order in which the recipe names them."""
        names = self._first_names()
        self._look_at(self._recipe.where, names)
        for step in self._recipe.steps:
            gives = self._words.actions[step.action].gives(step.options)
            self._look_at(tuple(step.options.values()), {**names, **gives}, step)
            self._look_at((step.condition, step.again), names)
            for column in self._words.actions[step.action].writes(step.options):
                self._add(self._recipe.table, column)
            names = {**names, **gives}
        self._look_at(self._recipe.status, names)
        return {table: tuple(columns) for table, columns in self._found.items()}

    @cached_property
    def maybe(self) -> Mapping[str, Sequence[str]]:
        """Columns of the recipe's own table that a step may look for in another one too."""
        return {table: tuple(columns) for table, columns in self._maybe.items()}

    def _first_names(self) -> Mapping[str, Gift]:
        table = self._recipe.table
        people = self._words.tables[table].people
        gifts = {who: Gift(table=of) for who, of in people.items()}
        return {**gifts, self._recipe.row: Gift(table=table)}

    def _look_at(self, value: Any, names: Mapping[str, Gift], step: Step | None = None) -> None:
        other = other_table(step) if step else ""
        for table, column in columns_in(value, self._recipe.table, other):
            self._add(table, column)
            if other and table != other:
                self._maybe.setdefault(other, {})[column] = None
        for use in uses_in(value):
            self._add_use(use, names)

    def _add_use(self, use: Use, names: Mapping[str, Gift]) -> None:
        gift = names.get(use.root)
        if gift is None or not gift.table or use.attribute is None:
            return
        known = self._found.get(gift.table, {})
        if use.attribute not in known and use.attribute not in map(slug, known):
            self._add(gift.table, use.attribute.replace("_", " "))

    def _add(self, table: str, column: str) -> None:
        if table and column:
            self._found.setdefault(table, {})[column] = None
