"""Tokens of a ledger: the same each time, and nobody else's."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sheetflow.ledger.seals import sealed, unsealed

SALT, OTHER = "ab" * 16, "cd" * 16
CONTENTS = st.binary(min_size=1, max_size=32)


@given(CONTENTS)
def test_a_token_gives_back_what_was_sealed_and_is_the_same_each_time(content):
    token = sealed(SALT, "x", content)
    assert unsealed(SALT, "x", token) == content
    assert sealed(SALT, "x", content) == token
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@given(CONTENTS)
def test_no_other_ledger_and_no_other_purpose_takes_it(content):
    token = sealed(SALT, "x", content)
    assert unsealed(OTHER, "x", token) is None
    assert unsealed(SALT, "y", token) is None


@given(CONTENTS, st.data())
def test_no_changed_token_is_taken(content, data):
    token = sealed(SALT, "x", content)
    place = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.sampled_from("AaZz09-_=é/+"))
    changed = token[:place] + sign + token[place + 1 :]
    if changed != token:
        assert unsealed(SALT, "x", changed) is None
    for other in (token[:-1], token + "A", token + "=", token[1:], f" {token}"):
        assert unsealed(SALT, "x", other) is None


@given(st.text(max_size=200))
def test_made_up_tokens_are_none(made_up):
    assert unsealed(SALT, "x", made_up) is None


def test_without_a_salt_there_are_no_tokens():
    with pytest.raises(ValueError, match="salt"):
        sealed("", "x", b"1")
    assert unsealed("", "x", sealed(SALT, "x", b"1")) is None


def test_the_content_cannot_be_seen_in_a_token():
    content = b"\0" * 24
    assert "AAAAAAAA" not in sealed(SALT, "x", content)
