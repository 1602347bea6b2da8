"""Which tables and columns a recipe will ask for: a system is asked once, and for no others."""

from __future__ import annotations

from sheetflow.language.recipe import NeededColumns, Recipe
from sheetflow.language.vocabulary import Pick, TableName
from sheetflow.runner.session import Session


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
