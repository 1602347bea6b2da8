"""A path -> a Recipe, or all its problems at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from sheetflow.language.keys import read_map
from sheetflow.language.messages import MessageTemplate, load_message, unread_message
from sheetflow.language.names import check_names
from sheetflow.language.needed import Needs
from sheetflow.language.nodes import Document, Map, Node, Scalar
from sheetflow.language.policies import EACH_ROW
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems
from sheetflow.language.reading import Reading
from sheetflow.language.recipe import NeededColumns, Recipe
from sheetflow.language.recipe_keys import RECIPE_KEYS
from sheetflow.language.recipe_kinds import NAME
from sheetflow.language.steps import Steps
from sheetflow.language.template_kinds import is_address
from sheetflow.language.templating import Environment
from sheetflow.language.vocabulary import Gift, TableWords, Vocabulary
from sheetflow.language.yamlfile import read_yaml
from sheetflow.values import digest

FILE = "recipe.yaml"


def load_recipe(path: Path, vocabulary: Vocabulary, templates: Sequence[Path] = ()) -> Recipe:
    """The recipe in a file. Raises ProblemsFound with every mistake in it and in its messages.

    `templates` are the folders in which its message templates are looked for, in this order; by
    default the folder `templates` beside it.
    """
    problems = Problems()
    document = read_yaml(path, problems)
    if document is None:
        problems.raise_any()
        raise AssertionError("a file that cannot be read has a problem")
    folders = tuple(templates) or (path.parent / "templates",)
    at = _reading(document, vocabulary, folders, problems)
    values: dict[str, Any] = {}
    with problems.gathering(document.root.position, "recipe"):
        values = read_map(document.root, RECIPE_KEYS, at)
    _check_late_names(values, at)
    problems.raise_any()
    return _recipe(path, document, values, at)


def recipe_id(path: Path) -> str:
    """What a recipe is known by: the name of its folder, or of its file.

    >>> recipe_id(Path("recipes/welcome/recipe.yaml")), recipe_id(Path("recipes/thanks.yaml"))
    ('welcome', 'thanks')
    """
    return path.absolute().parent.name if path.name == FILE else path.stem


def _reading(
    document: Document,
    vocabulary: Vocabulary,
    folders: tuple[Path, ...],
    problems: Problems,
) -> Reading:
    name, table = _for_each(document.root)
    words = vocabulary.tables.get(table) or TableWords(table)
    names = {who: Gift(table=of) for who, of in words.people.items()}
    if name:
        names[name] = Gift(table=table)
    environment = Environment(vocabulary.filters)
    return Reading(
        problems,
        comments=document.comments,
        vocabulary=vocabulary,
        environment=environment,
        messages=_messages(folders, environment, vocabulary),
        names=names,
        unsure=not (name and table in vocabulary.tables),
        table=words,
    )


def _for_each(root: Node) -> tuple[str, str]:
    """The row's name and its table, as far as they can be made out before anything is checked."""
    node = root.get("for_each") if isinstance(root, Map) else None
    text = " ".join(node.text.split()) if isinstance(node, Scalar) else ""
    match = re.fullmatch(rf"({NAME})(?: in (.+))?", text)
    return (match[1], match[2] or "") if match else ("", "")


def _messages(
    folders: tuple[Path, ...], environment: Environment, vocabulary: Vocabulary
) -> Callable[[str, Position], MessageTemplate]:
    language = vocabulary.language

    @cache
    def document(address: str) -> MessageTemplate:
        if vocabulary.documents is None:
            return unread_message(address)
        from sheetflow.language.messages.draft_loading import load_draft

        return load_draft(vocabulary.documents(address), environment, language=language)

    @cache
    def load(name: str, position: Position) -> MessageTemplate:
        if is_address(name):
            return document(name)
        there = [folder for folder in folders if (folder / f"{name}.md").is_file()]
        existing = [folder for folder in folders if folder.is_dir()]
        folder = [*there, *existing, *folders][0]
        return load_message(name, folder, environment, position=position, language=language)

    return load


def _check_late_names(values: Mapping[str, Any], at: Reading) -> None:
    """Names in what is read before or after the steps: conditions, and the last status."""
    check_names(values.get("where"), at.inside("where"))
    steps = values.get("steps")
    if isinstance(steps, Steps):
        at = replace(at, names=steps.names, unsure=steps.unsure)
    else:
        at = replace(at, unsure=True)
    check_names(values.get("status"), at.inside("status"))


def _recipe(path: Path, document: Document, values: Mapping[str, Any], at: Reading) -> Recipe:
    steps: Steps = values["steps"]
    messages = [
        option.fingerprint
        for step in steps.steps
        for option in step.options.values()
        if isinstance(option, MessageTemplate)
    ]
    return Recipe(
        id=recipe_id(path),
        name=values["recipe"],
        about=values["about"],
        row=values["for_each"].name,
        table=values["for_each"].table,
        where=values["where"],
        rows=values["rows"],
        steps=tuple(replace(step, kind=step.kind or values["kind"]) for step in steps.steps),
        status=values["status"],
        limits=values["limits"],
        schedule=values["schedule"],
        path=path,
        fingerprint=digest(document.text, *messages),
        approve_over=None if values["approve"] == EACH_ROW else values["approve"],
        approve_rows=values["approve"] == EACH_ROW,
        useful_until=values["useful_until"] or "",
        useful_for=values["useful_for"],
        owner=values["owner"],
        columns=_needed(values, at),
    )


def _needed(values: Mapping[str, Any], at: Reading) -> Mapping[str, NeededColumns] | None:
    """Which columns the recipe uses of each table, None where nobody can tell."""
    steps: Steps = values["steps"]
    needs = Needs(values["for_each"].table, at.vocabulary)
    needs.know(at.names)
    for step in steps.steps:  # a name may mean another thing after each
        needs.know(at.vocabulary.actions[step.action].gives(step.options))
    for step in steps.steps:
        needs.use_step(step)
    for name in ("where", "status", "useful_until"):
        needs.use(values[name])
    return needs.found()
