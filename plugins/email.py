"""email: writes to somebody, from a message template.

    - email: volunteer
      template: welcome-volunteer

    - email: [volunteer, coach]
      template: you-are-a-match
      from: team

Each person gets a message of their own, in their own language where the template has it, with times
in their own zone. Under it stand the organization's name and address, and how to get no more mail.
It may hold links to answer by: {{ link('Yes, I come', set='Confirmed', to='Yes') }}.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sheetflow import (
    Action,
    Change,
    Connection,
    Letter,
    Mail,
    Mailer,
    Message,
    MessageTemplate,
    Noop,
    People,
    Person,
    Receipt,
    RowRef,
    RowStopped,
    Sender,
    Work,
    as_data,
    digest,
    hookimpl,
    main,
    message_for,
    option,
    statuses,
)

from ._addressing import mailer_of, people_named
from ._footer import stop_link, with_footer
from ._mail import Post, ascii_address, email_bytes, post_from


@dataclass(frozen=True)
class _Addressee:
    """One address, whose it is, and the name of their part of the step."""

    person: Person
    address: str
    part: str


class Email(Action["Email.Options"]):
    """Writes an e-mail to one person or several, each their own."""

    name = "email"
    answerable = True

    @dataclass(frozen=True, kw_only=True)
    class Options:
        to: People = main(
            "Who it is written to: one name, or a list such as [volunteer, coach].",
            says="Writes an e-mail to {}, to each their own.",
        )
        template: MessageTemplate = option(
            "What it says: a file in templates/.", says="It is made from the template"
        )
        from_: Connection = option(
            "The sender; without it, the first one.",
            default=Connection(""),
            says="The sender is {}.",
        )

    @property
    def parallel(self) -> int:
        """As many as the sender's mailer takes at the same time."""
        return self._mailer().parallel

    @property
    def together(self) -> int:
        """As many as the sender's mailer takes in one go."""
        return self._mailer().together

    @classmethod
    def also_reads(cls, options: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG003 - the same for all
        """No column but those that its options name."""
        return ()

    def plan(self, work: Work) -> Change | Noop | Sequence[Change | Noop]:
        """One message for each address, or why there is none."""
        self._mailer()
        people = people_named(work, self.options.to)
        found = [deed for ref, person in people.items() for deed in self._deeds(work, ref, person)]
        return found[0] if len(found) == 1 else found

    def apply(self, change: Change) -> Receipt:
        """Hand the message to whoever carries the sender's mail."""
        return self._mailer().deliver(self._mail(change))

    def apply_many(self, changes: Sequence[Change]) -> Sequence[Receipt | Exception]:
        """The same for several messages at the same time."""
        try:
            mails = [self._mail(change) for change in changes]
        except RowStopped:  # one of them cannot be put together, and none has gone out yet
            return super().apply_many(changes)
        return self._mailer().deliver_many(mails)

    def reconcile(self, change: Change) -> Receipt | bool:
        """Whether the mailer finds the message where it handed it over."""
        return self._mailer().find(self._mail(change))

    def _deeds(self, work: Work, ref: RowRef, person: Person) -> Iterator[Change | Noop]:
        several = len(self.options.to) > 1
        part = str(ref) if several else ""
        if person.email.problem is not None or not person.email.value:
            status = person.email.problem or statuses.no_email()
            whose = "" if ref == work.ref else f"{person.name or ref.row}: "
            yield Noop(f"{whose}{status.text}", status.word, part=part)
            return
        value = person.email.value
        addresses = (value,) if isinstance(value, str) else tuple(dict.fromkeys(value))
        for address in addresses:
            own = part if len(addresses) == 1 else f"{part} {address}".strip()
            yield self._change(work, _Addressee(person, address, own))

    def _change(self, work: Work, to: _Addressee) -> Change:
        template, sender = self.options.template, self._sender()
        language = to.person.language or self.tools.organization.language
        zone = work.zone_of(to.person)
        message, choices = message_for(template, work, language=language, zone=zone)
        stop = stop_link(sender, self.tools.links, message.language)
        mark = digest(work.key.digest, to.part)
        ascii_address(to.address)
        return Change(
            f"email {template.name} to {to.person.name or to.address}",
            data={
                "letter": self._letter(message, to, sender, stop),
                "post": post_from(sender, mark, stop),
                **as_data(choices, to.person.name or to.address, message.language),
            },
            part=to.part,
            to=(to.address,),
            whom=(to.person.row,) if to.person.row else (),
            channel="email",
            done=statuses.sent(tidied=to.person.email.tidied),
        )

    def _letter(self, message: Message, to: _Addressee, sender: Sender, stop: str) -> Letter:
        organization = self.tools.organization
        letter = Letter(
            to=to.address,
            name=to.person.name,
            sender=sender.address,
            subject=message.subject,
            text=message.text,
            html=message.html,
            language=message.language,
        )
        return with_footer(letter, sender, organization.name, organization.postal_address, stop)

    def _mail(self, change: Change) -> Mail:
        letter, post = cast(Letter, change.data["letter"]), cast(Post, change.data["post"])
        content = email_bytes(letter, post, self.tools.clock.now())
        return Mail(
            letter["sender"], letter["to"], post["message_id"], content, tried_at=change.tried_at
        )

    def _sender(self) -> Sender:
        return self.tools.sender(self.options.from_)

    def _mailer(self) -> Mailer:
        return mailer_of(self._sender(), self.tools)


@hookimpl
def actions() -> list[type[Action[Email.Options]]]:
    """The action `email`."""
    return [Email]
