"""What an answer to *Send again?* means."""

from __future__ import annotations

import pytest

from sheetflow.tables.arrivals import read_arrival


@pytest.mark.parametrize(
    "text",
    [
        "it came",
        "It came.",
        " CAME ",
        "arrived",
        "no, it came",
        "No - it came!",
        "nein, ist angekommen",
        "C\u2019est arrivé",
        "llegó",
        "não, chegou",
        "è arrivato",
        "nie, doszło",
        "ні, прийшло",
    ],
)
def test_that_it_came(text: str):
    assert read_arrival(text, None) == "came"


@pytest.mark.parametrize(
    "text",
    [
        "maybe",
        "it did not come",
        "not received",
        "yes, it came",
        "nicht angekommen",
        "?",
        "came?",
        7,
    ],
)
def test_what_cannot_be_read(text: object):
    assert read_arrival(text, None) == "unclear"


def test_a_yes_and_a_no_are_what_they_are_everywhere():
    assert read_arrival("x", True) == "again"
    assert read_arrival("no", False) == "not again"
    assert read_arrival("  ", None) == "not again"
