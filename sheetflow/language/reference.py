"""The tables of keys as a page to read: everything that may stand in a recipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sheetflow.language.conditions.phrasebook import FORMS
from sheetflow.language.conditions.reading import ANY_OF, EVERYONE_WRITTEN, EXPRESSION
from sheetflow.language.durations import duration_in_words
from sheetflow.language.keys import Key, ListKind, MapKind, NamedKind
from sheetflow.language.reading import Kind
from sheetflow.language.recipe_keys import RECIPE_KEYS, STEP_KEYS
from sheetflow.language.schedules import AGAINS, SCHEDULES
from sheetflow.language.steps import option_keys
from sheetflow.language.template_kinds import ALWAYS_KNOWN
from sheetflow.language.vocabulary import ActionWords, Vocabulary

_HEAD = """\
# Reference

This page is made from the tables that Sheetflow itself reads with (`sheetflow reference`).
`sheetflow schema` gives the same as JSON Schema for editors.
"""
_READING_ORDER = """\
The keys are listed in reading order: when, who, what, limits. Another order is no mistake.
Every value is the text that stands there: `NO`, `9:00` and `01234` need no quotes.
"""
_CONDITIONS = f"""\
Every line of `where` is a column and a condition, or a list of conditions in `[ ]`; all of them
must hold. Texts are compared without regard to case and outer spaces. Dates are written so that
they have one meaning: 2026-03-14, 14 March 2026, 2026-03-14 18:00.

`{EVERYONE_WRITTEN}` alone means every row. `{ANY_OF}` takes a list of alternatives, each a map of
conditions. `{EXPRESSION}` takes a Jinja expression that gives true or false. A column that has one
of these names is written in quotes.
"""
_STEPS = """\
The first key of a step is its action, and its value the action's main object. The other keys are
the action's own options (below), and these, which every step understands:
"""
_NAMES = """\
A template knows the row by the name that `for_each` gives it, whoever the row's cells point at, and
what earlier steps give. A column is written `volunteer.first_name` or `volunteer["First name"]`.
Always known:
"""
_TESTS = """\
The file stands beside `recipe.yaml`; several may stand in a folder `tests/` there. What is not
expected must not happen. Cells are texts as somebody would type them.
"""


_FILTERS = """\
What may stand after `|`, each with an example. Plugins add others. An empty cell goes through all
of them unchanged, and only `default` puts something in its place.
"""
_CONNECTORS = """\
A connection of `sheetflow.yaml` names its `connector`; the other keys are that connector's own.
"""


@dataclass(frozen=True)
class Described:
    """What a plugin adds beside actions: its name, what it is, and its keys, if it has any.

    `places` are the keys by which a connector finds a table.
    """

    name: str
    about: str
    keys: tuple[Key, ...] = ()
    places: tuple[Key, ...] = ()


def reference_page(
    vocabulary: Vocabulary,
    settings: Sequence[Key] = (),
    tests: Sequence[Key] = (),
    *,
    connectors: Sequence[Described] = (),
    hooks: Sequence[Described] = (),
) -> str:
    """The page in Markdown: recipes, each action's options, and the keys of the other files.

    `settings` are those of a workspace, `tests` those of a recipe's tests; `connectors` have
    settings of their own, and `hooks` are what plugins can implement.
    """
    parts = [
        _HEAD,
        *_section("Recipes", RECIPE_KEYS, 2, _READING_ORDER),
        "### Conditions\n",
        _CONDITIONS,
        _phrase_table(),
        "### Schedules and repetition\n",
        _examples("schedule", SCHEDULES) + _examples("again", AGAINS),
        *_section("Steps", STEP_KEYS, 3, _STEPS),
        "### Names in templates\n",
        _NAMES,
        _name_list(),
        "### Filters in templates\n",
        _FILTERS,
        _filter_table(vocabulary),
        "## Actions\n",
        *(part for words in vocabulary.actions.values() for part in _action(words)),
    ]
    if settings:
        parts += _section("sheetflow.yaml", settings, 2, "")
    if connectors:
        parts += ["## Connectors\n", _CONNECTORS]
        parts += [part for found in connectors for part in _connector(found)]
    if tests:
        parts += _section("tests.yaml", tests, 2, _TESTS)
    if hooks:
        rows = [(f"`{hook.name}`", hook.about) for hook in hooks]
        parts += ["## Hooks for plugins\n", _table(("hook", "what it is"), rows)]
    return "\n".join(parts)


def _action(words: ActionWords) -> Iterator[str]:
    yield f"### {words.name}\n"
    yield f"{words.help}\n"
    yield _key_table(option_keys(words))


def _connector(found: Described) -> Iterator[str]:
    yield f"### {found.name}\n"
    yield f"{found.about}\n"
    yield _key_table(found.keys) if found.keys else "It has nothing to set.\n"
    if found.places:
        yield "Where a table is:\n"
        yield _key_table(found.places)


def _filter_table(vocabulary: Vocabulary) -> str:
    from sheetflow.language.templating.filter_examples import filter_rows

    rows = [(f"`{example}`", found) for example, found in filter_rows()]
    theirs = [(f"`{{{{ … | {name} }}}}`", "added by a plugin") for name in vocabulary.filters]
    link = "`{{ link('Yes, I come', set='Confirmed', to='Yes', within='14 days') }}`"
    ours = [(link, "in the text of a mail: a link that is answered by a button on a page")]
    return _table(("for example", "gives"), [*rows, *theirs, *ours])


def _section(
    title: str,
    keys: Sequence[Key],
    level: int,
    text: str,
    shown: list[Sequence[Key]] | None = None,
) -> Iterator[str]:
    """A heading, a text, the table of the keys, and a section for each map not `shown` before."""
    shown = [] if shown is None else shown
    yield f"{'#' * level} {title}\n"
    if text:
        yield text
    yield _key_table(keys)
    for key in keys:
        inner = _keys_inside(key.kind)
        if inner and inner not in shown:
            shown.append(inner)
            yield from _section(key.name, inner, level + 1, "", shown)


def _keys_inside(kind: Kind[object]) -> tuple[Key, ...]:
    match kind:
        case MapKind():
            return kind.keys
        case NamedKind() | ListKind():
            return _keys_inside(kind.kind)
        case _:
            return ()


def _key_table(keys: Iterable[Key]) -> str:
    rows = [(f"`{key.name}`", _help(key), _sentence(key.kind.words)) for key in keys]
    return _table(("key", "what it is for", "how it is written"), rows)


def _help(key: Key) -> str:
    if key.required:
        return f"{key.help} Required."
    return f"{key.help} Without it: {written}." if (written := _default(key)) else key.help


def _default(key: Key) -> str:
    match key.default:
        case bool():
            return "yes" if key.default else "no"
        case timedelta():
            return duration_in_words(key.default)
        case str() | int():
            return str(key.default)
        case _:
            return ""


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."


def _phrase_table() -> str:
    rows = [
        (", ".join(f"`{example}`" for example in form.examples), _sentence(form.help))
        for form in FORMS
    ]
    return _table(("condition", "when it holds"), rows)


def _examples(name: str, examples: Iterable[str]) -> str:
    return f"`{name}`:\n\n" + "".join(f"- `{example}`\n" for example in examples) + "\n"


def _name_list() -> str:
    lines = []
    for name, fields in ALWAYS_KNOWN.items():
        lines += [f"- `{name}.{field}`\n" for field in fields] or [f"- `{name}`\n"]
    return "".join(lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
