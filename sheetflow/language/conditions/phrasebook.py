"""How each condition is written: the one list that the loader, the schema and the reference use."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches

from sheetflow.language.conditions.phrases import (
    Beside,
    Compares,
    DaysAgo,
    Has,
    Is,
    Passed,
    Phrase,
    Ticked,
    Within,
)
from sheetflow.language.conditions.wording import as_written, idea_behind, parse_words
from sheetflow.language.durations import parse_duration
from sheetflow.language.problems import Mistake
from sheetflow.language.written import WORDS

_MONTHS = {name.casefold(): n for n, name in enumerate(WORDS["en"].months.split(), 1)}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SPELLED = re.compile(r"(\d{1,2}) ([a-z]+) (\d{4})")
_CLOCK = re.compile(r"[ t](\d{1,2}):(\d{2})$")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
BEGINNING = r"(?:is|was|contains|starts with) \S"
LONGEST = 500
"""Characters of a condition."""


@dataclass(frozen=True)
class Form:
    """One way to write a condition: examples, what it means, and what makes a phrase of it.

    `pattern` is matched with the whole text, without regard to case.
    """

    examples: tuple[str, ...]
    help: str
    pattern: str
    make: Callable[[re.Match[str]], Phrase]


def parse_phrase(text: str) -> Phrase:
    """The condition that `text` says. Raises Mistake with the nearest one, or all of them.

    >>> parse_phrase("is empty or New")
    Is(words=('New',), or_empty=True, negated=False)
    """
    text = " ".join(text.split())
    if len(text) > LONGEST:
        raise Mistake(f"this is longer than {LONGEST} characters.", "Say it in fewer words.")
    for form in FORMS:
        if match := re.fullmatch(form.pattern, text, re.IGNORECASE):
            return form.make(match)
    raise Mistake(f'"{_short(text)}" is not a condition.', _nearest(text))


def looks_like_phrase(text: str) -> bool:
    """Whether `text` begins as conditions do."""
    return re.match(BEGINNING, text.strip(), re.IGNORECASE) is not None


def parse_date(text: str) -> date | datetime | None:
    """A date written so that it has one meaning; with a time of day, a datetime without a zone.

    >>> parse_date("14 March 2026"), parse_date("2026-03-14 18:00"), parse_date("3/4/2026")
    (datetime.date(2026, 3, 14), datetime.datetime(2026, 3, 14, 18, 0), None)
    """
    text = " ".join(text.split()).casefold()
    clock = _CLOCK.search(text)
    day = text[: clock.start()] if clock else text
    try:
        if match := _ISO.fullmatch(day):
            found = date(int(match[1]), int(match[2]), int(match[3]))
        elif match := _SPELLED.fullmatch(day):
            found = date(int(match[3]), _MONTHS.get(match[2], 0), int(match[1]))
        else:
            return None
        return datetime.combine(found, time(int(clock[1]), int(clock[2]))) if clock else found
    except ValueError:
        return None


def phrases_in_words() -> str:
    """One example of every condition, for a person who wrote none of them."""
    return ", ".join(example for form in FORMS for example in form.examples[:1])


def _nearest(text: str) -> str:
    examples = [example for form in FORMS for example in form.examples]
    if idea := idea_behind(text):
        return idea
    candidates = [f"is {text}", text]
    for candidate in candidates:
        if near := get_close_matches(candidate.casefold(), examples, n=1, cutoff=0.75):
            return f'Did you mean "{near[0]}"? Conditions are: {phrases_in_words()}.'
    return f"Conditions are: {phrases_in_words()}."


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _is(match: re.Match[str]) -> Phrase:
    return Is(*parse_words(match["words"]))


def _is_not(match: re.Match[str]) -> Phrase:
    words, or_empty = parse_words(match["words"])
    if or_empty and words:
        what = f'"{_short(match[0])}" can be understood in two ways.'
        cure = f"Write is not empty, or is not {' or '.join(map(as_written, words))}."
        raise Mistake(what, cure)
    return Is(words, or_empty, negated=True)


def _has(match: re.Match[str]) -> Phrase:
    words = match["part"]
    if "{{" in words:
        raise Mistake("a condition takes no {{ }}.", "Use `expression:` for it.")
    return Has(words, at_start=match["verb"].casefold() != "contains")


def _compares(match: re.Match[str]) -> Phrase:
    if not _NUMBER.fullmatch(match["number"]):
        raise Mistake(
            f'"{_short(match["number"])}" is not a number.',
            "Write it in digits, without separators: is more than 1000, is less than 2.5.",
        )
    return Compares(Decimal(match["number"]), more=match["than"].casefold() == "more")


def _beside(match: re.Match[str]) -> Phrase:
    when = parse_date(match["date"])
    if when is None:
        raise Mistake(
            f'"{_short(match["date"])}" is not a date.',
            "Write it like 2026-03-14, 14 March 2026 or 2026-03-14 18:00.",
        )
    return Beside(when, after=match["side"].casefold() == "after")


def _within(match: re.Match[str]) -> Phrase:
    length = parse_duration(match["length"])
    if length is None:
        what = f'"{_short(match["length"])}" is not a length of time.'
        raise Mistake(what, "Write it like is within 48 hours or is within the last 2 days.")
    return Within(length, match["length"], past=match["past"] is not None)


def _ago(match: re.Match[str]) -> Phrase:
    length = parse_duration(match["length"])
    if length is None or length.seconds:
        what = f'"{_short(match["length"])}" is not a number of days.'
        raise Mistake(what, "Write it like was 3 days ago or was 2 weeks ago.")
    return DaysAgo(length.days, earlier="more" in match.re.groupindex)


FORMS: tuple[Form, ...] = (
    Form(
        ("is ticked",),
        "a box is ticked, or the cell says yes",
        "is ticked",
        lambda _: Ticked(),
    ),
    Form(
        ("is not ticked",),
        "the box is not ticked, the cell says no, or it is empty",
        "is not ticked",
        lambda _: Ticked(negated=True),
    ),
    Form(
        ("is in the past",),
        "a date, or a date and time, that is over",
        "is in the past",
        lambda _: Passed(past=True),
    ),
    Form(
        ("is in the future",),
        "a date, or a date and time, that has not come yet",
        "is in the future",
        lambda _: Passed(past=False),
    ),
    Form(("is today",), "the day is today", "is today", lambda _: DaysAgo(0)),
    Form(
        ("was 3 days ago", "was 2 weeks ago"),
        "that calendar day, whatever the hour",
        r"was (?P<length>(?!more than ).+) ago",
        _ago,
    ),
    Form(
        ("was more than 60 days ago",),
        "a calendar day before that one",
        r"was (?P<more>more than) (?P<length>.+) ago",
        _ago,
    ),
    Form(
        ("is within 48 hours", "is within 2 days", "is within the last 7 days"),
        "from now on, and not later than that; or not longer ago than that",
        r"is within (?P<past>the last )?(?P<length>.+)",
        _within,
    ),
    Form(
        ("is before 2026-03-14", "is before 14 March 2026", "is before 2026-03-14 18:00"),
        "an earlier day; with a time, an earlier moment",
        r"is (?P<side>before) (?P<date>.+)",
        _beside,
    ),
    Form(
        ("is after 2026-03-14", "is after 2026-03-14 18:00"),
        "a later day; with a time, a later moment",
        r"is (?P<side>after) (?P<date>.+)",
        _beside,
    ),
    Form(
        ("is more than 5",),
        "a number above it",
        r"is (?P<than>more) than (?P<number>.+)",
        _compares,
    ),
    Form(
        ("is less than 5", "is less than 2.5"),
        "a number below it",
        r"is (?P<than>less) than (?P<number>.+)",
        _compares,
    ),
    Form(
        ("contains choir",),
        "the text has it in it",
        r"(?P<verb>contains) (?P<part>.+)",
        _has,
    ),
    Form(
        ("starts with +49",),
        "the text begins with it",
        r"(?P<verb>starts with) (?P<part>.+)",
        _has,
    ),
    Form(
        ("is not empty", "is not New", "is not New or Old"),
        "the cell is none of them; an empty cell is not New",
        r"is not (?P<words>.+)",
        _is_not,
    ),
    Form(
        ("is empty", "is New", "is New or Old", "is empty or New", 'is "Trick or Treat"'),
        "the cell is one of them; quotes keep a text in one piece",
        r"is (?P<words>.+)",
        _is,
    ),
)
"""Every condition there is, the plainest last, because `is X` would take all the others."""
