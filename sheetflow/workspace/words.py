"""What a recipe of a workspace may name: its tables and their columns, connections, actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sheetflow.clock import zone_named
from sheetflow.language.templating import slug
from sheetflow.language.vocabulary import TableWords, Vocabulary
from sheetflow.plugin.registry import Registry
from sheetflow.tables.cells import read_cell
from sheetflow.tables.spec import ColumnSpec, TableSpec
from sheetflow.workspace.settings import Settings

Columns = Callable[[str], tuple[str, ...] | None]
"""The columns of a table by its name, or None when they cannot be known yet."""


def vocabulary_of(settings: Settings, registry: Registry, columns: Columns) -> Vocabulary:
    """The vocabulary of a workspace. A table whose columns are not known yet allows any."""
    return Vocabulary(
        actions=registry.actions,
        tables={name: _words(spec, columns(name)) for name, spec in settings.tables.items()},
        connections=(*settings.connections, *settings.senders),
        filters=registry.filters(),
        language=settings.organization.language,
        public_url=settings.hosting.public_url,
    )


def _words(spec: TableSpec, columns: tuple[str, ...] | None) -> TableWords:
    known = None if columns is None else tuple(dict.fromkeys((*columns, *spec.owned)))
    people = {
        slug(name): column.table for name, column in spec.columns.items() if column.kind == "row"
    }
    return TableWords(spec.name, known, people, spec.owned, partial(_misfit, spec))


def _misfit(spec: TableSpec, column: str, text: str) -> str:
    """Why a text does not fit into a column as it is declared, or ""."""
    if column in spec.own:
        return "only Sheetflow itself writes there"
    declared = spec.columns.get(column, ColumnSpec(column))
    problem = read_cell(text, declared, zone=zone_named(spec.zone), region=spec.region).problem
    return problem.text if problem is not None else ""
