"""spreadsheets.batchUpdate: one handler for each kind of request, found by its name in the API.

running.py takes a batch, all of it or nothing; the other modules hold the kinds, by subject.
"""

from . import (
    banding,
    borders,
    cells,
    charts,
    conditions,
    dimensions,
    filling,
    filters,
    groups,
    merging,
    metadata,
    named,
    ordering,
    pasting,
    protection,
    replacing,
    running,
    spaces,
    tables,
    validation,
    workbook,
)

__all__ = [
    "banding",
    "borders",
    "cells",
    "charts",
    "conditions",
    "dimensions",
    "filling",
    "filters",
    "groups",
    "merging",
    "metadata",
    "named",
    "ordering",
    "pasting",
    "protection",
    "replacing",
    "running",
    "spaces",
    "tables",
    "validation",
    "workbook",
]
