"""Links of ours in a mail, as a plan has them: each leads to a page that says it is a preview.

Only when a message is handed over do its links become those of its recipient. So a plan is the same
whoever makes it, shows nothing that works, and holds no secret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

UNSUBSCRIBE = "/unsubscribe/"
ANSWER = "/answer/"
PREVIEW = "preview"
"""What stands in place of a token; no token is so short."""

NAME = "answers"
"""Under this name a change's data say what the links of its message mean."""


@dataclass(frozen=True)
class Choice:
    """What one link of a message says, and what stood in the cell when the message was made.

    It writes `value` into `column`; `within` are the seconds in which it counts.
    """

    mark: str
    label: str
    column: str
    value: str
    within: float
    was: Any = None


@dataclass(frozen=True)
class Links:
    """Where links lead: `public_url` is where people reach `serve`, or "" for nowhere.

    Without `work`, as in a rehearsal, they stay what they are in a plan.
    """

    public_url: str = ""
    work: bool = True

    def unsubscribe(self, language: str) -> str:
        """The address by which somebody gets no more mail, "" if there is nowhere to lead to."""
        if not self.public_url:
            return ""
        page = f"{self.public_url}{UNSUBSCRIBE}{PREVIEW}"
        return f"{page}?in={quote(language, safe='')}" if language else page

    @property
    def answers(self) -> str:
        """How the address of each link to answer begins; its mark comes after it."""
        return f"{self.public_url}{ANSWER}{PREVIEW}-" if self.public_url else ""

    def are_in(self, *texts: str) -> bool:
        """Whether any of these texts holds the address of such a link."""
        if not self.public_url:
            return False
        ours = (f"{self.public_url}{page}{PREVIEW}" for page in (UNSUBSCRIBE, ANSWER))
        return any(address in text for address in ours for text in texts)


def as_data(choices: Sequence[Choice], who: str, language: str) -> Mapping[str, Any]:
    """What a change says of its message's links: their meaning, who is asked, in which language."""
    if not choices:
        return {}
    return {NAME: {"who": who, "language": language, "choices": [asdict(each) for each in choices]}}


def choices_in(data: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The links that `as_data` wrote down."""
    return tuple(Choice(**each) for each in data.get(NAME, {}).get("choices", ()))
