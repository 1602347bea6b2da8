"""A planned invitation as what is mailed: the letter, and the calendar object that goes with it."""

from __future__ import annotations

from datetime import datetime

from sheetflow import Change, Mail, Tools, Unreachable, digest

from ._calendar import Attendee, CalendarEvent, add_invitation, to_ical
from ._invitations import version_in
from ._mail import ascii_address, email_message


def mail_of(change: Change, now: datetime) -> Mail:
    """The mail to one guest, made at `now`. Raises RowStopped for an odd address."""
    letter, post = change.data["letter"], change.data["post"]
    message = email_message(letter, post, now)
    method, mark = change.data["meeting"]["method"], digest(post["message_id"])
    add_invitation(message, ical_of(change, now), method, mark=mark)
    return Mail(
        letter["sender"],
        letter["to"],
        post["message_id"],
        message.as_bytes(),
        tried_at=change.tried_at,
    )


def leave_file(change: Change, tools: Tools) -> None:
    """Put the calendar file of the meeting's latest version into the folder `invitations`.

    Raises Unreachable when it cannot be written; then no mail is handed over either.
    """
    folder = tools.folder / "invitations"
    name = change.data["meeting"]["uid"].partition("@")[0]
    tools.door.writing(f"the calendar file {name}.ics")
    try:
        folder.mkdir(exist_ok=True)
        tools.door.save(folder / f"{name}.ics", ical_of(change, tools.clock.now()))
    except OSError as error:
        raise Unreachable(f"The folder {folder} cannot be written: {error.strerror}.") from error


def ical_of(change: Change, stamp: datetime) -> bytes:
    """The calendar object that goes with a planned mail; `stamp` is when it is made."""
    meeting, post = change.data["meeting"], change.data["post"]
    version = version_in(meeting)
    event = CalendarEvent(
        uid=meeting["uid"],
        sequence=meeting["sequence"],
        method=version.method,
        title=version.title,
        description=change.data["about"],
        starts=version.starts,
        ends=version.ends,
        place=version.place,
        organizer=_attendee(post["sender_name"], change.data["letter"]["sender"]),
        guests=tuple(_attendee(each["name"], each["email"]) for each in meeting["people"]),
    )
    return to_ical(event, stamp=stamp)


def _attendee(name: str, email: str) -> Attendee:
    return Attendee(name, ascii_address(email))
