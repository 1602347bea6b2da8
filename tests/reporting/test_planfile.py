"""A plan that went through a file is the same plan; anything else is refused in words."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from sheetflow.errors import SetupError
from sheetflow.spool import Spool
from sheetflow.values import (
    Blank,
    CellError,
    Change,
    Entry,
    Key,
    LeftOut,
    Noop,
    Plan,
    RowRef,
    Status,
    Word,
    digest,
)
from tests.plan_texts import plan_from_json, plan_to_json

BERLIN = ZoneInfo("Europe/Berlin")
words = st.text(max_size=12)
zones = st.sampled_from([UTC, BERLIN, ZoneInfo("America/New_York"), timezone(timedelta(hours=5.5))])
moments = st.datetimes(timezones=zones) | st.datetimes()
refs = st.builds(RowRef, words, words)
statuses = st.builds(Status, st.sampled_from(Word), words)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | words
    | st.sampled_from(Word)
    | moments
    | st.dates()
    | st.times()
    | st.timedeltas()
    | refs
    | statuses
    | st.builds(Blank, words)
    | st.builds(CellError, words)
)
keys = words | st.sampled_from(["@date", "@", "@Plan"])
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(keys, inner, max_size=3)
        | st.dictionaries(refs, inner, max_size=2)
    ),
    max_leaves=6,
)
values = st.dictionaries(keys, anything, max_size=3)
changes = st.builds(
    Change,
    words,
    data=values,
    cells=values,
    gives=values,
    part=words,
    to=st.lists(words, max_size=2).map(tuple),
    done=st.none() | statuses,
)
noops = st.builds(Noop, words, st.sampled_from(Word), values, words, st.booleans())
entries = st.builds(
    Entry,
    st.builds(Key, words, words, words, words, words, words),
    words,
    words,
    changes | noops,
    reads=st.dictionaries(refs, words, max_size=2),
    awaits=st.lists(words, max_size=2).map(tuple),
    was=values,
    on_failure=words,
    doubtful=st.booleans(),
)
plans = st.builds(
    Plan,
    words,
    words,
    words,
    words,
    words,
    moments,
    st.lists(entries, max_size=2).map(tuple),
    left_out=st.lists(
        st.builds(LeftOut, refs, words, words, st.none() | st.integers()), max_size=2
    ).map(tuple),
    notices=st.lists(words, max_size=2).map(tuple),
    halted=words,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(plans)
def test_a_plan_comes_back_equal(plan):
    text = plan_to_json(plan)
    again = plan_from_json(text)
    assert again == plan
    assert plan_to_json(again) == text
    assert text.isascii()


@settings(max_examples=50, deadline=None, derandomize=True)
@given(plans)
def test_a_plan_in_a_file_of_its_own_is_written_as_one_in_memory(plan):
    long = replace(plan, entries=Spool(plan.entries, held=0), left_out=Spool(plan.left_out, held=0))
    assert plan_to_json(replace(plan, left_out=Spool(plan.left_out))) == plan_to_json(long)
    assert plan_from_json(plan_to_json(long)) == plan


def small_plan(**more):
    change = Change(
        "mail Ana",
        data={"letter": {"to": "ana@example.org"}, "when": datetime(2026, 3, 29, 3, tzinfo=BERLIN)},
        cells={"Coach": "Lee", "Due": date(2026, 4, 1), "At": time(9)},
        gives={"meeting": {"link": Blank("Zoom link")}},
        to=("ana@example.org",),
        done=Status(Word.SENT),
    )
    entry = Entry(
        Key("", "welcome", "email", "People", "7"),
        "email",
        "Ana",
        change,
        reads={RowRef("People", "7"): "0f"},
        was={"Coach": None},
    )
    made = datetime(2026, 3, 14, 12, tzinfo=BERLIN)
    return Plan("welcome", "Welcome", "ab", "", "People", made, (entry,), **more)


def test_zones_folds_and_types_survive():
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    plan = small_plan()
    moved = Plan(**{**vars(plan), "made_at": second})
    found = plan_from_json(plan_to_json(moved)).made_at
    assert (found.tzinfo, found.fold, found.utcoffset()) == (BERLIN, 1, timedelta(hours=1))
    entry = plan_from_json(plan_to_json(plan)).entries[0]
    assert entry.content == plan.entries[0].content
    assert type(entry.change.cells["Due"]) is date
    assert type(entry.reads.popitem()[0]) is RowRef


def told(text):
    with pytest.raises(SetupError) as caught:
        plan_from_json(text)
    assert caught.value.hint == "Make the plan again."
    return caught.value.message.removeprefix("This plan file cannot be used: ")


def test_a_plan_cut_short_is_refused():
    text = plan_to_json(small_plan())
    for end in (0, 1, len(text) // 2, len(text) - 3):
        assert told(text[:end]) == "it is damaged or cut short."


@pytest.mark.parametrize("text", ["[]", "{}", "null", "7", '{"format": "other", "plan": {}}'])
def test_a_foreign_file_is_refused(text):
    assert told(text) == "it was not written by sheetflow plan."


def test_a_file_of_another_version_is_refused():
    whole = json.loads(plan_to_json(small_plan()))
    assert told(json.dumps({**whole, "version": 2})) == (
        "it was written by another version of Sheetflow."
    )


def test_a_file_of_another_version_is_refused_as_such_whatever_its_entries_hold():
    text = plan_to_json(small_plan()).replace('"version": 1', '"version": 2', 1)
    text = text.replace('"action": ', '"told_by": "sms", "action": ')
    assert '{"@tuple": [\n{"@Entry": {"told_by": "sms"' in text
    assert told(text) == "it was written by another version of Sheetflow."


def test_a_plan_somebody_edited_is_refused():
    text = plan_to_json(small_plan())
    assert told(text.replace("ana@example.org", "eve@example.org")) == (
        "it was changed after it was written."
    )


@pytest.mark.parametrize(
    "body",
    [
        None,
        {"@Plan": {}},
        {"@Key": {}},
        {"@Unknown": 1},
        {"@Plan": {"nonsense": 1}},
        {"@datetime": ["2026-03-14T12:00:00", "../../etc/passwd", 0]},
        {"@datetime": ["2026-03-14T12:00:00", "Europe/Atlantis", 0]},
        {"@mapping": [[[], 1]]},
        {"@timedelta": [10**12, 0, 0]},
    ],
)
def test_a_body_that_is_no_plan_is_refused(body):
    whole = {"format": "sheetflow plan", "version": 1, "digest": digest(body), "plan": body}
    assert told(json.dumps(whole)) in (
        "it is damaged or cut short.",
        "there is no plan in it.",
    )


def test_a_field_of_the_wrong_type_is_refused():
    whole = json.loads(plan_to_json(small_plan()))
    whole["plan"]["@Plan"]["entries"]["@tuple"][0]["@Entry"]["who"] = 7
    whole["digest"] = digest(whole["plan"])
    assert told(json.dumps(whole)) == "it is damaged or cut short."


def test_deep_nesting_and_doubled_keys_are_refused():
    assert told("[" * 100_000) == "it is damaged or cut short."
    deep = '{"format": "sheetflow plan", "version": 1, "plan": ' + "[" * 900 + "]" * 900 + "}"
    assert told(deep) == "it was changed after it was written."
    assert told('{"format": "sheetflow plan", "format": "x"}') == "it is damaged or cut short."
    assert told('{"format": NaN}') == "it is damaged or cut short."


def test_entries_are_read_line_by_line_and_not_kept_in_memory():
    assert isinstance(plan_from_json(plan_to_json(small_plan())).entries, Spool)


def several():
    """A plan of three entries, in its lines; those of the entries are the second to the fourth."""
    plan = small_plan()
    keys = (replace(plan.entries[0].key, row=str(number)) for number in range(3))
    whole = replace(plan, entries=tuple(replace(plan.entries[0], key=key) for key in keys))
    return plan_to_json(whole).splitlines(keepends=True)


def test_an_entry_that_was_taken_out_doubled_or_moved_is_noticed():
    first, one, two, *rest = several()
    for lines in ([first, two, *rest], [first, one, one, two, *rest], [first, two, one, *rest]):
        assert told("".join(lines)) == "it was changed after it was written."


def test_a_line_that_is_no_entry_is_refused():
    first, one, *rest = several()
    for line in ("7,\n", "{\n", "\n", '{"@Key": {}},\n', one.replace('"who": "Ana"', '"who": 7')):
        assert told("".join([first, line, *rest])) == "it is damaged or cut short."


def test_a_list_that_a_plan_does_not_have_is_refused():
    first, *rest = several()
    for name in ("asks", "nonsense"):
        other = first.replace('"entries": {"@tuple"', f'"{name}": {{"@tuple"')
        assert told("".join([other, *rest])) == "it is damaged or cut short."


def test_a_plan_whose_lines_were_joined_is_the_same_plan():
    text = "".join(several())
    assert plan_from_json(json.dumps(json.loads(text))) == plan_from_json(text)
    assert plan_from_json(json.dumps(json.loads(text), indent=2)) == plan_from_json(text)
