"""The search language of `files.list`: a text becomes a test of a file.

For example `name contains 'May' and trashed = false`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.emulators.google.drive.matching import COUNTS, FLAGS, TERMS, QueryError, Test, compared

_KEYWORDS = frozenset({"and", "or", "not", "contains", "in", "has", "true", "false"})

_TOKEN = re.compile(
    r"""\s*(?: (?P<text>'(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*")
             | (?P<operator><=|>=|!=|=|<|>)
             | (?P<mark>[(){}])
             | (?P<number>\d+)\b
             | (?P<word>[A-Za-z][A-Za-z.]*) )""",
    re.VERBOSE,
)


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
        """Whether words are left."""
        return self.position < len(self.words)

    def peek(self) -> Token:
        """The next word, which stays."""
        return self.words[self.position] if self.left() else Token("end", "")

    def take(self, kind: str, *values: str) -> Token:
        """The next word, which must be of this kind and one of these values. Raises QueryError."""
        token = self.peek()
        if token.kind != kind or (values and token.value not in values):
            raise QueryError(f"expected {kind} {values}, found {token}")
        self.position += 1
        return token

    def follows(self, kind: str, value: str) -> bool:
        """Takes the next word if it is this one."""
        token = self.peek()
        if token.kind == kind and token.value == value:
            self.position += 1
            return True
        return False

    def either(self) -> Test:
        """Terms joined by `and` and `or`."""
        test = self.negated()
        while self.peek() in (Token("word", "and"), Token("word", "or")):
            join = self.take("word").value
            test = _joined(join, test, self.negated())
        return test

    def negated(self) -> Test:
        """A term, a bracket, or what is not one."""
        if self.follows("word", "not"):
            inner = self.negated()
            return lambda facts: not inner(facts)
        if self.follows("mark", "("):
            test = self.either()
            self.take("mark", ")")
            return test
        return self.term()

    def term(self) -> Test:
        """One comparison."""
        if self.peek().kind == "text":
            value = self.take("text").value
            self.take("word", "in")
            return compared(self.name(), "in", value)
        name = self.name()
        if name == "sharedWithMe" and self.peek().kind != "operator":
            return compared(name, "=", "true")
        operator = self.operator()
        if operator == "has":
            return self.has(name)
        return compared(name, operator, self.value(name))

    def name(self) -> str:
        """The name of a term. Raises QueryError."""
        word = self.take("word").value
        if word not in TERMS:
            raise QueryError(f"no such term: {word}")
        return word

    def operator(self) -> str:
        """An operator, a sign or a word."""
        kind = "word" if self.peek().kind == "word" else "operator"
        return self.take(kind).value

    def value(self, name: str) -> str:
        """A value of the kind that the term has."""
        if name in FLAGS:
            kind = "text" if self.peek().kind == "text" else "word"
            return self.take(kind, "true", "false").value
        return self.take("number" if name in COUNTS else "text").value

    def has(self, name: str) -> Test:
        """The key and value of a property."""
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
