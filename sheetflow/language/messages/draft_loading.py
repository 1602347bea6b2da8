"""A document -> the same MessageTemplate as a file gives, each problem with its paragraph.

The paragraphs at the top that begin with `Subject:`, `Language:` or `Preheader:` are what the front
matter is in a file; without a subject, it is the document's title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sheetflow.errors import Problem, ProblemsFound
from sheetflow.language.messages import MessageTemplate, build_variant
from sheetflow.language.messages.draft_fields import one_line
from sheetflow.language.messages.draft_markdown import Writer
from sheetflow.language.messages.drafts import Draft, Paragraph
from sheetflow.language.messages.frontmatter import KEYS, Source
from sheetflow.language.messages.letters import Variant
from sheetflow.language.messages.links import Link
from sheetflow.language.nodes import Scalar
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems
from sheetflow.language.templating import Environment, Use
from sheetflow.language.templating.sandbox import LARGEST_TEMPLATE
from sheetflow.values import digest

_FRONT = re.compile(rf"\s*({'|'.join(KEYS)})\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
_WHERE = "template"
MOST_PARAGRAPHS = 2_000
MOST_SIGNS = LARGEST_TEMPLATE
"""A message is a page of text; the longest that anyone reads has a tenth of it."""


@dataclass
class _Places:
    """Where in the document something stands."""

    draft: Draft
    lines: list[int] = field(default_factory=list)
    """The number of the paragraph from which each line of the body comes."""

    def paragraph(self, number: int) -> Position:
        return Position(Path(f'the document "{self.draft.name}", paragraph {number}'))

    def of_line(self, line: int) -> Position:
        inside = 0 < line <= len(self.lines)
        return self.paragraph(self.lines[line - 1]) if inside else self.whole

    @property
    def whole(self) -> Position:
        return Position(Path(f'the document "{self.draft.name}"'))

    def told(self, problem: Problem) -> Problem:
        """The problem with the paragraph in place of a line that nobody can see."""
        if problem.file != self.whole.file or not problem.line:
            return problem
        return replace(problem, file=self.of_line(problem.line).file, line=0, column=0)

    def used(self, use: Use) -> Use:
        """The use of a name, placed in the same way."""
        if use.file != self.whole.file or not use.line:
            return use
        return replace(use, file=self.of_line(use.line).file, line=0, column=0)

    def linked(self, link: Link) -> Link:
        """A link to answer by, placed in the same way."""
        return replace(link, position=self.of_line(link.position.line))


def load_draft(draft: Draft, environment: Environment, *, language: str = "en") -> MessageTemplate:
    """The message in a document. Raises ProblemsFound, each with the paragraph it stands in.

    `language` is what it is written in when it does not say so itself.
    """
    places, problems = _Places(draft), Problems()
    _check_size(draft, places, problems)
    problems.raise_any()
    source = _source(draft, places, problems)
    found = _variant(source, places, environment, language, problems)
    if found is None or len(problems):
        raise ProblemsFound(map(places.told, problems))
    variant, uses = found
    front = {key: scalar.text for key, scalar in source.front.items()}
    return MessageTemplate(
        draft.name,
        (replace(variant, links=tuple(map(places.linked, variant.links))),),
        tuple(dict.fromkeys(map(places.used, uses))),
        digest(front, source.body),
    )


def _check_size(draft: Draft, places: _Places, problems: Problems) -> None:
    """Before anything is done with it: nobody mails a book."""
    signs = len(draft.title) + sum(len(paragraph.text) for paragraph in draft.paragraphs)
    cure = "A message is a page of text; shorten it."
    if len(draft.paragraphs) > MOST_PARAGRAPHS:
        what = f"it has more than {MOST_PARAGRAPHS:,} paragraphs."
        problems.add(places.whole, _WHERE, what, cure)
    if signs > MOST_SIGNS:
        what = f"it has {signs:,} characters, at most {MOST_SIGNS:,} may be used."
        problems.add(places.whole, _WHERE, what, cure)


def _variant(
    source: Source, places: _Places, environment: Environment, language: str, problems: Problems
) -> tuple[Variant, tuple[Use, ...]] | None:
    if not source.body.strip():
        if not len(problems):  # else that is why nothing is left
            cure = "Write the message below the subject."
            problems.add(places.whole, _WHERE, "there is no text in it.", cure)
        return None
    return build_variant(source, language, False, environment, problems)


def _source(draft: Draft, places: _Places, problems: Problems) -> Source:
    front, rest = _front(draft.paragraphs, places, problems)
    if "subject" not in front:
        at = places.whole
        front = {**front, "subject": _line(draft.title or "", at, problems)}
        if not draft.title.strip():
            cure = "Begin it with a line Subject: and the subject."
            problems.add(at, _WHERE, "it has no subject and no title.", cure)
    writer = Writer(places.paragraph, problems)
    for paragraph in rest:
        writer.add(paragraph)
    body, places.lines = writer.written()
    at = places.whole
    return Source(at.file, body, front, body, Position(at.file, 1, 1))


def _front(
    paragraphs: Sequence[Paragraph], places: _Places, problems: Problems
) -> tuple[Mapping[str, Scalar], Sequence[Paragraph]]:
    """What stands at the top like `Subject: Welcome`, and the paragraphs below."""
    front: dict[str, Scalar] = {}
    for place, paragraph in enumerate(paragraphs):
        if not paragraph.text.strip() and not paragraph.left_out:
            continue
        match = _FRONT.fullmatch(paragraph.text)
        if match is None or match[1].lower() in front:
            return front, paragraphs[place:]
        front[match[1].lower()] = _line(match[2], places.paragraph(paragraph.number), problems)
    return front, ()


def _line(text: str, at: Position, problems: Problems) -> Scalar:
    return Scalar(one_line(text, at, problems), True, at, at)
