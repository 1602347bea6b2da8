"""A document as a page and as Markdown, and a document made of either."""

import html
import re
from collections.abc import Callable
from typing import Any

from tests.emulators.google.docs.document import BODY, Document, Tab
from tests.emulators.google.docs.rendering import elements
from tests.emulators.google.docs.tape import SECTION, Atom, Tape, characters, newline

Json = dict[str, Any]
Words = Callable[[str, Json], str]
_HEADINGS = {f"HEADING_{n}": n for n in range(1, 7)} | {"TITLE": 1, "SUBTITLE": 2}
_TAGS = (("bold", "b"), ("italic", "i"), ("underline", "u"), ("strikethrough", "s"))
_MARKS = (("bold", "**"), ("italic", "*"), ("strikethrough", "~~"))


def html_of(title: str, tab: Tab) -> str:
    """A whole page: headings, paragraphs, list items, tables, links and plain styles."""
    body = "".join(_html(element, tab) for element in elements(tab.segments[BODY]))
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title>'
    return f"<html><head>{head}</head><body>{body}</body></html>"


def _html(element: Json, tab: Tab) -> str:
    if "table" in element:
        rows = "".join(_html_row(row, tab) for row in element["table"]["tableRows"])
        return f"<table>{rows}</table>"
    if "paragraph" not in element:
        return ""
    paragraph = element["paragraph"]
    words = _line(paragraph, _html_words)
    level = _HEADINGS.get(paragraph["paragraphStyle"]["namedStyleType"])
    if "bullet" in paragraph:
        outer = "ol" if _numbered(paragraph, tab) else "ul"
        return f"<{outer}><li>{words}</li></{outer}>"
    tag = f"h{level}" if level else "p"
    return f"<{tag}>{words}</{tag}>"


def _html_row(row: Json, tab: Tab) -> str:
    cells = ("".join(_html(one, tab) for one in cell["content"]) for cell in row["tableCells"])
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _html_words(text: str, style: Json) -> str:
    shown = html.escape(text)
    for name, tag in _TAGS:
        if style.get(name) and not (name == "underline" and "link" in style):
            shown = f"<{tag}>{shown}</{tag}>"
    url = style.get("link", {}).get("url")
    return f'<a href="{html.escape(url)}">{shown}</a>' if url else shown


def markdown_of(tab: Tab) -> str:
    """Markdown as the service writes it: paragraphs apart, `#` headings, `*` items, pipe tables."""
    blocks = [_markdown(element, tab) for element in elements(tab.segments[BODY])]
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def _markdown(element: Json, tab: Tab) -> str:
    if "table" in element:
        rows = [
            [_cell(cell) for cell in row["tableCells"]] for row in element["table"]["tableRows"]
        ]
        lines = [f"| {' | '.join(row)} |" for row in rows]
        rule = "| " + " | ".join(":----" for _ in rows[0]) + " |"
        return "\n".join([lines[0], rule, *lines[1:]])
    if "paragraph" not in element:
        return ""
    paragraph = element["paragraph"]
    words = _line(paragraph, _markdown_words)
    level = _HEADINGS.get(paragraph["paragraphStyle"]["namedStyleType"])
    if level and words:
        return f"{'#' * level} {words}"
    if "bullet" in paragraph:
        indent = "  " * paragraph["bullet"].get("nestingLevel", 0)
        return f"{indent}{'1.' if _numbered(paragraph, tab) else '*'} {words}"
    return words


def _cell(cell: Json) -> str:
    held = (
        _line(one["paragraph"], _markdown_words) for one in cell["content"] if "paragraph" in one
    )
    return " ".join(held).replace("|", "\\|")


def _markdown_words(text: str, style: Json) -> str:
    shown = re.sub(r"([\\`*_\[\]#])", r"\\\1", text)
    inner = shown.strip()
    if not inner:
        return shown
    start, end = shown[: len(shown) - len(shown.lstrip())], shown[len(shown.rstrip()) :]
    for name, mark in _MARKS:
        inner = f"{mark}{inner}{mark}" if style.get(name) else inner
    url = style.get("link", {}).get("url")
    return f"{start}[{inner}]({url}){end}" if url else f"{start}{inner}{end}"


def _line(paragraph: Json, words: Words) -> str:
    runs = (part["textRun"] for part in paragraph["elements"] if "textRun" in part)
    return "".join(words(run["content"].removesuffix("\n"), run["textStyle"]) for run in runs)


def _numbered(paragraph: Json, tab: Tab) -> bool:
    return tab.presets.get(paragraph["bullet"]["listId"], "").startswith("NUMBERED")


def fill(document: Document, text: str, *, markdown: bool = False) -> None:
    """Puts a text in the place of a document's body; of Markdown the headings are kept."""
    tape: Tape = [Atom(SECTION)]
    for line in text.removesuffix("\n").split("\n"):
        heading = re.match(r"(#{1,6}) +(.*)", line) if markdown else None
        style = {"namedStyleType": f"HEADING_{len(heading[1])}" if heading else "NORMAL_TEXT"}
        words = heading[2] if heading else line.removesuffix("\r")
        tape += [*characters(words, {}), newline(paragraph=style)]
    document.tabs[0].segments[BODY] = tape


def text_of_html(page: str) -> str:
    """The text of a page: blocks as lines, tags gone."""
    body = re.sub(r"(?is)<(script|style|head)\b.*?</\1>", "", page)
    lines = re.sub(r"(?i)<br\s*/?>|</(p|h[1-6]|li|tr|div)>", "\n", re.sub(r"\s+", " ", body))
    text = html.unescape(re.sub(r"<[^>]+>", "", lines))
    return "\n".join(line.strip() for line in text.strip().split("\n"))
