"""Which columns of a table somebody needs, so that a service is asked for no others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property

from sheetflow.tables.naming import header, slug, usual_names
from sheetflow.tables.spec import TableSpec


@dataclass(frozen=True)
class Wanted:
    """The columns that the settings declare, and those that a recipe names.

    Where neither a person nor a key says who a row is, all that stands in it does.

    >>> from sheetflow.tables.spec import PersonColumns
    >>> spec = TableSpec("People", "base", {}, person=PersonColumns(name="Name", email="Email"))
    >>> wanted = Wanted(spec, frozenset({"first_name"}))
    >>> [wanted(text) for text in ("E-mail address", "First name", "Notes")]
    [True, True, False]
    """

    spec: TableSpec
    named: frozenset[str]
    perhaps: frozenset[str] = frozenset()
    """What is read as well if there is such a column."""

    def __call__(self, text: str, lasting: str = "") -> bool:
        """Whether a column with this header, or this lasting name, may be one of them."""
        found = header(text)
        return found in self._headers or slug(text) in self._slugs or header(lasting) in self._own

    def all_in(self, columns: Iterable[str]) -> bool:
        """Whether all that the recipe names is among these columns, as a table calls them."""
        there = {way for name in columns for way in (header(name), slug(name))}
        return all(header(name) in there or slug(name) in there for name in self.named)

    @cached_property
    def _own(self) -> frozenset[str]:
        """All names as they are written, and their aliases, as headers are compared."""
        spec, person = self.spec, self.spec.person
        who = (*person.names, person.email, person.phone)
        more = (person.time_zone, person.language, person.consent)
        aliases = (alias for column in spec.columns.values() for alias in column.aliases)
        places = (field.name for field in fields(spec) if field.name.endswith("_column"))
        ours = (*spec.columns, *spec.owned, *(getattr(spec, name) for name in places))
        names = (*spec.key, *who, *more, *ours, *self.named, *self.perhaps)
        known = {*map(header, names), *map(slug, names)}
        once = (
            lasting
            for name, lasting in spec.lasting.items()
            if header(name) in known or slug(name) in known
        )
        return frozenset(header(name) for name in (*names, *aliases, *once) if name)

    @cached_property
    def _headers(self) -> frozenset[str]:
        return self._own | {usual for name in self._own for usual in usual_names(name)}

    @cached_property
    def _slugs(self) -> frozenset[str]:
        return frozenset(map(slug, self._own))

    @property
    def tells_apart(self) -> bool:
        """Whether it is told who a row is by some of its columns, and not by all of them."""
        spec, person = self.spec, self.spec.person
        return bool(spec.key or person.names or person.email or person.phone)
