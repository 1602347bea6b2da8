"""What an author wrote, said in plain words: values, conditions, repetition.

Two different values are never said the same way, so that nothing can hide behind a nice sentence.
Lines that begin with two spaces and a dash belong to the line before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow.language.conditions import AnyOf, Condition, ExpressionCondition, Where
from sheetflow.language.durations import duration_in_words
from sheetflow.language.messages import MessageTemplate
from sheetflow.language.messages.links import Link
from sheetflow.language.schedules import Again
from sheetflow.language.templating import Rendering
from sheetflow.language.vocabulary import (
    Cells,
    Column,
    Conditions,
    Connection,
    OtherColumn,
    People,
    Pick,
    TableName,
)

ITEM = "  - "
"""How a line begins that belongs to the one before it."""


def in_words(value: Any) -> str | list[str]:
    """A value of an option: words for a sentence, or lines that belong under one."""
    match value:
        case MessageTemplate():
            return _message(value)
        case Cells() | Mapping():
            return [f"{ITEM}{quoted(name)} becomes {_inline(held)}" for name, held in value.items()]
        case Conditions():
            return conditions_in_words(value)
        case _:
            return _inline(value)


def conditions_in_words(where: Where) -> list[str]:
    """A line for each condition; alternatives stand further in, under a line of their own."""
    return [line for condition in where for line in _condition(condition)]


def again_in_words(again: Again) -> str:
    """When a step may happen once more, as a sentence."""
    if again.columns:
        columns = " or ".join(map(quoted, again.columns))
        return f"It happens again each time {columns} holds something new."
    assert again.every is not None
    often = f"at most {again.times} times in all" if again.times else "without end"
    return f"It happens again every {duration_in_words(again.every)}, {often}."


def quoted(text: str) -> str:
    """A text in quotes, with nothing hidden in it.

    >>> print(quoted("Email OK?"), quoted('row["Email"]'))
    "Email OK?" “row["Email"]”
    """
    if '"' not in text:
        return f'"{spelled(text)}"'
    return "“" + spelled(text).replace("“", "\\“").replace("”", "\\”") + "”"


def spelled(text: str) -> str:
    """A text with signs for all that cannot be seen: line breaks, hidden marks, doubled spaces.

    >>> spelled("two  spaces" + chr(10))
    'two \\\\sspaces\\\\n'
    """
    shown = "".join(map(_sign, text))
    while "  " in shown:
        shown = shown.replace("  ", " \\s")
    if shown.startswith(" "):
        shown = f"\\s{shown[1:]}"
    return f"{shown[:-1]}\\s" if shown.endswith(" ") else shown


def _sign(character: str) -> str:
    if character in "\\\n\t":
        return {"\\": "\\\\", "\n": "\\n", "\t": "\\t"}[character]
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"


def _condition(condition: Condition | AnyOf | ExpressionCondition) -> list[str]:
    match condition:
        case Condition(column, phrase):
            return [f"{ITEM}{quoted(column)} {spelled(str(phrase))}"]
        case ExpressionCondition(expression):
            return [f"{ITEM}this is true: {quoted(expression.text)}"]
        case AnyOf(alternatives):
            inner = [line for where in alternatives for line in _alternative(where)]
            return [f"{ITEM}at least one of these holds:", *(f"  {line}" for line in inner)]


def _alternative(where: Where) -> list[str]:
    lines = conditions_in_words(where)
    if len(where) == 1:
        return lines
    return [f"{ITEM}all of this:", *(f"  {line}" for line in lines)]


def _message(message: MessageTemplate) -> list[str]:
    if message.unread:
        return [f"{ITEM}the document at {spelled(message.name)}, as it stands there then"]
    subjects = [
        f"{ITEM}{quoted(message.name)} in {variant.language}: {quoted(variant.subject.text)}"
        for variant in message.variants
    ]
    return [*subjects, *map(_link, message.links)]


def _link(link: Link) -> str:
    within = duration_in_words(link.within)
    what = f"writes {quoted(link.value)} into {quoted(link.column)} of the row"
    return f"{ITEM}whoever has it can answer {quoted(link.label)} within {within}, which {what}"


def _inline(value: Any) -> str:
    match value:
        case Rendering():
            return quoted(value.text)
        case Column() | OtherColumn() | TableName() | Connection():
            return quoted(value)
        case People():
            return listed(value)
        case Pick(name, table):
            return f"somebody from {quoted(table)}, called {name}"
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return duration_in_words(value)
        case time():
            return f"{value:%H:%M}"
        case ZoneInfo():
            return value.key
        case int() | Decimal():
            return str(value)
        case str():
            return spelled(value)
        case Sequence():
            return listed(
                quoted(part) if isinstance(part, str) else _inline(part) for part in value
            )
        case _:
            return spelled(str(value))


def listed(parts: Iterable[str]) -> str:
    """Words as a sentence lists them: "a, b and c"."""
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last
