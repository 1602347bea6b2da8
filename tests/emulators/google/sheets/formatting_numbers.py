"""Numbers by a pattern: digits, groups, percent, powers of ten, fractions, sections, literals."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from .formatting_locales import Locale

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)'
    r"|\[\$(?P<money>[^\]-]*)(?:-[^\]]*)?\]|\[(?P<condition>[<>=]+)(?P<bound>-?[\d.]+)\]"
    r"|\[(?P<other>[^\]]*)\]|(?P<fraction>[#0?]*\s?[#0?]+/[#0?\d]+)"
    r"|(?P<digits>[#0?][#0?,]*(?:\.[#0?]*,*)?|\.[#0?]+,*)(?P<power>E[+-]0+)?"
    r"|(?P<percent>%)|(?P<general>General)|(?P<text>@)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_SPLIT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|(;)|.', re.DOTALL)


_EXACT = Context(prec=400)
"""More digits than any number that a cell holds has."""


@dataclass(frozen=True)
class _Digits:
    """One run of digit places: how many before and after the point, and whether in groups."""

    whole: int
    least: int
    most: int
    grouped: bool
    scale: int


def sections(pattern: str) -> list[str]:
    """The parts of a pattern between semicolons that stand outside quotes and brackets."""
    found, start = [], 0
    for match in _SPLIT.finditer(pattern):
        if match[1]:
            found.append(pattern[start : match.start()])
            start = match.end()
    return [*found, pattern[start:]]


def shown_number(number: float, pattern: str, locale: Locale) -> str:
    """A number by the section of `pattern` that is for its sign (or whose condition it meets)."""
    section, signed = _section(number, sections(pattern))
    pieces = list(_PIECE.finditer(section))
    amount = Decimal(repr(number))
    percents = sum(1 for piece in pieces if piece["percent"])
    amount = abs(amount.scaleb(2 * percents, _EXACT))
    text = "".join(_shown_piece(piece, amount, locale) for piece in pieces)
    has_digits = any(piece["digits"] or piece["fraction"] for piece in pieces)
    minus = "-" if number < 0 and signed and has_digits and _not_all_zero(text) else ""
    return minus + text


def _not_all_zero(text: str) -> bool:
    return any(letter in "123456789" for letter in text)


def _section(number: float, parts: list[str]) -> tuple[str, bool]:
    """The section for a number, and whether a minus sign must still be written."""
    for part in parts:
        found = next((m for m in _PIECE.finditer(part) if m["condition"]), None)
        if found and _meets(number, found["condition"], float(found["bound"])):
            return part, True
    if any("[" in part and re.search(r"\[[<>=]", part) for part in parts):
        return parts[-1], True
    if len(parts) > 2 and number == 0:
        return parts[2], False
    if len(parts) > 1 and number < 0:
        return parts[1], False
    return parts[0], True


def _meets(number: float, sign: str, bound: float) -> bool:
    return {
        "<": number < bound,
        "<=": number <= bound,
        ">": number > bound,
        ">=": number >= bound,
        "=": number == bound,
        "<>": number != bound,
    }.get(sign, False)


def _shown_piece(piece: re.Match[str], amount: Decimal, locale: Locale) -> str:
    if piece["digits"]:
        if piece["power"]:
            return _power(amount, piece["digits"], piece["power"], locale)
        return _shown_digits(amount, _read_digits(piece["digits"]), locale)
    if piece["fraction"]:
        return _fraction(amount, piece["fraction"])
    if piece["general"] or piece["text"]:
        return f"{amount.normalize():f}"
    if piece["space"]:
        return " "
    if piece["percent"]:
        return "%"
    return piece["quoted"] or piece["escaped"] or piece["money"] or piece["literal"] or ""


def _read_digits(text: str) -> _Digits:
    bare = text.rstrip(",")
    inner, _, part = bare.partition(".")
    return _Digits(
        whole=inner.count("0") + inner.count("?"),
        least=part.count("0") + part.count("?"),
        most=sum(part.count(letter) for letter in "#0?"),
        grouped="," in inner,
        scale=3 * (len(text) - len(bare)),
    )


def _shown_digits(amount: Decimal, digits: _Digits, locale: Locale) -> str:
    scaled = amount.scaleb(-digits.scale, _EXACT)
    rounded = scaled.quantize(Decimal(1).scaleb(-digits.most), ROUND_HALF_UP, _EXACT)
    whole, _, part = f"{rounded:f}".partition(".")
    whole = whole.lstrip("0").rjust(digits.whole, "0")
    if digits.grouped:
        whole = _grouped(whole, locale.group)
    while len(part) > digits.least and part.endswith("0"):
        part = part[:-1]
    return whole + (locale.decimal + part if part else "")


def _grouped(whole: str, mark: str) -> str:
    first = len(whole) % 3
    groups = [whole[:first]] if first else []
    return mark.join(groups + [whole[at : at + 3] for at in range(first, len(whole), 3)])


def _power(amount: Decimal, pattern: str, power: str, locale: Locale) -> str:
    digits = _read_digits(pattern)
    exponent = amount.adjusted() if amount else 0
    mantissa = amount.scaleb(-exponent, _EXACT)
    if round(mantissa, digits.most) >= 10:
        exponent, mantissa = exponent + 1, mantissa.scaleb(-1)
    sign = "-" if exponent < 0 else "+" if power[1] == "+" else ""
    shown = _shown_digits(mantissa, replace(digits, grouped=False), locale)
    return f"{shown}E{sign}{str(abs(exponent)).zfill(len(power) - 2)}"


def _fraction(amount: Decimal, pattern: str) -> str:
    before, _, under = pattern.partition("/")
    limit = int(under) if under.isdigit() and int(under) else 10 ** len(under) - 1
    mixed = " " in before
    whole = int(amount) if mixed else 0
    part = Fraction(amount - whole)
    if under.isdigit() and int(under):
        found = Fraction(round(part * limit), 1)
        over, bottom = int(found), limit
    else:
        found = part.limit_denominator(limit)
        over, bottom = found.numerator, found.denominator
    if mixed and over == bottom:
        whole, over = whole + 1, 0
    if not mixed:
        return f"{over}/{bottom}"
    return (
        f"{whole} {over}/{bottom}" if over and whole else f"{over}/{bottom}" if over else f"{whole}"
    )
