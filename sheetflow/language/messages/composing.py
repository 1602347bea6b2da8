"""A file of a message template -> a Variant: everything that no row can change, done once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sheetflow.errors import Problem
from sheetflow.language.messages import mail_page, markdown
from sheetflow.language.messages.frontmatter import Source
from sheetflow.language.messages.languages import direction_of
from sheetflow.language.messages.letters import Variant
from sheetflow.language.messages.links import NAME, with_links
from sheetflow.language.messages.markdown_flaws import Flaw
from sheetflow.language.messages.placeholders import Marked, mark
from sheetflow.language.messages.plaintext import plain_text
from sheetflow.language.problems import Problems
from sheetflow.language.templating import Environment, Mode, Template, Use


def compose(
    source: Source, language: str, environment: Environment
) -> tuple[Variant, tuple[Use, ...]]:
    """The variant, and every name it uses. Raises ProblemsFound with all that is wrong with it."""
    problems = Problems()
    direction = direction_of(language)
    subject = _line("subject", source, environment, problems)
    preheader = _line("preheader", source, environment, problems)
    body = None
    linked = with_links(source.body, source.body_at, environment.sandbox("text"), problems)
    with problems.gathering(source.body_at, "template"):
        body = environment.template(linked.blank, source.body_at, "template", mode="lines")
    if body is not None:
        marked = mark(linked.text, environment.sandbox("text"))
        parsed = markdown.parse(marked)
        problems.extend(_flaws(parsed.flaws, marked, source))
    problems.raise_any()
    assert subject is not None
    assert body is not None
    page = page_template(parsed, language, has_preview=preheader is not None)
    text_mode: Mode = "text rtl" if direction == "rtl" else "text"
    html_mode: Mode = "html rtl" if direction == "rtl" else "html"
    text = environment.trusted(plain_text(parsed), text_mode)
    html = environment.trusted(page, html_mode)
    uses = (*subject.uses, *(preheader.uses if preheader else ()), *body.uses)
    return Variant(language, direction, subject, preheader, text, html, linked.links), uses


def page_template(
    parsed: markdown.Parsed, language: str, *, has_preview: bool, inline: bool = True
) -> str:
    """The template of the whole page, its styles on each element if `inline`."""
    marked = parsed.marked
    page = mail_page.page(
        markdown.as_html(parsed),
        title=marked.add("value", "_subject|_ready"),
        preview=marked.add("value", "_preheader|_ready") if has_preview else "",
        language=language,
        direction=direction_of(language),
        buttons=[tag.word for tag in marked.tags.values() if tag.inside.startswith(NAME)],
    )
    return markdown.html_template(marked, mail_page.inlined(page) if inline else page)


def _line(
    key: str, source: Source, environment: Environment, problems: Problems
) -> Template | None:
    scalar = source.front.get(key)
    if scalar is None:
        return None
    with problems.gathering(scalar.position, f"template: {key}"):
        return environment.template(scalar.text, scalar.inside, f"template: {key}", mode="line")
    return None


def _flaws(flaws: Iterable[Flaw], marked: Marked, source: Source) -> Iterable[Problem]:
    for flaw in flaws:
        at = source.place_of(flaw.near)
        line, column = at.line, at.column
        if word := re.search(marked.word, flaw.near):
            line, column = source.body_at.line + marked.tags[word[0]].line - 1, 1
        yield Problem(source.path, line, column, "template", flaw.what, flaw.cure)
