"""The letter that goes with an invitation: the author's words, or a short text of our own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow import Choice, Letter, MessageTemplate, Work, message_for, statuses

from ._invitation_times import same_clock, span
from ._invitation_words import Facts, Kind, Written, written
from ._invitations import Guest, Version


@dataclass(frozen=True)
class Telling:
    """What one guest is to be told: `previous` is the version that holds no longer, if any."""

    guest: Guest
    version: Version
    people: Sequence[Guest]
    previous: Version | None = None
    about: str = ""

    @property
    def kind(self) -> Kind:
        """Whether it is an invitation, a change, or the end of it."""
        if self.version.method == "CANCEL":
            return "cancelled"
        return "changed" if self.previous else "new"


def in_our_words(telling: Telling, language: str) -> Written:
    """The short text that says what, when in the guest's zone, where and with whom."""
    guest, version = telling.guest, telling.version
    others = [each for each in telling.people if each.ref != guest.ref]
    facts = Facts(
        kind=telling.kind,
        name=guest.name,
        title=version.title,
        when=_when(version, guest, language),
        place=version.place,
        people=", ".join(each.name or each.email for each in others),
        about=telling.about,
        elsewhere=[
            (each.name or each.email, _when(version, each, language))
            for each in others
            if not same_clock(ZoneInfo(each.zone), ZoneInfo(guest.zone), version.starts)
        ],
        before=_before(telling, language),
    )
    return written(facts, language)


def in_the_authors_words(
    telling: Telling, template: MessageTemplate, work: Work, language: str
) -> tuple[str, Written, Sequence[Choice]]:
    """The author's template, its language and its links, with the times in the guest's zone."""
    zone, meeting = ZoneInfo(telling.guest.zone), given(telling.version)
    message, choices = message_for(template, work, language=language, zone=zone, meeting=meeting)
    return message.language, Written(message.subject, message.text, message.html), choices


def given(version: Version) -> dict[str, Any]:
    """The meeting as templates may use it: `{{ meeting.starts | day_and_time }}`."""
    return {
        "title": version.title,
        "starts": version.starts,
        "ends": version.ends,
        "link": version.place,
    }


def letter_for(telling: Telling, words: Written, sender: str, language: str) -> Letter:
    """The letter as a plan shows it and as it is mailed."""
    return Letter(
        to=telling.guest.email,
        name=telling.guest.name,
        sender=sender,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=language,
    )


def summary(telling: Telling) -> str:
    """What one mail does, as a plan says it."""
    name, title = telling.guest.name or telling.guest.email, telling.version.title
    when = statuses.moment(telling.version.starts)
    match telling.kind:
        case "cancelled":
            return f"tell {name} that {title} on {when} is called off"
        case "changed":
            return f"tell {name} that {title} has changed, now {when}"
    return f"invite {name} to {title}, {when}"


def done(telling: Telling) -> str:
    """What the row says once it went out."""
    when = statuses.moment(telling.version.starts)
    words = {"new": "invitation for", "changed": "change to", "cancelled": "cancellation for"}
    return f"{words[telling.kind]} {when}"


def _when(version: Version, guest: Guest, language: str) -> str:
    return span(version.starts, version.ends, ZoneInfo(guest.zone), language)


def _before(telling: Telling, language: str) -> list[str]:
    """What was so in the version before, and is no longer."""
    old, new = telling.previous, telling.version
    if old is None:
        return []
    then, now = (_when(version, telling.guest, language) for version in (old, new))
    pairs = ((old.title, new.title), (then, now), (old.place, new.place))
    return [before for before, after in pairs if before and before != after]
