"""Kinds of value that any file may have: texts, numbers, times, yes or no, one of a few words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow.clock import zone_named
from sheetflow.errors import SetupError
from sheetflow.language.durations import PATTERN, parse_duration
from sheetflow.language.nodes import Map, Node, Scalar
from sheetflow.language.problems import Mistake, in_words, suggest
from sheetflow.language.reading import Kind, ParsedKind, Reading

AS_TEXT = ["string", "number", "boolean"]
"""An editor may take a text such as 01234 or yes for something else. We do not."""


class TextKind(Kind[str]):
    """Any text. `NO`, `9:00` and `01234` are texts as they stand."""

    words = "a text"
    form: Mapping[str, Any] = {"type": AS_TEXT}

    def __init__(self, example: str = "Welcome call") -> None:
        self.example = example

    def read(self, node: Node, at: Reading) -> str:  # noqa: ARG002 - any text will do
        return self.scalar(node).text


class PatternKind(ParsedKind[str]):
    """A text of a certain shape."""

    def __init__(self, words: str, pattern: str, example: str) -> None:
        self.words = words
        self.pattern = pattern
        self.example = example
        self.form = {"type": AS_TEXT, "pattern": f"^(?:{pattern})$"}

    def parse(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise self.wrong(text)
        return text


class WholeNumberKind(ParsedKind[int]):
    """A whole number, not below `least`."""

    words = "a whole number in digits, such as 40"
    example = "40"

    def __init__(self, least: int = 0) -> None:
        self.least = least
        self.form = {"type": "integer", "minimum": least}

    def parse(self, text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise Mistake(f'"{text[:30]}" is not a whole number.', f"Write {self.words}.")
        if int(text) < self.least:
            raise Mistake(f"{text} is too small.", f"The least is {self.least}.")
        return int(text)


class NumberKind(ParsedKind[Decimal]):
    """A number, with a point before its fraction."""

    words = "a number in digits, such as 2.5"
    example = "2.5"
    form: Mapping[str, Any] = {"type": "number"}

    def parse(self, text: str) -> Decimal:
        if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,9})?", text):
            raise Mistake(f'"{text[:30]}" is not a number.', f"Write {self.words}.")
        return Decimal(text)


class YesNoKind(ParsedKind[bool]):
    """`yes` or `no`."""

    words = "yes or no"
    example = "yes"
    form: Mapping[str, Any] = {"type": "string", "enum": ["yes", "no"]}

    def parse(self, text: str) -> bool:
        if text.casefold() not in ("yes", "no"):
            raise self.wrong(text)
        return text.casefold() == "yes"


class DurationKind(ParsedKind[timedelta]):
    """A length of time."""

    words = "a length of time, such as 30 minutes, 1 hour 30 minutes or 2 days"
    example = "30 minutes"
    form: Mapping[str, Any] = {"type": "string", "pattern": f"^{PATTERN}$"}

    def parse(self, text: str) -> timedelta:
        if (length := parse_duration(text)) is None:
            raise Mistake(f'"{text[:60]}" is not a length of time.', f"Write {self.words}.")
        return length


class ChoiceKind(ParsedKind[str]):
    """One of a few words."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        self.choices = choices
        self.words = in_words(choices, "or")
        self.example = choices[0]
        self.form = {"type": "string", "enum": list(choices)}

    def parse(self, text: str) -> str:
        text = " ".join(text.split())
        for choice in self.choices:
            if choice.casefold() == text.casefold():
                return choice
        cure = suggest(text, self.choices, "It can be", "or")
        raise Mistake(f'"{text[:60]}" is not one of the words for this.', cure)


class TimeOfDayKind(ParsedKind[time]):
    """A time of day; `9:00` is not 540 here."""

    words = "a time of day, such as 09:00 or 18:30"
    example = "09:00"
    form: Mapping[str, Any] = {"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"}

    def parse(self, text: str) -> time:
        match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", text)
        if match is None:
            raise Mistake(f'"{text[:30]}" is not a time of day.', f"Write {self.words}.")
        return time(int(match[1]), int(match[2]))


class ZoneKind(ParsedKind[ZoneInfo]):
    """A time zone by its IANA name."""

    words = "a time zone, such as Europe/Berlin or America/New_York"
    example = "Europe/Berlin"
    form: Mapping[str, Any] = {"type": "string"}

    def parse(self, text: str) -> ZoneInfo:
        try:
            return zone_named(text)
        except SetupError as error:
            raise Mistake(error.message, error.hint) from None


class CountryKind(ParsedKind[str]):
    """A country by its two letters (ISO 3166-1)."""

    words = "a country's two letters, such as DE or US"
    example = "DE"
    form: Mapping[str, Any] = {"type": "string", "pattern": "^[A-Za-z]{2}$"}

    def parse(self, text: str) -> str:
        if not re.fullmatch(r"[A-Za-z]{2}", text):
            raise Mistake(f'"{text[:60]}" is no country code.', f"Write {self.words}.")
        if text.upper() == "UK":
            raise Mistake('"UK" is no country code.', "Write GB.")
        return text.upper()


class SecretSourceKind(Kind[Mapping[str, str]]):
    """Where a secret comes from; never the secret itself."""

    words = "{file: NAME} or {environment: NAME}"
    example = "{file: /run/secrets/mail}"
    sources = ("file", "environment")
    form: Mapping[str, Any] = {
        "type": "object",
        "properties": {"file": {"type": "string"}, "environment": {"type": "string"}},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }

    def read(self, node: Node, at: Reading) -> Mapping[str, str]:  # noqa: ARG002 - nothing is named
        match node:
            case Map((entry,)) if entry.key.text in self.sources:
                if isinstance(entry.value, Scalar) and entry.value.text:
                    return {entry.key.text: entry.value.text}
            case Map((entry,)):
                cure = suggest(entry.key.text, self.sources, "It can be", "or")
                raise Mistake(f'there is no source "{entry.key.text[:60]}".', cure)
        raise Mistake(
            "a secret is never written here, only where it is kept.", f"Write {self.words}."
        )
