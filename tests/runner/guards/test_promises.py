"""What the gate promises, whoever the people are, whenever it is, whatever happens meanwhile."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings, strategies as st

from sheetflow.language.policies import CAPS
from sheetflow.values import Noop, Word
from tests.runner.guards.mailings import ZONE, Letter, Mailing, goes, person

STARTS = (
    datetime(2026, 3, 28, 17, tzinfo=ZONE),  # the night in which Berlin's summer time begins
    datetime(2026, 10, 24, 17, tzinfo=ZONE),  # the one in which it ends
    datetime(2026, 4, 4, 12, tzinfo=ZONE),  # Lord Howe's summer time ends, by half an hour
    datetime(2026, 3, 14, 12, tzinfo=ZONE),
)
ZONES = ("Australia/Lord_Howe", "America/New_York", "Europe/Berlin", "", "nowhere at all")
KINDS = ("relationship", "outreach", "transactional", "internal")
ADDRESSES = ("one@example.org", "two@example.org", "three@example.org", "ONE@example.org")
CODES = ("p0", "p1", "p2", "p3", "f0", "f1")

NO_SHRINKING = (Phase.explicit, Phase.generate)
"""Whole roads over files are slow; one that fails is told as it was found."""

CURFEW = '''
"""Somebody else's guard: holds the rows that are named in a file."""

from sheetflow import Guard, Held, Status, Word, hookimpl


class Curfew(Guard):
    """Holds whoever is named."""

    name = "curfew"

    def ask(self, entry):
        path = self.tools.folder / "curfew.txt"
        named = path.read_text().split() if path.exists() else ()
        return Held(Status(Word.WAITING, "there is a curfew")) if entry.key.row in named else None


@hookimpl
def guards():
    return [Curfew]
