"""What an author cannot mean: pictures from elsewhere, and groups that cross a part of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from sheetflow.language.messages.placeholders import Marked, Tag


@dataclass(frozen=True)
class Flaw:
    """What is wrong with the Markdown, and near which text."""

    near: str
    what: str
    cure: str


def crossing(tag: Tag) -> Flaw:
    """A group from `if` to `endif` that is not all in one part of the text."""
    return Flaw(
        tag.word,
        f"{{% {tag.inside} %}} begins inside one part of the text and ends in another.",
        "Write it and its end on lines of their own, or both inside the same part.",
    )


def flaws_in(tokens: Sequence[Token], marked: Marked) -> Iterator[Flaw]:
    """The flaws of one part of the text: a paragraph, a heading, a block of code."""
    nesting: list[str] = []
    for token in tokens:
        if token.type == "image":
            what, cure = "a picture would be fetched from elsewhere.", "Link to it instead."
            yield Flaw(str(token.attrs.get("src", "")), what, cure)
            continue
        crossed = _in_attributes(token, marked) or _in_content(token, marked, nesting)
        if crossed is not None:
            yield crossing(crossed)
            return
    yield from (crossing(marked.tags[word]) for word in nesting if word in marked.tags)


def _in_attributes(token: Token, marked: Marked) -> Tag | None:
    found = (_alone(str(value), marked) for value in token.attrs.values())
    return next((tag for tag in found if tag), None)


def _in_content(token: Token, marked: Marked, nesting: list[str]) -> Tag | None:
    if token.nesting == 1:
        nesting.append(token.type)
    elif token.nesting == -1 and nesting:
        opened = nesting.pop()
        return marked.tags.get(opened)
    if token.type == "text":
        return _meet(token.content, marked, nesting)
    return _alone(token.content, marked)


def _alone(text: str, marked: Marked) -> Tag | None:
    """The tag that has not its whole group in `text`, if there is one."""
    nesting: list[str] = []
    return _meet(text, marked, nesting) or next((marked.tags[word] for word in nesting), None)


def _meet(text: str, marked: Marked, nesting: list[str]) -> Tag | None:
    """Go on with `nesting` through `text`; the tag that does not fit into it, if there is one."""
    for word in re.findall(marked.word, text):
        tag = marked.tags[word]
        if tag.kind == "open":
            nesting.append(word)
        elif tag.kind in ("between", "close"):
            if not nesting or nesting[-1] not in marked.tags:
                return tag
            if tag.kind == "close":
                nesting.pop()
    return None
