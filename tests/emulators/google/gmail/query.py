"""Gmail's search language: from a text to a tree of terms.

    is:unread (from:ann OR from:bob) -subject:"lunch menu" {has:attachment larger:5M}

Words side by side must all be there; OR and the braces {} ask for any; - excludes; () groups and
may follow an operator: from:(ann OR bob). Source: support.google.com/mail/answer/7190.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OPERATORS = frozenset(
    [
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "label",
        "in",
        "is",
        "has",
        "filename",
        "before",
        "after",
        "older",
        "newer",
        "older_than",
        "newer_than",
        "rfc822msgid",
        "list",
        "larger",
        "smaller",
        "size",
        "deliveredto",
        "category",
    ]
)
TOKEN = re.compile(
    r"""\s*(?: (?P<open>[({])
             | (?P<close>[)}])
             | (?P<not>[-])(?=[^\s)}])
             | (?P<plus>[+])(?=[^\s)}])
             | (?P<name>[A-Za-z0-9_]+):(?=\S)
             | "(?P<phrase>[^"]*)"?
             | (?P<word>[^\s(){}"]+)
           )""",
    re.VERBOSE,
)
DEEPEST = 50  # nested groups


class NotASearch(ValueError):
    """The text cannot be searched for; the message says why."""


@dataclass(frozen=True)
class Term:
    """One thing to look for: an operator ("" for words anywhere) and its value."""

    operator: str
    value: str
    phrase: bool = False


@dataclass(frozen=True)
class AllOf:
    """All of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """Whatever does not match this."""

    part: Node


Node = Term | AllOf | AnyOf | Not


def parse(text: str) -> Node:
    """The tree of a search; an empty one matches everything. NotASearch for AROUND."""
    return _Parser(text).parsed()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [m for m in TOKEN.finditer(text) if m.group().strip()]
        self.place = 0
        self.depth = 0

    def parsed(self) -> Node:
        nodes = []
        while self.place < len(self.tokens):
            nodes.append(self._group("", ""))
            self.place += 1  # a closing bracket that opened nothing is passed over
        return nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes))

    def _peek(self) -> re.Match[str] | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def _group(self, opened: str, operator: str) -> Node:
        """What stands until the closing bracket, all of it under `operator`."""
        wanted = {"(": ")", "{": "}"}.get(opened, "")
        runs: list[list[Node]] = [[]]
        joined = False
        while (token := self._peek()) is not None and not token["close"]:
            if token["word"] in ("OR", "|"):
                joined = bool(runs[-1])
            elif token["word"] != "AND":
                node = self._node(operator)
                _join(runs, node, joined=joined)
                joined = False
                continue
            self.place += 1
        if wanted and (token := self._peek()) is not None:
            self.place += 1
        found = [run[0] if len(run) == 1 else AnyOf(tuple(run)) for run in runs if run]
        if len(found) == 1:
            return found[0]
        return AnyOf(tuple(found)) if opened == "{" else AllOf(tuple(found))

    def _node(self, operator: str) -> Node:
        token = self.tokens[self.place]
        self.place += 1
        if token["not"]:
            return Not(self._node(operator)) if self._peek() else AllOf(())
        if token["plus"]:
            return self._node(operator) if self._peek() else AllOf(())
        if token["open"]:
            return self._nested(token["open"], operator)
        if token["name"]:
            return self._named(token["name"], operator)
        if token["phrase"] is not None:
            return Term(operator, token["phrase"], phrase=True)
        if re.fullmatch(r"AROUND(\d+)?", token["word"]):
            raise NotASearch("AROUND is not supported here")
        return Term(operator, token["word"])

    def _nested(self, opened: str, operator: str) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotASearch("too many brackets")
        node = self._group(opened, operator)
        self.depth -= 1
        return node

    def _named(self, name: str, outer: str) -> Node:
        """An operator and its value; a name that is no operator is a word with a colon."""
        if self._peek() is None:
            return Term(outer, f"{name}:")
        if name.lower() in OPERATORS:
            return self._node(name.lower())
        inner = self._node(outer)
        return Term(outer, f"{name}:{inner.value}") if isinstance(inner, Term) else inner


def _join(runs: list[list[Node]], node: Node, *, joined: bool) -> None:
    """OR binds the nodes beside it, before words side by side do."""
    if joined:
        runs[-1].append(node)
    elif runs[-1]:
        runs.append([node])
    else:
        runs[-1] = [node]
