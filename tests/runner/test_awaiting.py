"""What awaits another change of its own step comes after it, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as some

from sheetflow.runner.awaiting import those_that_await, with_answers, without_what_awaits_in_vain
from sheetflow.spool import Spool
from sheetflow.values import Change, Entry, Key, Noop, Word

from .campaigns import Campaign

PARCEL = '''
"""A parcel that is packed first, and then announced to two people by its number."""

import json
from dataclasses import dataclass

from sheetflow import (
    Action, Blank, Change, Gift, NotKnown, Receipt, Refused, State, Template, hookimpl, main,
)


class Parcel(Action["Parcel.Options"]):
    """Send a parcel."""

    name = "parcel"

    @dataclass(frozen=True, kw_only=True)
    class Options:
        text: Template = main("What is in it.")

    @property
    def parallel(self):
        return 4

    @classmethod
    def gives(cls, options):
        return {"parcel": Gift(fields=("number",))}

    def plan(self, work):
        text = work.render(self.options.text)
        packed = [past for past in work.before if past.state is State.DONE and past.data]
        number = packed[0].gives["parcel"]["number"] if packed else Blank("parcel number")
        awaits = () if packed else ("parcel number",)
        gives = {"parcel": {"number": number}}
        yield Change(f"pack {text}", data={"do": f"pack {text}", "meeting": {"is": 1}}, part="pack",
                     gives=gives)
        for who in ("her", "him"):
            tell = f"tell {who} of {text}, number {number}"
            yield Change(tell, data={"do": tell}, part=who, to=(f"{who}-{text}",), awaits=awaits,
                         gives=gives)

    def apply(self, change):
        folder, what = self.tools.folder, change.data["do"]
        path = folder / "orders.json"
        orders = json.loads(path.read_text()) if path.exists() else {}
        fault = next((fault for name, fault in orders.items() if what.startswith(name)), "")
        if fault == "refused":
            raise Refused("the post office does not take this")
        self.tools.door.writing("taken.jsonl")
        with (folder / "taken.jsonl").open("a") as taken:
            taken.write(json.dumps(what) + "\\\\n")
        if fault == "not known":
            raise NotKnown("the line dropped")
        if not what.startswith("pack"):
            return Receipt("told")
        return Receipt("packed", gives={"parcel": {"number": len(what)}})


@hookimpl
def actions():
    return [Parcel]
'''.replace("\\\\n", "\\n")


BOTH = ("her", "him")


@pytest.fixture
def parcels(campaign: Campaign) -> Campaign:
    """The campaign with one recipe, that sends parcels."""
    (campaign.folder / "plugins" / "parcel.py").write_text(PARCEL, encoding="utf-8")
    campaign.recipe(
        """\
        recipe: Parcels
        for_each: person in People
        where: everyone
        steps:
          - parcel: "{{ person.name }}"
          - post: number {{ parcel.number }} for {{ person.name }}
        """,
        name="parcels",
    )
    return campaign


def test_all_are_packed_before_anybody_is_told_and_told_by_number(parcels: Campaign):
    parcels.run("parcels")
    taken = parcels.taken
    names = [row["Name"] for row in parcels.rows()]
    assert sorted(taken[: len(names)]) == sorted(f"pack {name}" for name in names)
    number = {name: len(f"pack {name}") for name in names}
    told = [
        f"tell {who} of {name}, number {number[name]}" for name in names for who in ("her", "him")
    ]
    assert sorted(taken[len(names) : 3 * len(names)]) == sorted(told)
    assert taken[-1] == f"number {number[names[-1]]} for {names[-1]}"
    parcels.run("parcels")
    assert parcels.taken == taken


@pytest.mark.parametrize("fault", ["refused", "not known"])
def test_what_was_not_packed_is_told_to_nobody_and_the_others_go_on(parcels: Campaign, fault: str):
    name = parcels.rows()[0]["Name"]
    parcels.order(**{f"pack {name}": fault})
    parcels.run("parcels")
    assert [line for line in parcels.taken if name in line and "pack" not in line] == []
    assert any(line.startswith("tell her") for line in parcels.taken)
    before = parcels.taken
    parcels.run("parcels")
    assert parcels.taken == before
    assert len([entry for entry in parcels.plan("parcels").entries if entry.change]) == 0


def test_a_step_that_continues_all_the_same_tells_nobody_either(parcels: Campaign):
    found = parcels.folder / "recipes" / "parcels.yaml"
    text = found.read_text("utf-8")
    step = '  - parcel: "{{ person.name }}"\n'
    assert step in text
    found.write_text(text.replace(step, f"{step}    on_failure: continue\n"), "utf-8")
    name = parcels.rows()[0]["Name"]
    parcels.order(**{f"pack {name}": "refused"})
    parcels.run("parcels")
    assert [line for line in parcels.taken if name in line and "tell" in line] == []


def entry(row: str, deed: Change | Noop) -> Entry:
    return Entry(Key("main", "r", "s", "People", row, deed.part), "a", row, deed)


FIRST, AFTER, REASON = (
    Change("first", part="1"),
    Change("after", part="2", awaits=("it",)),
    Noop("no"),
)
DEEDS = some.lists(some.sampled_from((FIRST, AFTER, REASON)), max_size=6).filter(
    lambda deeds: deeds.count(FIRST) <= 1
)


@given(some.lists(some.tuples(some.sampled_from("abc"), DEEDS), max_size=4))
def test_each_comes_once_and_those_that_await_later(rows: list[tuple[str, list[Change | Noop]]]):
    entries = list(enumerate(entry(row, deed) for row, deeds in rows for deed in deeds))
    later: Spool[tuple[int, Entry]] = Spool()
    now = list(those_that_await(entries, later))
    assert sorted([place for place, _ in [*now, *later]]) == [place for place, _ in entries]
    assert all(one.deed is not AFTER and one.deed != AFTER for _, one in now)
    assert all(one.deed == AFTER for _, one in later)


@given(DEEDS, some.sets(some.integers(0, 5)))
def test_nothing_goes_without_what_it_awaits_and_nothing_is_done_in_vain(
    deeds: list[Change | Noop], holds: set[int]
):
    entries = [entry("a", deed) for deed in deeds]
    own = {id(one): "held" if place in holds else None for place, one in enumerate(entries)}
    answers = list(with_answers(entries, lambda one: own[id(one)]))
    assert [one for one, _ in answers] == entries
    going = [one.deed for one, held in answers if one.change and held is None]
    held = [one.deed for one, held in answers if one.change and held is not None]
    if AFTER in going:
        assert FIRST not in held
    if FIRST in going and AFTER in deeds:
        assert AFTER in going
    assert all(held is None for one, held in answers if one.change is None)


def test_what_awaits_a_change_that_must_wait_is_left_out():
    stuck: list[tuple[Change | Noop, str]] = [(Noop("no", Word.NEEDS_YOU), ""), (AFTER, "")]
    assert without_what_awaits_in_vain([FIRST, AFTER], stuck) == stuck[:1]
    done: list[tuple[Change | Noop, str]] = [(Noop("done", Word.DONE), ""), (AFTER, "")]
    assert without_what_awaits_in_vain([FIRST, AFTER], done) == done
