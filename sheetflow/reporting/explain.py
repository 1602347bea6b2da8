"""A recipe read aloud: plain sentences made from what the loader understood, and from nothing else.

Neither its comments, nor its `about`, nor the way it is laid out are looked at: what is said here
is what would be done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sheetflow.language.recipe import Recipe, Step
from sheetflow.language.saying import (
    ITEM,
    again_in_words,
    conditions_in_words,
    listed,
    quoted,
    spelled,
)
from sheetflow.plugin.action import Action
from sheetflow.plugin.registry import Registry
from sheetflow.plugin.tools import Sender
from sheetflow.reporting.groups import counted
from sheetflow.reporting.lines import filled
from sheetflow.tables.spec import TableSpec
from sheetflow.workspace import Workspace

_FAILURES = {
    "continue": "If it fails for a row, that row goes on to the next step all the same.",
    "stop everything": "If it fails for one row, the whole run stops.",
}
_FROM = "from"
"""The option by which every action that writes to people names its sender."""


def explain(recipe: Recipe, workspace: Workspace) -> str:
    """When it runs, for whom, what it does, what the row says, and how far it can reach."""
    return filled(_Reader(recipe, workspace).lines())


@dataclass
class _Reader:
    """Reads one recipe of a workspace aloud."""

    recipe: Recipe
    workspace: Workspace

    def lines(self) -> Iterator[str]:
        yield f"{spelled(self.recipe.name)} (recipe {spelled(self.recipe.id)})"
        for title, lines in (
            ("WHEN", self._when()),
            ("FOR WHOM", self._for_whom()),
            ("WHAT IT DOES", self._what()),
            ("WHAT THE ROW SAYS", self._status()),
            ("HOW FAR IT MAY REACH", self._limits()),
            ("WHAT IT WRITES INTO", self._columns()),
            ("WHOM IT CAN WRITE TO", self._addresses()),
        ):
            yield from ("", title, *lines)

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
            yield f"{number}. {_named(step)}:"
            yield from (f"   {line}" for line in self._step(step))

    def _step(self, step: Step) -> Iterator[str]:
        yield from self._action(step).describe(step.options)
        if step.condition is not None:
            yield f"Only where this is true: {quoted(step.condition.text)}."
        if step.again is not None:
            yield again_in_words(step.again)
        if step.on_failure in _FAILURES:
            yield _FAILURES[step.on_failure]

    def _status(self) -> Iterator[str]:
        status, table = self.recipe.status, self._table
        where = f"The column {quoted(table.status_column)}"
        if status is None:
            yield f"{where} says what was done last, and when."
        else:
            yield f"{where} says, when all is done: Done — {quoted(status.text)}."
        yield "Where somebody or something is waited for, it says that instead, and why."

    def _limits(self) -> Iterator[str]:
        people, messages = self.recipe.limits.people_per_run, self.recipe.limits.messages_per_run
        for limit, one, many in ((people, "person", "people"), (messages, "message", "messages")):
            if limit is None:
                yield f"There is no limit on how many {many} one run may be for."
            else:
                yield f"A run for more than {counted(limit, one, many)} does nothing, and says so."

    def _columns(self) -> Iterator[str]:
        table = self._table
        own = [column for column in table.owned if column not in table.writes]
        steps = [name for step in self.recipe.steps for name in self._writes(step)]
        columns = list(dict.fromkeys([*steps, *own]))
        yield f"In {quoted(table.name)}: {listed(map(quoted, columns))}."
        rest = [name for name in table.writes if name not in columns]
        if rest:
            yield f"Sheetflow may write into {listed(map(quoted, rest))} too; no step says it does."
        yield "It can write into no other column of that table."

    def _addresses(self) -> Iterator[str]:
        reached: dict[str, None] = {}
        senders: dict[str, None] = {}
        for step in self.recipe.steps:
            people = self._action(step).reaches(step.options)
            if people is None:
                yield f"{_named(step)} hands something over; its own options say to whom."
                continue
            reached.update(dict.fromkeys(people))
            if people and (sender := self._sender(step)):
                senders[_sender_in_words(sender)] = None
        if not reached:
            yield "No step of it writes to a person of the recipe."
            return
        names = self._tables_by_name
        yield from (f"{ITEM}{name}: {self._address(names.get(name, ''))}" for name in reached)
        yield "It can write to nobody else."
        yield from (f"The sender is {sender}." for sender in senders)

    def _address(self, table: str) -> str:
        spec = self.workspace.settings.tables.get(table)
        if spec is None or not spec.person.email:
            return "no table says which column holds an address"
        return f"the address in {quoted(spec.person.email)} of one row of {quoted(table)}"

    def _sender(self, step: Step) -> Sender | None:
        senders = self.workspace.settings.senders
        options = self._registry.actions[step.action].options
        named = (step.options[option.field] for option in options if option.name == _FROM)
        name = next(named, None)
        if name is None or not senders:
            return None
        return senders.get(name) if name else next(iter(senders.values()))

    def _writes(self, step: Step) -> list[str]:
        return list(self._action(step).writes(step.options))

    def _action(self, step: Step) -> type[Action[object]]:
        return self._registry.action(step.action)

    @property
    def _registry(self) -> Registry:
        return self.workspace.registry

    @property
    def _table(self) -> TableSpec:
        return self.workspace.settings.tables[self.recipe.table]

    @property
    def _tables_by_name(self) -> Mapping[str, str]:
        """Which table each person of the recipe is a row of."""
        recipe = self.recipe
        found = {**self.workspace.vocabulary.tables[recipe.table].people, recipe.row: recipe.table}
        for step in recipe.steps:
            for name, gift in self._action(step).gives(step.options).items():
                if gift.table:
                    found[name] = gift.table
        return found


def _named(step: Step) -> str:
    """The step by its id, and by its action where the id does not begin with it."""
    own = step.id == step.action or step.id.startswith(f"{step.action}-")
    return spelled(step.id) if own else f"{spelled(step.id)} ({step.action})"


def _sender_in_words(sender: Sender) -> str:
    return f"{quoted(sender.name)}, {sender.address}, by {quoted(sender.by)}"
