"""What to change on a line that YAML cannot read: a change is only advised after it was tried.

A parser says where it gave up, which is rarely what an author wants to know. So the usual slips
are tried one after the other on that line and the one before it (quotes around the value, a space
after the colon, other indentation), and the first that gets the parser past the line is the cure.
The repaired text is then read on, to find the mistakes further down as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sheetflow.language.yaml.events import BRACES, Broken, events_in
from sheetflow.language.yaml.layout import TAB, USE_SPACES, quoted

MOST_TRIED = 100_000
"""Characters parsed again in search of cures, for one file: about half a second."""

_DASHES = r"[ ]*(?:-[ ]+)*"
_KEY = r"(?:\"[^\"]*\"|'[^']*'|[^\s\"'#:][^:#]*?)"
_WITH_VALUE = re.compile(rf"(?P<head>{_DASHES}(?P<key>{_KEY})[ ]*:[ ]+)(?P<value>\S.*?)[ ]*$")
_ITEM = re.compile(r"(?P<head>[ ]*(?:-[ ]+)+)(?P<value>\S.*?)[ ]*$")
_ODD_KEY = re.compile(r"(?P<head>[ ]*(?:-[ ]+)*)(?P<key>[^\s\"'#].*?)(?P<rest>:(?:[ ].*)?)$")
_DASHED_KEY = re.compile(r"(?P<head>[ ]*)(?P<key>-[ ].*?)(?P<rest>:(?:[ ].*)?)$")
_NO_SPACE = re.compile(rf"(?P<head>{_DASHES}[\w ]+)(?P<colon>:(?=\S)|：[ ]*)(?P<value>[^/].*)$")
_BRACES = re.compile(r"\{\{.*?\}\}")
_OPEN_QUOTE = re.compile(rf"{_DASHES}(?:{_KEY}[ ]*:[ ]+)?(?P<quote>[\"'])")


@dataclass(frozen=True)
class Repair:
    """A change of one line (counted from 0), and how an author is told of it."""

    line: int
    new: str
    column: int
    where: str
    what: str
    cure: str


def find_repair(text: str, broken: Broken, budget: int) -> tuple[Repair | None, int]:
    """The first change that gets past the broken place, and what is left of the budget."""
    lines = text.split("\n")
    for repair in _candidates(lines, broken):
        tried = [*lines[: broken.line + 2]]
        tried[repair.line] = repair.new
        probe = "\n".join(tried) + "\n"
        budget -= len(probe)
        if budget < 0:
            return None, 0
        if _gets_past(probe, broken):
            return repair, budget
    return None, budget


def apply_repair(text: str, repair: Repair) -> str:
    """The text with the line changed, and all others where they were."""
    lines = text.split("\n")
    lines[repair.line] = repair.new
    return "\n".join(lines)


def _gets_past(probe: str, broken: Broken) -> bool:
    try:
        for event in events_in(probe):
            if _is_braces(event, probe) and event.start_mark.line <= broken.line:
                return False
    except Broken as next_one:
        return next_one.line > broken.line
    return True


def _is_braces(event: object, text: str) -> bool:
    mark = getattr(event, "start_mark", None)
    kind = type(event).__name__
    return kind == "MappingStartEvent" and mark is not None and text.startswith("{{", mark.index)


def _candidates(lines: list[str], broken: Broken) -> Iterator[Repair]:
    """Changes worth trying, the likeliest slip first."""
    places = list(dict.fromkeys([broken.line, broken.opened, _line_before(lines, broken.line)]))
    places = [place for place in places if 0 <= place < len(lines)]
    for number in places:
        for change in _CHANGES:
            if repair := change(number, lines[number]):
                yield repair
    for number in places:
        yield from _other_indents(lines, number)


def _line_before(lines: list[str], number: int) -> int:
    written = (n for n in range(number - 1, -1, -1) if lines[n].strip())
    return next(written, -1)


def _tabs(number: int, line: str) -> Repair | None:
    if "\t" not in line:
        return None
    new = line.replace("\t", "  ")
    return Repair(number, new, line.index("\t") + 1, "YAML", TAB, USE_SPACES)


def _quote_braces(number: int, line: str) -> Repair | None:
    """`[a, {{ b }}]`: quotes around what is in braces, not around the list or map."""
    match = _WITH_VALUE.match(line) or _ITEM.match(line)
    if not match or not re.match(r"\[|\{(?!\{)", match["value"]):
        return None
    if not _BRACES.search(match["value"]):
        return None
    new = match["head"] + _BRACES.sub(lambda braces: quoted(braces[0]), match["value"])
    column = line.index("{{") + 1
    return Repair(number, new, column, _key_of(match), f"{BRACES}.", f"Write: {new.strip()}")


def _quote_value(number: int, line: str) -> Repair | None:
    match = _WITH_VALUE.match(line) or _ITEM.match(line)
    if not match:
        return None
    value = match["value"]
    new = match["head"] + quoted(value)
    cure = f"Put it in quotes: {new.strip()}"
    return Repair(number, new, match.start("value") + 1, _key_of(match), _why_quotes(value), cure)


def _key_of(match: re.Match[str]) -> str:
    return match.groupdict().get("key") or "YAML"


def _why_quotes(value: str) -> str:
    if value.startswith("{{"):
        return f"{BRACES}."
    if value[0] in "@`%*&!|>?[]{},-":
        return f"a value that begins with {value[0]} is not read as text."
    if value[0] in "\"'":
        return "a value that begins with a quote must also end with it."
    if re.search(r":(?: |$)", value):
        return "a colon with a space after it is not read as part of a text."
    return "this is not read as text."


def _close_quote(number: int, line: str) -> Repair | None:
    match = _OPEN_QUOTE.match(line)
    if not match:
        return None
    quote, column = match["quote"], match.start("quote") + 1
    new = line.rstrip() + quote
    what = "the quote that opens here is not closed."
    return Repair(number, new, column, "YAML", what, f"Close it: {new.strip()}")


def _close_bracket(number: int, line: str) -> Repair | None:
    match = _WITH_VALUE.match(line)
    end = {"[": "]", "{": "}"}.get(match["value"][0]) if match else None
    if match is None or end is None or end in match["value"]:
        return None
    new = line.rstrip() + end
    what = f"the {match['value'][0]} that opens here is not closed."
    column = match.start("value") + 1
    return Repair(number, new, column, match["key"], what, f"Close it: {new.strip()}")


def _add_space(number: int, line: str) -> Repair | None:
    match = _NO_SPACE.match(line)
    if not match:
        return None
    new = f"{match['head']}: {match['value']}"
    what = "there is no space after the colon."
    if match["colon"] != ":":
        what = "this sign looks like a colon, and is another."
    key = match["head"].strip(" -")
    return Repair(number, new, match.end("head") + 1, key, what, f"Write: {new.strip()}")


def _quote_key(number: int, line: str) -> Repair | None:
    return _quoted_key(number, _ODD_KEY.match(line))


def _quote_dashed_key(number: int, line: str) -> Repair | None:
    return _quoted_key(number, _DASHED_KEY.match(line))


def _quoted_key(number: int, match: re.Match[str] | None) -> Repair | None:
    if not match:
        return None
    new = match["head"] + quoted(match["key"]) + match["rest"]
    what = "this key is not read as text."
    cure = f"Put it in quotes: {new.strip()}"
    return Repair(number, new, match.start("key") + 1, match["key"], what, cure)


_CHANGES: tuple[Callable[[int, str], Repair | None], ...] = (
    _tabs,
    _add_space,
    _quote_braces,
    _close_bracket,
    _quote_value,
    _close_quote,
    _quote_key,
    _quote_dashed_key,
)


def _other_indents(lines: list[str], number: int) -> Iterator[Repair]:
    """The line moved to where a line above begins, or the text after its dash."""
    line = lines[number]
    here = len(line) - len(line.lstrip(" "))
    for indent in _indents_above(lines, number):
        if indent != here and line.strip():
            spaces = f"{indent} space" + ("" if indent == 1 else "s")
            yield Repair(
                number,
                " " * indent + line.lstrip(" "),
                here + 1,
                "YAML",
                "this line is not in line with the ones it belongs to.",
                f"Begin it with {spaces}." if indent else "Begin it without a space.",
            )


def _indents_above(lines: list[str], number: int) -> list[int]:
    found: dict[int, None] = {}
    for line in [line for line in lines[:number] if line.strip()][-3:][::-1]:
        dashes = re.match(_DASHES, line)
        found[dashes.end() if dashes else 0] = None
        found[len(line) - len(line.lstrip(" "))] = None
    return list(found)
