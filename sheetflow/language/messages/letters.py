"""One language of a message template, and the message it becomes for a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sheetflow.language.messages.links import ADDRESSES, Link, link_names
from sheetflow.language.templating import Template
from sheetflow.language.templating.fields import stop

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True)
class Message:
    """What one person is to read. `direction` is "ltr" or "rtl"."""

    subject: str
    text: str
    html: str
    language: str
    direction: str


@dataclass(frozen=True)
class Variant:
    """A message template in one language, ready to be filled in."""

    language: str
    direction: str
    subject: Template
    preheader: Template | None
    text: Template
    html: Template
    links: tuple[Link, ...] = ()

    def render(self, context: Mapping[str, Any]) -> Message:
        """The message for one row. Raises RowStopped with what to tell it."""
        known = {**context, "language": self.language, **self._addresses(context)}
        subject = " ".join(self.subject.render(known).split())
        known["_subject"] = subject
        known["_preheader"] = self.preheader.render(known) if self.preheader else ""
        text = _BLANK_LINES.sub("\n\n", self.text.render(known)).strip() + "\n"
        return Message(subject, text, self.html.render(known), self.language, self.direction)

    def _addresses(self, context: Mapping[str, Any]) -> Mapping[str, str]:
        """The address of each link; without one, whoever sends this has no place for answers."""
        if not self.links:
            return {}
        if not context.get(ADDRESSES):
            stop("the text has links to answer by, and there is no public_url that they lead to")
        return link_names(self.links, context[ADDRESSES])
