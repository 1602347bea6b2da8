"""A recipe read aloud: plain sentences made from what the loader understood, and from nothing else.

Neither its comments, nor its `about`, nor the way it is laid out are looked at: what is said here
is what would be done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sheetflow.language.policies import Purpose
from sheetflow.language.recipe import Recipe, Step
from sheetflow.language.saying import again_in_words, conditions_in_words, quoted, spelled
from sheetflow.plugin.action import Action
from sheetflow.reporting.lines import filled
from sheetflow.reporting.reaching import Reaching, named
from sheetflow.workspace import Workspace

_FAILURES = {
    "continue": "If it fails for a row, that row goes on to the next step all the same.",
    "stop everything": "If it fails for one row, the whole run stops.",
}
USUAL = "relationship"
"""Why people are written to, where a recipe does not say."""

_PURPOSES: Mapping[Purpose, str] = {
    "relationship": "It is what people expect of us (relationship).",
    "outreach": "It asks for something, or is the first word (outreach).",
    "transactional": (
        "It answers what somebody did just now (transactional), so it needs no consent and goes out"
        " at any hour."
    ),
    "internal": "It is for our own team (internal), so it needs no consent and is not counted.",
}


def explain(recipe: Recipe, workspace: Workspace) -> str:
    """When it runs, for whom, what it does, what the row says, and how far it can reach."""
    reader = _Reader(recipe, workspace)
    lines = [reader.title()]
    for title, said in reader.sections():
        lines += ["", title.upper(), *said]
    return filled(lines)


def explained(recipe: Recipe, workspace: Workspace) -> list[tuple[str, list[str]]]:
    """The same for a page: each heading, and the lines below it, indented as they belong."""
    return [(title, list(said)) for title, said in _Reader(recipe, workspace).sections()]


@dataclass
class _Reader:
    """Reads one recipe of a workspace aloud."""

    recipe: Recipe
    workspace: Workspace

    def title(self) -> str:
        return f"{spelled(self.recipe.name)} (recipe {spelled(self.recipe.id)})"

    def sections(self) -> Iterator[tuple[str, Iterator[str]]]:
        reach = Reaching(self.recipe, self.workspace)
        yield "When", self._when()
        yield "For whom", self._for_whom()
        yield "What it does", self._what()
        yield "What the row says", self._status()
        yield "How far it may reach", reach.limits()
        yield "What holds it back", reach.holds()
        yield "What it writes into", reach.columns()
        yield "Whom it can write to", reach.addresses()

    def _when(self) -> Iterator[str]:
        schedule = self.recipe.schedule
        if schedule is None:
            yield "It has no schedule: it runs when somebody starts it."
        elif schedule.on_change:
            yield "It is meant to run whenever the table changes."
        else:
            zone = self.workspace.settings.organization.zone
            by = f", by the clock of {zone}" if schedule.at else ""
            yield f"It is meant to run {schedule}{by}."
        if self.recipe.owner:
            owner = spelled(self.recipe.owner)
            yield f"{owner} looks after it, and hears when it needs somebody."

    def _for_whom(self) -> Iterator[str]:
        recipe = self.recipe
        yield f"It goes through the rows of {quoted(recipe.table)}, each called {recipe.row} here."
        if recipe.where:
            yield "It acts on a row only if all of this holds:"
            yield from conditions_in_words(recipe.where)
        else:
            yield "It acts on every row, whatever stands in it."
        hidden = recipe.rows == "visible"
        yield f"Hidden rows are {'left alone' if hidden else 'treated like all others'}."

    def _what(self) -> Iterator[str]:
        yield (
            "Each step happens once for a row, ever, unless it says otherwise. A row for which a"
            " step fails or must wait goes no further until that is settled; the other rows go on."
        )
        for number, step in enumerate(self.recipe.steps, 1):
            yield f"{number}. {named(step)}:"
            yield from (f"   {line}" for line in self._step(step))

    def _step(self, step: Step) -> Iterator[str]:
        yield from self._action(step).describe(step.options)
        if step.kind and (step.kind != USUAL or self._action(step).reaches(step.options) != ()):
            yield _PURPOSES[step.kind]
        if step.condition is not None:
            yield f"Only where this is true: {quoted(step.condition.text)}."
        if step.again is not None:
            yield again_in_words(step.again)
        if step.on_failure in _FAILURES:
            yield _FAILURES[step.on_failure]

    def _status(self) -> Iterator[str]:
        status = self.recipe.status
        table = self.workspace.settings.tables[self.recipe.table]
        where = f"The column {quoted(table.status_column)}"
        if status is None:
            yield f"{where} says what was done last, and when."
        else:
            yield f"{where} says, when all is done: Done — {quoted(status.text)}."
        yield "Where somebody or something is waited for, it says that instead, and why."

    def _action(self, step: Step) -> type[Action[object]]:
        return self.workspace.registry.action(step.action)
