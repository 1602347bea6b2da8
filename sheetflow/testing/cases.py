"""A recipe's tests as values: who is given, at which moment, and what is expected to happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sheetflow.language.position import Position
from sheetflow.language.recipe import Recipe

News = Literal["new", "changed", "called off"]
"""What an invitation tells its guests: a meeting, its new version, or that it is off."""


@dataclass(frozen=True)
class Name:
    """How a test calls a row: by its name, its key, its e-mail address, or as `row 3`."""

    text: str
    position: Position


@dataclass(frozen=True)
class GivenRow:
    """One row as people would have typed it, by column; an empty cell is ""."""

    cells: Mapping[str, str]
    position: Position


GivenRows = Mapping[str, tuple[GivenRow, ...]]
"""The rows of each table, in their order."""


@dataclass(frozen=True)
class RowCells:
    """Cells of one row, by column: what they should say, or what somebody types into them."""

    row: Name
    cells: Mapping[str, str]


@dataclass(frozen=True)
class ExpectedMail:
    """One mail to one address; None and () leave open what it says."""

    to: Name
    subject: str | None = None
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExpectedMeeting:
    """One invitation, whoever is told of it; None and () leave something open."""

    guests: tuple[Name, ...]
    title: str | None = None
    starts: datetime | None = None
    lasts: timedelta | None = None
    place: str | None = None
    says: tuple[str, ...] = ()
    news: News = "new"


@dataclass(frozen=True)
class Expected:
    """Everything that one run does. What is not in here must not happen.

    `cells` are those of the recipe's own table, `rows` are rows that are added, by table, and
    `deeds` what other steps do, in the words of the plan. `left_out` are people and a part of the
    reason; nobody has to be in it.
    """

    mails: tuple[ExpectedMail, ...] = ()
    meetings: tuple[ExpectedMeeting, ...] = ()
    cells: tuple[RowCells, ...] = ()
    rows: GivenRows = field(default_factory=dict)
    deeds: tuple[str, ...] = ()
    left_out: Mapping[Name, str] = field(default_factory=dict)


NOTHING = Expected()


@dataclass(frozen=True)
class Answer:
    """What somebody says by a link: the newest they got that is called so, about that row."""

    by: Name
    says: str
    about: Name | None = None


@dataclass(frozen=True)
class Turn:
    """One run: when it is, what people did before it, and what is expected of it.

    `add` are new rows below the others, `change` cells that somebody typed over, by table, and
    `answered` what people said by links. `not_sure` are those whose mail is handed over without a
    word of whether it arrived.
    """

    at: datetime
    expect: Expected
    add: GivenRows = field(default_factory=dict)
    change: Mapping[str, tuple[RowCells, ...]] = field(default_factory=dict)
    answered: tuple[Answer, ...] = ()
    not_sure: tuple[Name, ...] = ()


@dataclass(frozen=True)
class Case:
    """One test: the rows, and the runs one after the other. `line` is where it stands."""

    name: str
    line: int
    given: GivenRows
    turns: tuple[Turn, ...]

    def rows_before(self) -> Iterator[tuple[Turn, GivenRows]]:
        """Each run with the rows that are there before it; what people typed over is left out."""
        rows = dict(self.given)
        for turn in self.turns:
            yield turn, dict(rows)
            for table, more in turn.add.items():
                rows[table] = (*rows.get(table, ()), *more)


@dataclass(frozen=True)
class CaseFile:
    """A file of tests, and the recipe they are about."""

    path: Path
    recipe: Recipe
    cases: tuple[Case, ...]
