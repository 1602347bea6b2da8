"""Links in a message by which somebody answers: `{{ link('Yes', set='Confirmed', to='Yes') }}`.

All that such a link says stands in the template, as texts in quotes: what it is called, into which
column of the row it answers, and what it writes there. No cell decides any of it. In the Markdown
it becomes a link like any other, whose address is known when the message is handed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes

from sheetflow.errors import ProblemsFound
from sheetflow.language.durations import parse_duration
from sheetflow.language.position import Position
from sheetflow.language.problems import Mistake, Problems
from sheetflow.language.templating.sandbox import Sandbox
from sheetflow.values import digest

WITHIN = timedelta(days=60)
"""How long a link can be answered, unless it says; US law wants 30 days for unsubscribing."""
LONGEST_WITHIN = timedelta(days=365)
LONGEST_LABEL = 80
LONGEST_VALUE = 200
MARK = 16
"""Hexadecimal digits of a link's mark."""

ADDRESSES = " answers"
"""Under this name a context holds how the addresses of links begin; no template can say it."""
NAME = "_link_"
"""What the address of a link is called in a template of ours, with its number."""

_TEXT = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_TAG = re.compile(
    rf"\{{\{{[-+]?\s*(?P<call>link\s*\((?:[^'\"{{}}()]|{_TEXT})*\))\s*[-+]?\}}\}}", re.DOTALL
)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_LIKE = "Write it like {{ link('Yes, I come', set='Confirmed', to='Yes') }}."
_WORDS = {"set": "column", "to": "value", "within": "time"}


@dataclass(frozen=True)
class Link:
    """One link: what it is called, what it writes into which column, and how long it counts."""

    label: str
    column: str
    value: str
    within: timedelta = WITHIN
    position: Position = field(default=Position(Path()), compare=False)

    @property
    def mark(self) -> str:
        """What tells it from any link that is called otherwise or writes something else."""
        return digest(self.label, self.column, self.value)[:MARK]


@dataclass(frozen=True)
class Linked:
    """A body whose links are Markdown, the same with nothing in their places, and the links.

    In `blank` everything else stands where it stood, so that its mistakes have their places.
    """

    text: str
    blank: str
    links: tuple[Link, ...]


def with_links(body: str, at: Position, sandbox: Sandbox, problems: Problems) -> Linked:
    """Take the links out of a message's Markdown. What is wrong with one is noted."""
    text, blank, links, end = [], [], [], 0
    for match in _tags(body):
        place = _place(body, match.start(), at)
        with problems.gathering(place, "template"):
            if body[: match.start()].endswith(("](", "<")):
                raise Mistake("link(…) is a link itself, with words of its own.", _LIKE)
            links.append(_link(match["call"], place, sandbox))
            text += [body[end : match.start()], _markdown(links[-1], len(links) - 1)]
        blank += [body[end : match.start()], _nothing(match[0])]
        end = match.end()
    rest = body[end:]
    return Linked("".join([*text, rest]), "".join([*blank, rest]), tuple(links))


def link_names(links: tuple[Link, ...], begins: str) -> dict[str, str]:
    """The address of each link in a template of ours; `begins` ends where its mark stands."""
    return {f"{NAME}{number}": f"{begins}{link.mark}" for number, link in enumerate(links)}


def _tags(body: str) -> Iterator[re.Match[str]]:
    comments = [match.span() for match in _COMMENT.finditer(body)]
    for match in _TAG.finditer(body):
        if not any(start <= match.start() < end for start, end in comments):
            yield match


def _place(body: str, start: int, at: Position) -> Position:
    before = body[:start]
    column = start - before.rfind("\n") if "\n" in before else start + max(at.column, 1)
    return Position(at.file, at.line + before.count("\n") if at.line else 0, column)


def _nothing(tag: str) -> str:
    """A tag that prints nothing, as long and over as many lines."""
    inside = "".join(char if char == "\n" else " " for char in tag[2:-2])
    at = tag.index("link") - 2
    return f"{{{{{inside[:at]}''{inside[at + 2 :]}}}}}"


def _markdown(link: Link, number: int) -> str:
    """The link as Markdown, in which none of its words means anything but itself."""
    label = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", link.label)
    return f"[{label}]({{{{ {NAME}{number} }}}})"


def _link(call: str, place: Position, sandbox: Sandbox) -> Link:
    try:
        tree = sandbox.read_expression(" ".join(call.split("\n")))
    except (TemplateSyntaxError, ProblemsFound):
        raise Mistake("this link cannot be read.", _LIKE) from None
    found = next(tree.find_all(nodes.Call))
    if found.dyn_args or found.dyn_kwargs or len(found.args) != 1:
        raise Mistake("a link has one text that it is called by.", _LIKE)
    named = {keyword.key: keyword.value for keyword in found.kwargs}
    for name in named:
        if name not in _WORDS:
            raise Mistake(f'a link has no "{name[:60]}".', _LIKE)
    for name in ("set", "to"):
        if name not in named:
            raise Mistake(f'this link does not say "{name}": which {_WORDS[name]}.', _LIKE)
    return Link(
        _literal(found.args[0], "what a link is called", LONGEST_LABEL),
        _literal(named["set"], "the column of a link", LONGEST_VALUE),
        _literal(named["to"], "what a link writes", LONGEST_VALUE),
        _within(named.get("within")),
        place,
    )


def _literal(node: nodes.Expr, what: str, longest: int) -> str:
    """The text that stands there in quotes. Raises Mistake for anything else: no cell decides."""
    if not isinstance(node, nodes.Const) or not isinstance(node.value, str):
        raise Mistake(
            f"{what} is a text in quotes; no cell and no sum may decide it.",
            "Write the text itself, such as to='Yes'.",
        )
    text = " ".join(node.value.split())
    if not text:
        raise Mistake(f"{what} is an empty text.", _LIKE)
    if len(text) > longest or not text.isprintable():
        raise Mistake(f"{what} is too long, or cannot be seen.", f"Use at most {longest} letters.")
    return text


def _within(node: nodes.Expr | None) -> timedelta:
    if node is None:
        return WITHIN
    text = _literal(node, "how long a link counts", LONGEST_LABEL)
    length = parse_duration(text)
    if length is None or not timedelta() < length <= LONGEST_WITHIN:
        raise Mistake(
            f'"{text}" is no time within which a link counts.', "Write it like within='14 days'."
        )
    return length
