"""The words an author may use: which actions there are, and which options each has.

The language is *handed* a vocabulary by whoever knows the plugins. An option's type is one of the
value types below; `KINDS` says, for each, how it is written, checked and described.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sheetflow.language.conditions import AnyOf, Condition, ExpressionCondition
    from sheetflow.language.messages.drafts import Draft
    from sheetflow.language.templating import Template


class Column(str):
    """A column of the table the recipe goes through, by its header."""

    __slots__ = ()


class OtherColumn(str):
    """A column of the table that the step itself names, by its header."""

    __slots__ = ()


class People(tuple[str, ...]):
    """Names of people in the recipe (`volunteer`, `coach`): one, or a list."""

    __slots__ = ()


class Cells(dict[str, "Template"]):
    """Columns of a row, each with the template of what goes into it."""

    __slots__ = ()


class Conditions(tuple["Condition | AnyOf | ExpressionCondition", ...]):
    """Conditions as in `where`, for an option such as `cancel_when`."""

    __slots__ = ()


class TableName(str):
    """A table of the workspace."""

    __slots__ = ()


class Connection(str):
    """A connection or sender of the workspace."""

    __slots__ = ()


@dataclass(frozen=True)
class Pick:
    """`coach from Coaches`: a name for whoever is chosen, and the table to choose from."""

    name: str
    table: str


@dataclass(frozen=True)
class Option:
    """One key of a step: what may stand there, what it is for, and what holds when it is absent.

    `field` is its name in the action's `Options` class: `for_` for the option `for`. `says` is how
    a recipe with it is read aloud, with {} for what stands there: "It takes {}."
    """

    name: str
    field: str
    type: Any
    help: str
    required: bool = True
    default: Any = None
    main: bool = False
    says: str = ""


@dataclass(frozen=True)
class Gift:
    """What a step adds to the names that later steps may use: a row of a table, or named values."""

    table: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class ActionWords:
    """An action as an author sees it.

    Of checked options, `gives` tells the names they add, `writes` the columns of the row that they
    write; `also_reads` the columns that it reads and they do not name, None where nobody can tell;
    `check` raises ValueError, with what to do, when one of them is wrong for this action.
    `answerable` says that its messages may hold links by which somebody answers.
    """

    name: str
    help: str
    options: tuple[Option, ...]
    gives: Callable[[Mapping[str, Any]], Mapping[str, Gift]] = lambda _options: {}
    writes: Callable[[Mapping[str, Any]], Collection[str]] = lambda _options: ()
    also_reads: Callable[[Mapping[str, Any]], Collection[str] | None] = lambda _options: None
    check: Callable[[Mapping[str, Any]], object] = lambda _options: None
    answerable: bool = False


@dataclass(frozen=True)
class TableWords:
    """A table as an author sees it.

    `columns` are the headers known when checking, None where they are only known when read.
    `people` maps a name to the table its cell points at (`coach` to `Coaches`, for a column *Coach*
    declared as a row of Coaches). `writes` are the columns that Sheetflow may write, None for all.
    `misfit` says why a text does not fit into a column as it is declared, or "".
    """

    name: str
    columns: tuple[str, ...] | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    writes: tuple[str, ...] | None = None
    misfit: Callable[[str, str], str] = lambda _column, _text: ""


@dataclass(frozen=True)
class Vocabulary:
    """Everything a recipe may name. `language` is what a message is written in, unless it says.

    `documents` reads a message that stands in a document, by its address; None where nobody may be
    asked for it now. It raises ServiceError, or SetupError when there is nobody to ask.
    `public_url` is where links in mails lead, or "".
    """

    actions: Mapping[str, ActionWords]
    tables: Mapping[str, TableWords]
    connections: tuple[str, ...] = ()
    filters: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    language: str = "en"
    documents: Callable[[str], Draft] | None = None
    public_url: str = ""
