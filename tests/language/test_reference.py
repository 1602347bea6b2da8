"""The reference page holds every key, condition and action: it is made from their tables."""

from __future__ import annotations

import re
from pathlib import Path

from sheetflow.language.conditions.phrasebook import FORMS
from sheetflow.language.keys import Key, MapKind, NamedKind
from sheetflow.language.kinds import TextKind
from sheetflow.language.recipe_keys import LIMIT_KEYS, RECIPE_KEYS, STEP_KEYS
from sheetflow.language.reference import reference_page
from sheetflow.language.templating.filter_examples import EXAMPLES
from sheetflow.language.templating.filters import filters_for
from sheetflow.language.vocabulary import Vocabulary
from sheetflow.plugin.hook_table import HOOKS, hooks_described
from sheetflow.plugin.options import options_of
from sheetflow.plugin.registry import Registry
from sheetflow.testing.keys import case_table
from sheetflow.workspace.connection_keys import connectors_described
from sheetflow.workspace.keys import setting_table
from tests.language.vocabularies import VOCABULARY

PAGE = reference_page(VOCABULARY)


def test_every_key_is_there_with_its_help():
    for key in (*RECIPE_KEYS, *STEP_KEYS, *LIMIT_KEYS):
        assert f"| `{key.name}` | {key.help}" in PAGE


def test_every_action_is_there_with_its_options():
    for words in VOCABULARY.actions.values():
        _, found, section = PAGE.partition(f"\n### {words.name}\n\n{words.help}\n")
        assert found
        table = section.partition("\n#")[0]
        rows = {words.name, *(option.name for option in words.options if not option.main)}
        assert table.count("\n| `") == len(rows)
        assert all(option.help in table for option in words.options)


def test_an_option_says_how_it_is_written_and_what_holds_without_it():
    assert (
        "| `for` | How long. Without it: 30 minutes. |"
        " A length of time, such as 30 minutes, 1 hour 30 minutes or 2 days. |"
    ) in PAGE
    assert "| `prefer` | Who is first. Without it: first. |" in PAGE
    assert "| `quiet` | Whether to say nothing. Without it: no. | Yes or no. |" in PAGE


def test_every_condition_is_there():
    for form in FORMS:
        assert all(f"`{example}`" in PAGE for example in form.examples)


def test_the_keys_of_a_workspace_follow_with_their_maps():
    place = (Key("file", TextKind(), "A | file.", required=True),)
    keys = (Key("tables", NamedKind(MapKind(place, dict), "table"), "Where they are."),)
    page = reference_page(VOCABULARY, keys)
    assert page.startswith(PAGE.rstrip())
    assert page.endswith(
        """\
## sheetflow.yaml

| key | what it is for | how it is written |
| --- | --- | --- |
| `tables` | Where they are. | A map: each table by its name. |

### tables

| key | what it is for | how it is written |
| --- | --- | --- |
| `file` | A \\| file. Required. | A text. |
"""
    )


def test_the_page_in_docs_is_the_one_that_the_tables_give_now(tmp_path: Path):
    """Write it again with `sheetflow reference > docs/reference.md`, outside of a workspace."""
    registry = Registry(tmp_path)
    vocabulary = Vocabulary(actions=registry.actions, tables={})
    page = (Path(__file__).parents[2] / "docs" / "reference.md").read_text("utf-8")
    assert page == reference_page(
        vocabulary,
        setting_table(registry),
        case_table(),
        connectors=connectors_described(registry),
        hooks=hooks_described(),
    )


def test_every_filter_has_an_example_that_gives_what_it_says():
    shown = {name for example in EXAMPLES for name in re.findall(r"\| (\w+)", example)}
    ours = {name for name in filters_for({}) if not name.startswith("_")}
    assert shown == ours - {"d"}, "d is another name of default"
    assert "| `{{ 'Ana Maria' \\| first_word }}` | Ana |" in PAGE


def test_every_connector_is_there_with_its_settings_and_every_hook(tmp_path: Path):
    registry = Registry(tmp_path)
    connectors, hooks = connectors_described(registry), hooks_described()
    page = reference_page(VOCABULARY, connectors=connectors, hooks=hooks)
    for name, connector in registry.connectors().items():
        section = page.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
        assert section
        assert all(option.help in section for option in options_of(connector.Settings))
    assert all(f"| `{name}(" in page for name in HOOKS)
