"""Jinja2 with everything taken away that a message does not need, and a bound on the rest.

A template is read into its tree, and only the parts named in ALLOWED may stand there: no calls, no
includes, no macros. So nothing is reachable but columns, filters and tests. What can still grow is
bounded where it grows: texts and numbers at each operation, loops by the steps they take together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from itertools import islice
from typing import Any, NoReturn

from jinja2 import Environment, nodes, pass_context
from jinja2.lexer import TokenStream
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from sheetflow.language.templating.fields import LONGEST_CELL, Empty, Fields, NotYet, as_seen, stop
from sheetflow.language.templating.filters import filters_for, tests_for
from sheetflow.language.templating.printing import printing, text_of

LARGEST_TEMPLATE = 64 * 1024
"""Characters of a template; the longest letter anyone reads has a tenth of it."""

LARGEST_OUTPUT = 512 * 1024
"""Characters a template may give; a mail of that size is cut off by mail programs."""

PIECES = 32
"""How many pieces of the output are put together before their length is looked at."""

LARGEST_NUMBER = 10**15
"""Beyond it, a float no longer holds every whole number."""

MOST_STEPS = 100_000
"""Parts of a template that all its loops together may go through for one row."""

DEEPEST = 60
"""Levels of nesting, well below where Python's own compiler gives up."""

BUDGET = " budget"
_EACH, _GLUE = "_each", "_glue"

ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const),
    *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.Keyword),
    *(nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv),
    *(nodes.Mod, nodes.Concat, nodes.For, nodes.Assign, nodes.List, nodes.Tuple),
)

_PARTS: Mapping[type, frozenset[str]] = {
    LoopContext: frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"}),
}
_PARTS_OF_DATES = frozenset({"year", "month", "day", "hour", "minute"})


class Place(int):
    """A line that also knows its column; both count from 1."""

    column: int

    def __new__(cls, line: int, column: int) -> Place:
        place = super().__new__(cls, line)
        place.column = column
        return place


class Budget:
    """The steps that the loops of one rendering may still take."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def spend(self, steps: int) -> None:
        """Take `steps` away. Raises RowStopped when there are not enough."""
        self.left -= steps
        if self.left < 0:
            stop("the text goes round a loop too often")


class Names(Context):
    """What a template is rendered with: its names alone, and nothing for blocks or globals."""

    def __init__(
        self,
        environment: Environment,
        parent: dict[str, Any],
        name: str | None,
        blocks: Mapping[str, Any],  # noqa: ARG002 - no template may have any
        globals: MutableMapping[str, Any] | None = None,  # noqa: ARG002 - nor these
    ) -> None:
        self.environment, self.name = environment, name
        self.parent, self.vars = parent, {}
        self.exported_vars = set()


class Sandbox(ImmutableSandboxedEnvironment):
    """The Jinja2 environment that all templates share. `finish` prints a value."""

    context_class = Names
    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%"])

    def __init__(self, filters: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            optimized=False,
            undefined=Unknown,
        )
        self.globals = {}
        self.filters = {**filters_for(filters), _EACH: each, _GLUE: glue}
        self.tests = tests_for()
        self.concat = bounded_join  # type: ignore[method-assign]  # as Jinja2's own subclasses do

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A column of a row, or one of the few parts that other values have."""
        if type(obj) is Fields:
            return obj[attribute]
        return _part(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A column of a row, or an item of a list or a text."""
        if type(obj) is Fields:
            return obj[argument]
        if isinstance(obj, (str, list, tuple)) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else Empty(str(argument))
        return _part(obj, argument)

    def call(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Nothing is callable: the tree was checked, and this is the second lock."""
        stop("the text calls something")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers, dates and texts, with a bound on what comes out."""
        for side in (left, right):
            if isinstance(side, (Empty, NotYet)):
                side.stop()
        if operator in "*%" and not (_is_number(left) and _is_number(right)):
            stop(f"the text uses {operator} on something that is not a number")
        return bounded(super().call_binop(context, operator, left, right))

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        tokens = placed(self.lexer.tokeniter(source, name, filename, state), source)
        return TokenStream(self.lexer.wrap(tokens, name, filename), name, filename)

    def read_expression(self, source: str) -> nodes.Template:
        """The tree of a lone expression, as a template that leaves it in `result`."""
        parser = Parser(self, source, state="variable")
        found = parser.parse_expression()
        if not parser.stream.eos:
            parser.fail("something follows the expression", parser.stream.current.lineno)
        target = nodes.Name("result", "store", lineno=Place(1, 1))
        body: list[nodes.Node] = [nodes.Assign(target, found, lineno=Place(1, 1))]
        return nodes.Template(body, lineno=Place(1, 1))


def placed(tokens: Iterable[tuple[int, str, str]], source: str) -> Iterator[tuple[int, str, str]]:
    """The lexer's tokens, each with a line that knows its column."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found_to = (0, 0)
    for line, kind, text in tokens:
        first, _, _ = text.partition("\n")
        start = found_to[1] if found_to[0] == line else 0
        column = lines[line - 1].find(first, start) if line <= len(lines) else 0
        column = max(column, 0)
        if "\n" not in text:
            found_to = (line, column + len(text))
        yield Place(line, column + 1), kind, text


class Unknown(Undefined):
    """What Jinja2 makes for every name that is not there: here it stops the row."""

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: Any = None, *_: Any
    ) -> None:
        stop(f'the text uses "{name}", which is not known here' if obj is missing else f"{hint}")


