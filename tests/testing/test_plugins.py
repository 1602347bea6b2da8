"""Plugins of a workspace take part in its tests, and reach nothing from there."""

from __future__ import annotations

import socket

import pytest

from sheetflow.errors import SetupError
from sheetflow.testing.silence import Silence

PLUGIN = '''
"""Cards, a guard and a filter of this workspace."""

import socket
from dataclasses import dataclass
from pathlib import Path

from sheetflow import (
    Action, Blank, Change, Connector, Guard, Held, Receipt, Row, Status, Template, Word, action,
    hookimpl, main,
)

REALLY = Path(__file__).with_name("really.txt")


class Card(Action["Card.Options"]):
    """Post a card."""

    name = "card"

    @dataclass(frozen=True, kw_only=True)
    class Options:
        text: Template = main("What it says.")

    @classmethod
    def gives(cls, options):
        from sheetflow import Gift
        return {"card": Gift(fields=("number",))}

    def plan(self, work):
        text = work.render(self.options.text)
        if "curious" in text:
            socket.create_connection(("127.0.0.1", 9))
        if "secretly" in text:
            try:
                socket.getaddrinfo("localhost", 80)
            except Exception:
                pass
        if "broken" in text:
            raise KeyError("a bug")
        if "hasty" in text:
            work.table.append({"Name": "Cy"}, "3")
        return Change(f"post {text}", gives={"card": {"number": Blank("card number")}})

    def apply(self, change):
        REALLY.write_text("it was really done")
        return Receipt("7", gives={"card": {"number": 7}})


class Board(Connector):
    """A board to pin notes to."""

    name = "board"

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        url: str

    @action
    def pin(self, row: Row, *, note: str) -> Change:
        """Pin a note.

        note: What it says.
        """
        return Change(f"pin {note} to {self.settings.url}")

    @pin.apply
    def really_pin(self, change: Change) -> Receipt:
        REALLY.write_text("it was really pinned")
        return Receipt()


class Curfew(Guard):
    """Nobody called Bo."""

    name = "curfew"

    def ask(self, entry):
        return Held(Status(Word.WAITING, "there is a curfew")) if entry.who == "Bo" else None


@hookimpl
def actions():
    return [Card]


@hookimpl
def connectors():
    return [Board]


@hookimpl
def guards():
    return [Curfew]


@hookimpl
def filters():
    return {"loud": lambda text: str(text).upper()}


@hookimpl
def after_apply(outcome):
    REALLY.write_text("somebody was told")
'''
TESTS = """\
tests:
  - name: one
    at: 2026-03-14 09:00
    given:
      People:
        - {{Code: 1, Name: {name}}}
        - {{Code: 2, Name: Bo}}
    expect: {expect}
"""


@pytest.fixture
def cards(bench):
    """The workspace with the plugin, and a recipe that uses all of it."""
    bench.write("plugins/cards.py", PLUGIN)
    settings = (bench.folder / "sheetflow.yaml").read_text("utf-8")
    board = "connections:\n  board: {connector: board, url: https://board.example.org}\n"
    bench.write("sheetflow.yaml", settings.replace("connections:\n", board))
    bench.recipe(
        "recipe: Cards\nfor_each: person in People\nwhere: everyone\nsteps:\n"
        "  - card: to {{ person.name | loud }}\n"
        "  - pin: card {{ card.number }}\n    by: board\n"
        "  - set: {Stage: 'card {{ card.number }}'}\n"
    )
    return bench


def test_a_plugins_deeds_are_noted_and_not_done(cards):
    expect = (
        "{deeds: [post to ANA, pin card ‹card number› to https://board.example.org], "
        "cells: {Ana: {Stage: card ‹card number›}}, left_out: {Bo: there is a curfew}}"
    )
    assert cards.said(TESTS.format(name="Ana", expect=expect)) == []
    assert not (cards.folder / "plugins/really.txt").exists()


def test_a_deed_that_nobody_expects_fails(cards):
    assert cards.said(TESTS.format(name="Ana", expect="{deeds: [post to BO]}")) == [
        'Ana: unexpected: Stage became "card ‹card number›"',
        "Ana: unexpected: post to ANA",
        "Ana: unexpected: pin card ‹card number› to https://board.example.org",
        'should have happened, but did not: "post to BO" (Bo: Waiting — there is a curfew)',
    ]


def test_a_plugin_that_reaches_for_the_network_fails_in_words(cards):
    cards.recipe(
        "recipe: Cards\nfor_each: person in People\nwhere: everyone\n"
        "steps:\n  - card: '{{ person.name }}'\n"
    )
    for name in ("curious", "secretly"):
        (said,) = cards.said(TESTS.format(name=name, expect="{deeds: post secretly}"))
        assert said.startswith("A test has no network, and something tried to use it: ")


def test_a_mistake_of_a_plugin_fails_its_test_alone(cards):
    cards.recipe(
        "recipe: Cards\nfor_each: person in People\nwhere: everyone\n"
        "steps:\n  - card: '{{ person.name }}'\n"
    )
    (said,) = cards.said(TESTS.format(name="broken", expect="nothing"))
    assert said == "KeyError: 'a bug'"


def test_a_plugin_that_writes_while_it_plans_fails_in_words(cards):
    cards.recipe(
        "recipe: Cards\nfor_each: person in People\nwhere: everyone\n"
        "steps:\n  - card: '{{ person.name }}'\n"
    )
    (said,) = cards.said(TESTS.format(name="hasty", expect="nothing"))
    assert said.startswith("Something tried to write while planning: People.")


def test_no_socket_is_made_while_it_is_silent_and_every_one_afterwards():
    silence = Silence()
    with silence.held() as heard:
        with pytest.raises(SetupError, match="has no network"):
            socket.socket()
        with pytest.raises(SetupError, match=r"tried to use it: localhost\."):
            socket.getaddrinfo("localhost", 80)
        pair = socket.socketpair()
    assert heard == ["the network", "localhost"]
    for each in (*pair, socket.socket()):
        each.close()
