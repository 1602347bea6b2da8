"""Options, declared once: as the fields of an action's `Options`, or a function's parameters.

    @dataclass(frozen=True, kw_only=True)
    class Options:
        to: People = main("Who it is written to.")
        template: Message = option("The message: a file in templates/.")
        for_: timedelta = option("How long.", default=timedelta(minutes=30))

A trailing underscore is dropped, so that `for_` is written `for`.
"""

from __future__ import annotations

import dataclasses
import inspect
import typing
from collections.abc import Callable
from typing import Any

from sheetflow.language.vocabulary import Option

_MISSING: Any = dataclasses.MISSING


def main(help: str, *, says: str = "") -> Any:
    """The value of a step's first key: `email: volunteer`. For `says`, see Option."""
    return dataclasses.field(metadata={"help": help, "main": True, "says": says})


def option(help: str, *, default: Any = _MISSING, says: str = "") -> Any:
    """A further key of a step; required when it has no default. For `says`, see Option."""
    return dataclasses.field(default=default, metadata={"help": help, "says": says})


def options_of(declared: type[Any]) -> tuple[Option, ...]:
    """The options that a dataclass declares, the main one first."""
    types = typing.get_type_hints(declared)
    found = [
        Option(
            name=field.name.rstrip("_"),
            field=field.name,
            type=types[field.name],
            help=field.metadata.get("help", ""),
            required=field.default is _MISSING,
            default=None if field.default is _MISSING else field.default,
            main=field.metadata.get("main", False),
            says=field.metadata.get("says", ""),
        )
        for field in dataclasses.fields(declared)
    ]
    return tuple(sorted(found, key=lambda option: not option.main))


def options_of_function(function: Callable[..., Any]) -> tuple[Option, ...]:
    """The options that a connector's action declares by its keyword-only parameters.

    The first of them is the main one. Each is explained in the docstring by a line `name: text`.
    """
    types = typing.get_type_hints(function)
    explained = _lines_by_name(inspect.getdoc(function) or "")
    keywords = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    return tuple(
        Option(
            name=parameter.name.rstrip("_"),
            field=parameter.name,
            type=types[parameter.name],
            help=explained.get(parameter.name.rstrip("_"), ""),
            required=parameter.default is inspect.Parameter.empty,
            default=None if parameter.default is inspect.Parameter.empty else parameter.default,
            main=number == 0,
        )
        for number, parameter in enumerate(keywords)
    )


def _lines_by_name(text: str) -> dict[str, str]:
    pairs = (line.strip().partition(": ") for line in text.splitlines()[1:])
    return {name: help for name, colon, help in pairs if colon and name.isidentifier()}
