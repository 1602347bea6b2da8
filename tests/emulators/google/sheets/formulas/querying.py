"""The query language of QUERY: select, where, group by, order by, limit, offset, label.

Source: developers.google.com/chart/interactive/docs/querylanguage. Pivot, format and arithmetic
on columns are not held here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NoReturn

from ..formatting_dates import serial_of
from .comparing import order
from .references import number
from .values import Scalar, fail

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>`[^`]+`|[A-Za-z]\w*)"
    r"|(?P<sign><=|>=|<>|!=|[=<>(),*]))"
)
_CLAUSES = ("select", "where", "group", "order", "limit", "offset", "label")
_AGGREGATES = ("count", "sum", "avg", "min", "max")
Row = tuple[Scalar, ...]
Test = Callable[[Row], bool]


@dataclass(frozen=True)
class Column:
    """A column by its place, or what is worked out over it ("sum")."""

    place: int
    over: str = ""


@dataclass
class Query:
    """A query as it was read; `select` None: all columns."""

    select: list[Column] | None = None
    where: Test | None = None
    group: list[Column] = field(default_factory=list)
    order: list[tuple[Column, bool]] = field(default_factory=list)
    limit: int | None = None
    offset: int = 0
    labels: dict[Column, str] = field(default_factory=dict)


def read_query(text: str, width: int, left: int) -> Query:
    """The query of a text over `width` columns, the first of which is the sheet's `left`th.

    Raises Trouble (#VALUE!) for what is no query.
    """
    return _Reader(text, width, left).query()


class _Reader:
    """Reads a query from left to right."""

    def __init__(self, text: str, width: int, left: int) -> None:
        self.text = text
        self.width = width
        self.left = left
        self.tokens: list[tuple[str, str]] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            match = _TOKEN.match(text, at)
            if not match:
                self.refuse()
            self.tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
            at = match.end()
        self.at = 0

    def refuse(self) -> NoReturn:
        fail("VALUE", "Unable to parse query string for Function QUERY parameter 2: " + self.text)

    def peek(self) -> str:
        if self.at >= len(self.tokens):
            return ""
        kind, text = self.tokens[self.at]
        return text.lower() if kind in ("name", "sign") else ""

    def take(self, *words: str) -> str:
        found = self.peek()
        if not found or found not in words:
            return ""
        self.at += 1
        return found

    def need(self, *words: str) -> None:
        if not self.take(*words):
            self.refuse()

    def query(self) -> Query:
        found = Query()
        while self.at < len(self.tokens):
            clause = self.take(*_CLAUSES)
            if not clause:
                self.refuse()
            if clause in ("group", "order"):
                self.need("by")
            self._clause(found, clause)
        return found

    def _clause(self, found: Query, clause: str) -> None:
        if clause == "select":
            found.select = None if self.take("*") else self._list(self.column)
        elif clause == "where":
            found.where = self.either()
        elif clause == "group":
            found.group = self._list(self.column)
        elif clause == "order":
            found.order = self._list(self.ordering)
        elif clause == "label":
            found.labels = dict(self._list(self.label))
        else:
            setattr(found, clause, int(float(self.literal() or 0)))

    def _list(self, one: Callable[[], Any]) -> list[Any]:
        found = [one()]
        while self.take(","):
            found.append(one())
        return found

    def column(self) -> Column:
        word = self.peek().strip("`")
        self.at += 1
        if word in _AGGREGATES and self.take("("):
            inner = self.column()
            self.need(")")
            return Column(inner.place, word)
        match = re.fullmatch(r"col(\d+)", word)
        place = int(match[1]) - 1 if match else number(word) - self.left if word.isalpha() else -1
        if not 0 <= place < self.width:
            fail(
                "VALUE",
                "Unable to parse query string for Function QUERY parameter 2: NO_COLUMN: "
                f"{word.upper() if not match else word.capitalize()}",
            )
        return Column(place)

    def ordering(self) -> tuple[Column, bool]:
        found = self.column()
        return found, self.take("asc", "desc") != "desc"

    def label(self) -> tuple[Column, str]:
        return self.column(), str(self.literal())

    def literal(self) -> Scalar:
        if self.take("true", "false"):
            return self.tokens[self.at - 1][1].lower() == "true"
        if self.take("date"):
            try:
                return serial_of(date.fromisoformat(str(self.literal())))
            except ValueError:
                self.refuse()
        if self.at >= len(self.tokens):
            self.refuse()
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return float(text)
        return text[1:-1] if kind == "text" else self.refuse()

    # conditions

    def either(self) -> Test:
        tests = [self.both()]
        while self.take("or"):
            tests.append(self.both())
        return lambda row: any(test(row) for test in tests)

    def both(self) -> Test:
        tests = [self.condition()]
        while self.take("and"):
            tests.append(self.condition())
        return lambda row: all(test(row) for test in tests)

    def condition(self) -> Test:
        if self.take("not"):
            inner = self.condition()
            return lambda row: not inner(row)
        if self.take("("):
            test = self.either()
            self.need(")")
            return test
        place = self.column().place
        if self.take("is"):
            negated = bool(self.take("not"))
            self.need("null")
            return lambda row: (row[place] in (None, "")) != negated
        if self.take("starts", "ends"):
            word = self.tokens[self.at - 1][1].lower()
            self.need("with")
            return self._text(place, word)
        sign = self.take("=", "<>", "!=", "<", ">", "<=", ">=", "contains", "matches", "like")
        if sign in ("contains", "matches", "like"):
            return self._text(place, sign)
        return self._compared(place, sign) if sign else self.refuse()

    def _text(self, place: int, how: str) -> Test:
        wanted = str(self.literal())
        if how == "like":
            parts = (re.escape(one) for one in re.split("([%_])", wanted))
            wanted = "".join({"%": ".*", "_": "."}.get(one, one) for one in parts)
        rules: dict[str, Callable[[str], bool]] = {
            "contains": lambda text: wanted in text,
            "starts": lambda text: text.startswith(wanted),
            "ends": lambda text: text.endswith(wanted),
            "matches": lambda text: bool(re.fullmatch(wanted, text)),
            "like": lambda text: bool(re.fullmatch(wanted, text)),
        }
        rule = rules[how]
        return lambda row: isinstance(row[place], str) and rule(str(row[place]))

    def _compared(self, place: int, sign: str) -> Test:
        wanted = self.literal()
        kind = type(wanted)

        def test(row: Row) -> bool:
            value = row[place]
            if isinstance(value, bool) != (kind is bool) or isinstance(value, str) != (kind is str):
                return sign in ("<>", "!=") and value is not None
            if value is None:
                return False
            first, second = (value, wanted) if kind is str else (order(value), order(wanted))
            return {
                "=": first == second,
                "<>": first != second,
                "!=": first != second,
                "<": first < second,
                ">": first > second,
                "<=": first <= second,
                ">=": first >= second,
            }[sign]

        return test
