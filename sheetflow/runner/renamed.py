"""What the ledger knows by another name: a recipe, a step or rows that would all be new to it.

What was done is kept under the recipe, the step and the row's id. Whoever changes one of these
names may mean the same as before; then everybody would be written to again. Only a person can say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from sheetflow.language.recipe import Recipe, Step
from sheetflow.ledger.earlier import ids_by, recipes_run, steps_done
from sheetflow.ledger.recalled import Recalled
from sheetflow.plugin.action import Action
from sheetflow.runner.forgotten import question
from sheetflow.runner.session import Session
from sheetflow.tables.headers import header
from sheetflow.tables.table import Table

_HANDLES = ("email", "phone")


def table_question(table: Table, session: Session) -> str:
    """Why nothing may be done with a table before a person says what is right, or ""."""
    return question(table, session) or _rows_question(table, session)


def steps_question(recipe: Recipe, session: Session, known: Recalled) -> str:
    """Why a recipe may not run before it is clear whether a step of it is new, or ""."""
    new = _new_steps(recipe, session, known)
    if not new:
        return ""
    gone = _gone(recipe, known)
    for step in new:
        before = None if step.has_own_id else _of_the_same_action(step, gone)
        if before is not None:
            return (
                f'The step "{step.id}" (line {step.position.line}) has never run, and the step '
                f'"{before}", which did, is gone. If they are the same, write "id: {before}" under '
                'it; if it is a new message, an "id" of its own. Until then nothing is sent.'
            )
    return "" if any(known.steps.values()) else _recipe_question(recipe, new, session)


def news_of_steps(recipe: Recipe, session: Session, known: Recalled) -> Iterator[str]:
    """What to know about steps that somebody named anew: everybody who fits is new to them."""
    gone = _gone(recipe, known)
    for step in _new_steps(recipe, session, known) if gone else ():
        before = _of_the_same_action(step, gone)
        if before is not None:
            yield (
                f'The step "{step.id}" is new: it is also for those for whom "{before}" ran, which '
                "is gone."
            )


def how_ids_are_made(table: Table) -> str:
    """What the ids of a table's rows hang on: its key, and the system that it is kept in."""
    return json.dumps([table.spec.connector, *map(header, table.spec.key)])


def _new_steps(recipe: Recipe, session: Session, known: Recalled) -> Sequence[Step]:
    """The steps that reach out and of which the ledger knows nothing."""
    action = session.registry.action
    return [
        step
        for step in recipe.steps
        if step.id not in known.steps and action(step.action).apply is not Action.apply
    ]


def _gone(recipe: Recipe, known: Recalled) -> Mapping[str, str]:
    """The steps that did something and that the recipe has no more, with their actions."""
    there = {step.id for step in recipe.steps}
    return {step: action for step, action in known.steps.items() if action and step not in there}


def _of_the_same_action(step: Step, gone: Mapping[str, str]) -> str | None:
    return next((before for before, action in gone.items() if action == step.action), None)


def _recipe_question(recipe: Recipe, new: Sequence[Step], session: Session) -> str:
    """Whether another recipe did these steps for this table, and is there no more."""
    database = session.ledger.database
    for name in recipes_run(database, session.chapter):
        if name == recipe.id or session.has_recipe(name):
            continue
        done = steps_done(database, session.chapter, name, recipe.table)
        for step in new:
            if done.get(step.id) == step.action:
                return (
                    f'"{recipe.id}" has never run, and the recipe "{name}", which ran its step '
                    f'"{step.id}" over "{recipe.table}", is gone. If it was renamed, name it '
                    f'"{name}" again; if this is another recipe, write an "id" of its own under '
                    f'the step (line {step.position.line}), such as "id: {recipe.id}-{step.id}". '
                    "Until then nothing is sent."
                )
    return ""


def _rows_question(table: Table, session: Session) -> str:
    """Whether rows have other ids than before, since these are made in another way."""
    before = ids_by(session.ledger.database, session.chapter, table.spec.name)
    if before in ("", how_ids_are_made(table)):
        return ""
    count = len(list(_known_by_other_ids(table, session)))
    if not count:
        return ""  # only what the column or the connection is called is new
    people = "1 person is" if count == 1 else f"{count:,} people are"
    return (
        f'The rows of "{table.spec.name}" have other ids than before: {people} known by another, '
        'and would be new. Was "key" changed in sheetflow.yaml, or the table moved without its '
        'ids? Undo that; or see docs/recipes.md, "Changing a recipe that has run". Nothing is sent.'
    )


def _known_by_other_ids(table: Table, session: Session) -> Iterator[str]:
    """The rows that are new to the ledger, with people whose ids stand nowhere any more."""
    known = session.ledger.identities(session.chapter, table.spec.name)
    lost = {mark for row_id in known if table.row(row_id) is None for mark in _marks(known[row_id])}
    now = table.identities()
    for row_id in now if lost else ():
        if row_id not in known and any(mark in lost for mark in _marks(now[row_id])):
            yield row_id


def _marks(person: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What somebody is known again by: the address and the number, or else the name."""
    found = [(part, person[part]) for part in _HANDLES if part in person]
    yield from found or person.items()
