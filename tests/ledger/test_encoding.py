"""What goes into the ledger comes out the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sheetflow.ledger.encoding import as_text, from_text, known
from sheetflow.secrets import Secret
from sheetflow.values import Blank, RowRef

BERLIN = ZoneInfo("Europe/Berlin")

zones = st.sampled_from(
    [None, UTC, BERLIN, ZoneInfo("America/St_Johns"), timezone(timedelta(hours=5, minutes=45))]
)
texts = st.text() | st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010))
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | texts
    | st.dates()
    | st.datetimes(timezones=zones, allow_imaginary=True)
    | st.builds(RowRef, texts, texts)
)
names = texts | st.sampled_from(["$date", "$map", "$", "$row", "$time"])
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4)
)


def alike(one: Any, other: Any) -> bool:
    """Whether two values are equal and of the same kinds all through, zones and folds included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, datetime):
        clock = (one.replace(tzinfo=None), one.fold, one.utcoffset(), _zone(one))
        return clock == (other.replace(tzinfo=None), other.fold, other.utcoffset(), _zone(other))
    return repr(one) == repr(other)


def _zone(moment: datetime) -> str:
    return moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else ""


@given(st.dictionaries(names, values, max_size=5))
def test_every_value_comes_back_as_it_was(given_values: dict[str, Any]):
    text = as_text(given_values)
    assert alike(dict(from_text(text)), given_values)


@pytest.mark.parametrize("hour", [2, 3])
@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_and_the_one_that_never_comes_stay_what_they_were(hour, fold):
    twice = datetime(2026, 10, 25, hour, 30, fold=fold, tzinfo=BERLIN)
    never = datetime(2026, 3, 29, hour, 30, fold=fold, tzinfo=BERLIN)
    assert alike(dict(from_text(as_text({"a": twice, "b": never}))), {"a": twice, "b": never})


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf"), -0.0])
def test_odd_numbers_come_back(number: float):
    assert repr(from_text(as_text({"n": number}))["n"]) == repr(number)


def test_keys_that_are_no_text_come_back():
    assert from_text(as_text({"by day": {date(2026, 3, 14): 3, 7: "x"}})) == {
        "by day": {date(2026, 3, 14): 3, 7: "x"}
    }


def test_what_has_no_form_of_its_own_is_kept_as_its_text():
    assert from_text(as_text({"link": Blank("Zoom link"), "pair": (1, 2)})) == {
        "link": "‹Zoom link›",
        "pair": [1, 2],
    }


def test_a_secret_is_never_written():
    assert "hunter2" not in as_text({"password": Secret("hunter2")})


def test_what_waits_for_a_later_step_is_left_out():
    link = Blank("Zoom link")
    found = known({"Link": link, "Both": ["x", {"y": link}], "When": date(2026, 3, 14)})
    assert found == {"When": date(2026, 3, 14)}


@pytest.mark.parametrize("text", ["", "[1]", "{", "nothing", '{"$time":[]}', '{"x":{"$new":1}}'])
def test_what_was_never_written_so_is_refused(text: str):
    with pytest.raises(ValueError, match=r".*"):
        from_text(text)