'''


Persons = list[tuple[str, str, str]]
"""Of each person the address, the time zone and the consent."""


@dataclass(frozen=True)
class Step:
    """Something that happens: time passes, somebody decides, a recipe runs.

    Within the run, each letter takes `minutes`, and after the first one `meanwhile` opts out.
    """

    hours: float
    recipe: str
    minutes: int
    before: str
    meanwhile: str
    withdraws: str
    curfew: str


STEPS = st.builds(
    Step,
    hours=st.sampled_from([8, 3, 0, 0.5, 5, 9.25, 13, 24]),
    recipe=st.sampled_from(KINDS),
    minutes=st.sampled_from([0, 0, 1, 45]),
    before=st.sampled_from(["", "", "", *ADDRESSES[:3]]),
    meanwhile=st.sampled_from(["", "", "", *ADDRESSES[:3]]),
    withdraws=st.sampled_from(["", "", *CODES[:4]]),
    curfew=st.sampled_from(["", "", *CODES]),
)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(ADDRESSES),
        st.sampled_from(ZONES),
        st.sampled_from(["yes", "yes", "no", ""]),
    ),
    min_size=len(CODES),
    max_size=len(CODES),
)


@contextmanager
def campaign(people: Sequence[tuple[str, str, str]], start: datetime) -> Iterator[Mailing]:
    """Four recipes, one of each kind, that write again and again to people of two tables."""
    with tempfile.TemporaryDirectory() as folder:
        mailing = Mailing(Path(folder), start)
        mailing.set_up()
        (Path(folder) / "plugins" / "curfew.py").write_text(CURFEW, "utf-8")
        rows = [
            person(code, Email=email, Zone=zone, **{"Email OK?": consent})
            for code, (email, zone, consent) in zip(CODES, people, strict=True)
        ]
        mailing.people(rows[:4])
        mailing.people(rows[4:], "Friends")
        for kind in KINDS:
            table = "Friends" if kind == "internal" else "People"
            steps = f"steps:\n  - write: person\n    text: {kind}\n    again: every 2 hours\n"
            mailing.recipe(kind, table=table, more=f"kind: {kind}\n{steps}")
        mailing.recipe(
            "friends",
            table="Friends",
            more="kind: outreach\nsteps:\n"
            "  - write: person\n    text: outreach\n    again: every 5 hours\n",
        )
        yield mailing


@dataclass
class Told:
    """What people asked for, each with how many letters had come by then."""

    opted_out: dict[str, int]
    withdrawn: dict[str, int]
    curfews: list[tuple[str, int, int]]


def live(mailing: Mailing, steps: Sequence[Step]) -> Told:
    """Let all of it happen."""
    told = Told({}, {}, [])

    def opt_out(address: str) -> None:
        if address and address.casefold() not in told.opted_out:
            mailing.suppress(address)
            told.opted_out[address.casefold()] = len(mailing.came)

    for step in steps:
        mailing.later(hours=step.hours)
        names = ("outreach", "friends") if step.recipe == "outreach" else (step.recipe,)
        for name in names:
            plan = mailing.plan(name)
            opt_out(step.before)
            if step.withdraws and step.withdraws not in told.withdrawn:
                mailing.edit(step.withdraws, **{"Email OK?": "no"})
                told.withdrawn[step.withdraws] = len(mailing.came)
            (mailing.folder / "curfew.txt").write_text(step.curfew)
            before = len(mailing.came)

            def meanwhile(_outcome: object, step: Step = step) -> None:
                mailing.later(minutes=step.minutes)
                opt_out(step.meanwhile)

            mailing.run(name, plan=plan, meanwhile=meanwhile)
            if step.curfew:
                told.curfews.append((step.curfew, before, len(mailing.came)))
    return told


def nobody_above_a_cap(letters: Sequence[Letter]) -> None:
    had: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for letter in letters:
        had[letter.to.casefold(), letter.text].append(letter.at)
    for (_, kind), times in had.items():
        for cap in CAPS.get(kind, ()):
            for first, next_one in zip(times, times[cap.times :], strict=False):
                assert next_one - first >= cap.within, (kind, cap)


def nothing_at_night(letters: Sequence[Letter], zones: dict[str, str]) -> None:
    for letter in letters:
        zone = zones[letter.row.partition("/")[2]]
        local = letter.at.astimezone(ZoneInfo(zone) if "/" in zone else ZONE).time()
        assert letter.text == "transactional" or time(8) <= local < time(21), (letter, local)


LIVES = (PEOPLE, st.sampled_from(STARTS), st.lists(STEPS, min_size=1, max_size=8))
HOLDS = (PEOPLE, st.sampled_from(STARTS), st.lists(STEPS, max_size=2), st.booleans())


@settings(max_examples=8, phases=NO_SHRINKING)
@given(*LIVES)
def test_the_gate_keeps_its_promises(people: Persons, start: datetime, steps: list[Step]):
    promises_are_kept(people, start, steps)


@pytest.mark.slow
@settings(max_examples=25, phases=NO_SHRINKING)
@given(*LIVES)
def test_the_gate_keeps_its_promises_in_many_lives(
    people: Persons, start: datetime, steps: list[Step]
):
    promises_are_kept(people, start, steps)


@settings(max_examples=3, phases=NO_SHRINKING)
@given(*HOLDS)
def test_what_is_held_goes_out_or_expires_where_everybody_sees_it(
    people: Persons, start: datetime, steps: list[Step], expires: bool
):
    held_goes_out_or_expires(people, start, steps, expires=expires)


@pytest.mark.slow
@settings(max_examples=8, phases=NO_SHRINKING)
@given(*HOLDS)
def test_whatever_is_held_goes_out_or_expires_where_everybody_sees_it(
    people: Persons, start: datetime, steps: list[Step], expires: bool
):
    held_goes_out_or_expires(people, start, steps, expires=expires)


def promises_are_kept(people: Persons, start: datetime, steps: list[Step]) -> None:
    zones = {code: zone for code, (_, zone, _) in zip(CODES, people, strict=True)}
    with campaign(people, start) as mailing:
        told = live(mailing, steps)
        letters = mailing.came
        nobody_above_a_cap(letters)
        nothing_at_night(letters, zones)
        for address, count in told.opted_out.items():
            assert address not in {letter.to.casefold() for letter in letters[count:]}
        for code, count in told.withdrawn.items():
            after = {letter.text for letter in letters[count:] if letter.row == f"People/{code}"}
            assert after <= {"transactional"}
        for code, (_, _, consent) in zip(CODES[:4], people, strict=False):
            if consent != "yes":
                texts = {letter.text for letter in letters if letter.row == f"People/{code}"}
                assert texts <= {"transactional", "internal"}
        for code, begin, end in told.curfews:
            assert code not in {letter.row.partition("/")[2] for letter in letters[begin:end]}


def held_goes_out_or_expires(
    people: Persons, start: datetime, steps: list[Step], *, expires: bool
) -> None:
    useful = "useful_for: 2 days\n" if expires else ""
    with campaign(people, start) as mailing:
        live(mailing, steps)
        (mailing.folder / "curfew.txt").write_text("")
        once = ("calls", "asks")
        for name, kind in zip(once, ("relationship", "outreach"), strict=True):
            step = f"steps:\n  - write: person\n    text: {name}\n"
            mailing.recipe(name, more=f"kind: {kind}\n{useful}{step}")
        for day in range(4):
            for hour in (9, 22):  # it is day somewhere
                mailing.now = (start + timedelta(days=day + 7)).replace(hour=hour)
                for name in once:
                    mailing.run(name)
        for name in once:
            had = [letter.row for letter in mailing.came if letter.text == name]
            assert len(had) == len(set(had))
            for entry in mailing.plan(name).entries:
                assert isinstance(entry.deed, Noop), entry
                if f"People/{entry.key.row}" in had:
                    assert entry.deed.reason.startswith("already done")
                elif entry.deed.word is not Word.SKIPPED:
                    assert not expires, entry.deed
                    assert entry.deed.until is not None or entry.deed.word is Word.NEEDS_YOU


@settings(max_examples=25, phases=NO_SHRINKING)
@given(
    st.sampled_from(["nothing", "time", "opt-out", "add", "remove", "rename", "address", "recipe"]),
    st.integers(0, 3),
    st.integers(1, 4),
)
def test_with_a_go_the_agreed_plan_goes_out_or_nothing_does(what: str, which: int, count: int):
    with tempfile.TemporaryDirectory() as folder:
        mailing = Mailing(Path(folder))
        mailing.set_up()
        steps = 'steps:\n  - write: person\n    text: "Hello {{ person.name }}"\n'
        mailing.recipe(more=f"approve: always\n{steps}")
        rows = [person(f"p{n}") for n in range(count)]
        mailing.people(rows)
        mailing.agree()
        agreed = {(row["Email"], f"Hello {row['Name']}") for row in rows}
        changed = rows[which % count]
        match what:
            case "time":
                mailing.later(hours=7)
            case "opt-out":
                mailing.suppress(changed["Email"])
                agreed = {each for each in agreed if each[0] != changed["Email"]}
            case "add":
                mailing.people([*rows, person("new")])
            case "remove":
                mailing.people([row for row in rows if row is not changed])
            case "rename":
                mailing.edit(changed["Code"], Name="Somebody Else")
            case "address":
                mailing.edit(changed["Code"], Email="elsewhere@example.org")
            case "recipe":
                mailing.recipe(more=f"approve: always\n{steps.replace('Hello', 'Goodbye')}")
        assert bool(goes(mailing.plan())) == (
            what in ("nothing", "time") or bool(what == "opt-out" and agreed)
        )
        mailing.run()
        came = {(letter.to, letter.text) for letter in mailing.came}
        assert came == (agreed if what in ("nothing", "time", "opt-out") else set())
