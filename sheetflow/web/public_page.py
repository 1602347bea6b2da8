"""One public page: what it asks or says, in the reader's language, and at most one button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from sheetflow.language.messages.languages import direction_of
from sheetflow.web.pages import public_page
from sheetflow.web.public_words import PublicWords

LONGEST = 120
"""Characters of an organization's name that a page shows."""


@dataclass(frozen=True)
class Button:
    """The one thing that can be done: the field it sends, and what stands on it."""

    text: str
    name: str
    value: str
    quiet: bool = False


@dataclass(frozen=True)
class Told:
    """What a page says. {by} in the title stands for the organization.

    `said` is an answer, in its message's language; `before` stands over the button and `after`
    below it. `done` has a screen reader say the title at once.
    """

    title: str
    said: str = ""
    before: Sequence[str] = ()
    button: Button | None = None
    after: Sequence[str] = ()
    done: bool = False
    status: int = 200


def shown(told: Told, words: PublicWords, organization: str, *, spoken: str = "") -> Response:
    """The page. `spoken` is the language of `said`, if it is another than the page's."""
    name = " ".join(organization.split())[:LONGEST]
    return public_page(
        told.status,
        words=words,
        direction=direction_of(words.language),
        organization=name,
        title=Markup(told.title).format(by=Markup("<bdi>{}</bdi>").format(name)),
        said=told.said,
        label_language=spoken if spoken.partition("-")[0] != words.language else "",
        before=told.before,
        button=told.button,
        after=told.after,
        done=told.done,
    )


def with_said(sentence: str, said: str, when: str = "") -> Markup:
    """A sentence of ours about an answer, which keeps its own direction in it."""
    quoted = Markup("<strong><bdi>{}</bdi></strong>").format(said)
    return Markup(sentence).format(said=quoted, when=when)
