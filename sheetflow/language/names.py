"""Which names a template uses, and whether they are known where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sheetflow.language.conditions import AnyOf, ExpressionCondition
from sheetflow.language.messages import MessageTemplate
from sheetflow.language.position import Position
from sheetflow.language.problems import suggest
from sheetflow.language.reading import Reading
from sheetflow.language.template_kinds import ALWAYS_KNOWN
from sheetflow.language.templating import Expression, Template, Use, slug
from sheetflow.language.vocabulary import Gift


def check_names(value: Any, at: Reading) -> None:
    """Note each name in a value's templates that nobody gives, and each unknown column."""
    for use in uses_in(value):
        _check(use, at)


def uses_in(value: Any) -> Iterator[Use]:
    """Every use of a name in what an option may hold."""
    match value:
        case Template() | Expression() | MessageTemplate():
            yield from value.uses
        case ExpressionCondition(expression):
            yield from expression.uses
        case AnyOf(alternatives):
            yield from uses_in(alternatives)
        case Mapping():
            yield from uses_in(tuple(value.values()))
        case tuple():
            for part in value:
                yield from uses_in(part)


def _check(use: Use, at: Reading) -> None:
    fields = _fields_of(use.root, at)
    position = Position(use.file, use.line, use.column)
    if fields is None:
        if not at.unsure:
            cure = suggest(use.root, [*at.names, *ALWAYS_KNOWN], "Known here:")
            _note(at, position, f'there is nothing called "{use.root}" here.', cure)
    elif fields and use.attribute is not None and not _is_one_of(use.attribute, fields):
        what = f'"{use.root}" has no "{use.attribute}".'
        _note(at, position, what, suggest(use.attribute, fields, "It has"))


def _is_one_of(attribute: str, fields: tuple[str, ...]) -> bool:
    return attribute in fields or slug(attribute) in map(slug, fields)


def _note(at: Reading, position: Position, what: str, cure: str) -> None:
    at.problems.add(position, at.where or "template", what, cure)


def _fields_of(name: str, at: Reading) -> tuple[str, ...] | None:
    """What may follow a name's dot: () if anything may, None if there is no such name."""
    if name in at.names:
        return _fields_of_gift(at.names[name], at)
    return ALWAYS_KNOWN.get(name)


def _fields_of_gift(gift: Gift, at: Reading) -> tuple[str, ...]:
    table = at.vocabulary.tables.get(gift.table)
    return gift.fields or (table.columns if table and table.columns else ())
