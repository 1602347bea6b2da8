"""Inviting by a calendar: what `meet` and `invite` share where one entry does for all guests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sheetflow import (
    Blank,
    Change,
    MeetingRoom,
    Noop,
    Receipt,
    Status,
    Word,
    Work,
    statuses,
)

from ._addressing import people_named
from ._appointments import Entry, appointment_for, appointment_in, last_entry, meeting_with
from ._guests import guest_of, problems_of
from ._invitation_letters import given
from ._invitations import Guest, Version


def is_held(change: Change) -> bool:
    """Whether a change is an entry in a calendar or a room, and not a mail."""
    return "letter" not in change.data


def entry_that_stands(work: Work) -> Entry | None:
    """What a calendar was told last of this row's meeting, if it is still ahead."""
    last = last_entry(work.before)
    if last is None or last.is_off or last.version.ends <= work.tools.clock.now():
        return None
    return last


def calling_off(work: Work) -> Iterator[Change]:
    """The end of the meeting, if a calendar has it."""
    last = entry_that_stands(work)
    if last is not None:
        off = replace(last, version=replace(last.version, method="CANCEL"))
        number = last.number + 1
        yield _change(work, replace(off, number=number, gone=()), last, link=False)


def holding(
    work: Work, names: Sequence[str], version: Version, about: str, place: str | Blank
) -> Iterator[Change | Noop]:
    """The meeting as it is to stand in the calendar, and who cannot be invited, and why."""
    now, last = work.tools.clock.now(), last_entry(work.before)
    people = people_named(work, names)
    guests = [guest_of(work, ref, person) for ref, person in people.items()]
    entry = Entry(version, about, tuple(_reachable(guests, last.guests if last else ())))
    if last is not None and not last.is_off and _is_of_now(last.occasion, work):
        entry = replace(entry, version=last.version, about=last.about)  # told once an occasion
    yield from problems_of(work, people)
    if entry.version.ends <= now:
        yield Noop(statuses.past_event().text)
    elif entry.guests:
        change = _change(work, entry.after(last, now), last, link=isinstance(place, Blank))
        yield replace(change, gives={"meeting": {**given(entry.version), "link": place}})


def hand_over(change: Change, calendar: MeetingRoom) -> Receipt:
    """Do it in the calendar, or in the room."""
    appointment = appointment_in(change.data["meeting"])
    deed = calendar.call_off if appointment.is_off else calendar.hold
    return _receipt(change, deed(appointment))


def find(change: Change, calendar: MeetingRoom) -> Receipt | bool:
    """Whether the calendar has it, or the room."""
    appointment = appointment_in(change.data["meeting"])
    found = calendar.find(replace(appointment, tried_at=change.tried_at))
    return _receipt(change, found) if isinstance(found, Receipt) else found


def _reachable(guests: Sequence[Guest], invited: Sequence[Guest]) -> Iterable[Guest]:
    """Each address once; somebody whose address needs a person stays as they were invited."""
    before = {guest.ref: guest for guest in invited}
    found: dict[str, Guest] = {}
    for guest in guests:
        reached = guest if guest.email else before.get(guest.ref)
        if reached is not None:
            found.setdefault(reached.email.casefold(), reached)
    return found.values()


def _is_of_now(occasion: str, work: Work) -> bool:
    return not work.key.occasion or occasion == work.key.occasion


def _change(work: Work, entry: Entry, last: Entry | None, *, link: bool) -> Change:
    appointment = appointment_for(entry, work.lasting, link=link, last=last)
    told = _told(entry, last)
    to = {guest.email.casefold(): guest for guest in (*entry.guests, *entry.gone)}
    everybody = [guest.email for guest in to.values()]
    return Change(
        _summary(entry, told),
        data={"meeting": meeting_with(entry, appointment)},
        part=_part(entry),
        to=tuple(everybody),
        whom=tuple(dict.fromkeys(guest.ref for guest in to.values())),
        channel="email",
        kind="" if _has_new_guests(entry, last) else "transactional",
        informed=_informed(entry, last, everybody),
        done=Status(Word.SENT, f"{told} {statuses.moment(entry.version.starts)}"),
    )


def _informed(entry: Entry, last: Entry | None, everybody: Sequence[str]) -> tuple[str, ...]:
    """Those who were invited before, and hear of a change, while others are invited anew."""
    if last is None or entry.number == entry.born:
        return ()
    return tuple(one for one in everybody if one.casefold() in last.addresses)


def _part(entry: Entry) -> str:
    if entry.is_off:
        return f"cancelled {entry.number}"
    return f"version {entry.number}" if entry.number else ""


def _told(entry: Entry, last: Entry | None) -> str:
    if entry.is_off:
        return "cancellation for"
    return "invitation for" if last is None or entry.number == entry.born else "change to"


def _has_new_guests(entry: Entry, last: Entry | None) -> bool:
    """Whether somebody hears of the meeting for the first time, so that consent counts."""
    if entry.is_off:
        return False
    return last is None or entry.number == entry.born or bool(entry.addresses - last.addresses)


def _summary(entry: Entry, told: str) -> str:
    title, when = entry.version.title, statuses.moment(entry.version.starts)
    names = _names((*entry.guests, *entry.gone))
    match told:
        case "invitation for":
            return f"put {title}, {when}, into the calendar, which invites {names}"
        case "change to":
            return f"change {title} in the calendar, now {when}, which tells {names}"
    return f"take {title}, {when}, out of the calendar, which tells {names}"


def _names(guests: Sequence[Guest]) -> str:
    *first, last = [guest.name or guest.email for guest in guests]
    return f"{', '.join(first)} and {last}" if first else last


def _receipt(change: Change, receipt: Receipt) -> Receipt:
    """With the link in its place, for the steps after this one."""
    meeting: Mapping[str, Any] = change.gives.get("meeting") or {}
    gives = {"meeting": {**meeting, **receipt.gives}} if meeting else {}
    return Receipt(receipt.reference, gives, receipt.remark)
