"""The search language of `files.list`: a text such as `name contains 'May' and trashed = false`
becomes a test of a file.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Facts = Mapping[str, Any]
Test = Callable[[Facts], bool]

# Which operators each term takes, as the guide "Search query terms and operators" lists them.
_EQUAL = frozenset({"=", "!="})
_ORDER = frozenset({"<", "<=", "=", "!=", ">", ">="})
_MEMBERS = frozenset({"in"})
_HAS = frozenset({"has"})
TERMS: Mapping[str, frozenset[str]] = {
    "name": _EQUAL | {"contains"},
    "title": _EQUAL | {"contains"},
    "fullText": frozenset({"contains"}),
    "mimeType": _EQUAL | {"contains"},
    "modifiedTime": _ORDER,
    "viewedByMeTime": _ORDER,
    "createdTime": _ORDER,
    "sharedWithMeTime": _ORDER,
    "trashed": _EQUAL,
    "starred": _EQUAL,
    "sharedWithMe": _EQUAL,
    "parents": _MEMBERS,
    "owners": _MEMBERS,
    "writers": _MEMBERS,
    "readers": _MEMBERS,
    "properties": _HAS,
    "appProperties": _HAS,
    "visibility": _EQUAL,
    "shortcutDetails.targetId": _EQUAL,
    # terms of drives.list
    "createdDate": _ORDER,
    "memberCount": _ORDER,
    "organizerCount": _ORDER,
    "hidden": _EQUAL,
}
_TIMES = frozenset({"modifiedTime", "viewedByMeTime", "createdTime", "sharedWithMeTime"})
_NAMES = frozenset({"name", "title"})  # compared without regard to case
_FLAGS = frozenset({"trashed", "starred", "sharedWithMe", "hidden"})
_COUNTS = frozenset({"memberCount", "organizerCount"})

_KEYWORDS = frozenset({"and", "or", "not", "contains", "in", "has", "true", "false"})

_TOKEN = re.compile(
    r"""\s*(?: (?P<text>'(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*")
             | (?P<operator><=|>=|!=|=|<|>)
             | (?P<mark>[(){}])
             | (?P<number>\d+)\b
             | (?P<word>[A-Za-z][A-Za-z.]*) )""",
    re.VERBOSE,
)


class QueryError(ValueError):
    """The text is not a query of the language."""


@dataclass(frozen=True)
class Token:
    """One word of a query: its kind (`text`, `operator`, `mark`, `number`, `word`) and its value,
    unquoted.
    """

    kind: str
    value: str


def tokens(text: str) -> Iterator[Token]:
    """The words of a query. Raises QueryError at the first character that begins none."""
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise QueryError(f"unreadable at {position}")
        kind = str(found.lastgroup)
        value = found[kind]
        if kind == "text":
            value = re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL)
        elif value.lower() in _KEYWORDS:  # True and AND are read as true and and
            value = value.lower()
        yield Token(kind, value)
        position = found.end()


def parse(text: str) -> Test:
    """A query as a function of a file's facts.

    An empty text lets everything through. Raises QueryError.
    """
    if not text.strip():
        return lambda facts: True
    parser = _Parser(list(tokens(text)))
    test = parser.either()
    if parser.left():
        raise QueryError("words are left over")
    return test


@dataclass
class _Parser:
    """Reads the tokens from left to right; `and` and `or` bind alike, as the service reads them,
    `not` binds one term.
    """

    words: list[Token]
    position: int = field(default=0)

    def left(self) -> bool:
        return self.position < len(self.words)

    def peek(self) -> Token:
        return self.words[self.position] if self.left() else Token("end", "")

    def take(self, kind: str, *values: str) -> Token:
        token = self.peek()
        if token.kind != kind or (values and token.value not in values):
            raise QueryError(f"expected {kind} {values}, found {token}")
        self.position += 1
        return token

    def follows(self, kind: str, value: str) -> bool:
        token = self.peek()
        if token.kind == kind and token.value == value:
            self.position += 1
            return True
        return False

    def either(self) -> Test:
        test = self.negated()
        while self.peek() in (Token("word", "and"), Token("word", "or")):
            join = self.take("word").value
            test = _joined(join, test, self.negated())
        return test

    def negated(self) -> Test:
        if self.follows("word", "not"):
            inner = self.negated()
            return lambda facts: not inner(facts)
        if self.follows("mark", "("):
            test = self.either()
            self.take("mark", ")")
            return test
        return self.term()

    def term(self) -> Test:
        if self.peek().kind == "text":
            value = self.take("text").value
            self.take("word", "in")
            return _compared(self.name(), "in", value)
        name = self.name()
        if name == "sharedWithMe" and self.peek().kind != "operator":
            return _compared(name, "=", "true")
        operator = self.operator()
        if operator == "has":
            return self.has(name)
        return _compared(name, operator, self.value(name))

    def name(self) -> str:
        word = self.take("word").value
        if word not in TERMS:
            raise QueryError(f"no such term: {word}")
        return word

    def operator(self) -> str:
        kind = "word" if self.peek().kind == "word" else "operator"
        return self.take(kind).value

    def value(self, name: str) -> str:
        if name in _FLAGS:
            kind = "text" if self.peek().kind == "text" else "word"
            return self.take(kind, "true", "false").value
        return self.take("number" if name in _COUNTS else "text").value

    def has(self, name: str) -> Test:
        if "has" not in TERMS[name]:
            raise QueryError(f"{name} does not take has")
        self.take("mark", "{")
        pairs = {}
        for number, part in enumerate(("key", "value")):
            if number:
                self.take("word", "and")
            self.take("word", part)
            self.take("operator", "=")
            pairs[part] = self.take("text").value
        self.take("mark", "}")
        return lambda facts: (facts.get(name) or {}).get(pairs["key"]) == pairs["value"]


def _joined(join: str, left: Test, right: Test) -> Test:
    if join == "and":
        return lambda facts: left(facts) and right(facts)
    return lambda facts: left(facts) or right(facts)


def _compared(name: str, operator: str, value: str) -> Test:
    if operator not in TERMS[name]:
        raise QueryError(f"{name} does not take {operator}")
    if operator == "in":
        return lambda facts: value in facts.get(name, ())
    if operator == "contains":
        return _containing(name, value)
    wanted = _typed(name, value)
    compare = _COMPARE[operator]

    def test(facts: Facts) -> bool:
        held = facts.get(name)
        if held is None:
            return operator == "!="
        return compare(held.casefold() if name in _NAMES else held, wanted)

    return test


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda held, wanted: bool(held == wanted),
    "!=": lambda held, wanted: bool(held != wanted),
    "<": lambda held, wanted: bool(held < wanted),
    "<=": lambda held, wanted: bool(held <= wanted),
    ">": lambda held, wanted: bool(held > wanted),
    ">=": lambda held, wanted: bool(held >= wanted),
}


def _typed(name: str, value: str) -> Any:
    if name in _FLAGS:
        return value == "true"
    if name in _COUNTS:
        return int(value)
    if name not in _TIMES:
        return value.casefold() if name in _NAMES else value
    try:
        when = datetime.fromisoformat(value)
    except ValueError as error:
        raise QueryError(f"{value} is no time") from error
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _containing(name: str, value: str) -> Test:
    if name == "mimeType":
        return lambda facts: value in facts.get(name, "")
    if name == "fullText":
        return lambda facts: _says(facts.get(name, ""), value)
    return lambda facts: _begins(facts.get(name, ""), value)


def words(text: str) -> list[str]:
    """The words of a text, as the index holds them: letters and digits, without regard to case."""
    return re.findall(r"\w+", text.casefold())


def _begins(text: str, wanted: str) -> bool:
    """Whether the wanted words stand in the text one after another, the last one perhaps only
    begun.
    """
    held, sought = words(text), words(wanted)
    if not sought:
        return wanted.strip().casefold() in text.casefold()
    *whole, last = sought
    for start in range(len(held) - len(sought) + 1):
        window = held[start : start + len(sought)]
        if window[:-1] == whole and window[-1].startswith(last):
            return True
    return False


def _says(text: str, wanted: str) -> bool:
    """Whether every wanted word stands in the text; within double quotes, one after another."""
    held = words(text)
    phrase = len(wanted) > 1 and wanted.startswith('"') and wanted.endswith('"')
    sought = words(wanted)
    if not phrase:
        return all(word in held for word in sought)
    return any(held[at : at + len(sought)] == sought for at in range(len(held)))
