"""autoFill: a series goes on; what is none is repeated, and formulas are copied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tests.emulators.google.sheets.batching.editing import Block, Edit, Invalid, dimension, kind
from tests.emulators.google.sheets.batching.pasting import NORMAL, grow, put
from tests.emulators.google.sheets.batching.protecting import check
from tests.emulators.google.sheets.formatting_locales import locale_of
from tests.emulators.google.sheets.formulas import copied
from tests.emulators.google.sheets.model import ROWS, Cell, Dimension, Json

_NUMBERED = re.compile(r"(.*?)(\d+)", re.DOTALL)
_DATES = ("DATE", "DATE_TIME")


@kind("autoFill")
def auto_fill(edit: Edit, request: Json) -> None:
    """From the cells with data within a range, or from a source so many cells on."""
    alternate = bool(request.get("useAlternateSeries"))
    if "sourceAndDestination" in request:
        given = request["sourceAndDestination"]
        source, of = edit.block(given.get("source")), dimension(given.get("dimension"))
        length = given.get("fillLength", 0)
    else:
        source, of, length = _found(edit.block(request.get("range")))
    if length:
        _fill(edit, source, of, length, alternate=alternate)


def _found(block: Block) -> tuple[Block, Dimension, int]:
    """The part of a range that has data, at its upper left, and how far it is to be filled."""
    filled = [at for at in block.places() if not block.sheet.cell(*at).blank]
    if not filled:
        raise Invalid("There is no data to fill from in the range.")
    bottom = max(row for row, _ in filled) + 1
    right = max(column for _, column in filled) + 1
    if bottom < block.bottom:
        source = Block(block.sheet, block.top, block.left, bottom, block.right)
        return source, ROWS, block.bottom - bottom
    source = Block(block.sheet, block.top, block.left, block.bottom, right)
    return source, "COLUMNS", block.right - right


def _fill(edit: Edit, source: Block, of: Dimension, length: int, *, alternate: bool) -> None:
    """Each column goes on down (each row to the right); a negative length goes the other way."""
    down = of == ROWS
    size = source.height if down else source.width
    end = (source.bottom if down else source.right) + max(length, 0)
    grow(source.sheet, end if down else 0, 0 if down else end)
    if length < 0 and (source.top if down else source.left) + length < 0:
        raise Invalid("fillLength reaches beyond the beginning of the sheet.")
    target = _target(source, length, down=down)
    check(edit, target)
    for row, column in target.places():
        line = _line(source, row, column, down=down)
        step = row - source.top if down else column - source.left
        cell = line[step % size].copy()
        away = step - step % size
        value = _next(edit, line, step, alternate=alternate)
        formula = (cell.entered or {}).get("formulaValue")
        if formula:
            cell.entered = {
                "formulaValue": copied(formula, away if down else 0, 0 if down else away)
            }
        elif value is not None:
            cell.set(value)
        put(edit, source.sheet, row, column, cell, NORMAL)


def _target(source: Block, length: int, *, down: bool) -> Block:
    top, left, bottom, right = source.top, source.left, source.bottom, source.right
    if down:
        top, bottom = (bottom, bottom + length) if length > 0 else (top + length, top)
    else:
        left, right = (right, right + length) if length > 0 else (left + length, left)
    return Block(source.sheet, top, left, bottom, right)


def _line(source: Block, row: int, column: int, *, down: bool) -> list[Cell]:
    sheet = source.sheet
    if down:
        return [sheet.cell(at, column) for at in range(source.top, source.bottom)]
    return [sheet.cell(row, at) for at in range(source.left, source.right)]


def _next(edit: Edit, line: Sequence[Cell], step: int, *, alternate: bool) -> Json | None:
    """The value so many steps from the first one of a series; None where it is none."""
    values = [cell.entered or {} for cell in line]
    numbers = [value.get("numberValue") for value in values]
    if all(number is not None for number in numbers):
        return _number(line, [float(number or 0) for number in numbers], step, alternate)
    texts = [str(value.get("stringValue", "")) for value in values]
    if all(texts):
        return _text(edit, texts, step)
    return None


def _number(line: Sequence[Cell], numbers: list[float], step: int, alternate: bool) -> Json | None:
    """Evenly spaced numbers go on; one alone goes on only if it is a date."""
    if len(numbers) == 1:
        date = (line[0].number_format or {}).get("type") in _DATES
        if date == alternate:
            return None
        return _as_number(numbers[0] + step)
    gap = numbers[1] - numbers[0]
    even = all(abs(b - a - gap) < 1e-9 for a, b in pairwise(numbers))
    return _as_number(numbers[0] + gap * step) if even and not alternate else None


def _as_number(number: float) -> Json:
    return {"numberValue": int(number) if number == int(number) else number}


def _text(edit: Edit, texts: list[str], step: int) -> Json | None:
    """Names of months and days go on, and texts that end in a number."""
    locale = locale_of(edit.book.locale)
    for names in (locale.days, locale.months):
        for short in (False, True):
            known = [name[:3] if short else name for name in names]
            if texts[0] in known:
                gap = known.index(texts[1]) - known.index(texts[0]) if _both(texts, known) else 1
                at = (known.index(texts[0]) + gap * step) % len(known)
                return {"stringValue": known[at]}
    found = [_NUMBERED.fullmatch(text) for text in texts]
    if any(match is None for match in found):
        return None
    first = found[0]
    second = found[1] if len(found) > 1 else None
    assert first is not None, "all of them match"
    gap = int(second[2]) - int(first[2]) if second else 1
    number = int(first[2]) + gap * step
    return {"stringValue": f"{first[1]}{str(number).zfill(len(first[2]))}"} if number >= 0 else None


def _both(texts: list[str], known: list[str]) -> bool:
    return len(texts) > 1 and texts[1] in known
