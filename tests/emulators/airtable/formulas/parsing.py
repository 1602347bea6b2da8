"""The text of a formula -> a tree; bounded in length and depth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

LONGEST = 100_000
"""Characters. Airtable names no limit; requests of more than that are refused for their size."""
DEEPEST = 100
"""Levels of parentheses, calls and signs."""
GENERAL = "Invalid formula. Please check your formula text."

TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | \{(?P<field>(?:[^{}\\]|\\.)*)\}
    | (?P<word>[^\W\d]\w*)
    | (?P<operator><=|>=|!=|[-+*/&=<>(),])
    )""",
    re.VERBOSE | re.DOTALL,
)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
LEVELS = (("=", "!=", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"))
"""The operators, weakest first; those of one level are done from left to right."""


class BadFormula(ValueError):
    """The text is no formula, or not one for this table; the message is Airtable's."""


@dataclass(frozen=True)
class Literal:
    """A number or a text."""

    value: Any


@dataclass(frozen=True)
class Reference:
    """A field, by what stands in the formula: its name or its id."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Negative:
    """A minus before something."""

    of: Node


@dataclass(frozen=True)
class Chain:
    """Operators of one level, from left to right: a - b + c."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Function:
    """A function and what it is given."""

    name: str
    given: tuple[Node, ...]


Node = Literal | Reference | Negative | Chain | Function


@dataclass(frozen=True)
class Token:
    """A piece of the text, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def parse(text: str) -> Node:
    """The tree of a formula; raises BadFormula."""
    if len(text) > LONGEST:
        raise BadFormula("Formula is too long.")
    reader = _Reader([*tokens(text), Token("end", "", len(text), len(text))])
    tree = reader.expression(0, 0)
    reader.take("end")
    return tree


def tokens(text: str) -> Iterator[Token]:
    """The pieces of a formula; raises BadFormula for a character that belongs to none."""
    position, end = 0, len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise BadFormula(GENERAL)
        start = match.start(match.lastgroup)
        if match.lastgroup == "field":
            start -= 1
        yield Token(match.lastgroup, match[match.lastgroup], start, match.end())
        position = match.end()


def unescaped(text: str) -> str:
    """A text or name without its backslashes."""
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)


class _Reader:
    def __init__(self, pieces: list[Token]) -> None:
        self.pieces = pieces
        self.at = 0

    @property
    def next(self) -> Token:
        return self.pieces[self.at]

    def take(self, kind: str, text: str = "") -> Token:
        found = self.next
        if found.kind != kind or (text and found.text != text):
            raise BadFormula(GENERAL)
        self.at += 1
        return found

    def follows(self, text: str) -> bool:
        return self.next.kind == "operator" and self.next.text == text

    def expression(self, level: int, depth: int) -> Node:
        if level == len(LEVELS):
            return self.signed(depth)
        first = self.expression(level + 1, depth)
        rest = []
        while self.next.kind == "operator" and self.next.text in LEVELS[level]:
            operator = self.take("operator").text
            rest.append((operator, self.expression(level + 1, depth)))
        return Chain(first, tuple(rest)) if rest else first

    def signed(self, depth: int) -> Node:
        signs = 0
        while self.follows("-") or self.follows("+"):
            signs += self.take("operator").text == "-"
            if signs > DEEPEST:
                raise BadFormula(GENERAL)
        value = self.atom(depth)
        for _ in range(signs):
            value = Negative(value)
        return value

    def atom(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise BadFormula("Formula is nested too deeply.")
        token = self.next
        self.at += 1
        if token.kind == "number":
            return Literal(_number(token.text))
        if token.kind == "text":
            return Literal(unescaped(token.text[1:-1]))
        if token.kind == "field":
            return Reference(unescaped(token.text), token.start, token.end)
        if token.kind == "word" and self.follows("("):
            return Function(token.text.upper(), self.arguments(depth + 1))
        if token.kind == "word":
            return Reference(token.text, token.start, token.end)
        if token.kind == "operator" and token.text == "(":
            inner = self.expression(0, depth + 1)
            self.take("operator", ")")
            return inner
        raise BadFormula(GENERAL)

    def arguments(self, depth: int) -> tuple[Node, ...]:
        self.take("operator", "(")
        given: list[Node] = []
        while not self.follows(")"):
            if given:
                self.take("operator", ",")
            given.append(self.expression(0, depth))
        self.take("operator", ")")
        return tuple(given)


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else float(text)


def nodes(tree: Node) -> Iterator[Node]:
    """Every node of a tree."""
    waiting: list[Node] = [tree]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, Negative):
            waiting.append(one.of)
        elif isinstance(one, Chain):
            waiting += [one.first, *(node for _, node in one.rest)]
        elif isinstance(one, Function):
            waiting += one.given


def references(tree: Node) -> list[Reference]:
    """The fields that a formula names, in their order in the text."""
    return sorted(
        (one for one in nodes(tree) if isinstance(one, Reference)), key=lambda one: one.start
    )


def renamed(text: str, name: Callable[[Reference], str]) -> str:
    """The formula with other words for its fields: {Name} -> {fld...}."""
    for one in reversed(references(parse(text))):
        text = f"{text[: one.start]}{{{name(one)}}}{text[one.end :]}"
    return text
