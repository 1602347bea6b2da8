"""follow_up: what happens next, who does it, and by when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sheetflow_plugins.follow_up import FollowUp

from sheetflow.language.vocabulary import Column, People
from sheetflow.tables.spec import ColumnSpec
from sheetflow.values import Change, Noop, RowRef, Status, Word
from tests.plugins.rows import NOON, Tables, planned, template

COLUMNS = (
    ColumnSpec("Owner", kind="row", table="Team"),
    ColumnSpec("Next step due", kind="date and time"),
    ColumnSpec("Event", kind="date"),
)
ROW = {"id": "p1", "Owner": None, "Next step": None, "Next step due": None, "Event": None}


def tables(row=ROW, zone="Europe/Berlin"):
    found = Tables()
    found.add("Team", [{"id": "t1", "Name": "Bo"}, {"id": "t2", "Name": "Cy"}])
    found.add("People", [row], columns=COLUMNS, writes=list(ROW), zone=zone)
    return found


def plan(found, text="First call", now=NOON, **options):
    action = FollowUp(FollowUp.Options(next_step=template(text), **options), found.tools(now))
    [work] = found.works("People", now=now)
    work.names["owner"] = RowRef("Team", "t2")
    return planned(action, [work])["p1"]


def test_it_writes_the_next_step_its_owner_and_the_day():
    assert plan(tables(), owner=People(("owner",)), due="in 2 days") == Change(
        "next step: First call",
        cells={"Next step": "First call", "Next step due": date(2026, 3, 16), "Owner": "Cy"},
        done=Status(Word.DONE, "next: First call"),
    )


def test_without_owner_and_day_it_writes_only_the_words():
    assert plan(tables(), "Call {{ person.name }}").cells == {"Next step": "Call p1"}


@pytest.mark.parametrize(
    ("due", "when"),
    [
        ("today", date(2026, 3, 14)),
        ("Tomorrow", date(2026, 3, 15)),
        ("in a week", date(2026, 3, 21)),
        ("in 10 days", date(2026, 3, 24)),
        ("in 24 hours", NOON + timedelta(hours=24)),
        ("in 90 minutes", NOON + timedelta(minutes=90)),
    ],
)
def test_days_are_dates_and_hours_are_moments(due, when):
    assert plan(tables(), due=due).cells["Next step due"] == when


def test_a_day_is_the_day_it_is_where_the_table_is():
    late = datetime(2026, 3, 14, 23, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    found = tables(zone="Asia/Tokyo")
    assert plan(found, now=late, due="tomorrow").cells["Next step due"] == date(2026, 3, 16)
    due = plan(found, now=late, due="in 1 hour").cells["Next step due"]
    assert due == late + timedelta(hours=1)
    assert due.tzinfo == ZoneInfo("Asia/Tokyo")


def test_hours_are_counted_as_they_pass_when_the_clocks_go_forward():
    eve = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    due = plan(tables(), now=eve, due="in 24 hours").cells["Next step due"]
    assert due.isoformat() == "2026-03-29T13:00:00+02:00"


def test_the_day_may_stand_in_a_column():
    found = tables({**ROW, "Event": "2026-05-01"})
    assert plan(found, due="Event").cells["Next step due"] == date(2026, 5, 1)
    assert plan(tables(), due="Event") == 'Needs you — "Event" is empty here'
    odd = plan(tables({**ROW, "Event": "3/4"}), due="Event")
    assert odd == "Needs you — is 3/4 the 3 April or 4 March? Write 2026-04-03"


def test_other_columns_may_be_named():
    row = {**ROW, "What": None}
    found = Tables()
    found.add("People", [row], writes=["What"])
    action = FollowUp(
        FollowUp.Options(next_step=template("Call"), next_step_in=Column("What")), found.tools()
    )
    assert planned(action, found.works("People"))["p1"].cells == {"What": "Call"}


def test_a_row_that_says_so_already_is_left_alone():
    row = {**ROW, "Next step": "First call", "Owner": "cy"}
    assert plan(tables(row), owner=People(("owner",))) == Noop(
        "next step is First call already", Word.DONE
    )


def test_after_a_crash_it_was_certainly_not_done():
    found = tables()
    action = FollowUp(FollowUp.Options(next_step=template("Call")), found.tools())
    assert action.reconcile(plan(found)) is False
