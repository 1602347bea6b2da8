"""Mails and invitations: those expected beside those that went out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sheetflow.language.durations import duration_in_words
from sheetflow.reporting.groups import listed, one_line, when
from sheetflow.testing.cases import ExpectedMail, ExpectedMeeting
from sheetflow.testing.happening import Invitation, SentMail
from sheetflow.testing.scene import Difference, Scene, words
from sheetflow.values import Letter

W = TypeVar("W")
G = TypeVar("G")


def mail_differences(scene: Scene) -> Iterator[Difference]:
    """Mails that should have gone out, should have said something else, or were not expected."""

    addresses = {wanted.to: scene.roll.addresses(wanted.to) for wanted in scene.expected.mails}

    def unlike(wanted: ExpectedMail, got: SentMail) -> Sequence[str] | None:
        return tuple(_unlike(wanted, got.letter)) if _to(got) in addresses[wanted.to] else None

    pairs, missing, unexpected = _paired(scene.expected.mails, scene.happened.mails, unlike)
    for wanted in missing:
        mail = f'"{wanted.subject}"' if wanted.subject is not None else "a mail"
        yield scene.nothing_sent(addresses[wanted.to], wanted.to.text, mail)
    for got, differences in pairs:
        who = scene.owner(got.letter["to"])
        yield from (Difference(got.row, who, f"{who} {what}") for what in differences)
    for got in unexpected:
        address, who = got.letter["to"], scene.owner(got.letter["to"])
        to = address if who == address else f"{address} ({who})"
        what = f'unexpected: a mail to {to}: "{one_line(got.letter["subject"])}"'
        yield Difference(got.row, who, what)


def meeting_differences(scene: Scene) -> Iterator[Difference]:
    """The same of invitations, each with all whom it is for."""
    guests = {id(wanted): _guests(scene, wanted) for wanted in scene.expected.meetings}

    def unlike(wanted: ExpectedMeeting, got: Invitation) -> Sequence[str] | None:
        if not guests[id(wanted)] & _told(got):
            return None
        return tuple(_unlike_meeting(scene, wanted, guests[id(wanted)], got))

    pairs, missing, unexpected = _paired(scene.expected.meetings, scene.happened.meetings, unlike)
    for wanted in missing:
        what = f'an invitation to "{wanted.title}"' if wanted.title else "an invitation"
        name = wanted.guests[0].text if wanted.guests else "Somebody"
        yield scene.nothing_sent(guests[id(wanted)], name, what)
    for got, differences in pairs:
        for what in differences:
            yield scene.about(got.row, f'{{}}: the invitation to "{got.title}" {what}')
    for got in unexpected:
        invited = listed(got.guests)
        at = when(got.starts.astimezone(scene.zone))
        what = f'an invitation to "{got.title}", {at}, for {invited} ({got.news})'
        yield scene.about(got.row, f"{{}}: unexpected: {what}")


def _paired(
    expected: Sequence[W], happened: Sequence[G], unlike: Callable[[W, G], Sequence[str] | None]
) -> tuple[list[tuple[G, Sequence[str]]], list[W], list[G]]:
    """Who goes with whom: what fits first, then what differs least; and what is left of both.

    `unlike` tells how two differ, None if they have nothing to do with each other.
    """
    pairs: list[tuple[G, Sequence[str]]] = []
    waiting, left = list(expected), list(happened)
    for exact in (True, False):
        still: list[W] = []
        for wanted in waiting:
            near = [
                (place, found)
                for place, got in enumerate(left)
                if (found := unlike(wanted, got)) is not None and not (exact and found)
            ]
            if not near:
                still.append(wanted)
                continue
            place, found = min(near, key=lambda pair: len(pair[1]))
            pairs.append((left.pop(place), found))
        waiting = still
    return pairs, waiting, left


def _unlike(wanted: ExpectedMail, got: Letter) -> Iterator[str]:
    """What is different about a mail that went to the right person."""
    subject = one_line(got["subject"])
    if wanted.subject is not None and words(wanted.subject) != words(got["subject"]):
        yield f'should have got "{wanted.subject}", but got "{subject}"'
    for phrase in _unsaid(wanted.says, got):
        yield f'got "{subject}", which should say "{phrase}", but says:\n{got["text"]}'


def _unlike_meeting(
    scene: Scene, wanted: ExpectedMeeting, guests: frozenset[str], got: Invitation
) -> Iterator[str]:
    if wanted.news != got.news:
        yield f"should be {wanted.news}, but is {got.news}"
    if wanted.title is not None and words(wanted.title) != words(got.title):
        yield f'should be called "{wanted.title}"'
    if wanted.starts is not None and scene.at(wanted.starts) != got.starts:
        local = got.starts.astimezone(scene.zone)
        yield f"should be for {when(scene.at(wanted.starts))}, but is for {when(local)}"
    lasts = got.ends - got.starts
    if wanted.lasts is not None and wanted.lasts != lasts:
        expected = duration_in_words(wanted.lasts)
        yield f"should take {expected}, but takes {duration_in_words(lasts)}"
    if wanted.place is not None and words(wanted.place) != words(got.place):
        yield f'should be at "{wanted.place}", but is at "{got.place}"'
    if guests - _told(got):
        yield f"should have gone to {listed(sorted(guests - _told(got)))} too"
    if _told(got) - guests:
        yield f"should not have gone to {listed(sorted(_told(got) - guests))}"
    for letter in got.letters:
        for phrase in _unsaid(wanted.says, letter):
            yield f'should say "{phrase}", but says to {letter["to"]}:\n{letter["text"]}'


def _unsaid(phrases: Sequence[str], letter: Letter) -> Iterator[str]:
    text = " ".join(letter["text"].split())
    return (phrase for phrase in phrases if " ".join(phrase.split()) not in text)


def _guests(scene: Scene, wanted: ExpectedMeeting) -> frozenset[str]:
    return frozenset().union(*map(scene.roll.addresses, wanted.guests))


def _told(invitation: Invitation) -> frozenset[str]:
    return frozenset(guest.casefold() for guest in invitation.guests)


def _to(mail: SentMail) -> str:
    return mail.letter["to"].casefold()
