"""A planned invitation as what is mailed: the letter, and the calendar object that goes with it."""

from __future__ import annotations

from datetime import datetime

from sheetflow import Change, Mail

from ._calendar import Attendee, CalendarEvent, add_invitation, to_ical
from ._invitations import version_in
from ._mail import email_message


def mail_of(change: Change, now: datetime) -> Mail:
    """The mail to one guest, made at `now`. Raises RowStopped for an odd address."""
    letter, post = change.data["letter"], change.data["post"]
    message = email_message(letter, post, now)
    add_invitation(message, ical_of(change, now), change.data["meeting"]["method"])
    return Mail(letter["sender"], letter["to"], post["message_id"], message.as_bytes())


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
        organizer=Attendee(post["sender_name"], change.data["letter"]["sender"]),
        guests=tuple(Attendee(each["name"], each["email"]) for each in meeting["people"]),
    )
    return to_ical(event, stamp=stamp)