def _part(obj: Any, name: Any) -> Any:
    if isinstance(obj, Empty):
        return obj
    if isinstance(obj, NotYet):
        obj.stop()
    if isinstance(obj, Mapping) and name in obj:
        return as_seen(obj[name], str(name))
    parts = _PARTS.get(type(obj), _PARTS_OF_DATES)
    if name in parts and hasattr(obj, name):
        return getattr(obj, name)
    return stop(f'the text uses "{name}" of something that has no such part')


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


def bounded(value: Any) -> Any:
    """`value`, unless it has grown too big. Raises RowStopped then."""
    if _is_number(value):
        if abs(value) > LARGEST_NUMBER:
            stop("a number in the text grows too big")
    elif isinstance(value, (str, list, tuple)) and len(value) > LONGEST_CELL:
        stop("a text grows too long")
    return value


def bounded_join(pieces: Iterable[str]) -> str:
    """All of the output in one piece. Raises RowStopped beyond LARGEST_OUTPUT characters."""
    whole, left = "", iter(pieces)
    while some := list(islice(left, PIECES)):
        whole += "".join(some)
        if len(whole) > LARGEST_OUTPUT:
            stop("the text grows too long")
    return whole


@pass_context
def each(context: Context, values: Any, weight: int) -> Any:
    """What a loop goes through, paid for in advance: `weight` steps for each value."""
    if isinstance(values, NotYet):
        values.stop()
    if not isinstance(values, (list, tuple, Empty)):
        stop("the text goes through something that is not a list")
    context.parent[BUDGET].spend(len(values) * weight)
    return values


@pass_context
def glue(context: Context, *values: Any) -> str:
    """Several values as one text: what `~` does."""
    return str(bounded("".join([text_of(context, value) for value in values])))


def variant(shared: Sandbox, mode: str) -> Sandbox:
    """The same environment, printing as `mode` says; a message keeps all its line breaks."""
    whole = mode in ("line", "lines")
    made = shared.overlay(trim_blocks=whole, lstrip_blocks=whole, finalize=printing(mode))
    assert isinstance(made, Sandbox)
    return made


def tie(tree: nodes.Template, environment: Sandbox) -> None:
    """Put the bounds into a checked tree: on every loop, and on every `~`."""
    for loop in list(tree.find_all(nodes.For)):
        weight = sum(1 for _ in loop.find_all(nodes.Node))
        loop.iter = _filtered(loop.iter, _EACH, [nodes.Const(weight)])
    _replace_glue(tree)
    tree.set_environment(environment)


def _filtered(subject: Any, name: str, values: list[nodes.Expr]) -> nodes.Filter:
    return nodes.Filter(subject, name, values, [], None, None, lineno=subject.lineno)


def _replace_glue(node: nodes.Node) -> None:
    for field, value in node.iter_fields():
        if isinstance(value, nodes.Concat):
            first, *rest = value.nodes
            setattr(node, field, _filtered(first, _GLUE, rest))
        elif isinstance(value, list):
            value[:] = [
                _filtered(item.nodes[0], _GLUE, item.nodes[1:])
                if isinstance(item, nodes.Concat)
                else item
                for item in value
            ]
    for child in node.iter_child_nodes():
        _replace_glue(child)
