"""The words inside a phrase: `New`, `New or Old`, `empty or New`, `"Trick or Treat"`."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from sheetflow.language.problems import Mistake

EMPTY = "empty"
_ONE_SIDED = re.compile(r"^or | or$|^or$", re.IGNORECASE)
_IN_QUOTES = r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'"
_PART = re.compile(rf" ?({_IN_QUOTES}|.+?)(?: [oO][rR](?= )|$)")
_RESERVED = re.compile(
    r"(?:not|today|tomorrow|yesterday|ticked|more than|less than|before|after|in the|within|between"
    r"|at least|at most|greater than|smaller than|[<>=!]=?)(?:\s|$)",
    re.IGNORECASE,
)
_IDEAS = {
    r"(?:is |was )?yesterday": 'Yesterday is "was 1 day ago".',
    r"(?:is )?tomorrow": 'From now until this time tomorrow is "is within 1 day".',
    r"(?:is )?(?:at (?:least|most)|(?:greater|smaller) than|[<>=!])": (
        'Numbers are compared by "is more than 5" and "is less than 5".'
    ),
}
"""What people write, as other programs have it, and how it is said here."""
_KEYWORDS = (EMPTY, "not empty", "ticked", "not ticked", "today", "in the past", "in the future")
_SLIP = 0.8
"""As alike as "emtpy" and "empty": one letter of five in the wrong place."""


def parse_words(text: str) -> tuple[tuple[str, ...], bool]:
    """The words that `text` offers, and whether "empty" is one of them.

    Words in quotes are taken as they are, with two quotes for one. Raises Mistake for what could
    mean something else.

    >>> parse_words('empty or New or "a or b"')
    (('New', 'a or b'), True)
    """
    text = " ".join(text.split())
    parts = _PART.findall(text)
    if not parts or _ONE_SIDED.search(text):
        raise Mistake("a word is missing.", f'Write it like "is New or Old", not "is {text}".')
    words = [part for part in parts if part.casefold() != EMPTY]
    found = tuple(_word(word, alone=len(parts) == 1) for word in words)
    return found, len(words) < len(parts)


def as_written(word: str) -> str:
    """A word as it must be written in a phrase: in quotes where it would mean something else."""
    try:
        is_bare = not set(word) & set("\"',") and parse_words(word) == ((word,), False)
    except Mistake:
        is_bare = False
    return word if is_bare else '"' + word.replace('"', '""') + '"'


def idea_behind(text: str) -> str:
    """How what other programs call so is said here, as a sentence; or ""."""
    said = (cure for form, cure in _IDEAS.items() if re.match(form, text, re.IGNORECASE))
    return next(said, "")


def _word(part: str, *, alone: bool) -> str:
    if re.fullmatch(_IN_QUOTES, part):
        return part[1:-1].replace(part[0] * 2, part[0])
    if "{{" in part or "{%" in part:
        raise Mistake("a condition takes no {{ }}.", "Use `expression:` for it.")
    if _RESERVED.match(part):
        cure = f'{idea_behind(part)} If it is a text, write is "{part}".'.strip()
        raise Mistake(f'"{part}" is not a condition.', cure)
    if "," in part and not alone:
        cure = "Put or between all of them; a text with a comma goes in quotes."
        raise Mistake(f'"{part}" has a comma in it.', cure)
    if near := _slip_of(part):
        cure = f'Did you mean "{near}"? If it is a text, write is "{part}".'
        raise Mistake(f'"{part}" is not a condition.', cure)
    return part


def _slip_of(part: str) -> str:
    """The keyword that this word looks like a slip of, or ""."""
    word = part.casefold()
    for keyword in _KEYWORDS:
        alike = SequenceMatcher(None, word, keyword)
        if alike.real_quick_ratio() >= _SLIP and alike.ratio() >= _SLIP:
            return keyword
    return ""
