"""The Markdown of a message -> two templates: readable plain text, and HTML.

CommonMark without HTML, pictures, indented code and underlined headings. A short line ends where it
ends, so that "Thanks," and the name below it need no sign of their own. What an author cannot mean
in a mail (a picture from elsewhere, a link that leads nowhere) is a problem, not silently dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sheetflow.language.messages.markdown_blocks import Block, Grouper, flat
from sheetflow.language.messages.markdown_flaws import Flaw, flaws_in
from sheetflow.language.messages.placeholders import Marked, Tag, lay_out
from sheetflow.language.templating.printing import SAFE_SCHEMES

_WEB = r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'*_]"
_LINK = re.compile(r"<a\s(?:[^\"<>]|\"[^\"]*\")*>")
_SHORT_LINE = 45
"""Signs of a line that somebody ended on purpose, not because the editor's window ended there."""
_USUAL_VALUE = "x" * 15  # about what a name, a town or a time takes
_TAGS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


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
        if token.children and token.content not in alone:
            token.children = _broken(list(_linked(token.children, marked)), marked)
            flaws += flaws_in(token.children, marked)
        elif not token.children:
            flaws += flaws_in([token], marked)
    blocks = Grouper(marked, alone, flaws).group(tokens)
    return Parsed(marked, blocks, tuple(dict.fromkeys(flaws)), reader)


def as_html(parsed: Parsed) -> str:
    """The body as HTML, with its words still in place; tags between blocks are comments."""
    reader = parsed.reader
    html = reader.renderer.render(list(flat(parsed.blocks)), reader.options, {})
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

    attribute = re.compile(rf'\b(href|title)="([^"]*{marked.word}[^"]*)"')
    html = _LINK.sub(lambda link: attribute.sub(hold, link[0]), html)
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


def _broken(tokens: list[Token], marked: Marked) -> list[Token]:
    """The same tokens, with the line break after each short line kept in the HTML too."""
    length = 0
    for token in tokens:
        if token.type not in ("softbreak", "hardbreak"):
            length += len(re.sub(marked.word, _USUAL_VALUE, token.content))
            continue
        if length < _SHORT_LINE:
            token.type, token.tag = "hardbreak", "br"
        length = 0
    return tokens


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
