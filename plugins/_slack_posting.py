"""The action `post`: one message for a row, or one message with a line for each of many rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetflow import (
    Action,
    Blank,
    Change,
    Chat,
    ChatMessage,
    ChatPlace,
    Connection,
    Gift,
    Noop,
    NotAllowed,
    NotFound,
    Receipt,
    Refused,
    RowRef,
    RowStopped,
    Status,
    Template,
    Tools,
    Word,
    Work,
    main,
    option,
    statuses,
)

from ._slack_grouping import message_of, messages_for
from ._slack_text import COMFORTABLE, LONGEST, as_message, as_read, as_words

MOST_TOGETHER = 50
"""Rows in one message: about what a person reads, and their marks fit into its metadata."""
LONGEST_SHOWN = 200
"""Characters of a message in a line of a plan."""
_PERSON = re.compile(r"[UW][A-Z0-9]{6,}")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{6,}|#[^\s,#@]{1,80}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_NOT_YET = "‹"


@dataclass(frozen=True)
class _Target:
    """Where a message goes, and whom it reaches."""

    place: ChatPlace
    to: tuple[str, ...] = ()
    whom: tuple[RowRef, ...] = ()


class Post(Action["Post.Options"]):
    """Posts a message in Slack, in a channel or to one person."""

    name = "post"

    @dataclass(frozen=True, kw_only=True)
    class Options:
        text: Template = main("What the message says.", says="Posts in Slack: {}.")
        to: Template = option(
            "A channel (#name or its id), a person of the recipe, an e-mail address, or {{ }} for "
            "the column that has one of them.",
            says="It goes to {}.",
        )
        thread: Template | None = option(
            "The message to answer: {{ post.link }} of an earlier step, or the column that has the "
            "message's link.",
            default=None,
            says="It stands in the thread of {}.",
        )
        together: bool = option(
            "Whether all rows of a run share one message in each channel, with a line for each.",
            default=False,
            says="Rows of one run share a message: {}.",
        )
        heading: str = option(
            "The first line of a message that rows share.",
            default="",
            says="Above them stands {}.",
        )
        called: str = option(
            "The name under which later steps know the message.",
            default="post",
            says="Later steps know it as {}.",
        )
        by: Connection = option(
            "The connection to Slack, when it is not called slack.",
            default=Connection("slack"),
            says="The connection is {}.",
        )

        def __post_init__(self) -> None:
            if self.heading and not self.together:
                raise ValueError("heading: goes with together: yes.")
            if not _NAME.fullmatch(self.called):
                raise ValueError("called: is a name of small letters, such as announcement.")

    def __init__(self, options: Options, tools: Tools) -> None:
        super().__init__(options, tools)
        self._long = 0

    @classmethod
    def gives(cls, options: Mapping[str, Any]) -> Mapping[str, Gift]:
        """`{{ post.link }}`, for later steps."""
        return {options.get("called") or "post": Gift(fields=("link",))}

    @classmethod
    def also_reads(cls, options: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG003 - the same for all
        """No column but those that its options name."""
        return ()

    @classmethod
    def reaches(cls, options: Mapping[str, Any]) -> Collection[str] | None:
        """The person named, or whose cell is used; nobody for a channel."""
        to: Template = options["to"]
        text = to.text.strip()
        if _CHANNEL.match(text):
            return ()
        if to.is_plain:
            return (text,) if _NAME.fullmatch(text) else None
        return tuple(dict.fromkeys(use.root for use in to.uses)) or None

    @property
    def parallel(self) -> int:
        """As many as the connection allows; rows that share messages are one after the other."""
        return MOST_TOGETHER if self.options.together else self._slack().parallel

    @property
    def together(self) -> int:
        """How many rows may share one message."""
        return MOST_TOGETHER if self.options.together else 1

    @property
    def notices(self) -> Sequence[str]:
        """How many messages are longer than people read in Slack."""
        if not self._long:
            return ()
        some = "One message has" if self._long == 1 else f"{self._long:,} messages have"
        return (f"{some} more than {COMFORTABLE:,} characters, which Slack recommends at most.",)

    def plan(self, work: Work) -> Change | Noop:
        """The message, or why there is none."""
        text = as_message(work.render(self.options.text, escape=as_words))
        if not text:
            return Noop("there is nothing to post")
        if len(text) > LONGEST:
            raise _stopped(f"the message has {len(text):,} characters; Slack takes 40,000")
        self._long += len(text) > COMFORTABLE
        target = self._target(work)
        data: dict[str, Any] = {
            "to": target.place.id,
            "is_person": target.place.is_person,
            "text": text,
            "thread": self._thread(work, target),
            "key": work.key.digest,
            "heading": self.options.heading,
            "together": self.options.together,
        }
        whole = as_read(text)
        shown = " ".join(whole.split())
        if len(shown) > LONGEST_SHOWN:
            shown = f"{shown[: LONGEST_SHOWN - 1]}…"
        if shown != whole:
            data["said"] = whole
        posted = Status(Word.DONE, f"posted in {target.place.shown}, {statuses.WHEN}")
        return Change(
            f"post to {target.place.shown}: {shown}",
            data=data,
            gives={self.options.called: {"link": Blank(f"link of the {self.options.called}")}},
            to=target.to,
            whom=target.whom,
            channel="slack" if target.to else "",
            done=statuses.sent() if target.to else posted,
        )

    def apply(self, change: Change) -> Receipt:
        """Post it."""
        (found,) = self.apply_many([change])
        if isinstance(found, Exception):
            raise found
        return found

    def apply_many(self, changes: Sequence[Change]) -> Sequence[Receipt | Exception]:
        """Post them: those that belong together as one message, each of the others as its own."""
        slack, found = self._slack(), dict[int, Receipt | Exception]()
        for message, places in messages_for(changes):
            became = self._posted(slack, message)
            found |= dict.fromkeys(places, became)
        return [found[place] for place in range(len(changes))]

    def reconcile(self, change: Change) -> Receipt | bool:
        """Whether the message with the change's mark stands where it was to go."""
        found = self._slack().find(message_of(change))
        return self._receipt(found) if isinstance(found, Receipt) else found

    def _posted(self, slack: Chat, message: ChatMessage) -> Receipt | Exception:
        try:
            return self._receipt(slack.post(message))
        except Exception as error:  # noqa: BLE001 - whoever asked looks at it
            return error

    def _receipt(self, found: Receipt) -> Receipt:
        return Receipt(found.reference, gives={self.options.called: dict(found.gives)})

    def _target(self, work: Work) -> _Target:
        text = work.render(self.options.to).strip()
        try:
            if self.options.to.is_plain and _NAME.fullmatch(text):
                return self._person_named(work, text)
            if _CHANNEL.fullmatch(text):
                return _Target(self._slack().channel(text))
            if _PERSON.fullmatch(text):
                return _Target(ChatPlace(text, text, is_person=True), (text,))
            if _EMAIL.fullmatch(text):
                return self._person_at(text, self._whose(work, text))
        except (NotFound, Refused) as error:
            raise _stopped(error.message) from None
        raise _stopped(f'"{text[:30]}" is no channel of Slack, and nobody in it')

    def _person_named(self, work: Work, name: str) -> _Target:
        ref, email = _email_of(work, name)
        if not email:
            raise RowStopped(statuses.no_email())
        return self._person_at(email, (ref,))

    def _person_at(self, email: str, whom: tuple[RowRef, ...]) -> _Target:
        return _Target(self._slack().person(email), (email,), whom)

    def _whose(self, work: Work, email: str) -> tuple[RowRef, ...]:
        """The row of the person whose own address it is; without one, the row itself is meant."""
        for root in dict.fromkeys(use.root for use in self.options.to.uses):
            try:
                ref, theirs = _email_of(work, root)
            except RowStopped:
                continue
            if theirs.casefold() == email.casefold():
                return (ref,)
        return ()

    def _thread(self, work: Work, target: _Target) -> str:
        """The message that is answered; a text not known yet stays as it is."""
        if self.options.thread is None:
            return ""
        text = work.render(self.options.thread).strip()
        if _NOT_YET in text:
            return text
        try:
            return self._slack().thread(text, target.place)
        except Refused as error:
            raise _stopped(error.message) from None

    def _slack(self) -> Chat:
        connection = self.tools.connection(self.options.by)
        if not isinstance(connection, Chat):
            raise NotAllowed(
                f'"{self.options.by}" is not a connection to Slack.',
                hint="Name a slack connection after by.",
            )
        return connection


def _email_of(work: Work, name: str) -> tuple[RowRef, str]:
    table, row = work.row_named(name)
    cell = table.person(row).email
    if cell.problem is not None:
        raise RowStopped(cell.problem)
    email = cell.value if isinstance(cell.value, str) else next(iter(cell.value or ()), "")
    return RowRef(table.spec.name, row.id), str(email)


def _stopped(text: str) -> RowStopped:
    return RowStopped(Status(Word.NEEDS_YOU, text.rstrip(".")))
