"""Gatherings at a place: the same invitation, with an address instead of a call's link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sheetflow_plugins.invite import Invite

from sheetflow import RowStopped, Status, Word
from sheetflow.plugin.options import options_of

from ._meetings import Office, template


@pytest.fixture
def office():
    office = Office()
    office.volunteer["Where"] = "Town hall, room 3"
    return office


def plan(office, where="{{ volunteer.where }}", **options):
    action = office.meet(Invite, by=None, place=template(where), **options)
    return action.plan(office.work(action.tools))


def test_the_address_is_the_rows_own(office):
    ana, lee = plan(office, for_=timedelta(hours=2))
    assert ana.data["meeting"]["place"] == lee.data["meeting"]["place"] == "Town hall, room 3"
    assert "Where: Town hall, room 3" in ana.data["letter"]["text"]
    assert "When: Tue 17 Mar, 18:00–20:00 CET (Berlin)" in ana.data["letter"]["text"]
    assert ana.gives["meeting"]["link"] == "Town hall, room 3"


def test_a_place_that_is_missing_stops_the_row(office):
    office.volunteer["Where"] = None
    with pytest.raises(RowStopped) as stopped:
        plan(office)
    assert stopped.value.status == Status(
        Word.NEEDS_YOU, 'the text uses "Where", which is empty here'
    )


def test_another_place_is_told_as_a_change(office):
    office.happened(*plan(office))
    office.volunteer["Where"] = "Library"
    ana, _ = plan(office)
    assert ana.data["meeting"]["sequence"] == 1
    assert "Before: Town hall, room 3\nWhere: Library" in ana.data["letter"]["text"]


def test_the_options_are_the_documented_ones():
    names = [option.name for option in options_of(Invite.Options)]
    assert names == [
        "title",
        "with",
        "at",
        "for",
        "about",
        "template",
        "from",
        "cancel_when",
        "place",
        "by",
    ]
