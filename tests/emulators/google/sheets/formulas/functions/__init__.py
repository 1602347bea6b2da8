"""The functions that formulas may call, by family; importing this registers them all."""

from . import (
    arrays,
    conditions,
    dates,
    logic,
    lookups,
    maths,
    operators,
    patterns,
    queries,
    samples,
    texts,
)

__all__ = [
    "arrays",
    "conditions",
    "dates",
    "logic",
    "lookups",
    "maths",
    "operators",
    "patterns",
    "queries",
    "samples",
    "texts",
]
