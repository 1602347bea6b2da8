"""What people of a test answer by the links in the mails that its runs sent them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sheetflow.ledger.replies import HANDED_OVER, Replies, message_of, whom_of
from sheetflow.ledger.store import Ledger
from sheetflow.plugin.links import Choice, choices_in
from sheetflow.reporting.groups import listed
from sheetflow.runner.linking import reply_to
from sheetflow.runner.running import Run
from sheetflow.testing.cases import Answer
from sheetflow.testing.roll import Roll
from sheetflow.testing.scene import Difference
from sheetflow.values import Key


@dataclass(frozen=True)
class Question:
    """One link of a mail: whom the mail went to, about which row, and what the link says."""

    key: Key
    to: str
    row: int
    choice: Choice
    until: datetime


@dataclass
class Inbox:
    """Every link in the mails that the runs of one test sent, the latest last."""

    _questions: list[Question] = field(default_factory=list)

    def take(self, done: Run, rows: dict[str, int]) -> None:
        """Keep the links of one more run; `rows` are the numbers of rows by their ids."""
        for outcome in done.outcomes:
            change, key = outcome.entry.change, outcome.entry.key
            if change is not None and outcome.state in HANDED_OVER:
                for choice in choices_in(change.data):
                    until = outcome.at + timedelta(seconds=choice.within)
                    to, row = change.to[0].casefold(), rows.get(key.row, 0)
                    self._questions.append(Question(key, to, row, choice, until))

    def answer(
        self, answers: Sequence[Answer], roll: Roll, ledger: Ledger, at: datetime
    ) -> Iterator[Difference]:
        """Note each answer as its page would, in their order; what nobody could say is told."""
        for count, answer in enumerate(answers):
            found = self._meant(answer, roll, at)
            if isinstance(found, Question):
                _note(found, ledger, at + timedelta(microseconds=count))
            else:
                who = answer.by.text
                yield Difference(0, who, f'{who} should answer "{answer.says}", but {found}')

    def _meant(self, answer: Answer, roll: Roll, at: datetime) -> Question | str:
        """The link that somebody follows, or why there is none."""
        addresses = roll.addresses(answer.by)
        about = roll.number(answer.about) if answer.about else 0
        found = {
            each.row: each
            for each in self._questions
            if each.to in addresses and each.choice.label == answer.says and about in (0, each.row)
        }
        if not found:
            which = f" about {roll.called(about)}" if about else ""
            return f"got no mail{which} with that link"
        if len(found) > 1:
            rows = listed([roll.called(row) for row in sorted(found)])
            return f"got that link about {rows}: say about: and which"
        [question] = found.values()
        if at > question.until:
            return f"could do so only until {question.until.astimezone(at.tzinfo):%Y-%m-%d %H:%M}"
        return question


def _note(question: Question, ledger: Ledger, at: datetime) -> None:
    digest = question.key.digest
    with ledger.database.reading() as connection:
        message, whom = message_of(connection, digest), whom_of(connection, digest)
    assert message is not None  # it was handed over
    Replies(ledger.database).note(reply_to(message, question.choice, whom=whom, at=at))
