"""What a person is written to at, as it is compared and kept: an e-mail address or a phone number.

Case and the two ways to write a domain with other letters make no difference. Dots and plus-tags
do: whether they do is up to whoever runs the domain.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sheetflow.tables.addresses import read_phone
from sheetflow.tables.text import shown, without_hidden

Channel = Literal["email", "phone"]

_ADDRESS = re.compile(r"[^\s<>(),;|\"'\[\]]+@[^\s<>(),;|\"'\[\]]+")
_LONGEST = 6400
"""Characters of a cell that are looked at: twenty of the longest addresses."""


@dataclass(frozen=True)
class Handle:
    """An address or number in the one form in which it is compared."""

    channel: Channel
    text: str


def handles_in(raw: object, region: str = "") -> tuple[Handle, ...]:
    """Every address in a cell, or else the phone number in it; nothing if there is neither.

    A number that does not say its country is one of `region` ("US").
    """
    text = without_hidden(shown(raw)[:_LONGEST])
    found = _ADDRESS.findall(text)
    if found:
        emails = (normal_email(each.removeprefix("mailto:").rstrip(".")) for each in found)
        return tuple(dict.fromkeys(Handle("email", email) for email in emails))
    number = read_phone(raw, region).value if text else None
    return (Handle("phone", normal_phone(number)),) if number else ()


@lru_cache(maxsize=1024)
def normal_handle(address: str) -> str:
    """An address that a change reaches, as it is compared; whatever kind of address it is."""
    return normal_email(address) if "@" in address else normal_phone(address.casefold().strip())


def normal_email(address: str) -> str:
    """An e-mail address as it is compared.

    >>> normal_email("Ana.Ruiz+news@Example.ORG"), normal_email("ana@straße.example")
    ('ana.ruiz+news@example.org', 'ana@xn--strae-oqa.example')
    """
    plain = unicodedata.normalize("NFC", address).strip().casefold()
    local, sign, _ = plain.rpartition("@")
    domain = unicodedata.normalize("NFC", address).strip().rpartition("@")[2]
    return f"{local}{sign}{_domain(domain)}"


def normal_phone(number: str) -> str:
    """A phone number as it is compared: without its extension.

    >>> normal_phone("+15551234567;ext=12")
    '+15551234567'
    """
    return number.partition(";")[0].strip()


def keyed(salt: str, handle: str) -> str:
    """A normal handle as it may be kept: 64 digits that nobody without the salt can make."""
    key = salt.encode("utf-8", "surrogatepass")
    text = handle.encode("utf-8", "surrogatepass")
    return hmac.digest(key, text, hashlib.sha256).hex()


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    """The domain in the letters that the network itself uses, if it has a form in them."""
    if domain.isascii():
        return domain.lower()
    import idna  # here: few domains need its tables

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain.casefold()
