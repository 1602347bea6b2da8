"""An action's options as sentences, made from how they were declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sheetflow.language.saying import in_words, spelled
from sheetflow.language.vocabulary import Option


def described(
    name: str, about: str, options: Iterable[Option], values: Mapping[str, Any]
) -> list[str]:
    """What a step does, line by line: each option that says something, the main one first.

    An option declared with `says` is told in those words, any other with its help; where the main
    one has no words of its own, the action's `about` comes first.
    """
    lines: list[str] = []
    for option in options:
        value = values[option.field]
        if option.main and not option.says:
            lines.append(_first_sentence(about))
        if not _says_nothing(option, value):
            lines += _lines(name, option, value)
    return lines or [_first_sentence(about)]


def _says_nothing(option: Option, value: Any) -> bool:
    return value == option.default and not isinstance(value, bool | int) and not value


def _lines(action: str, option: Option, value: Any) -> Iterator[str]:
    words = in_words(value)
    if isinstance(words, str):
        said = option.says or f"{_lead(action, option)}: {{}}."
        yield said.replace("{}", words) if "{}" in said else f"{said} {words}."
        return
    yield f"{option.says or _lead(action, option)}:"
    yield from words


def _lead(action: str, option: Option) -> str:
    """The option by its help and its name: "How often (times)"."""
    name = action if option.main else option.name
    about = _first_sentence(option.help).rstrip(".")
    return f"{about} ({name})" if about else name


def _first_sentence(text: str) -> str:
    line = " ".join(text.split())
    return spelled(line.partition(". ")[0].rstrip(".") + ".") if line else ""
