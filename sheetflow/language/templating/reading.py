"""A template's text -> its tree and the names it uses, or every reason why it cannot stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes

from sheetflow.errors import Problem, ProblemsFound
from sheetflow.language.position import Position
from sheetflow.language.problems import did_you_mean
from sheetflow.language.templating.sandbox import ALLOWED, DEEPEST, LARGEST_TEMPLATE, Place, Sandbox

_PIECES = "A template is one piece of text. Write the text here."
_REFUSED = {
    nodes.Pow: ("a power is not worked out here.", "Put the number into a column."),
    nodes.Include: ("include is not allowed.", _PIECES),
    nodes.Import: ("import is not allowed.", _PIECES),
    nodes.FromImport: ("import is not allowed.", _PIECES),
    nodes.Extends: ("extends is not allowed.", _PIECES),
    nodes.Block: ("block is not allowed.", _PIECES),
    nodes.Macro: ("macro is not allowed.", "Write the text where it is needed."),
    nodes.Dict: ("a {…} table of values is not allowed.", "Use a column of the row."),
}
_RESERVED = {"self", "super", "caller", "varargs", "kwargs"}
_INSTEAD = {
    "upper": "| upper",
    "lower": "| lower",
    "capitalize": "| capitalize",
    "title": "| capitalize",
    "strip": "| trim",
    "split": "| split",
    "join": "| join",
    "replace": '| replace("this", "that")',
    "startswith": "a condition in where: starts with",
    "strftime": "| day, | time, | date or | day_and_time",
    "isoformat": "| date",
    "format": "the words themselves, with {{ }} between them",
    "get": '| default("something else")',
}


@dataclass(frozen=True)
class Found:
    """A name, and where in the template's own lines and columns it stands."""

    root: str
    attribute: str | None
    place: Place


def read(sandbox: Sandbox, text: str, position: Position, where: str) -> nodes.Template:
    """The checked tree of a template. Raises ProblemsFound."""
    return _read(sandbox, text, position, where, sandbox.parse)


def read_condition(sandbox: Sandbox, text: str, position: Position, where: str) -> nodes.Template:
    """The checked tree of a lone expression, its value left in `result`. Raises ProblemsFound."""
    return _read(sandbox, text, position, where, sandbox.read_expression)


def check_size(text: str, position: Position, where: str) -> None:
    """Raises ProblemsFound for a template that is too long."""
    if len(text) > LARGEST_TEMPLATE:
        what = f"this text has {len(text):,} characters, at most {LARGEST_TEMPLATE:,} may be used."
        raise ProblemsFound([_problem(position, Place(1, 1), where, what, "Shorten it.")])


def too_deep(position: Position, where: str) -> ProblemsFound:
    """What to tell about a template nested beyond all reason."""
    what, cure = "this is nested too deeply.", "Write it more simply."
    return ProblemsFound([_problem(position, Place(1, 1), where, what, cure)])


def uses_of(tree: nodes.Template) -> list[Found]:
    """Every name that a row must give, in reading order: not those the template sets itself."""
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    if tree.find(nodes.For):
        own.add("loop")
    found = [use for use in _uses(tree) if use.root not in own]
    return sorted(found, key=lambda use: (int(use.place), use.place.column))


def at(position: Position, place: Place) -> tuple[int, int]:
    """The line and column in the author's file of a place in a text that begins at `position`.

    All its lines are indented as the first one is, as in a block of YAML.
    """
    if not position.line:
        return 0, 0
    return position.line + place - 1, place.column + max(position.column - 1, 0)


def _read(
    sandbox: Sandbox,
    text: str,
    position: Position,
    where: str,
    parse: Callable[[str], nodes.Template],
) -> nodes.Template:
    check_size(text, position, where)
    try:
        tree = parse(text)
    except TemplateSyntaxError as error:
        raise ProblemsFound([_syntax(error, text, position, where)]) from None
    except (RecursionError, MemoryError):
        raise too_deep(position, where) from None
    except ValueError:  # Python refuses to read a number of thousands of digits
        what, cure = "a number here is too long.", "Write it shorter, or in quotes."
        raise ProblemsFound([_problem(position, Place(1, 1), where, what, cure)]) from None
    if _depth(tree) > DEEPEST:
        raise too_deep(position, where)
    if problems := [
        _problem(position, _place(node), where, what, cure)
        for node, what, cure in _faults(tree, sandbox)
    ]:
        raise ProblemsFound(problems)
    return tree


