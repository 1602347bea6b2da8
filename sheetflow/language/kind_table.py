"""Which kind goes with which Python type: the one list of what options and settings may hold."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow.language.conditions.reading import ConditionsKind
from sheetflow.language.keys import Key, ListKind, NamedKind
from sheetflow.language.kinds import (
    ChoiceKind,
    DurationKind,
    NumberKind,
    SecretSourceKind,
    TextKind,
    TimeOfDayKind,
    WholeNumberKind,
    YesNoKind,
    ZoneKind,
)
from sheetflow.language.messages import MessageTemplate
from sheetflow.language.reading import Kind
from sheetflow.language.recipe_kinds import (
    AgainKind,
    ColumnKind,
    ConnectionKind,
    OtherColumnKind,
    PeopleKind,
    PickKind,
    ScheduleKind,
    TableKind,
)
from sheetflow.language.schedules import Again, Schedule
from sheetflow.language.template_kinds import (
    CellsKind,
    ExpressionKind,
    MessageKind,
    TemplateKind,
)
from sheetflow.language.templating import Expression, Template
from sheetflow.language.vocabulary import (
    Cells,
    Column,
    Conditions,
    Connection,
    Option,
    OtherColumn,
    People,
    Pick,
    TableName,
)
from sheetflow.secrets import Secret

KINDS: Mapping[type[Any], Kind[Any]] = {
    str: TextKind(),
    int: WholeNumberKind(),
    Decimal: NumberKind(),
    bool: YesNoKind(),
    timedelta: DurationKind(),
    time: TimeOfDayKind(),
    ZoneInfo: ZoneKind(),
    Secret: SecretSourceKind(),
    Template: TemplateKind(),
    Expression: ExpressionKind(),
    MessageTemplate: MessageKind(),
    Column: ColumnKind(),
    OtherColumn: OtherColumnKind(),
    People: PeopleKind(),
    Pick: PickKind(),
    Cells: CellsKind(),
    Conditions: ConditionsKind(),
    TableName: TableKind(),
    Connection: ConnectionKind(),
    Schedule: ScheduleKind(),
    Again: AgainKind(),
}
"""The kind of each type that an option can be declared with, beside lists, choices and None."""


def kind_of(type_: Any) -> Kind[Any]:
    """The kind of a type: one of KINDS, `Literal`, `X | None`, `tuple[X, ...]`, `dict[str, X]`.

    Raises TypeError for any other, which is a mistake of the plugin.
    """
    origin, parts = typing.get_origin(type_), typing.get_args(type_)
    if type_ in KINDS:
        return KINDS[type_]
    if origin is typing.Literal:
        return ChoiceKind(tuple(map(str, parts)))
    if origin in (types.UnionType, typing.Union):
        (inner,) = [part for part in parts if part is not type(None)]
        return kind_of(inner)
    if origin is tuple and len(parts) == 2 and parts[1] is Ellipsis:
        return ListKind(kind_of(parts[0]))
    if origin in (dict, Mapping) and parts and parts[0] is str:
        return NamedKind(kind_of(parts[1]), "entry")
    raise TypeError(f"no option can be declared as {type_}")


def key_of(option: Option) -> Key:
    """The key that an option of an action, or of a connector's settings, is written with."""
    return Key(option.name, kind_of(option.type), option.help, option.required, option.default)
