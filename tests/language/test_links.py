"""Links in a message by which somebody answers: what they may say, and what becomes of them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies as st

from sheetflow.errors import ProblemsFound, RowStopped
from sheetflow.language.messages import load_message
from sheetflow.language.messages.links import ADDRESSES, Link
from sheetflow.language.position import Position
from sheetflow.language.templating import Environment, Fields

BEGINS = "https://flow.example.org/answer/x-"
YES = "{{ link('Yes, I *come*', set='Confirmed', to='Yes') }}"
NO = "{{link(\"No\", set='Confirmed', to='No', within='14 days')}}"


def message(tmp_path: Path, body: str):
    (tmp_path / "it.md").write_text(f"---\nsubject: Hello\n---\n{body}", "utf-8")
    return load_message("it", tmp_path, Environment())


def problems(tmp_path: Path, body: str) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        message(tmp_path, body)
    return [str(each).partition("it.md:")[2] for each in found.value.problems]


def rendered(found, **cells: str):
    person = Fields(cells.get, tuple(cells))
    return found.render({"person": person, ADDRESSES: BEGINS})


def test_a_link_says_what_it_is_called_and_what_it_writes(tmp_path):
    found = message(tmp_path, f"Come?\n\n{YES} or {NO}\n")
    at = Position(tmp_path / "it.md", 6, 1)
    assert found.links == (
        Link("Yes, I *come*", "Confirmed", "Yes", timedelta(days=60)),
        Link("No", "Confirmed", "No", timedelta(days=14)),
    )
    assert found.links[0].position == at


def test_it_is_a_button_in_html_and_a_bare_address_in_the_text(tmp_path):
    found = message(tmp_path, f"Come?\n\n{YES} or {NO}\n")
    yes, no = (f"{BEGINS}{link.mark}" for link in found.links)
    told = rendered(found)
    assert told.text == f"Come?\n\nYes, I *come*: {yes} or No: {no}\n"
    buttons = re.findall(r'<a href="([^"]+)" style="([^"]+)">([^<]+)</a>', told.html)
    assert [(href, label) for href, _, label in buttons] == [(yes, "Yes, I *come*"), (no, "No")]
    assert all("border: 2px solid" in style for _, style, _ in buttons)


def test_other_links_stay_as_they_are(tmp_path):
    told = rendered(message(tmp_path, f"{YES}\n\n[us](https://example.org/)\n"))
    [style] = re.findall(r'href="https://example.org/" style="([^"]+)"', told.html)
    assert "border" not in style
    assert "us (https://example.org/)" in told.text


def test_a_condition_may_hide_a_link(tmp_path):
    found = message(tmp_path, f"Hi\n\n{{% if person.old %}}{YES}{{% endif %}}\n\n{NO}\n")
    assert rendered(found, old="").text.count(BEGINS) == 1
    assert rendered(found, old="x").text.count(BEGINS) == 2


def test_what_is_wrong_elsewhere_keeps_its_place(tmp_path):
    assert problems(tmp_path, f"{YES} {{{{ bad.. }}}}\n") == [
        f"4:{len(YES) + 9}: template: this cannot be read: expected name or number. "
        'Write {{ person.column }} or {{ person["Column name"] }}.'
    ]


LIKE = " Write it like {{ link('Yes, I come', set='Confirmed', to='Yes') }}."


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("link('a')", f'this link does not say "set": which column.{LIKE}'),
        ("link('a', set='b')", f'this link does not say "to": which value.{LIKE}'),
        ("link()", f"a link has one text that it is called by.{LIKE}"),
        ("link('a', 'b', set='c', to='d')", f"a link has one text that it is called by.{LIKE}"),
        ("link('a', set='b', to='c', on='d')", f'a link has no "on".{LIKE}'),
        ("link(' ', set='b', to='c')", f"what a link is called is an empty text.{LIKE}"),
        (
            "link(person.x, set='b', to='c')",
            "what a link is called is a text in quotes; no cell and no sum may decide it. "
            "Write the text itself, such as to='Yes'.",
        ),
        (
            "link('a', set='b', to=person.x)",
            "what a link writes is a text in quotes; no cell and no sum may decide it. "
            "Write the text itself, such as to='Yes'.",
        ),
        (
            "link('a', set='b' ~ person.x, to='c')",
            "the column of a link is a text in quotes; no cell and no sum may decide it. "
            "Write the text itself, such as to='Yes'.",
        ),
        (
            "link('a', set='b', to='c', within='soon')",
            "\"soon\" is no time within which a link counts. Write it like within='14 days'.",
        ),
        (
            "link('a', set='b', to='c', within='400 days')",
            "\"400 days\" is no time within which a link counts. Write it like within='14 days'.",
        ),
        (
            "link('a', set='b', to='c') | upper",
            "a link that is answered stands alone, in the text of a message. "
            "Write {{ link('Yes', set='Confirmed', to='Yes') }}, and nothing else inside.",
        ),
    ],
)
def test_a_link_that_says_too_little_or_too_much_is_a_mistake_with_its_place(tmp_path, call, told):
    [problem] = problems(tmp_path, f"Hi\n\n  so {{{{ {call} }}}}\n")
    place, _, rest = problem.partition(" template: ")
    assert place.startswith("6:")
    assert rest == told


def test_a_link_inside_a_link_is_a_mistake(tmp_path):
    [problem] = problems(tmp_path, f"[here]({YES})\n")
    assert problem == f"4:8: template: link(…) is a link itself, with words of its own.{LIKE}"


def test_a_comment_has_no_links(tmp_path):
    assert message(tmp_path, f"Hi {{# {YES} #}}\n").links == ()


def test_a_subject_has_no_links(tmp_path):
    (tmp_path / "it.md").write_text(f'---\nsubject: "{YES}"\n---\nHi\n', "utf-8")
    with pytest.raises(ProblemsFound, match="stands alone, in the text of a message"):
        load_message("it", tmp_path, Environment())


def test_without_a_place_for_answers_the_row_stops(tmp_path):
    with pytest.raises(RowStopped) as stopped:
        message(tmp_path, YES).render({})
    assert "public_url" in stopped.value.status.text


def test_whatever_changes_what_a_link_means_changes_its_mark():
    links = [Link("a", "b", "c"), Link("x", "b", "c"), Link("a", "x", "c"), Link("a", "b", "x")]
    assert len({link.mark for link in links}) == 4
    assert Link("a", "b", "c", timedelta(days=1)).mark == links[0].mark


@settings(max_examples=60, deadline=None)
@given(
    st.text(min_size=1, max_size=60).filter(lambda text: text.strip() and text.isprintable()),
)
def test_a_label_is_shown_as_it_is_written_whatever_markdown_would_make_of_it(label):
    quoted = label.replace("\\", "\\\\").replace("'", "\\'")
    body = f"{{{{ link('{quoted}', set='a', to='b') }}}}"
    with TemporaryDirectory() as folder:
        found = message(Path(folder), body)
    said, told = " ".join(label.split()), rendered(found)
    assert found.links[0].label == said
    assert told.text == f"{said}: {BEGINS}{found.links[0].mark}\n"
    assert f">{html.escape(said, quote=False)}</a>" in told.html.replace("&quot;", '"')
