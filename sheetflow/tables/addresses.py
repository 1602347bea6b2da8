"""E-mail addresses and phone numbers as people write them. One that may be wrong is asked about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from sheetflow.tables import statuses
from sheetflow.tables.text import shown, without_hidden
from sheetflow.values import Cell, Status

_BETWEEN = re.compile(r"[,;|\n]|\s(?:or|and|oder|und|ou|et|o|y|&|/)\s|\s(?=\S+@)", re.I)
_NAMED = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>")
_LONGEST = 320
"""Characters in the longest address: 64 before the sign, 255 after it (RFC 3696, erratum 1690)."""

_COMMON = ("gmail", "googlemail", "yahoo", "hotmail", "outlook", "icloud", "protonmail")
_REAL = frozenset(("mail", "ymail", "email", "fmail", "hotmai"))
_MISTYPED_COM = frozenset(
    ("con", "cmo", "ocm", "om", "cm", "co", "comm", "vom", "xom", "coom", "cpm", "clm")
)

_LOOK_ALIKE = frozenset("асеорхуіѕјԛԝӏһԁνοαρυκτιωуАВЕКМНОРСТХ")
"""Cyrillic and Greek letters that are drawn like Latin ones."""

_ALONE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")


def read_email(raw: object, *, many: bool = False) -> Cell:
    """The address in a cell; with `many`, all of them as a tuple."""
    text = shown(raw)
    if not many and _is_plain(text):
        return Cell(raw, text)
    if len(text) > (LONGEST_LIST if many else 4 * _LONGEST):
        return Cell(raw, problem=statuses.odd_address(text))
    found = [part for part in _BETWEEN.split(text) if "@" in part]
    parts = found if len(found) > 1 else [text]
    cells = {cell.value: cell for cell in (_one_address(part) for part in parts)}
    problem = next((cell.problem for cell in cells.values() if cell.problem), None)
    if problem is not None and (many or len(found) < 2):
        return Cell(raw, problem=problem)
    if many:
        return Cell(raw, tuple(cells), tidied=_first_tidied(list(cells.values())))
    if len(cells) > 1 or problem is not None:
        return Cell(raw, problem=statuses.two_addresses())
    (value,) = cells
    return Cell(raw, value, tidied=cells[value].tidied)


LONGEST_LIST = 20 * _LONGEST
"""Characters in the longest cell of several addresses: twenty of the longest."""


def _first_tidied(cells: Sequence[Cell]) -> str:
    return next((cell.tidied for cell in cells if cell.tidied), "")


def _one_address(text: str) -> Cell:
    return Cell(text, text) if _is_plain(text) else _checked(text)


def _is_plain(text: str) -> bool:
    """Whether the address is of the usual kind, at a domain that was found sound before."""
    match = _PLAIN.fullmatch(text)
    return match is not None and _is_sound(match[2])


_PLAIN = re.compile(
    r"([A-Za-z0-9]{1,30}(?:[._+-][A-Za-z0-9]{1,30})?)@([a-z0-9-]{1,60}(?:\.[a-z]{2,20}){1,2})"
)
"""Addresses of the usual kind, of which there are many at few domains."""


@lru_cache(maxsize=4096)
def _is_sound(domain: str) -> bool:
    """Whether a plain address at this domain is as it should be; found out once a domain."""
    return _checked(f"somebody@{domain}").value is not None


def _checked(text: str) -> Cell:
    import email_validator  # here: it takes a while to import, and not every run needs it

    clean = without_hidden(text)
    plain, tidied = _unwrapped(clean)
    try:
        checked = email_validator.validate_email(
            plain, check_deliverability=False, test_environment=True
        )
    except email_validator.EmailNotValidError:
        return Cell(text, problem=_odd(clean, plain))
    address = checked.normalized
    if _mixes_alphabets(address):
        return Cell(text, problem=statuses.look_alike(address))
    if meant := _meant(checked.local_part, checked.ascii_domain):
        return Cell(text, problem=statuses.odd_address(address, meant))
    if not tidied and clean != text:
        tidied = "a hidden space in the address"
    return Cell(text, address, tidied=tidied)


def _unwrapped(text: str) -> tuple[str, str]:
    """The bare address, and what was around it."""
    plain, tidied = text.strip(" ,;"), ""
    if match := _NAMED.fullmatch(plain):
        plain, tidied = match[1], "the name beside the address"
    if plain[:7].casefold() == "mailto:":
        plain, tidied = plain[7:].partition("?")[0], 'the "mailto:" in the address'
    return plain, tidied


def _odd(text: str, plain: str) -> Status:
    """The question about an address that cannot be one; what it may mean, if that is plain."""
    closed = plain.replace(" ", "").rstrip(".")
    if closed != plain and re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", closed):
        return statuses.odd_address(text, closed)
    return statuses.odd_address(text)


def _meant(local: str, domain: str) -> str:
    """The address with the common domain that this one is nearly, or ""."""
    name, _, end = domain.rpartition(".")
    if not (end == "com" or end in _MISTYPED_COM):
        return ""
    near = [common for common in _COMMON if name == common or _one_slip(name, common)]
    if not near or name in _REAL or (end == "com" and name in _COMMON):
        return ""
    return f"{local}@{near[0]}.com"


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter was left out, added, mistaken, or swapped with the next."""
    if abs(len(typed) - len(meant)) > 1 or typed == meant:
        return False
    start = next(
        (n for n, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b),
        min(len(typed), len(meant)),
    )
    rest, wanted = typed[start:], meant[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:] or swapped == wanted


def _mixes_alphabets(address: str) -> bool:
    """Whether letters of two alphabets meet in one word, or one alphabet poses as another."""
    if address.isascii():
        return False
    local, _, domain = address.rpartition("@")
    for word in (local, *domain.split(".")):
        letters = [char for char in word if char.isalpha()]
        alphabets = {unicodedata.name(char, "?").split()[0] for char in letters}
        if len(alphabets.intersection(_ALONE)) > 1:
            return True
        if letters and not word.isascii() and _LOOK_ALIKE.issuperset(letters):
            return True
    return False


def read_phone(raw: object, region: str) -> Cell:
    """The phone number in a cell as +15551234567; `region` ("US") holds where it says none.

    An extension follows as RFC 3966 writes it: +15551234567;ext=12.
    """
    text = without_hidden(shown(raw)[:200]).removeprefix("'").removeprefix("tel:")
    parts = [part for part in _BETWEEN_PHONES.split(shown(raw)[:200]) if _digits(part) >= 7]
    if len(parts) > 1:
        return Cell(raw, problem=statuses.two_phones())
    whole = _undone_float(text)
    if not region and not whole.lstrip(" (").startswith("+"):
        return Cell(raw, problem=statuses.phone_without_country(text))
    value = _valid_number(whole, region)
    return Cell(raw, value) if value else Cell(raw, problem=statuses.odd_phone(text))


_BETWEEN_PHONES = re.compile(r"[,;|\n/]|\s(?:or|and|oder|und|ou|et|o|y|&)\s", re.I)


def _digits(text: str) -> int:
    return sum(char.isdecimal() for char in text)


def _undone_float(text: str) -> str:
    """6175550123 for `6175550123.0` and `6.175550123E9`; digits that are lost are not made up."""
    if not re.fullmatch(r"\d+\.0+|\d(\.\d+)?[eE]\+?\d{1,2}", text):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    exact = len(number.normalize().as_tuple().digits) > 5 or "e" not in text.casefold()
    return str(int(number)) if exact and number == int(number) else text


def _valid_number(text: str, region: str) -> str:
    import phonenumbers  # here: its tables take a while to load, and not every run needs them

    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain
