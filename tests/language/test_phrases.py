"""The closed list of conditions: what each says, when it holds, and what is told of any other."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, strategies as st

from sheetflow.language.conditions.phrasebook import FORMS, parse_date, parse_phrase
from sheetflow.language.conditions.phrases import Is, Passed, Phrase, Ticked, Value
from sheetflow.language.problems import Mistake

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 14, 12, tzinfo=BERLIN)

texts = st.text(max_size=12) | st.sampled_from(["New", "new ", "ＮＥＷ", "Old", "", "  ", "empty"])
moments = st.datetimes(
    datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.sampled_from([BERLIN, UTC])
)
values = st.one_of(
    st.none(),
    st.booleans(),
    texts,
    st.integers(-10, 10),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.floats(),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    moments,
)


def holds(phrase: str, value: Value, now: datetime = NOW) -> bool:
    """Whether a written phrase holds."""
    return parse_phrase(phrase).holds(value, now)


def day(number: int) -> date:
    """A day of the March in which it is now the 14th."""
    return date(2026, 3, number)


def moment(number: int, hour: int, minute: int = 0, zone: ZoneInfo = BERLIN) -> datetime:
    """A moment in that March."""
    return datetime(2026, 3, number, hour, minute, tzinfo=zone)


HOLD = [
    ("is empty", [None, "", "  ", "\u00a0"], ["x", 0, False]),
    ("is not empty", ["x", 0, False, day(1)], [None, "", " "]),
    ("is New", ["New", " new", "NEW ", "Ｎｅｗ"], ["Old", None, "Newer", 1]),
    ("is New or Old", ["new", "old"], ["other", None]),
    ("is New or Old or Lost", ["lost"], ["other"]),
    ("is empty or New", [None, "", "new"], ["old"]),
    ("is not New", ["Old", None, ""], ["new"]),
    ("is not New or Old", ["x", None], ["new", "old"]),
    ("is 5", [5, 5.0, Decimal("5.00"), "5"], [6, None, True, "5.0"]),
    ("is yes", [True, "YES"], [False, "no", None]),
    ("is 2026-03-14", [day(14), moment(14, 23)], [day(15), None]),
    ('is "empty"', ["Empty"], [None, ""]),
    ('is "a or b"', ["A or B"], ["a", "b"]),
    ("contains choir", ["The Choir group"], ["cho ir", None, ""]),
    ("starts with +49", ["+49 170"], ["0049 170", None]),
    ("is more than 5", [5.1, 6, Decimal("5.0001")], [5, 4, None, "six", float("nan"), True]),
    ("is less than 2.5", [2, -1], [2.5, 3, None]),
    ("is before 2026-03-14", [day(13), moment(13, 23, 59)], [day(14), moment(14, 0), None]),
    ("is after 14 March 2026", [day(15), moment(15, 0)], [day(14), moment(14, 23, 59)]),
    ("is before 2026-03-14 18:00", [moment(14, 17, 59), day(13)], [moment(14, 18), day(14)]),
    ("is in the past", [moment(14, 11, 59), day(13)], [NOW, day(14), moment(14, 13), None, "x"]),
    ("is in the future", [moment(14, 12, 1), day(15)], [NOW, day(14), moment(14, 11), None]),
    ("is today", [day(14), moment(14, 0), moment(14, 23, 59)], [day(13), moment(15, 0), None]),
    ("was 3 days ago", [day(11), moment(11, 0), moment(11, 23)], [day(12), moment(10, 23), None]),
    ("was 1 week ago", [day(7)], [day(8)]),
    (
        "was more than 3 days ago",
        [day(10), moment(10, 23, 59)],
        [day(11), moment(11, 0), day(20), None],
    ),
    ("is within 48 hours", [NOW, moment(16, 12), day(14), day(16)], [moment(16, 13), day(17)]),
    ("is within 48 hours", [moment(15, 12)], [moment(14, 11, 59), day(13), None]),
    ("is within 90 minutes", [moment(14, 13, 30)], [moment(14, 13, 31)]),
    ("is within the last 7 days", [NOW, moment(7, 12), day(7)], [moment(7, 11), moment(14, 13)]),
    ("is ticked", [True], [False, None, "yes", 1]),
    ("is not ticked", [False, None, "yes"], [True]),
]


@pytest.mark.parametrize(("phrase", "yes", "no"), HOLD, ids=[phrase for phrase, _, _ in HOLD])
def test_a_phrase_holds_for_what_it_says(phrase: str, yes: list[Value], no: list[Value]):
    assert [value for value in yes if not holds(phrase, value)] == []
    assert [value for value in no if holds(phrase, value)] == []


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("is empty", None),
        ("is New", None),
        ("contains x", "text"),
        ("starts with x", "text"),
        ("is more than 5", "number"),
        ("is before 2026-03-14", "date"),
        ("is before 2026-03-14 18:00", "date and time"),
        ("is in the past", "date and time"),
        ("is within 2 days", "date and time"),
        ("is today", "date"),
        ("was 3 days ago", "date"),
        ("was more than 3 days ago", "date"),
        ("is ticked", "yes/no"),
    ],
)
def test_a_phrase_says_how_its_cell_is_read(phrase: str, kind: str | None):
    assert parse_phrase(phrase).kind == kind


def test_two_days_are_counted_by_the_clock_on_the_wall_where_it_takes_place():
    """Summer time begins in Berlin on 29 March 2026 at 2:00."""
    now = moment(28, 10)
    assert holds("is within 48 hours", moment(30, 10), now)
    assert not holds("is within 48 hours", moment(30, 10, 1), now)
    assert holds("is within 23 hours", moment(29, 10), now)
    assert not holds("is within 22 hours", moment(29, 10), now)


def test_an_hour_that_comes_twice_is_told_apart():
    """Winter time begins in Berlin on 25 October 2026: 2:30 comes twice."""
    first = datetime(2026, 10, 25, 2, 40, tzinfo=BERLIN, fold=0)
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    assert holds("is in the past", first, second)
    assert holds("is in the future", second, first)
    assert not holds("is within 2 hours", first, second)


def test_today_is_the_day_where_it_takes_place():
    late = datetime(2026, 3, 14, 23, 30, tzinfo=ZoneInfo("America/New_York"))
    assert holds("is today", late, datetime(2026, 3, 15, 4, 0, tzinfo=BERLIN))
    assert not holds("is today", late, datetime(2026, 3, 15, 6, 0, tzinfo=BERLIN))


@given(values, moments)
def test_a_phrase_and_its_negation_share_out_all_values(value: Value, now: datetime):
    for phrase, negation in [
        (Is(or_empty=True), Is(or_empty=True, negated=True)),
        (Is(("New",)), Is(("New",), negated=True)),
        (Is(("New", "5")), Is(("New", "5"), negated=True)),
        (Ticked(), Ticked(negated=True)),
    ]:
        assert phrase.holds(value, now) is not negation.holds(value, now)


@given(moments, moments)
def test_a_moment_is_past_future_or_now(value: datetime, now: datetime):
    sides = [Passed(past=True).holds(value, now), Passed(past=False).holds(value, now)]
    assert sides.count(True) == (0 if value == now else 1)


@given(values, moments, st.sampled_from([e for form in FORMS for e in form.examples]))
def test_every_phrase_can_be_asked_of_every_value(value: Value, now: datetime, phrase: str):
    assert parse_phrase(phrase).holds(value, now) in (True, False)


@given(moments, moments, st.timedeltas(timedelta(minutes=1), timedelta(days=400)))
def test_whatever_is_within_a_time_is_not_past(value: datetime, now: datetime, length: timedelta):
    assume(length >= timedelta(minutes=1))
    phrase = parse_phrase(f"is within {length // timedelta(minutes=1)} minutes")
    if phrase.holds(value, now):
        assert not Passed(past=True).holds(value, now)


@pytest.mark.parametrize("example", [example for form in FORMS for example in form.examples])
def test_a_phrase_in_words_is_the_same_phrase(example: str):
    phrase = parse_phrase(example)
    assert parse_phrase(str(phrase)) == phrase
    assert parse_phrase(example.upper()).kind == phrase.kind


BEGINNINGS = ("is ", "is not ", "contains ", "starts with ", "was ", "is within ")
WORDS = ("or", "not", "empty", "New", "a,b", "today", "'", '"', "before", "x", "in", "the")


@given(st.sampled_from(BEGINNINGS), st.lists(st.sampled_from(WORDS), min_size=1))
def test_whatever_is_a_phrase_is_the_same_phrase_in_its_own_words(begin: str, words: list[str]):
    try:
        phrase = parse_phrase(begin + " ".join(words))
    except Mistake:
        return
    assert parse_phrase(str(phrase)) == phrase


@given(st.lists(st.text('abor ,nt"', min_size=1, max_size=12).map(str.strip), min_size=1))
def test_any_words_can_be_written_so_that_they_are_read_again(words: list[str]):
    words = [" ".join(word.split()) for word in words]
    assume(all(words))
    phrase: Phrase = Is(tuple(words))
    assert parse_phrase(str(phrase)) == phrase


NUMBERS = 'Numbers are compared by "is more than 5" and "is less than 5".'
ALL = (
    "Conditions are: is ticked, is not ticked, is in the past, is in the future, is today,"
    " was 3 days ago, was more than 60 days ago, is within 48 hours, is before 2026-03-14,"
    " is after 2026-03-14, is more than 5, is less than 5, contains choir, starts with +49,"
    " is not empty, is empty."
)


@pytest.mark.parametrize(
    ("text", "what", "cure"),
    [
        ("empty", '"empty" is not a condition.', f'Did you mean "is empty"? {ALL}'),
        (
            "is in teh past",
            '"in teh past" is not a condition.',
            'Did you mean "in the past"? If it is a text, write is "in teh past".',
        ),
        ("happy", '"happy" is not a condition.', ALL),
        ("was yesterday", '"was yesterday" is not a condition.', 'Yesterday is "was 1 day ago".'),
        (
            "is tomorrow",
            '"tomorrow" is not a condition.',
            'From now until this time tomorrow is "is within 1 day". If it is a text, write '
            'is "tomorrow".',
        ),
        ("at least 18", '"at least 18" is not a condition.', NUMBERS),
        (
            "is emtpy",
            '"emtpy" is not a condition.',
            'Did you mean "empty"? If it is a text, write is "emtpy".',
        ),
        (
            "is not empty or New",
            '"is not empty or New" can be understood in two ways.',
            "Write is not empty, or is not New.",
        ),
        (
            "is New, Old or Lost",
            '"New, Old" has a comma in it.',
            "Put or between all of them; a text with a comma goes in quotes.",
        ),
        ("is New or", "a word is missing.", 'Write it like "is New or Old", not "is New or".'),
        ("is > 5", '"> 5" is not a condition.', f'{NUMBERS} If it is a text, write is "> 5".'),
        (
            "is more than 1,000",
            '"1,000" is not a number.',
            "Write it in digits, without separators: is more than 1000, is less than 2.5.",
        ),
        (
            "is before 3/4/2026",
            '"3/4/2026" is not a date.',
            "Write it like 2026-03-14, 14 March 2026 or 2026-03-14 18:00.",
        ),
        (
            "is within a while",
            '"a while" is not a length of time.',
            "Write it like is within 48 hours or is within the last 2 days.",
        ),
        (
            "was 36 hours ago",
            '"36 hours" is not a number of days.',
            "Write it like was 3 days ago or was 2 weeks ago.",
        ),
        ("is {{ x }}", "a condition takes no {{ }}.", "Use `expression:` for it."),
        ("is " + "x" * 600, "this is longer than 500 characters.", "Say it in fewer words."),
    ],
)
def test_any_other_text_is_told_with_the_nearest_phrase(text: str, what: str, cure: str):
    with pytest.raises(Mistake) as found:
        parse_phrase(text)
    assert (found.value.what, found.value.cure) == (what, cure)


@given(st.text(max_size=80))
def test_no_text_is_worse_than_a_mistake(text: str):
    with suppress(Mistake):
        assert str(parse_phrase(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-3-4", date(2026, 3, 4)),
        ("4 march 2026", date(2026, 3, 4)),
        ("4 March 2026 9:05", datetime(2026, 3, 4, 9, 5)),
        ("2026-03-04T18:00", datetime(2026, 3, 4, 18, 0)),
        ("2026-02-30", None),
        ("3/4/2026", None),
        ("2026-03-04 25:00", None),
        ("tomorrow", None),
    ],
)
def test_a_date_has_one_meaning_or_none(text: str, expected: date | None):
    assert parse_date(text) == expected
