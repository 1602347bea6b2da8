"""A message for those who read mail as text: paragraphs, lists with dashes, links spelt out."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from sheetflow.language.messages.links import NAME
from sheetflow.language.messages.markdown import Parsed, in_link
from sheetflow.language.messages.markdown_blocks import Block
from sheetflow.language.messages.placeholders import Marked


def plain_text(parsed: Parsed) -> str:
    """A template of the text. Blank lines may pile up where a tag gives nothing."""
    return _Writer(parsed.marked).blocks(parsed.blocks)


class _Writer:
    def __init__(self, marked: Marked) -> None:
        self._marked = marked

    def blocks(self, blocks: Sequence[Block]) -> str:
        return "".join(map(self._block, blocks))

    def _block(self, block: Block) -> str:
        if block.tags:
            return self._group(block, self.blocks)
        match block.opens.type:
            case "paragraph_open" | "heading_open":
                end = "\n" if block.opens.hidden else "\n\n"
                return self._inline(block.children[0].opens.children or []) + end
            case "bullet_list_open" | "ordered_list_open":
                return self._list(block)
            case "blockquote_open":
                return _indented(self.blocks(block.children), "> ", "> ") + "\n\n"
            case "fence":
                return self._marked.fill(block.opens.content) + "\n"
            case "hr":
                return "----------\n\n"
            case _:
                return self._marked.fill(block.opens.content.strip())

    def _group(self, block: Block, inside: object) -> str:
        assert callable(inside)
        branches = [
            tag.source + inside(branch)
            for tag, branch in zip(block.tags, block.branches, strict=False)
        ]
        return "".join(branches) + block.tags[-1].source

    def _list(self, block: Block) -> str:
        loose = any(
            inner.opens.type == "paragraph_open" and not inner.opens.hidden
            for item in block.children
            for inner in item.children
        )
        end = "\n\n" if loose else "\n"
        numbered = block.opens.type == "ordered_list_open" and not any(
            item.tags for item in block.children
        )
        number = int(block.opens.attrs.get("start", 1))
        items = [
            self._item(item, f"{number + place}. " if numbered else "- ", end)
            for place, item in enumerate(block.children)
        ]
        return "".join(items) + ("" if loose else "\n")

    def _item(self, item: Block, sign: str, end: str) -> str:
        if item.tags:
            return self._group(
                item, lambda items: "".join(self._item(each, sign, end) for each in items)
            )
        return _indented(self.blocks(item.children), sign, " " * len(sign)) + end

    def _inline(self, tokens: Sequence[Token]) -> str:
        pieces: list[str] = []
        label_from, raw, address = 0, "", ""
        for token in tokens:
            match token.type:
                case "softbreak" | "hardbreak":
                    pieces.append("\n")
                case "link_open":
                    label_from, raw, address = len(pieces), "", str(token.attrs["href"])
                case "link_close":
                    label = "".join(pieces[label_from:])
                    pieces[label_from:] = [self._link(label, raw, address)]
                case _:
                    raw += token.content
                    pieces.append(self._marked.fill(token.content))
        return "".join(pieces)

    def _link(self, label: str, raw: str, address: str) -> str:
        shown = address.removeprefix("mailto:").removeprefix("tel:")
        written = self._marked.fill(shown, in_link(address))
        if (tag := self._marked.tags.get(address)) and tag.inside.startswith(NAME):
            return f"{label}: {written}"  # nothing behind it that could be taken for a part of it
        return written if raw in (shown, address) else f"{label} ({written})"


def _indented(text: str, first: str, further: str) -> str:
    lines = text.strip("\n").split("\n")
    return first + "\n".join([lines[0], *(f"{further}{line}".rstrip() for line in lines[1:])])
