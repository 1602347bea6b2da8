"""What a workspace declares about a table: where it is, who a row is, what its cells hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

CellKind = Literal[
    "text", "email", "phone", "date", "date and time", "yes/no", "choice", "number", "row"
]
"""How a cell is read. "row" holds the name of a row of another table, such as a coach."""


@dataclass(frozen=True)
class ColumnSpec:
    """One declared column. `name` is how recipes call it; `aliases` are other headers it may have.

    `choices` go with kind "choice", `table` with kind "row", `many` with kind "email". `serials`
    says that a bare number in a date column counts days as Excel does; otherwise it is asked about.
    """

    name: str
    kind: CellKind = "text"
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    table: str = ""
    many: bool = False
    serials: bool = False


@dataclass(frozen=True)
class PersonColumns:
    """Which columns say who a row is; "" where the table has none.

    `name` is the whole name, or the first where the last one has a column of its own.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    time_zone: str = ""
    language: str = ""
    consent: str = ""
    last_name: str = ""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns that make up the name."""
        return tuple(column for column in (self.name, self.last_name) if column)


@dataclass(frozen=True)
class TableSpec:
    """A table of the workspace.

    `key` are the columns of a natural key; empty means a minted id in `id_column`. `writes` are the
    columns that Sheetflow may write, beyond its own. `same_person` says what a second row
    with the same person means: a double sign-up ("skip") or another occasion ("allow").
    `zone` and `region` hold for cells that say neither a time zone nor a country; unless somebody
    `says_zone`, the zone that the system itself names comes before `zone`. `lasting` are
    the system's own names of columns that once had these names: whatever they are called now.
    """

    name: str
    connector: str
    place: Mapping[str, str]
    key: tuple[str, ...] = ()
    person: PersonColumns = PersonColumns()
    columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    writes: tuple[str, ...] = ()
    same_person: Literal["skip", "allow"] = "skip"
    id_column: str = "Sheetflow ID"
    status_column: str = "Sheetflow status"
    when_column: str = "Sheetflow when"
    again_column: str = "Send again?"
    go_ahead_column: str = "Go ahead"
    zone: str = "UTC"
    region: str = ""
    says_zone: bool = True
    lasting: Mapping[str, str] = field(default_factory=dict)

    @property
    def owned(self) -> tuple[str, ...]:
        """Every column that Sheetflow may write."""
        minted = () if self.key else (self.id_column,)
        return (*self.writes, *self.own[:-1], *minted)

    @property
    def own(self) -> tuple[str, ...]:
        """The columns that are Sheetflow's alone, where nobody else's value counts."""
        told = (self.status_column, self.when_column)
        return (*told, self.again_column, self.go_ahead_column, self.id_column)
