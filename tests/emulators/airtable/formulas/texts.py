"""The text functions."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import quote

from tests.emulators.airtable.formulas.functions import MANY, Here, function
from tests.emulators.airtable.formulas.values import (
    Failed,
    bounded,
    flat,
    integer,
    text,
    whole,
)

NOT_RE2 = re.compile(r"(?<!\\)\((?:\?[=!]|\?<[=!]|\?\()|(?<!\\)\\[1-9]|(?<!\\)[*+?}]\+")
"""What Airtable's regular expressions (RE2) do not know: looking around, back references."""


@function("CONCATENATE", 1, MANY)
def concatenate(here: Here, *given: Any) -> str:
    """The texts in a row."""
    return bounded("".join(text(one) for one in given))


@function("LEN", 1)
def length(here: Here, given: Any) -> int:
    """How many characters."""
    return len(text(given))


@function("LEFT", 1, 2)
def left(here: Here, given: Any, count: Any = 1) -> str:
    """The first characters."""
    return text(given)[: max(0, integer(count))]


@function("RIGHT", 1, 2)
def right(here: Here, given: Any, count: Any = 1) -> str:
    """The last characters."""
    count = max(0, integer(count))
    return text(given)[-count:] if count else ""


@function("MID", 3)
def mid(here: Here, given: Any, start: Any, count: Any) -> str:
    """So many characters from the start-th on."""
    first = max(0, integer(start) - 1)
    return text(given)[first : first + max(0, integer(count))]


def _position(wanted: Any, within: Any, start: Any) -> int:
    return text(within).find(text(wanted), max(0, integer(start) - 1)) + 1


@function("FIND", 2, 3)
def find(here: Here, wanted: Any, within: Any, start: Any = 0) -> int:
    """Where a text stands within another, from 1; 0 where it does not."""
    return _position(wanted, within, start)


@function("SEARCH", 2, 3)
def search(here: Here, wanted: Any, within: Any, start: Any = 0) -> int | None:
    """As FIND, but blank where it does not."""
    return _position(wanted, within, start) or None


@function("SUBSTITUTE", 3, 4)
def substitute(here: Here, given: Any, old: Any, new: Any, which: Any = 0) -> str:
    """Every occurrence replaced, or one of them, counted from 1."""
    whole_text, old_text, new_text, number = text(given), text(old), text(new), integer(which)
    if not old_text:
        return whole_text
    if number <= 0:
        if len(new_text) * whole_text.count(old_text) > 1_000_000:
            raise Failed("too long")
        return bounded(whole_text.replace(old_text, new_text))
    pieces = whole_text.split(old_text)
    if number >= len(pieces):
        return whole_text
    before, after = old_text.join(pieces[:number]), old_text.join(pieces[number:])
    return bounded(before + new_text + after)


@function("REPLACE", 4)
def replace(here: Here, given: Any, start: Any, count: Any, new: Any) -> str:
    """Other text in place of so many characters from the start-th on."""
    whole_text, first = text(given), max(0, integer(start) - 1)
    rest = whole_text[first + max(0, integer(count)) :]
    return bounded(whole_text[:first] + text(new) + rest)


@function("REPT", 2)
def rept(here: Here, given: Any, count: Any) -> str:
    """The text so many times."""
    whole_text, times = text(given), max(0, integer(count))
    if len(whole_text) * times > 1_000_000:
        raise Failed("too long")
    return bounded(whole_text * times)


@function("TRIM", 1)
def trim(here: Here, given: Any) -> str:
    """Without white space at both ends."""
    return text(given).strip()


@function("UPPER", 1)
def upper(here: Here, given: Any) -> str:
    """In capitals."""
    return text(given).upper()


@function("LOWER", 1)
def lower(here: Here, given: Any) -> str:
    """In small letters."""
    return text(given).lower()


@function("T", 1)
def only_text(here: Here, given: Any) -> str | None:
    """The value where it is text, else blank."""
    found = whole(given)
    return found if isinstance(found, str) else None


@function("VALUE", 1)
def value(here: Here, given: Any) -> Any:
    """The number in a text: its digits, sign and point; raises Failed where there is none."""
    found = whole(given)
    if not isinstance(found, str):
        return found if found is None else float(integer(found)) if found is True else found
    match = re.search(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", found.replace(",", ""))
    if match is None:
        raise Failed("not a number")
    number = float(match[0])
    number = number / 100 if found.rstrip().endswith("%") else number
    return int(number) if number.is_integer() else number


@function("ENCODE_URL_COMPONENT", 1)
def encode_url_component(here: Here, given: Any) -> str:
    """For use within an address."""
    return bounded(quote(text(given), safe="-_.!~*'()"))


# arrays ------------------------------------------------------------------------------------------


def _items(given: tuple[Any, ...]) -> list[Any]:
    found: list[Any] = []
    for one in given:
        found += one if isinstance(one, list) else [] if one is None else [one]
    return found


@function("ARRAYJOIN", 1, 2)
def array_join(here: Here, given: Any, separator: Any = ", ") -> str:
    """The items in a row, with something between them."""
    return bounded(text(separator).join(text(one) for one in flat(_items((given,)))))


@function("ARRAYUNIQUE", 1, MANY)
def array_unique(here: Here, *given: Any) -> list[Any]:
    """Each item once."""
    found: list[Any] = []
    for one in flat(_items(given)):
        if one not in found:
            found.append(one)
    return found


@function("ARRAYCOMPACT", 1, MANY)
def array_compact(here: Here, *given: Any) -> list[Any]:
    """Without blanks and empty texts."""
    return [one for one in flat(_items(given)) if one not in (None, "")]


@function("ARRAYFLATTEN", 1, MANY)
def array_flatten(here: Here, *given: Any) -> list[Any]:
    """One list of all."""
    return list(flat(_items(given)))


@function("ARRAYSLICE", 2, 3)
def array_slice(here: Here, given: Any, start: Any, end: Any = None) -> list[Any]:
    """From the start-th item, counted from 1, to the end-th; below 0 counts from the end."""
    items, first = _items((given,)), integer(start)
    last = None if end is None else integer(end)
    return items[first - 1 if first > 0 else first : last]


# regular expressions -----------------------------------------------------------------------------


@cache
def _pattern(given: str) -> re.Pattern[str]:
    if len(given) > 1000 or NOT_RE2.search(given):
        raise Failed("no regular expression")
    try:
        return re.compile(given)
    except (re.error, OverflowError, RecursionError) as error:
        raise Failed("no regular expression") from error


@function("REGEX_MATCH", 2)
def regex_match(here: Here, given: Any, pattern: Any) -> bool:
    """Whether a part of the text fits."""
    return _pattern(text(pattern)).search(text(given)) is not None


@function("REGEX_EXTRACT", 2)
def regex_extract(here: Here, given: Any, pattern: Any) -> str:
    """The first part that fits; raises Failed where none does."""
    found = _pattern(text(pattern)).search(text(given))
    if found is None:
        raise Failed("nothing fits")
    return found[0]


@function("REGEX_REPLACE", 3)
def regex_replace(here: Here, given: Any, pattern: Any, new: Any) -> str:
    """Other text for each part that fits; $1 stands for the first group."""
    wanted, made = _pattern(text(pattern)), text(new)

    def filled(found: re.Match[str]) -> str:
        def group(number: re.Match[str]) -> str:
            which = int(number[1])
            return (found[which] or "") if which <= wanted.groups else number[0]

        return re.sub(r"\$(\d)", group, made)

    return bounded(wanted.sub(filled, text(given)))
