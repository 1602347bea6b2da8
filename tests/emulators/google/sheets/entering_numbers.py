"""Numbers as people type them: grouped, with money, percent, powers of ten, brackets for minus."""

from __future__ import annotations

import re

from .formatting_locales import Locale

_BRACKETED = re.compile(r"\((.+)\)")
_SYMBOLS = "$€£¥₹₽₩₪₴"


def entered_number(text: str, locale: Locale) -> tuple[float, str, str] | None:
    """The number, and the type and pattern of its format (both empty for a plain number), or None.

    >>> entered_number("$1,000.50", locale_of("en_US"))
    (1000.5, 'CURRENCY', '"$"#,##0.00')
    """
    minus, bare = _sign(text)
    bare, symbol, behind = _money(bare, locale)
    if symbol:
        again, bare = _sign(bare)
        minus *= again
    percent = bare.endswith("%") and not symbol
    body = bare.removesuffix("%").strip() if percent else bare
    read = _read(body, locale)
    if read is None:
        return None
    number, grouped, places, power = read
    if percent:
        return minus * number / 100, "PERCENT", "0.00%" if places else "0%"
    if symbol:
        return minus * number, "CURRENCY", _money_pattern(symbol, behind, places, locale)
    if power:
        return minus * number, "SCIENTIFIC", "0.00E+00"
    if grouped:
        return minus * number, "NUMBER", "#,##0.00" if places else "#,##0"
    return minus * number, "", ""


def _sign(text: str) -> tuple[int, str]:
    """Minus or plus one, and the text without its sign or brackets."""
    if found := _BRACKETED.fullmatch(text):
        inner = found[1].strip()
        return (1, text) if inner[:1] in ("+", "-") else (-1, inner)
    if text[:1] == "-":
        return -1, text[1:].lstrip()
    return 1, text[1:].lstrip() if text[:1] == "+" else text


def _money(text: str, locale: Locale) -> tuple[str, str, bool]:
    """The text without its sign of money, the sign, and whether it stood behind the number."""
    for symbol in dict.fromkeys((locale.currency, *_SYMBOLS)):
        if text.startswith(symbol):
            return text.removeprefix(symbol).lstrip(), symbol, False
        if text.endswith(symbol):
            return text.removesuffix(symbol).rstrip(), symbol, True
    return text, "", False


def _money_pattern(symbol: str, behind: bool, places: bool, locale: Locale) -> str:
    digits = "#,##0.00" if places else "#,##0"
    shown = f'"{symbol}"' if symbol == locale.currency else f"[${symbol}]"
    return f"{digits}\\ {shown}" if behind else shown + digits


def _read(text: str, locale: Locale) -> tuple[float, bool, bool, bool] | None:
    """The number; whether it is in groups, has decimal places, has a power of ten."""
    group = r"[ \u00a0\u202f]" if locale.group == " " else re.escape(locale.group)
    point = re.escape(locale.decimal)
    pattern = rf"(\d{{1,3}}(?:{group}\d{{3}})+|\d*)(?:{point}(\d*))?(?:[eE]([+-]?\d{{1,3}}))?"
    found = re.fullmatch(pattern, text)
    if not found or not (found[1] or found[2]):
        return None
    whole = re.sub(r"\D", "", found[1])
    number = float(f"{whole or 0}.{found[2] or 0}e{found[3] or 0}")
    if number in (float("inf"), float("-inf")):
        return None
    return number, len(whole) < len(found[1]), bool(found[2]), found[3] is not None
