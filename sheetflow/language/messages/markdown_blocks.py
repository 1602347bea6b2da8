"""Markdown blocks with Jinja2's tags among them: groups from `if` to `endif`, lists made whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from markdown_it.token import Token

from sheetflow.language.messages.markdown_flaws import Flaw, crossing
from sheetflow.language.messages.placeholders import Marked, Tag


@dataclass
class Block:
    """A part of the text: a Markdown block with what is in it, or a tag that stands alone."""

    opens: Token
    children: list[Block] = field(default_factory=list)
    closes: Token | None = None
    tags: list[Tag] = field(default_factory=list)
    branches: list[list[Block]] = field(default_factory=list)
    """A group from `if` to `endif` has its tags, and between each two of them a branch."""


class Grouper:
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
                    self._flaws.append(crossing(tag))
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
        self._flaws += [crossing(group.tags[0]) for group in groups]
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


def flat(blocks: Sequence[Block]) -> Iterator[Token]:
    """The tokens of blocks in reading order, a tag as a comment between them."""
    for block in blocks:
        for tag, branch in zip(block.tags, block.branches, strict=False):  # the last tag ends it
            yield _statement(tag)
            yield from flat(branch)
        yield _statement(block.tags[-1]) if block.tags else block.opens
        yield from flat(block.children)
        if block.closes:
            yield block.closes
