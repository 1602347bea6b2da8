"""Which tables a recipe will ask for, so that those of one system are read at once."""

from __future__ import annotations

from sheetflow.language.recipe import Recipe
from sheetflow.language.vocabulary import Pick, TableName
from sheetflow.runner.session import Session


def expect_tables(recipe: Recipe, session: Session) -> None:
    """Say to the session which tables come: the recipe's, its steps', and who is never written to.

    What their cells point at, the session finds itself.
    """
    named = [recipe.table]
    for step in recipe.steps:
        for value in step.options.values():
            if isinstance(value, TableName):
                named.append(str(value))
            elif isinstance(value, Pick):
                named.append(value.table)
    if session.tools.policy.do_not_contact:
        named.append(session.tools.policy.do_not_contact)
    session.tools.expect(named)
