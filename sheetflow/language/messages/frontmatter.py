"""A file of a message template -> its front matter and its body, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sheetflow.language.nodes import Map, Scalar
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems, suggest
from sheetflow.language.yamlfile import MOST_BYTES, parse_yaml

KEYS: Mapping[str, str] = {
    "subject": "The subject line. Required.",
    "language": "The language it is written in, such as en or es-MX.",
    "preheader": "What a mail program shows beside the subject, before the mail is opened.",
}
"""Every key of the front matter, and what it is for."""

_WHERE = "template"
_BEGIN = "Begin the file with three lines: ---, subject: Your subject, ---."


@dataclass(frozen=True)
class Source:
    """A file of a message template: `front` by key, and the Markdown with its first line."""

    path: Path
    text: str
    front: Mapping[str, Scalar]
    body: str
    body_at: Position

    def place_of(self, text: str) -> Position:
        """Where `text` stands in the body, or else where the body begins."""
        before, found, _ = self.body.partition(text)
        if not (found and text):
            return self.body_at
        line = self.body_at.line + before.count("\n")
        return Position(self.path, line, len(before) - before.rfind("\n"))


def read_source(path: Path, problems: Problems) -> Source | None:
    """The file's parts; None, and at least one problem, if it cannot be used."""
    text = _text_of(path, problems)
    if text is None:
        return None
    lines = text.split("\n")
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        begun = lines[0].rstrip() == "---"
        what = "its front matter has no end" if begun else "it has no front matter"
        problems.add(Position(path, 1, 1), _WHERE, f"{what}, so there is no subject.", _BEGIN)
        return None
    front = _front("\n".join(lines[1:end]), path, problems)
    if front is None:
        return None
    return Source(path, text, front, "\n".join(lines[end + 1 :]), Position(path, end + 2, 1))


def _front(text: str, path: Path, problems: Problems) -> Mapping[str, Scalar] | None:
    before = len(problems)
    document = parse_yaml(text, path, problems, first_line=2) if text.strip() else None
    front: dict[str, Scalar] = {}
    root = document.root if document else None
    if root is not None and not isinstance(root, Map):
        problems.add(Position(path, 2, 1), _WHERE, "the front matter has no keys.", _BEGIN)
    elif root is not None:
        for entry in root.entries:
            key, value = entry.key, entry.value
            if key.text not in KEYS:
                cure = suggest(key.text, KEYS, "The keys are")
                problems.add(key.position, _WHERE, f'there is no key "{key.text}".', cure)
            elif not isinstance(value, Scalar):
                what = f'"{key.text}" is one line of text.'
                problems.add(value.position, _WHERE, what, "Put it in quotes.")
            elif value.text.strip():
                front[key.text] = value
    if len(problems) == before and "subject" not in front:
        problems.add(
            Position(path, 2, 1), _WHERE, "it has no subject.", "Write subject: and a text."
        )
    return front if len(problems) == before else None


def _text_of(path: Path, problems: Problems) -> str | None:
    whole = Position(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            what = f"it is larger than {MOST_BYTES // 1024} KB."
            problems.add(whole, _WHERE, what, "A message is a page of text; shorten it.")
            return None
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        problems.add(whole, _WHERE, f"it cannot be read: {error.strerror}.", "Check its rights.")
    except UnicodeDecodeError:
        problems.add(whole, _WHERE, "it is not UTF-8 text.", "Save it again as UTF-8.")
    return None
