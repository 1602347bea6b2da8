"""Addresses and numbers as they are compared and kept."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sheetflow.tables.handles import Handle, handles_in, keyed, normal_email, normal_handle

ANA, BO = Handle("email", "ana@example.org"), Handle("email", "bo@example.org")
NUMBER = Handle("phone", "+12125550123")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("ana@example.org", (ANA,)),
        (" ANA@Example.Org ", (ANA,)),
        ("Ana Doe <ana@example.org>", (ANA,)),
        ("mailto:ana@example.org", (ANA,)),
        ("ana@example.org.", (ANA,)),
        ("ana@example.org; bo@example.org, ana@EXAMPLE.org", (ANA, BO)),
        ("an\u200ba@example.org", (ANA,)),
        ("ana.ruiz+news@example.org", (Handle("email", "ana.ruiz+news@example.org"),)),
        ("ana@gmial.com", (Handle("email", "ana@gmial.com"),)),
        ("(212) 555-0123", (NUMBER,)),
        ("+1 212 555 0123", (NUMBER,)),
        (2125550123.0, (NUMBER,)),
        ("+1 212 555 0123 ext. 7", (NUMBER,)),
        ("", ()),
        (None, ()),
        ("n/a", ()),
        ("ana@", ()),
        ("12", ()),
    ],
)
def test_what_a_cell_holds(cell: object, found: tuple[Handle, ...]):
    assert handles_in(cell, "US") == found


def test_a_number_without_a_country_is_nobodys():
    assert handles_in("(212) 555-0123") == ()


def test_a_domain_has_one_form_however_it_is_written():
    forms = ("a@straße.example", "a@STRASSE.example", "a@xn--strae-oqa.example")
    assert [normal_email(form) for form in forms] == [
        "a@xn--strae-oqa.example",
        "a@strasse.example",
        "a@xn--strae-oqa.example",
    ]


@given(st.text(max_size=80))
def test_a_normal_handle_stays_what_it_is(text: str):
    once = normal_handle(text)
    assert normal_handle(once) == once


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_kept_form_tells_apart_and_depends_on_the_salt(one: str, other: str):
    assert (keyed("salt", one) == keyed("salt", other)) == (one == other)
    assert keyed("salt", one) != keyed("other salt", one)
    assert one not in keyed("salt", one) or len(one) < 3
