"""What a person says arrived, where nobody was sure, is done: by their word, and kept so."""

from __future__ import annotations

from sheetflow.ledger.answers import Answer, Answers, Said
from sheetflow.ledger.lanes import Lane
from sheetflow.runner.course import Course
from sheetflow.runner.underway import work_on
from sheetflow.runner.wishes import Wishes
from sheetflow.tables import statuses
from sheetflow.values import Entry, Noop, Outcome, State

WHO = "somebody in the sheet"
"""Who answered; which of those who may edit it, is not known."""


def confirm(entry: Entry, course: Course, lane: Lane) -> Outcome:
    """Keep a confirmed entry as done, if the row still says so; else its later steps wait.

    Raises LedgerError when it cannot be kept.
    """
    assert isinstance(entry.deed, Noop)
    found = course.records.get((entry.key.step, entry.key.row), ())
    known = next((record for record in found if record.key == entry.key), None)
    if not _still_says_so(entry, course):
        course.hold(entry)
        doubt = known.status if known is not None else None
        return course.outcome(entry, doubt or statuses.changed_since_plan(), None)
    outcome = course.outcome(entry, entry.deed.status, State.DONE)
    if known is None or known.state is State.WAITING:  # known to a ledger that is lost
        lane.finish(outcome, run=course.run)
    else:
        given = Answer(Said.WENT_OUT, WHO, outcome.at)
        Answers(course.session.ledger.database).give(entry.key.digest, given, outcome.status)
    return outcome


def _still_says_so(entry: Entry, course: Course) -> bool:
    row = course.session.tools.table(entry.key.table).row(entry.key.row)
    wishes = Wishes(course.session, entry.key.recipe, entry.key.table)
    return row is not None and wishes.says_it_came(work_on(course.recipe, course.session, row))