def _depth(tree: nodes.Node) -> int:
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [child for node in level for child in node.iter_child_nodes()]
    return deepest


def _faults(tree: nodes.Template, sandbox: Sandbox) -> Iterator[tuple[nodes.Node, str, str]]:
    for node in tree.find_all(nodes.Node):
        match node:
            case nodes.Call():
                yield node, *_call(node)
            case nodes.Filter() if node.name not in sandbox.filters or node.name[0] == "_":
                yield node, *_unknown("filter", node.name, sandbox.filters)
            case nodes.Filter() if node.dyn_args or node.dyn_kwargs or node.node is None:
                yield node, "a filter is used in a way that is not allowed.", "Name its values."
            case nodes.Test() if node.name not in sandbox.tests:
                yield node, *_unknown("test", node.name, sandbox.tests)
            case nodes.For() if node.recursive:
                yield node, "a loop may not go into itself.", "Take out the word recursive."
            case nodes.Name() if node.name.startswith("_") or node.name in _RESERVED:
                yield node, f'there is no name "{node.name}".', "Use a name of the recipe."
            case nodes.Getattr() if node.attr.startswith("__"):
                yield node, f'"{node.attr}" is not a column.', "Use a column of the row."
            case _ if not isinstance(node, ALLOWED):
                word = type(node).__name__.lower()
                yield (
                    node,
                    *_REFUSED.get(
                        type(node),
                        (f"{word} is not allowed.", "Use if, for, set and filters only."),
                    ),
                )


def _call(node: nodes.Call) -> tuple[str, str]:
    match node.node:
        case nodes.Getattr(attr=name):
            cure = (
                f"Use {_INSTEAD[name]}." if name in _INSTEAD else "Use a filter: {{ x | upper }}."
            )
            return f'"{name}(…)" cannot be called.', cure
        case nodes.Name(name="link"):
            return (
                "a link that is answered stands alone, in the text of a message.",
                "Write {{ link('Yes', set='Confirmed', to='Yes') }}, and nothing else inside.",
            )
        case nodes.Name(name=name):
            return f'"{name}(…)" cannot be called.', "Use if, for, set and filters only."
        case _:
            return "nothing can be called here.", "Use if, for, set and filters only."


def _unknown(kind: str, name: str, known: Iterable[str]) -> tuple[str, str]:
    names = sorted(each for each in known if each.isidentifier() and each[0] != "_")
    cure = did_you_mean(name, names) or f"There are: {', '.join(names)}."
    return f'there is no {kind} "{name}".', cure


def _syntax(error: TemplateSyntaxError, text: str, position: Position, where: str) -> Problem:
    message = (error.message or "it makes no sense").replace("Jinja was looking for", "it needs")
    place = _place(error)
    if not isinstance(error.lineno, Place):
        place = Place(min(place, text.count("\n") + 1), 1)
    message = message[:1].lower() + message[1:].rstrip(".")
    return _problem(position, place, where, f"this cannot be read: {message}.", _cure(message))


def _cure(message: str) -> str:
    if "unknown tag" in message:
        return "There are if, for and set."
    if "unexpected end of template" in message or "missing end" in message:
        return "Close what was opened: {% endif %}, {% endfor %}, }} or %}."
    if "unexpected 'end of template'" in message:
        return "Something is missing at the end."
    if "something follows the expression" in message:
        return (
            'Write == between two values to compare them; conditions are joined by "and" or "or".'
        )
    return 'Write {{ person.column }} or {{ person["Column name"] }}.'


def _place(node: nodes.Node | TemplateSyntaxError) -> Place:
    line = node.lineno
    return line if isinstance(line, Place) else Place(line or 1, 1)


def _problem(position: Position, place: Place, where: str, what: str, cure: str) -> Problem:
    line, column = at(position, place)
    return Problem(position.file, line, column, where, what, cure)


def _uses(node: nodes.Node) -> Iterator[Found]:
    match node:
        case nodes.Getattr(node=nodes.Name(name=root), attr=attribute):
            yield Found(root, attribute, _place(node.node))
        case nodes.Getitem(node=nodes.Name(name=root), arg=nodes.Const(value=str(attribute))):
            yield Found(root, attribute, _place(node.node))
        case nodes.Name(name=root, ctx="load"):
            yield Found(root, None, _place(node))
        case _:
            for child in node.iter_child_nodes():
                yield from _uses(child)
