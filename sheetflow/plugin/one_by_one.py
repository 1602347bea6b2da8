"""Deeds one after the other, for whatever has no better way to do several."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from sheetflow.values import Receipt

T = TypeVar("T")


def one_by_one(do: Callable[[T], Receipt], some: Iterable[T]) -> list[Receipt | Exception]:
    """For each what `do` gives back, or what it raises."""
    return [_tried(do, each) for each in some]


def _tried(do: Callable[[T], Receipt], each: T) -> Receipt | Exception:
    try:
        return do(each)
    except Exception as error:  # noqa: BLE001 - whoever asked looks at it
        return error
