"""What a recipe of a workspace may name: its tables and their columns, connections, actions."""

from __future__ import annotations

from collections.abc import Callable

from sheetflow.language.templating import slug
from sheetflow.language.vocabulary import TableWords, Vocabulary
from sheetflow.plugin.registry import Registry
from sheetflow.tables.spec import TableSpec
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
    )


def _words(spec: TableSpec, columns: tuple[str, ...] | None) -> TableWords:
    known = None if columns is None else tuple(dict.fromkeys((*columns, *spec.owned)))
    people = {
        slug(name): column.table for name, column in spec.columns.items() if column.kind == "row"
    }
    return TableWords(spec.name, known, people, spec.owned)
