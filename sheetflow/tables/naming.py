"""What columns are called, as it is compared: how headers are spelt, and what some usually are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sheetflow.tables.text import normal

_SAME: tuple[tuple[str, ...], ...] = (
    ("email", "e-mail", "email address", "e-mail address", "mail", "your email", "email adress"),
    (
        *("phone", "phone number", "telephone", "tel", "tel."),
        *("mobile", "mobile phone", "mobile number", "cell", "cell phone", "cellphone"),
    ),
    ("name", "full name", "your name"),
    ("first name", "firstname", "given name", "forename"),
    ("last name", "lastname", "surname", "family name"),
    ("zip", "zip code", "zip/postcode", "postcode", "post code", "postal code"),
    ("time zone", "timezone", "tz"),
    ("language", "preferred language", "lang"),
    ("sheetflow id", "sheetflowid"),
    ("sheetflow status", "sheetflowstatus"),
)
_USUAL: Mapping[str, tuple[str, ...]] = {name: names for names in _SAME for name in names}
_DROPPED = re.compile(r"[*:?]")
_HYPHENS = re.compile("[‐-―−]")


def header(text: object) -> str:
    """A header as it is compared.

    >>> header("  E-mail Address*: ")
    'e-mail address'
    """
    return " ".join(_HYPHENS.sub("-", _DROPPED.sub("", normal(text))).split())


def slug(name: str) -> str:
    """A header as templates may write it: `First name` is `first_name`."""
    words = re.sub(r"\W+", "_", normal(name)).strip("_")
    return f"_{words}" if words[:1].isdigit() else words


def usual_names(text: str) -> tuple[str, ...]:
    """What people usually call a column of this name, as headers are compared."""
    return _USUAL.get(header(text), ())
