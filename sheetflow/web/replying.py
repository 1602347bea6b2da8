"""/answer/TOKEN: a page that shows what its reader is about to say, and a button that says it.

Opening it changes nothing, however often and by whatever program. What the link means was written
down when its message was handed over; a link of any other message, or of a preview, does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from sheetflow.language.written import day_and_time
from sheetflow.ledger.records import Record
from sheetflow.ledger.replies import Replies, Reply, given_to, message_of, whom_of
from sheetflow.plugin.links import ANSWER, NAME, PREVIEW, Choice, choices_in
from sheetflow.runner.linking import reply_to, what_is_answered
from sheetflow.web.access import neighbourhood
from sheetflow.web.hooks import FREE, Forgers
from sheetflow.web.public import Asked, PublicPage
from sheetflow.web.public_page import Button, Told, shown, with_said
from sheetflow.web.public_words import PublicWords, words_in
from sheetflow.web.unsubscribing import fields_of
from sheetflow.web.visit import peer

FIELD, VALUE = "say", "yes"
LARGEST_BODY = 8 * 1024
DAY = timedelta(days=1)
MOST_A_DAY = 20
"""Answers to one message that are kept in a day; somebody who cannot decide gives a few."""


@dataclass(frozen=True)
class _Question:
    """The link that was opened: of which message, what it says, and what was said before.

    `choice` is None for a link that the message has no longer.
    """

    message: Record
    choice: Choice | None
    replies: Sequence[Reply]
    whom: str

    @property
    def asked(self) -> Mapping[str, Any]:
        """What was written down of the message's links."""
        found: Mapping[str, Any] = self.message.data.get(NAME, {})
        return found

    def is_open(self, now: datetime) -> bool:
        """Whether it counts still."""
        return self.choice is not None and now <= self.message.at + timedelta(
            seconds=self.choice.within
        )

    @property
    def latest(self) -> Reply | None:
        """What was said last about the same cell."""
        column = self.choice.column if self.choice else ""
        return next((each for each in reversed(self.replies) if each.column == column), None)


def page() -> PublicPage:
    """The page, with its own count of what is made up."""
    forgers = Forgers()

    def answer(asked: Asked) -> Response:
        workspace = asked.site.workspace()
        organization, token = workspace.settings.organization, asked.path["token"]
        accepted = asked.request.headers.get("accept-language", "")
        words, spoken = words_in(accepted, organization.language), ""
        if token.startswith(f"{PREVIEW}-"):
            told = Told(words.preview, after=[words.preview_hint])
            return shown(told, words, organization.name)
        found = _question(asked, token)
        if found is None:
            count = forgers.counted(neighbourhood(peer(asked.request)), asked.site.clock.now())
            told = _too_often(words) if count > FREE else _broken(words)
        else:
            spoken = str(found.asked.get("language", ""))
            words = words_in(spoken, accepted, organization.language)
            told = _told(asked, found, words)
        return shown(told, words, organization.name, spoken=spoken)

    return PublicPage(f"{ANSWER}{{token}}", answer, ("GET", "POST"), LARGEST_BODY)


def _question(asked: Asked, token: str) -> _Question | None:
    """What a token stands for; None if no message with this link was handed over."""
    with asked.site.workspace().ledger() as ledger:
        link = what_is_answered(ledger.salt, token)
        if link is None:
            return None
        with ledger.database.reading() as connection:
            return _looked_up(connection, link.digest, link.mark)


def _looked_up(connection: Connection, digest: str, mark: str) -> _Question | None:
    message = message_of(connection, digest)
    if message is None:
        return None
    choice = next((each for each in choices_in(message.data) if each.mark == mark), None)
    return _Question(message, choice, given_to(connection, digest), whom_of(connection, digest))


def _told(asked: Asked, found: _Question, words: PublicWords) -> Told:
    now, latest, choice = asked.site.clock.now(), found.latest, found.choice
    if choice is None or not found.is_open(now):
        said = [_so_far(asked, latest, words)] if latest else []
        return Told(words.over, before=said, after=[words.over_hint], status=410)
    if latest is not None and latest.mark == choice.mark:
        return _noted(choice, words, done=asked.is_post)
    if not asked.is_post:
        before = [_so_far(asked, latest, words), words.instead] if latest else []
        button = Button(words.say_button, FIELD, VALUE)
        return Told(words.say, choice.label, before, button, [words.say_hint])
    if dict(fields_of(asked)).get(FIELD) != VALUE:
        return _broken(words)
    if sum(1 for each in found.replies if each.at > now - DAY) >= MOST_A_DAY:
        return _too_often(words)
    _note(asked, found, choice)
    return _noted(choice, words, done=True)


def _note(asked: Asked, found: _Question, choice: Choice) -> None:
    """Keep the answer, and have the sheet told; whoever reads "noted" can rely on it."""
    now = asked.site.clock.now()
    if found.replies:  # also by a clock that was put back, the last answer is the latest one
        now = max(now, found.replies[-1].at + timedelta(microseconds=1))
    reply = reply_to(found.message, choice, whom=found.whom, at=now)
    with asked.site.workspace().ledger(read_only=False) as ledger:
        Replies(ledger.database).note(reply)
    asked.site.hurry()


def _noted(choice: Choice, words: PublicWords, *, done: bool) -> Told:
    said = with_said(words.you_said, choice.label)
    return Told(words.noted, before=[said], after=[words.change_hint], done=done)


def _so_far(asked: Asked, latest: Reply, words: PublicWords) -> str:
    when = day_and_time(latest.at, words.language, asked.site.workspace().clock.zone)
    return with_said(words.you_said_then, latest.label, when)


def _broken(words: PublicWords) -> Told:
    return Told(words.broken, after=[words.broken_hint], status=404)


def _too_often(words: PublicWords) -> Told:
    return Told(words.too_often, after=[words.later], status=429)
