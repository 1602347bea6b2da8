"""Inviting to a call that a room makes: it is made, moved or taken away first, then guests hear.

A meeting room tells nobody, so that beside its change there is one mail for each guest. They await
it: no mail says what is not so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sheetflow import Blank, Change, Past, State, Status, Word, Work, statuses

from ._appointments import Entry, appointment_for, entry_in, last_entry, meeting_with
from ._invitation_letters import given
from ._invitations import Version

_AWAITS = {"made": "the call", "moved": "the changed call", "off": "the end of the call"}
"""What mails wait for, where it is not a link."""


@dataclass(frozen=True)
class Opening:
    """A call in a room as it is to be: the `change` that brings it there, if it is not done yet.

    `version` is what guests are told, with the link that the call has so far. `link` is what later
    steps may use: a blank until the change is done.
    """

    version: Version
    link: str | Blank
    change: Change
    awaits: tuple[str, ...]

    def before(self, mails: Iterable[Change], *, always: bool = False) -> Iterator[Change]:
        """The change and the mails that await it; nothing where nobody is told, unless `always`."""
        told = [replace(mail, awaits=self.awaits, gives=self._with_link(mail)) for mail in mails]
        if told or always:
            yield self.change
        yield from told

    def _with_link(self, mail: Change) -> dict[str, object]:
        meeting = mail.gives.get("meeting")
        return {"meeting": {**meeting, "link": self.link}} if meeting else {}


def has_room(work: Work) -> bool:
    """Whether a room has the call of this row, or may have it."""
    return last_entry(work.before, in_room=True) is not None


def opening(work: Work, wanted: Version, about: str, place: str | Blank) -> Opening:
    """The call as `wanted`; within one occasion as it was told first."""
    last = last_entry(work.before, in_room=True)
    entry = Entry(replace(wanted, place=str(place)), about, (), in_room=True)
    if last is not None and not last.is_off and _is_of_now(last, work):
        entry = replace(entry, version=last.version, about=last.about)
    entry = entry.after(last, work.tools.clock.now())
    reference, link = _made(work.before, entry)
    known = link or place
    version = replace(entry.version, place=str(known))
    awaits = _awaits(work, entry, known)
    later = place if awaits else known  # a call that was deleted by hand gets another link
    change = _change(work, entry, reference, gives=version, link=later)
    return Opening(version, later, change, awaits)


def closing(work: Work) -> Opening | None:
    """The end of the call, if a room has it, or may have it, and it is still ahead."""
    last = last_entry(work.before, in_room=True)
    if last is None or last.version.ends <= work.tools.clock.now():
        return None
    entry = last
    if not last.is_off:
        off = replace(last.version, method="CANCEL")
        entry = replace(last, version=off, number=last.number + 1)
    reference, link = _made(work.before, entry)
    change = _change(work, entry, reference)
    return Opening(entry.version, link, change, _awaits(work, entry, link))


def _is_of_now(last: Entry, work: Work) -> bool:
    return not work.key.occasion or last.occasion == work.key.occasion


def _made(before: Sequence[Past], entry: Entry) -> tuple[str, str]:
    """The room's own name for the call, and its link, by the latest receipt for it."""
    reference = link = ""
    for past in before:
        found = entry_in(past)
        if found and found.in_room and found.born == entry.born and past.state is State.DONE:
            reference = past.reference or reference
            link = str((past.gives.get("meeting") or {}).get("link") or link)
    return reference, link


def _awaits(work: Work, entry: Entry, link: str | Blank) -> tuple[str, ...]:
    """What is not there before the room has this version; nothing if it has it."""
    for past in work.before:
        found = entry_in(past)
        same = found and found.in_room and (found.number, found.is_off) == _name(entry)
        if same and past.state is State.DONE and not isinstance(link, Blank):
            return ()
    return (link.label if isinstance(link, Blank) else _AWAITS[_kind(entry)],)


def _name(entry: Entry) -> tuple[int, bool]:
    return entry.number, entry.is_off


def _kind(entry: Entry) -> str:
    return "off" if entry.is_off else "made" if entry.number == entry.born else "moved"


def _change(
    work: Work,
    entry: Entry,
    reference: str,
    *,
    gives: Version | None = None,
    link: str | Blank = "",
) -> Change:
    appointment = appointment_for(entry, work.lasting, link=True, last=None, reference=reference)
    return Change(
        _summary(entry),
        data={"meeting": meeting_with(entry, appointment)},
        part=_part(entry),
        gives={"meeting": {**given(gives), "link": link}} if gives else {},
        done=Status(Word.DONE, _done(entry)),
    )


def _part(entry: Entry) -> str:
    """Its name among the changes of the row; those of guests are called after them."""
    return f"call {'cancelled ' if entry.is_off else ''}{entry.number}"


def _summary(entry: Entry) -> str:
    title, when = entry.version.title, statuses.moment(entry.version.starts)
    match _kind(entry):
        case "off":
            return f"take the call {title} on {when} away"
        case "moved":
            return f"change the call {title}, now {when}"
    return f"make the call {title}, {when}, with its link"


def _done(entry: Entry) -> str:
    words = {"made": "call made for", "moved": "call changed to", "off": "no call any more on"}
    return f"{words[_kind(entry)]} {statuses.moment(entry.version.starts)}"
