"""Which tables and columns a recipe will ask for: a system is asked once, and for no others; and
what must be there before anybody is chosen."""

from __future__ import annotations

from sheetflow.errors import ColumnMissing
from sheetflow.language.needed import columns_in
from sheetflow.language.recipe import NeededColumns, Recipe
from sheetflow.language.vocabulary import Pick, TableName
from sheetflow.runner.session import Session
from sheetflow.tables.table import Table


def expect_tables(recipe: Recipe, session: Session) -> None:
    """Say to the session which tables come: the recipe's, its steps', and who is never written to;
    and which of their columns, as far as the recipe can tell.

    What their cells point at, the session finds itself.
    """
    named = [recipe.table]
    for step in recipe.steps:
        for value in step.options.values():
            if isinstance(value, TableName):
                named.append(str(value))
            elif isinstance(value, Pick):
                named.append(value.table)
    listed = session.tools.policy.do_not_contact
    if listed:
        named.append(listed)
    if recipe.columns is not None and not session.registry.guards():  # a guard reads what it likes
        session.tools.need({**recipe.columns, listed: NeededColumns(whole=True)})
    session.tools.expect(named)


def require_columns(recipe: Recipe, table: Table) -> None:
    """Raise ColumnMissing where `where` asks for a column that is not in the table.

    One that Sheetflow would make is no exception: after somebody renamed it, it would be empty for
    everybody, and everybody would be chosen.
    """
    for _, column in columns_in(recipe.where, recipe.table):
        ours = table.column(column)
        try:
            table.column(ours, there=True)
        except ColumnMissing as error:
            new = 'If it is new, add it to the table: "where" asks for it.'
            raise ColumnMissing(error.message, hint=f"{error.hint} {new}") from None
