"""Why a step happened for somebody, or did not: the planner's answer and the ledger's, gathered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheetflow.errors import ProblemsFound, TableError
from sheetflow.language.recipe import Recipe
from sheetflow.ledger.records import Record
from sheetflow.reporting.people import People, Person
from sheetflow.runner.reasons import Answer, Standing, answers
from sheetflow.runner.session import Session
from sheetflow.workspace import Workspace

EXPLAINED = 20
"""How many people of one name are explained; whoever wants fewer says more of the name."""


@dataclass(frozen=True)
class Explained:
    """One person, and what each recipe over their table makes of them."""

    person: Person
    answers: tuple[Answer, ...]
    note: str = ""


@dataclass(frozen=True)
class Why:
    """Everybody who was meant, and how many `more`; `notes` say what was not looked at."""

    people: tuple[Explained, ...]
    more: int = 0
    notes: tuple[str, ...] = ()


def why(workspace: Workspace, wanted: str, recipe: str = "") -> Why:
    """Why each step of the recipe, or of all of them, happened for `wanted`, or did not.

    Reads only. Raises SetupError when nobody is found, with the nearest names.
    """
    recipes, notes = _recipes(workspace, recipe)
    with workspace.open_session(may_write=False) as session:
        people = People(session, workspace.settings.with_people)
        found = people.found(wanted, _records(session, recipes))
        if not found:
            raise people.nobody(wanted)
        shown = found[:EXPLAINED]
        given, unread = _answers(recipes, session, shown)
        explained = tuple(_explained(person, recipes, given) for person in shown)
    notes += [*people.unread.values(), *unread]
    return Why(explained, len(found) - len(shown), tuple(dict.fromkeys(notes)))


def _recipes(workspace: Workspace, wanted: str) -> tuple[list[Recipe], list[str]]:
    """The recipe, or all that can be read, and what to say of the others."""
    if wanted:
        return [workspace.recipe(wanted)], []
    found: list[Recipe] = []
    notes: list[str] = []
    for name in workspace.recipes:
        try:
            found.append(workspace.recipe(name))
        except ProblemsFound:
            notes.append(f'The recipe "{name}" has mistakes; sheetflow check tells them.')
    return found, notes


def _records(session: Session, recipes: Sequence[Recipe]) -> Iterator[Record]:
    for recipe in recipes:
        for records in session.ledger.records(session.chapter, recipe.id).values():
            yield from records


def _answers(
    recipes: Sequence[Recipe], session: Session, people: Sequence[Person]
) -> tuple[Mapping[tuple[str, str], Answer], list[str]]:
    """By recipe and row; and the recipes that cannot be planned now, with why."""
    given: dict[tuple[str, str], Answer] = {}
    unread: list[str] = []
    for recipe in recipes:
        rows = [person.ref.row for person in people if person.ref.table == recipe.table]
        try:
            found = answers(recipe, session, rows) if rows else {}
        except TableError as error:
            unread.append(f'The recipe "{recipe.id}" cannot be planned now: {error}')
            continue
        given.update({(recipe.id, row): answer for row, answer in found.items()})
    return given, unread


def _explained(
    person: Person, recipes: Sequence[Recipe], given: Mapping[tuple[str, str], Answer]
) -> Explained:
    mine = [
        given[recipe.id, person.ref.row]
        for recipe in recipes
        if recipe.table == person.ref.table and (recipe.id, person.ref.row) in given
    ]
    if person.number is None:
        mine = [answer for answer in mine if _was_there(answer)]
    return Explained(person, tuple(mine), "" if mine else _no_recipe(person, recipes))


def _was_there(answer: Answer) -> bool:
    return answer.standing is not Standing.GONE or any(step.records for step in answer.steps)


def _no_recipe(person: Person, recipes: Sequence[Recipe]) -> str:
    if len(recipes) == 1:
        (recipe,) = recipes
        return f'The recipe "{recipe.id}" goes through {recipe.table}, not {person.ref.table}.'
    return f"No recipe goes through {person.ref.table}."
