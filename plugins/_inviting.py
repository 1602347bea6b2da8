"""Inviting people: what `meet` and `invite` share, from a row to each guest's letter.

Where a calendar invites by itself, there is one change for all guests: see `_holding`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow import (
    Action,
    Blank,
    Calendar,
    Change,
    Choice,
    Gift,
    Letter,
    Mailer,
    MeetingRoom,
    Noop,
    NotAllowed,
    Receipt,
    Sender,
    SetupError,
    Status,
    Word,
    Work,
    as_data,
    digest,
    statuses,
)

from ._addressing import mailer_of, people_named
from ._calendar import one_line, several_lines
from ._footer import stop_link, with_footer
from ._guests import guest_of, problems_of
from ._holding import calling_off, entry_that_stands, find, hand_over, holding, is_held
from ._invitation_letters import (
    Telling,
    done,
    given,
    in_our_words,
    in_the_authors_words,
    letter_for,
    summary,
)
from ._invitation_mail import leave_file, mail_of
from ._invitation_times import arranged
from ._invitation_words import Written, language_of
from ._invitations import Guest, History, Round, Told, Version, meeting_for
from ._mail import post_from
from ._opening import Opening, closing, has_room, opening


class Inviting(Action[Any]):
    """A mail to each guest, with an invitation that their calendar can answer."""

    answerable = True

    @property
    def parallel(self) -> int:
        """As many as the calendar, or the sender's mailer, takes at the same time."""
        calendar, room = self.calendar(), self.room()
        if calendar is not None:
            return calendar.parallel
        lines = self._mailer().parallel
        return min(lines, room.parallel) if room else lines

    @classmethod
    def gives(cls, options: Mapping[str, Any]) -> Mapping[str, Gift]:  # noqa: ARG003 - always these
        """`meeting`, for the steps after this one."""
        return {"meeting": Gift(fields=("title", "starts", "ends", "link"))}

    @classmethod
    def also_reads(cls, options: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG003 - the same for all
        """No column but those that its options name."""
        return ()

    @property
    def revisits(self) -> bool:
        """Always: a meeting may be called off, or an address put right, after the first mail."""
        return True

    def calendar(self) -> Calendar | None:
        """The calendar that invites the guests itself; None where they are mailed."""
        return None

    def room(self) -> MeetingRoom | None:
        """What makes each meeting first, and tells nobody; None where the place is fixed."""
        return None

    @abstractmethod
    def place(self, work: Work, title: str, starts: datetime, ends: datetime) -> str | Blank:
        """Where it is: an address or a link."""

    def plan(self, work: Work) -> Change | Noop | Sequence[Change | Noop]:
        """One mail for each guest, or one entry in a calendar, or the reason why there is none."""
        now, history = self.tools.clock.now(), History(work.before)
        calendar = self._checked_calendar()
        counting_on_it = [told for told in history.invited() if told.version.ends > now]
        by_mail = [self._calling_off(Round(work, history), told) for told in counting_on_it]
        if self._is_off(work):
            end = closing(work)
            return [
                *(end.before(by_mail, always=True) if end else by_mail),
                *(calling_off(work) if calendar else ()),
            ] or Noop("called off")
        starts = work.moment(self.options.at)
        if starts <= now:
            return Noop(statuses.past_event().text)
        told_now = any(told.is_of(work.key.occasion) for told in counting_on_it)
        if told_now and (calendar is not None or (self.room() and not has_room(work))):
            return Noop("invited by mail already")
        if calendar is not None:
            return [*by_mail, *self._holding(work, starts)]
        if entry_that_stands(work) is not None:
            return Noop("in a calendar already: take it out there first", Word.NEEDS_YOU)
        return self._by_mail(work, history, counting_on_it, starts)

    def _by_mail(
        self, work: Work, history: History, counting_on_it: Sequence[Told], starts: datetime
    ) -> Change | Noop | Sequence[Change | Noop]:
        people = people_named(work, self.options.with_)
        named = (guest_of(work, ref, person) for ref, person in people.items())
        guests = [history.known_as(guest, people) for guest in named if guest.email]
        opened = self._opening(work, starts)
        if opened is not None and opened.version.ends <= self.tools.clock.now():
            return Noop(statuses.past_event().text)
        version = opened.version if opened else self._settled(work, starts)
        round_ = Round(work, history, guests)
        expected = {*people, *(guest.ref for guest in guests)}
        gone = [told for told in counting_on_it if told.guest.ref not in expected]
        mails = [
            *(self._invitation(round_, version, guest) for guest in guests),
            *(self._calling_off(round_, told, alone=True) for told in gone),
        ]
        return [*problems_of(work, people), *(opened.before(mails) if opened else mails)]

    def _opening(self, work: Work, starts: datetime) -> Opening | None:
        """The call in the room that makes it, if one does."""
        if self.room() is None:
            return None
        place = self._where(work, starts)
        return opening(work, self._version(work, starts, place), self._about_it(work), place)

    def _settled(self, work: Work, starts: datetime) -> Version:
        """The meeting at its fixed place."""
        place = self._where(work, starts)
        if isinstance(place, Blank):
            work.awaits[place.label] = None
        return self._version(work, starts, place)

    def _is_off(self, work: Work) -> bool:
        conditions = self.options.cancel_when
        return conditions is not None and work.holds(conditions)

    def _checked_calendar(self) -> Calendar | None:
        """Raises SetupError where the recipe has words that no calendar would say."""
        calendar, options = self.calendar(), self.options
        if calendar is not None and (options.template is not None or options.from_):
            raise SetupError(
                f"{self.name}: the calendar writes the invitations, so there is no template and no"
                " from.",
                hint="Take them away; say what it is about after about, or add an email step.",
            )
        return calendar

    def _holding(self, work: Work, starts: datetime) -> Iterator[Change | Noop]:
        place = self._where(work, starts)
        version = self._version(work, starts, place)
        return holding(work, self.options.with_, version, self._about_it(work), place)

    def _about_it(self, work: Work) -> str:
        """What it is about, for all guests alike."""
        if self.options.about is None:
            return ""
        language = self.tools.organization.language
        return several_lines(work.render(self.options.about, language=language))

    def _where(self, work: Work, starts: datetime) -> str | Blank:
        local, ends = arranged(starts, work.zone, self.options.for_)
        return self.place(work, self._title(work), local, ends)

    def _title(self, work: Work) -> str:
        return one_line(work.render(self.options.title))

    def _version(self, work: Work, starts: datetime, place: str | Blank) -> Version:
        local, ends = arranged(starts, work.zone, self.options.for_)
        return Version(self._title(work), local, ends, one_line(str(place)))

    def _invitation(self, round_: Round, version: Version, guest: Guest) -> Change:
        previous = round_.history.previous(version, guest.ref)
        sequence = round_.history.sequence(version, guest.ref)
        was_off = previous is not None and previous.version.method == "CANCEL"
        change = self._change(round_, version, guest, previous=None if was_off else previous)
        return replace(
            change,
            part=f"{guest.ref} again {sequence}" if was_off else str(guest.ref),
            gives={"meeting": given(version)},
        )

    def _calling_off(self, round_: Round, told: Told, *, alone: bool = False) -> Change:
        version = replace(told.version, method="CANCEL")
        change = self._change(round_, version, told.guest, alone=alone)
        sequence = change.data["meeting"]["sequence"]
        return replace(change, part=f"{told.guest.ref} cancelled {sequence}")

    def _change(
        self,
        round_: Round,
        version: Version,
        guest: Guest,
        *,
        previous: Told | None = None,
        alone: bool = False,
    ) -> Change:
        """One mail to one guest: the letter, and the meeting that goes with it."""
        work, sender = round_.work, self._sender()
        people = round_.guests if version.method == "REQUEST" else [guest]
        about = self._about(work, version, guest)
        telling = Telling(guest, version, people, previous.version if previous else None, about)
        language, words, choices = self._words(work, telling)
        stop = stop_link(sender, self.tools.links, language)
        sequence = round_.history.sequence(version, guest.ref)
        uid = round_.history.uid(f"{work.lasting}@{sender.address.rpartition('@')[2]}")
        mark = digest(uid, str(guest.ref), sequence, version.method)
        return Change(
            summary(telling),
            data={
                "letter": self._letter(telling, words, language, stop),
                "meeting": meeting_for(
                    guest, version, people, sequence=sequence, uid=uid, alone=alone
                ),
                "about": about,
                "post": post_from(sender, mark, stop),
                **as_data(choices, guest.name or guest.email, language),
            },
            to=(guest.email,),
            whom=(guest.ref,),
            channel="email",
            kind="" if telling.kind == "new" else "transactional",
            done=Status(Word.SENT, done(telling)),
        )

    def apply(self, change: Change) -> Receipt:
        """Hand it over. Where mail stays on this machine, the calendar file does too."""
        if is_held(change):
            return hand_over(change, self._calendar_of(change))
        mailer = self._mailer()
        if mailer.leaves_files:
            leave_file(change, self.tools)
        return mailer.deliver(mail_of(change, self.tools.clock.now()))

    def reconcile(self, change: Change) -> Receipt | bool:
        """Whether this very mail was taken, if whoever carries mail can tell; or this entry."""
        if is_held(change):
            return find(change, self._calendar_of(change))
        return self._mailer().find(mail_of(change, self.tools.clock.now()))

    def _calendar_of(self, change: Change) -> MeetingRoom:
        calendar = self.calendar() or self.room()
        if calendar is None:
            raise NotAllowed(
                f"There is no calendar any more to {change.summary}.", hint="Make the plan again."
            )
        return calendar

    def _mailer(self) -> Mailer:
        return mailer_of(self._sender(), self.tools)

    def _sender(self) -> Sender:
        return self.tools.sender(self.options.from_)

    def _letter(self, telling: Telling, words: Written, language: str, stop: str) -> Letter:
        sender, organization = self._sender(), self.tools.organization
        letter = letter_for(telling, words, sender.address, language)
        return with_footer(letter, sender, organization.name, organization.postal_address, stop)

    def _about(self, work: Work, version: Version, guest: Guest) -> str:
        if self.options.about is None or version.method == "CANCEL":
            return ""
        language = self._language(guest)
        return work.render(self.options.about, zone=ZoneInfo(guest.zone), language=language)

    def _words(self, work: Work, telling: Telling) -> tuple[str, Written, Sequence[Choice]]:
        """The letter's language, its words, and the links in them by which a guest answers."""
        language = self._language(telling.guest)
        if self.options.template is not None and telling.kind == "new":
            return in_the_authors_words(telling, self.options.template, work, language)
        ours = language_of(language)
        return ours, in_our_words(telling, ours), ()

    def _language(self, guest: Guest) -> str:
        return guest.language or self.tools.organization.language
