"""The catalogue: each sentence in full, and what holds for all of them whatever they quote."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from sheetflow.tables import statuses
from sheetflow.values import STATUS_LENGTH, Status, Word

AT = datetime(2026, 3, 14, 19, 2, tzinfo=UTC)
FIRST, SECOND = date(2026, 4, 3), date(2026, 3, 4)

CATALOGUE: dict[str, tuple[Callable[[str], Status], str]] = {
    "sent": (lambda t: statuses.sent(AT), "Sent — 14 Mar 19:02"),
    "sent tidied": (
        lambda t: statuses.sent(AT, "a hidden space in the address"),
        "Sent — 14 Mar 19:02 (tidied a hidden space in the address)",
    ),
    "done": (lambda t: statuses.done(AT, t), "Done — Ana, 14 Mar 19:02"),
    "done alone": (lambda t: statuses.done(AT), "Done — 14 Mar 19:02"),
    "held": (
        lambda t: statuses.held(AT.replace(hour=8, minute=0) + timedelta(days=1), AT),
        "Waiting — goes out tomorrow 08:00 (it is night there)",
    ),
    "held today": (
        lambda t: statuses.held(AT.replace(hour=21, minute=0), AT, t),
        "Waiting — goes out 21:00 (Ana)",
    ),
    "held long": (lambda t: statuses.held(AT, why=t), "Waiting — goes out 14 Mar 19:02 (Ana)"),
    "matched_before": (
        lambda t: statuses.matched_before(t),
        "Skipped — matched before Ana was switched on: nothing sent by it",
    ),
    "no_email": (lambda t: statuses.no_email(), "Needs you — no e-mail address"),
    "two_addresses": (
        lambda t: statuses.two_addresses(),
        "Needs you — two addresses here, keep one",
    ),
    "odd_address": (lambda t: statuses.odd_address(t), 'Needs you — is "Ana" right?'),
    "odd_address meant": (
        lambda t: statuses.odd_address(t, "ana@gmail.com"),
        'Needs you — is "Ana" right? Or "ana@gmail.com"?',
    ),
    "look_alike": (
        lambda t: statuses.look_alike(t),
        'Needs you — check "Ana": some letters only look right, retype it',
    ),
    "two_phones": (
        lambda t: statuses.two_phones(),
        "Needs you — two phone numbers here, keep one",
    ),
    "odd_phone": (lambda t: statuses.odd_phone(t), 'Needs you — is "Ana" a whole phone number?'),
    "phone_without_country": (
        lambda t: statuses.phone_without_country(t),
        'Needs you — which country is "Ana" in? Write it with + and code',
    ),
    "ambiguous_date": (
        lambda t: statuses.ambiguous_date(t, (FIRST, SECOND)),
        "Needs you — is Ana the 3 April or 4 March? Write 2026-04-03",
    ),
    "ambiguous_date open": (
        lambda t: statuses.ambiguous_date(t),
        'Needs you — which day is "Ana"? Write it like 2026-04-03',
    ),
    "no_time": (
        lambda t: statuses.no_time(date(2026, 9, 30)),
        "Needs you — what time on 30 September? Write it like 2026-09-30 19:00",
    ),
    "no_such_time": (
        lambda t: statuses.no_such_time(datetime(2026, 9, 30, 2, 30)),
        "Needs you — 02:30 on 30 September is skipped as clocks go forward. Another time?",
    ),
    "doubled_time": (
        lambda t: statuses.doubled_time(datetime(2026, 9, 30, 2, 30)),
        "Needs you — 02:30 on 30 September comes twice as clocks go back. Another time?",
    ),
    "unknown_zone": (
        lambda t: statuses.unknown_zone(t),
        'Needs you — which time zone is "Ana"? Write Europe/Berlin',
    ),
    "past_event": (lambda t: statuses.past_event(), "Skipped — the event is over"),
    "not_yes_or_no": (
        lambda t: statuses.not_yes_or_no(t),
        'Needs you — is "Ana" a yes or a no?',
    ),
    "not_a_number": (
        lambda t: statuses.not_a_number(t),
        'Needs you — which number is "Ana"? Write only digits',
    ),
    "unknown_choice": (
        lambda t: statuses.unknown_choice(t, t),
        'Needs you — "Ana" is not one of the choices for "Ana"',
    ),
    "too_long": (
        lambda t: statuses.too_long(t),
        'Needs you — the text in "Ana" is too long to use',
    ),
    "same_person": (lambda t: statuses.same_person(t), 'Skipped — same person as "Ana"'),
    "copy_of_row": (lambda t: statuses.copy_of_row(), "Skipped — copy of another row"),
    "same_key": (lambda t: statuses.same_key(t), 'Needs you — another row has the same "Ana"'),
    "changed_hands": (
        lambda t: statuses.changed_hands(t),
        'Needs you — new person in this row? Then clear its "Ana"',
    ),
    "merged_cell": (
        lambda t: statuses.merged_cell(t),
        'Needs you — "Ana" is merged with other cells',
    ),
    "empty_cell": (lambda t: statuses.empty_cell(t), 'Needs you — "Ana" is empty here'),
    "error_cell": (
        lambda t: statuses.error_cell(t),
        "Waiting — a cell in this row shows Ana",
    ),
    "nobody_known": (
        lambda t: statuses.nobody_known(t, t),
        'Needs you — who is "Ana"? Not in "Ana"',
    ),
    "not_in_table": (
        lambda t: statuses.not_in_table(t, t),
        'Needs you — who is "Ana"? Not in "Ana"',
    ),
    "two_of_that_name": (
        lambda t: statuses.two_of_that_name(t, t),
        'Needs you — which "Ana" of "Ana"? Write the e-mail',
    ),
    "nobody_free": (
        lambda t: statuses.nobody_free(t),
        "Waiting — everyone in Ana is at their limit",
    ),
    "person_changed": (
        lambda t: statuses.person_changed(t, t),
        "Done — you changed Ana to Ana, so I left it",
    ),
    "person_changed emptied": (
        lambda t: statuses.person_changed(t, None),
        'Done — you emptied "Ana", so I left it',
    ),
    "formula_left": (
        lambda t: statuses.formula_left(t),
        'Done — "Ana" holds a formula, so I left it',
    ),
    "merged_left": (
        lambda t: statuses.merged_left(t),
        'Done — "Ana" is merged with other cells, so I left it',
    ),
    "row_vanished": (
        lambda t: statuses.row_vanished(t),
        'Not sure — the row for "Ana" went away while I worked',
    ),
    "changed_since_plan": (
        lambda t: statuses.changed_since_plan(),
        "Skipped — this row changed after the plan was made",
    ),
    "still_blank": (lambda t: statuses.still_blank(t), "Waiting — Ana is not there yet"),
    "not_sure": (
        lambda t: statuses.not_sure(t),
        'Not sure — line dropped. Ask Ana, then write yes or it came in "Send again?"',
    ),
    "refused_content": (
        lambda t: statuses.refused_content(t),
        "Needs you — the mail service refused this message. Ask Ana",
    ),
    "refused_content alone": (
        lambda t: statuses.refused_content(),
        "Needs you — the mail service refused this message",
    ),
    "no_such_address": (
        lambda t: statuses.no_such_address(),
        "Needs you — address does not exist. Maybe phone?",
    ),
    "provider_busy": (
        lambda t: statuses.provider_busy(AT),
        "Waiting — mail service is busy, trying again at 19:02",
    ),
    "provider_busy later": (
        lambda t: statuses.provider_busy(),
        "Waiting — mail service is busy, trying again at the next run",
    ),
    "asked_not_to": (
        lambda t: statuses.asked_not_to(date(2026, 2, 2)),
        "Skipped — asked not to get e-mail (2 Feb)",
    ),
    "asked_not_to once": (
        lambda t: statuses.asked_not_to(),
        "Skipped — asked not to get e-mail",
    ),
    "no_consent": (lambda t: statuses.no_consent(t), 'Skipped — "Ana" is not Yes'),
    "switched_off": (lambda t: statuses.switched_off(), "Waiting — this recipe is switched off"),
    "not_switched_on": (
        lambda t: statuses.not_switched_on(t),
        "Waiting — switch this recipe on first: sheetflow on Ana",
    ),
    "too_late": (lambda t: statuses.too_late(), "Skipped — too late to be useful"),
    "never_day": (
        lambda t: statuses.never_day(),
        "Needs you — which time zone? It is never day in all of people_are_in",
    ),
    "had_enough": (
        lambda t: statuses.had_enough(3, timedelta(days=7), AT + timedelta(days=2), AT),
        "Waiting — had 3 mails this week, next from Monday",
    ),
    "had_enough of one": (
        lambda t: statuses.had_enough(1, timedelta(days=1), AT + timedelta(days=1), AT),
        "Waiting — had 1 mail today, next from tomorrow 19:02",
    ),
    "over_limit": (
        lambda t: statuses.over_limit(60, "people", 40),
        "Waiting — 60 people at once is over the recipe's limit of 40 (people_per_run)",
    ),
    "unusual": (
        lambda t: statuses.unusual(90, 12, 20, t),
        "Waiting — 90 people now, usually 12 to 20. Needs a Go: sheetflow approve Ana",
    ),
    "confirmed": (
        lambda _: statuses.confirmed(AT, reached=True),
        "Sent — as somebody confirmed 14 Mar 19:02",
    ),
    "confirmed, and nobody was reached": (
        lambda _: statuses.confirmed(AT, reached=False),
        "Done — as somebody confirmed 14 Mar 19:02",
    ),
    "once_more": (lambda _: statuses.once_more(), "Waiting — goes out again with the next run"),
    "forgotten": (
        lambda t: statuses.forgotten(AT, t),
        'Not sure — may be done: what was known on 14 Mar is lost. In "Ana": yes or it came',
    ),
    "needs_a_go of one": (
        lambda t: statuses.needs_a_go(1, t),
        "Waiting — 1 person needs a Go: sheetflow approve Ana",
    ),
    "needs_a_go": (
        lambda t: statuses.needs_a_go(64, t),
        "Waiting — 64 people need a Go: sheetflow approve Ana",
    ),
    "needs_a_go after a change": (
        lambda t: statuses.needs_a_go(64, t, AT),
        "Waiting — the plan changed since the Go of 14 Mar: sheetflow approve Ana",
    ),
    "tick_to_send": (
        lambda t: statuses.tick_to_send("Go ahead", t),
        'Waiting — tick "Go ahead" to send (Ana)',
    ),
    "tick_once_more": (
        lambda t: statuses.tick_once_more("Go ahead", t),
        'Waiting — it changed since. Look, then tick "Go ahead" again (Ana)',
    ),
    "not_sure of another column": (
        lambda t: statuses.not_sure("Ana", t),
        'Not sure — line dropped. Ask Ana, then write yes or it came in "Ana"',
    ),
    "unclear_answer": (
        lambda t: statuses.unclear_answer(t),
        'Not sure — is "Ana" a yes? "Send again?": yes, no or it came',
    ),
    "unclear_answer elsewhere": (
        lambda t: statuses.unclear_answer("maybe", t),
        'Not sure — is "maybe" a yes? "Ana": yes, no or it came',
    ),
}


@pytest.mark.parametrize("situation", CATALOGUE)
def test_each_situation_has_its_sentence(situation: str):
    make, sentence = CATALOGUE[situation]
    assert str(make("Ana")) == sentence


def test_no_sentence_is_missing_here():
    said = {name.split()[0].rstrip(",") for name in CATALOGUE}
    there = {
        name
        for name, function in inspect.getmembers(statuses, inspect.isfunction)
        if function.__module__ == statuses.__name__ and not name.startswith("_")
    }
    assert there == said


@given(text=st.text(max_size=200))
def test_whatever_is_quoted_a_status_is_one_short_plain_line(text: str):
    for make, _ in CATALOGUE.values():
        status = make(text)
        assert status.word in Word
        assert len(status.text) <= STATUS_LENGTH
        assert len(str(status).splitlines()) == 1
        assert str(status).startswith(f"{status.word} — ")
        assert str(status).encode()


QUOTING = [situation for situation, (_, sentence) in CATALOGUE.items() if "Ana" in sentence]


@pytest.mark.parametrize("situation", QUOTING)
def test_what_to_do_is_never_cut_off(situation: str):
    make, sentence = CATALOGUE[situation]
    long = str(make("x" * 200))
    beginning, *_, end = sentence.split("Ana")
    assert long.startswith(beginning)
    assert long.endswith(end)


@pytest.mark.parametrize("situation", CATALOGUE)
def test_no_sentence_blames_shouts_or_speaks_in_codes(situation: str):
    _, sentence = CATALOGUE[situation]
    assert "!" not in sentence
    assert not re.search(
        r"(?i)invalid|error|illegal|failed|exception|null|none|\d{3}\b(?!:)",
        (sentence.replace("2026", "")),
    )


def test_text_from_right_to_left_cannot_turn_the_sentence_around():
    status = statuses.nobody_known("أنا\u202e روز", "Team")
    assert status.text == 'who is "\u2068أنا روز\u2069"? Not in "Team"'
