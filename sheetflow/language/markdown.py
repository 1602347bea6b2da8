"""The Markdown of a message -> two templates: readable plain text, and HTML.

CommonMark without HTML, pictures, indented code and underlined headings. What an author cannot mean
in a mail (a picture from elsewhere, a link that leads nowhere) is a problem, not silently dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sheetflow.language.filters import SAFE_SCHEMES
from sheetflow.language.placeholders import Marked, Tag, lay_out

_WEB = r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'*_]"
_TAGS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


@dataclass
class Block:
    """A part of the text: a Markdown block with what is in it, or a tag that stands alone."""

    opens: Token
    children: list[Block] = field(default_factory=list)
    closes: Token | None = None
    tags: list[Tag] = field(default_factory=list)
    branches: list[list[Block]] = field(default_factory=list)
    """A group from `if` to `endif` has its tags, and between each two of them a branch."""


@dataclass(frozen=True)
class Flaw:
    """What is wrong with the Markdown, and near which text."""

    near: str
    what: str
    cure: str


@dataclass(frozen=True)
class Parsed:
    """A text as blocks."""

    marked: Marked
    blocks: list[Block]
    flaws: tuple[Flaw, ...]
    reader: MarkdownIt


def parse(marked: Marked) -> Parsed:
    """Read the Markdown of a text whose tags are words."""
    flaws: list[Flaw] = []
    reader = _reader(marked, flaws)
    text, alone = lay_out(marked)
    tokens = reader.parse(text)
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children, marked))
            flaws += _inline_flaws(token.children, marked, alone)
    blocks = _Grouper(marked, alone, flaws).group(tokens)
    return Parsed(marked, blocks, tuple(dict.fromkeys(flaws)), reader)


def as_html(parsed: Parsed) -> str:
    """The body as HTML, with its words still in place; tags between blocks are comments."""
    reader = parsed.reader
    html = reader.renderer.render(list(_flat(parsed.blocks)), reader.options, {})
    return nh3.clean(
        html,
        tags=_TAGS | _HEADINGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=set(SAFE_SCHEMES),
        link_rel=None,
        strip_comments=False,
    )


def html_template(marked: Marked, html: str) -> str:
    """A template of a page whose tags are words; its links are safe whatever a cell holds."""
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        name, value = match.groups()
        put = in_link(value) if name == "href" else _in_attribute
        held.append(f'{name}="{marked.fill(value, put)}"')
        return f"{marked.prefix}h{len(held) - 1}h"

    html = re.sub(rf'\b(href|title)="([^"]*{marked.word}[^"]*)"', hold, html)
    filled = marked.fill(html)
    return re.sub(rf"{marked.prefix}h(\d+)h", lambda match: held[int(match[1])], filled)


def in_link(address: str) -> Callable[[Tag], str]:
    """How a tag is put into an address: checked where it is all of it, escaped in a part of it."""
    mail = address.lower().startswith(("mailto:", "tel:"))

    def put(tag: Tag) -> str:
        if tag.kind != "value":
            return tag.source
        whole = address.startswith(tag.word)
        name = "_link" if whole else "_in_mailto" if mail else "_in_link"
        return f"{{{{ ({tag.inside})|{name} }}}}"

    return put


def _in_attribute(tag: Tag) -> str:
    return f"{{{{ ({tag.inside})|_ready }}}}" if tag.kind == "value" else tag.source


def _reader(marked: Marked, flaws: list[Flaw]) -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False})
    reader.disable(["code", "lheading", "html_block", "html_inline"])

    def may_lead(address: str) -> bool:
        scheme, colon, _ = address.partition(":")
        if colon and scheme.lower() in SAFE_SCHEMES:
            return True
        if (found := re.match(rf"({marked.word})(?!:)", address)) and (
            marked.tags[found[1]].kind == "value"
        ):
            return True
        cure = "Begin it with https://, http://, mailto: or tel:."
        shown = re.sub(marked.word, lambda word: marked.tags[word[0]].source, address)
        flaws.append(Flaw(address, f'a link leads to "{shown}".', cure))
        return False

    reader.validateLink = may_lead  # type: ignore[method-assign,assignment]  # as its docs say
    return reader


def _linked(tokens: Sequence[Token], marked: Marked) -> Iterator[Token]:
    """The same tokens, with bare web addresses made links, and values between < > too."""
    found = re.compile(rf"<({marked.word})>|{_WEB}")
    inside_link = 0
    for token in tokens:
        inside_link += token.nesting if token.type.startswith("link_") else 0
        if token.type != "text" or inside_link:
            yield token
            continue
        end = 0
        for match in found.finditer(token.content):
            address = match[1] or match[0]
            yield _text(token.content[end : match.start()])
            yield Token("link_open", "a", 1, attrs={"href": address})
            yield _text(address)
            yield Token("link_close", "a", -1)
            end = match.end()
        yield _text(token.content[end:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _inline_flaws(tokens: Sequence[Token], marked: Marked, alone: frozenset[str]) -> Iterator[Flaw]:
    """Pictures, and groups that begin inside bold, a link or the like and end outside of it."""
    nesting: list[str] = []
    for token in tokens:
        if token.type == "image":
            what, cure = "a picture would be fetched from elsewhere.", "Link to it instead."
            yield Flaw(str(token.attrs.get("src", "")), what, cure)
        elif token.nesting == 1:
            nesting.append(token.type)
        elif token.nesting == -1:
            if nesting and nesting[-1].startswith(marked.prefix):
                yield _crossing(marked.tags[nesting[-1]])
                return
            nesting.pop()
        for word in re.findall(marked.word, token.content):
            tag = marked.tags[word]
            if word in alone:
                continue
            if tag.kind == "open":
                nesting.append(word)
            elif tag.kind in ("between", "close") and not (
                nesting and nesting[-1].startswith(marked.prefix)
            ):
                yield _crossing(tag)
                return
            elif tag.kind == "close":
                nesting.pop()
    yield from (_crossing(marked.tags[word]) for word in nesting if word in marked.tags)


def _crossing(tag: Tag) -> Flaw:
    return Flaw(
        tag.word,
        f"{{% {tag.inside} %}} begins inside one part of the text and ends in another.",
        "Write it and its end on lines of their own, or both inside the same part.",
    )


class _Grouper:
    """Tokens -> blocks, with groups of tags around the blocks they are about."""

    def __init__(self, marked: Marked, alone: frozenset[str], flaws: list[Flaw]) -> None:
        self._marked = marked
        self._alone = alone
        self._flaws = flaws

    def group(self, tokens: Sequence[Token]) -> list[Block]:
        """All blocks of a text."""
        return self._blocks(iter(tokens))

    def _blocks(self, tokens: Iterator[Token]) -> list[Block]:
        found: list[Block] = []
        for token in tokens:
            if token.nesting == -1:
                found.append(Block(token))
                break
            block = Block(token)
            if token.nesting == 1:
                *block.children, last = self._blocks(tokens)
                block.closes = last.opens
            found.append(block)
        closing = [found.pop()] if found and found[-1].opens.nesting == -1 else []
        return _merged(self._grouped(found)) + closing

    def _grouped(self, blocks: Sequence[Block]) -> list[Block]:
        levels: list[list[Block]] = [[]]
        groups: list[Block] = []
        for block in blocks:
            tag = self._lone_tag(block)
            if tag is None:
                levels[-1].append(block)
                continue
            match tag.kind:
                case "open":
                    groups.append(Block(_statement(tag), tags=[tag]))
                    levels.append([])
                case "between" | "close" if not groups:
                    self._flaws.append(_crossing(tag))
                case "between":
                    groups[-1].tags.append(tag)
                    groups[-1].branches.append(_merged(levels.pop()))
                    levels.append([])
                case "close":
                    group = groups.pop()
                    group.tags.append(tag)
                    group.branches.append(_merged(levels.pop()))
                    levels[-1].append(group)
                case _:
                    levels[-1].append(Block(_statement(tag)))
        self._flaws += [_crossing(group.tags[0]) for group in groups]
        return [block for level in levels for block in level]

    def _lone_tag(self, block: Block) -> Tag | None:
        if block.opens.type != "paragraph_open" or not block.children:
            return None
        word = block.children[0].opens.content
        return self._marked.tags[word] if word in self._alone else None


def _statement(tag: Tag) -> Token:
    return Token("html_block", "", 0, content=f"<!--{tag.word}-->\n")


def _merged(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with lists that only tags keep apart made one list again."""
    merged: list[Block] = []
    for kind, found in groupby(blocks, _list_kind):
        run = list(found)
        if kind and any(block.tags for block in run):
            shape = next(_lists_in(run))
            items = [item for block in run for item in _items(block)]
            merged.append(Block(shape.opens, items, shape.closes))
        else:
            merged += run
    return merged


def _list_kind(block: Block) -> str:
    """How a list is written, for a list or a group of nothing but such lists; else ""."""
    if not block.tags:
        is_list = block.opens.type in ("bullet_list_open", "ordered_list_open")
        return block.opens.type + block.opens.markup if is_list else ""
    kinds = {_list_kind(inner) for branch in block.branches for inner in branch}
    return kinds.pop() if len(kinds) == 1 else ""


def _lists_in(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        if block.tags:
            yield from (found for branch in block.branches for found in _lists_in(branch))
        else:
            yield block


def _items(block: Block) -> list[Block]:
    if not block.tags:
        return block.children
    inside = [[item for inner in branch for item in _items(inner)] for branch in block.branches]
    return [Block(block.opens, tags=block.tags, branches=inside)]


def _flat(blocks: Sequence[Block]) -> Iterator[Token]:
    for block in blocks:
        for tag, branch in zip(block.tags, block.branches, strict=False):  # the last tag ends it
            yield _statement(tag)
            yield from _flat(branch)
        yield _statement(block.tags[-1]) if block.tags else block.opens
        yield from _flat(block.children)
        if block.closes:
            yield block.closes
