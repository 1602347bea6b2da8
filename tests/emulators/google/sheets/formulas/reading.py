"""A formula's text becomes a tree; what is not a formula raises Unreadable."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .references import Reference, read_reference
from .tokens import Token, Unreadable, tokens

__all__ = [
    "Array",
    "Binary",
    "Call",
    "Constant",
    "ErrorText",
    "Missing",
    "Name",
    "Node",
    "Percent",
    "Range",
    "Unary",
    "Unreadable",
    "read",
]


@dataclass(frozen=True)
class Node:
    """A part of a formula."""


@dataclass(frozen=True)
class Constant(Node):
    """A number, a text or a truth value."""

    value: Any


@dataclass(frozen=True)
class ErrorText(Node):
    """An error written out, such as #REF!."""

    text: str


@dataclass(frozen=True)
class Missing(Node):
    """An argument left empty: IF(A1,,2)."""


@dataclass(frozen=True)
class Range(Node):
    """A reference to cells."""

    reference: Reference


@dataclass(frozen=True)
class Name(Node):
    """A named range."""

    name: str


@dataclass(frozen=True)
class Call(Node):
    """A function with its arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Unary(Node):
    """A sign before a value."""

    sign: str
    inner: Node


@dataclass(frozen=True)
class Percent(Node):
    """A value with a percent sign behind it."""

    inner: Node


@dataclass(frozen=True)
class Binary(Node):
    """Two values and what stands between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Array(Node):
    """Rows of parts in braces."""

    rows: tuple[tuple[Node, ...], ...]


_LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))
_DEEPEST = 60
"""How deep brackets may go here; deeper ones are unreadable rather than exhaust the stack."""


@lru_cache(maxsize=20_000)
def read(formula: str, decimal: str = ".") -> Node:
    """The tree of a formula ("=SUM(A1:A3)"). Raises Unreadable.

    Where commas are decimal (`decimal` ","), arguments and rows are parted by semicolons and
    columns of an array by backslashes.
    """
    reader = _Reader(tokens(formula, decimal=decimal), decimal)
    tree = reader.expression(0)
    if reader.at < len(reader.tokens):
        raise Unreadable(formula)
    return tree


class _Reader:
    """Reads tokens from left to right; each method reads one kind of part."""

    def __init__(self, found: list[Token], decimal: str) -> None:
        self.tokens = found
        self.at = 0
        self.depth = 0
        self.decimal = decimal

    def peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def take(self, *signs: str) -> str:
        """The next sign if it is one of these, else ""."""
        if self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == "sign" and token.text in signs:
                self.at += 1
                return token.text
        return ""

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise Unreadable(f"a {sign} is missing")

    def expression(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self.signed()
        left = self.expression(level + 1)
        while sign := self.take(*_LEVELS[level]):
            left = Binary(sign, left, self.expression(level + 1))
        return left

    def signed(self) -> Node:
        signs = []
        while sign := self.take("+", "-", "@"):
            signs.append(sign)
        node = self.behind()
        for sign in reversed(signs):
            node = Unary(sign, node)
        return node

    def behind(self) -> Node:
        node = self.part()
        while self.take("%"):
            node = Percent(node)
        return node

    def part(self) -> Node:
        if self.at >= len(self.tokens):
            raise Unreadable("the formula ends too early")
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unreadable("too many brackets")
        found = self._part(self.tokens[self.at])
        self.depth -= 1
        return found

    def _part(self, token: Token) -> Node:
        self.at += 1
        match token.kind:
            case "number":
                return Constant(float(token.text.replace(",", ".")))
            case "text":
                return Constant(token.text[1:-1].replace('""', '"'))
            case "error":
                return ErrorText(token.text)
            case "reference":
                if token.text.endswith("#REF!"):
                    return ErrorText("#REF!")
                return Range(read_reference(token.text))
            case "name":
                return self.named(token.text)
        if token.text == "(":
            inner = self.expression(0)
            self.need(")")
            return inner
        if token.text == "{":
            return self.array()
        raise Unreadable(token.text)

    def named(self, name: str) -> Node:
        if self.take("("):
            return Call(name.upper(), self.arguments())
        if name.upper() in ("TRUE", "FALSE"):
            return Constant(name.upper() == "TRUE")
        return Name(name)

    def arguments(self) -> tuple[Node, ...]:
        if self.take(")"):
            return ()
        found = [self.argument()]
        while self.take(",", ";"):
            found.append(self.argument())
        self.need(")")
        return tuple(found)

    def argument(self) -> Node:
        return Missing() if self.peek() in (",", ";", ")") else self.expression(0)

    def array(self) -> Node:
        beside = "\\" if self.decimal == "," else ","
        rows: list[tuple[Node, ...]] = []
        while True:
            row = [self.expression(0)]
            while self.take(beside, "\\"):
                row.append(self.expression(0))
            rows.append(tuple(row))
            if not self.take(";"):
                break
        self.need("}")
        return Array(tuple(rows))
