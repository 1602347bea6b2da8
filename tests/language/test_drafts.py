"""Messages that stand in documents: what an organizer typed is text, whatever it looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from sheetflow.errors import NotFound, Problem, ProblemsFound, SetupError, Unreachable
from sheetflow.language.loading import load_recipe
from sheetflow.language.messages import Message, MessageTemplate
from sheetflow.language.messages.draft_loading import MOST_PARAGRAPHS, load_draft
from sheetflow.language.messages.drafts import Draft, Paragraph, Run
from sheetflow.language.saying import in_words
from sheetflow.language.templating import Environment, Fields
from tests.language.vocabularies import VOCABULARY, write_recipe

ENVIRONMENT = Environment()
ADDRESS = "https://docs.google.com/document/d/1abc/edit"
CELLS = {"First name": "Ana", "Link": "https://x.org/a?b=1"}
PERSON = Fields(lambda column: CELLS[column], list(CELLS), "person")


def paragraphs(*texts: str | Paragraph) -> tuple[Paragraph, ...]:
    """Paragraphs in their order; a text is a plain one."""
    return tuple(
        replace(each, number=number)
        if isinstance(each, Paragraph)
        else Paragraph((Run(each),), number)
        for number, each in enumerate(texts, 1)
    )


def item(text: str, level: int = 0, ordinal: int | None = None) -> Paragraph:
    """An item of a list."""
    return Paragraph((Run(text),), 0, "item", level, ordinal)


def draft(*texts: str | Paragraph, title: str = "Welcome letter") -> Draft:
    """A document with a subject."""
    return Draft(title, paragraphs("Subject: Hi", *texts))


def message(*texts: str | Paragraph) -> Message:
    """What a person reads."""
    return load_draft(draft(*texts), ENVIRONMENT).render({"person": PERSON})


def problems(found: Draft) -> list[str]:
    """What is wrong with it."""
    with pytest.raises(ProblemsFound) as caught:
        load_draft(found, ENVIRONMENT)
    return [str(problem) for problem in caught.value.problems]


class Looks(HTMLParser):
    """Each sign inside <main> that can be seen, with its look: bold, italic, where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.signs: list[tuple[str, bool, bool, str]] = []
        self.tags: list[str] = []
        self._open: list[str] = []
        self._link = ""
        self.feed(html[html.index("<main") : html.index("</main>")])
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into it."""
        self._open.append(tag)
        self.tags.append(tag)
        if tag == "a":
            self._link = dict(attrs)["href"] or ""

    def handle_endtag(self, tag: str) -> None:
        """Come out of it."""
        self._open.remove(tag)
        self._link = "" if tag == "a" else self._link

    def handle_data(self, data: str) -> None:
        """Note its signs."""
        bold, italic = "strong" in self._open, "em" in self._open
        self.signs += [(c, bold, italic, self._link) for c in data if not c.isspace()]


def looks(*texts: str | Paragraph) -> list[tuple[str, bool, bool, str]]:
    """What a browser shows of a message."""
    return Looks(message(*texts).html).signs


# The road


def test_a_document_becomes_subject_text_and_html() -> None:
    found = load_draft(
        Draft(
            "Welcome letter",
            paragraphs(
                "",
                "Subject: Welcome, {{ person.first_name }}",
                "Language: es",
                Paragraph((Run("Hello {{ person.first_name }}"),), 0, "heading", 2),
                Paragraph(
                    (
                        Run("Your coach is "),
                        Run("Lee", bold=True),
                        Run(". "),
                        Run("Join", link="https://x.org/j"),
                    ),
                    0,
                ),
                item("one"),
                item("two", 1),
                item("three"),
                Paragraph((), 0, "rule"),
                "Thanks,\vthe team",
            ),
        ),
        ENVIRONMENT,
    )
    assert (found.name, found.languages) == ("Welcome letter", ("es",))
    read = found.render({"person": PERSON})
    assert read.subject == "Welcome, Ana"
    assert read.text == (
        "Hello Ana\n\nYour coach is Lee. Join (https://x.org/j)\n\n"
        "- one\n  - two\n- three\n\n----------\n\nThanks,\nthe team\n"
    )
    assert Looks(read.html).tags == [
        *("main", "h2", "p", "strong", "a", "ul", "li", "ul", "li", "li", "hr", "p", "br")
    ]


def test_without_a_subject_it_is_the_title() -> None:
    found = load_draft(
        Draft("Hi {{ person.first_name }}", paragraphs("Subjective: x")), ENVIRONMENT
    )
    assert found.render({"person": PERSON}).subject == "Hi Ana"
    assert found.render({"person": PERSON}).text == "Subjective: x\n"


def test_a_numbered_list_goes_on_counting_after_a_paragraph() -> None:
    text = message(item("a", 0, 1), item("b", 0, 2), "between", item("c", 0, 3), item("d")).text
    assert text == "1. a\n2. b\n\nbetween\n\n3. c\n\n- d\n"


def test_a_number_under_a_dash_does_not_go_on_with_the_text_above() -> None:
    assert message(item("a"), item("b", 1, 4), item("c")).text == "- a\n\n  4. b\n\n- c\n"


# Fields


@pytest.mark.parametrize(
    "written",
    [
        "{{ person[“First name”] }}",
        "{{ person[„First name“] }}",
        "{{ person[‘First name’] }}",
        "{{\u00a0person.first_name\u00a0}}",
        "{{ person.\u200bfirst_name\ufeff }}",
        "{{ person.first_name\v}}",
        "{{person.first_name}}{# not for Ana #}",
        '{% if person.first_name == “Ana” %}{{ person["First name"] }}{% endif %}',
    ],
)
def test_a_field_is_whole_however_the_editor_spelled_it(written: str) -> None:
    assert message(f"Hi {written}.").text == "Hi Ana.\n"


def test_a_name_of_a_column_keeps_its_own_signs() -> None:
    held = {"Lee’s note": "a", "می‌خواهم": "b"}
    found = load_draft(draft("{{ person[“Lee’s note”] }}{{ person[“می‌خواهم”] }}"), ENVIRONMENT)
    fields = Fields(held.__getitem__, [*held], "person")
    assert found.render({"person": fields}).text == "ab\n"


@pytest.mark.parametrize("cut", range(1, len("{{ person.first_name }}")))
def test_a_field_may_be_cut_anywhere_by_looks(cut: int) -> None:
    field = "{{ person.first_name }}"
    runs = (Run("Hi "), Run(field[:cut], bold=True), Run(field[cut:], italic=True), Run("!"))
    found = looks(Paragraph(runs, 0))
    assert found == [
        *((c, False, False, "") for c in "Hi"),
        *((c, True, False, "") for c in "Ana"),
        ("!", False, False, ""),
    ]


def test_a_field_that_looks_like_an_address_to_the_editor_is_no_link() -> None:
    """There are addresses that end in .name, and editors make links of them while one types."""
    runs = (Run("Hi {{ "), Run("person.first_name", link="http://person.first_name"), Run(" }}"))
    assert {look[3] for look in looks(Paragraph(runs, 0))} == {""}


def test_groups_stand_around_paragraphs_and_items() -> None:
    text = message(
        item("one"),
        "{% if person.first_name == “Bo” %}",
        item("two"),
        "{% endif %}",
        item("{% if person.first_name %}"),
        item("three"),
        item("{% endif %}"),
        "{% if person.link %}",
        "Bye",
        "{% endif %}",
    ).text
    assert text == "- one\n- three\n\nBye\n"


@pytest.mark.parametrize(
    "address",
    [
        "http://{{ person.link }}",
        "http://%7B%7B%20person.link%20%7D%7D",
        "https://{{ person[%E2%80%9CLink%E2%80%9D] }}",
        "{{ person.link }}",
    ],
)
def test_a_field_may_be_the_address_of_a_link(address: str) -> None:
    assert {look[3] for look in looks(Paragraph((Run("Join", link=address),), 0))} == {
        "https://x.org/a?b=1"
    }


def test_a_field_within_an_address_is_a_part_of_it() -> None:
    run = Run("Join", link="https://x.org/?to=%7B%7Bperson.link%7D%7D&a_b=*")
    assert looks(Paragraph((run,), 0))[0][3] == (
        "https://x.org/?to=https%3A%2F%2Fx.org%2Fa%3Fb%3D1&a_b=*"
    )


@pytest.mark.parametrize("rest", ["{#a", "{%20a}", "{{a", "{% if x %}", "}}#}"])
def test_braces_in_an_address_begin_nothing(rest: str) -> None:
    run = Run("Join", link=f"https://x.org/{rest}")
    found = looks(Paragraph((run, Run(" #} %} }} us")), 0))
    assert "".join(sign for sign, *_ in found) == "Join#}%}}}us"
    assert found[0][3].startswith("https://x.org/%7")
    assert not {*"{}"} & {*found[0][3]}


def test_a_field_between_angles_is_no_link() -> None:
    found = message("Ana <{{ person.link }}>")
    assert found.text == "Ana <https://x.org/a?b=1>\n"
    assert Looks(found.html).tags == ["main", "p"]


# Text is text

SIGNS = st.text(st.sampled_from("ab1 *_`[]()<>#+-=.!&;~|\\\"'\v\u00a0}:/é\U0001f30a"), max_size=6)
RUNS = st.builds(
    Run, SIGNS, st.booleans(), st.booleans(), st.sampled_from(["", "", "https://x.org/*_a"])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(RUNS, min_size=1, max_size=5))
@example([Run("Time"), Run(":", bold=True), Run("10")])
@example([Run("a"), Run("*", bold=True, italic=True), Run("b", bold=True), Run("_", italic=True)])
@example([Run("1"), Run(". a")])
@example([Run("a\v", bold=True), Run("# b")])
@example([Run("https://x.org/a_b_c*", italic=True)])
def test_what_is_read_is_what_was_typed_and_looks_like_it(runs: list[Run]) -> None:
    found = looks("Before", Paragraph(tuple(runs), 0), "After")
    expected = [(sign, run.bold, run.italic, run.link) for run in runs for sign in run.text]
    seen = [look for look in expected if not look[0].isspace()]
    plain = [(c, False, False, "") for c in "Before"], [(c, False, False, "") for c in "After"]
    if "://" not in "".join(run.text for run in runs):  # what looks like a link is made one
        assert found == [*plain[0], *seen, *plain[1]]
    assert [look[0] for look in found] == [look[0] for look in [*plain[0], *seen, *plain[1]]]


@settings(max_examples=80, deadline=None)
@given(st.lists(SIGNS, min_size=1, max_size=4), st.sampled_from(["text", "heading", "item"]))
def test_no_text_begins_another_kind_of_paragraph(texts: list[str], kind: Any) -> None:
    body = [Paragraph((Run(text),), 0, kind, int(kind == "heading")) for text in texts]
    expected = {"text": {"p"}, "heading": {"h1"}, "item": {"ul", "li"}}[kind]
    html = message("x", *body).html
    assert set(Looks(html).tags) <= {"main", "p", "br", "a", *expected}


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_a_message_or_words(text: str) -> None:
    found: tuple[Problem, ...] = ()
    try:
        load_draft(draft("x", text, title=text), ENVIRONMENT)
    except ProblemsFound as problems:
        found = problems.problems
    assert all("paragraph 3" in str(problem) for problem in found)


def test_a_cell_cannot_become_a_part_of_the_text() -> None:
    held = Fields({"Name": "**{{ x }}** <b> [a](b)"}.__getitem__, ["Name"], "person")
    found = load_draft(draft("Hi {{ person.name }}"), ENVIRONMENT).render({"person": held})
    assert found.text == "Hi **{{ x }}** <b> [a](b)\n"
    assert Looks(found.html).tags == ["main", "p"]


# What is wrong


PLACE = 'the document "Welcome letter", paragraph'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hi {{ person.name", f"{PLACE} 3: template: {{{{ has no }}}} soon after it in the same"),
        ("{{ person.name | uper }}", f'{PLACE} 3: template: there is no filter "uper".'),
        ("{{ person.x() }}", f'{PLACE} 3: template: "x(…)" cannot be called.'),
        ("{% include “x” %}", f"{PLACE} 3: template: include is not allowed."),
        ("{{ person. }}", f"{PLACE} 3: template: this cannot be read:"),
        (
            Paragraph((Run("Look"),), 0, left_out=("a picture",)),
            f"{PLACE} 3: template: a picture cannot be sent. Link to it instead.",
        ),
        (
            Paragraph((Run("Click", link="javascript:alert(1)"),), 0),
            f'{PLACE} 3: template: a link leads to "javascript:alert(1)".',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_paragraph(body: str | Paragraph, expected: str) -> None:
    (problem,) = problems(draft("First", body, "Last"))
    assert problem.startswith(expected)


def test_a_group_without_end_is_told_of_the_document() -> None:
    (problem,) = problems(draft("{% if person.name %}", "Hi"))
    assert "Close what was opened" in problem
    assert problem.startswith('the document "Welcome letter"')


def test_a_mistake_in_the_subject_has_its_paragraph() -> None:
    (problem,) = problems(Draft("Letter", paragraphs("", "Subject: {{ 1 | nix }}", "Hi")))
    assert problem.startswith('the document "Letter", paragraph 2: template: subject: there is no')


def test_a_document_without_text_or_without_end_is_refused() -> None:
    assert problems(draft()) == [
        'the document "Welcome letter": template: there is no text in it. '
        "Write the message below the subject."
    ]
    (too_many,) = problems(draft(*["Hi"] * MOST_PARAGRAPHS))
    assert "more than 2,000 paragraphs" in too_many
    (too_long,) = problems(draft("x" * 70_000))
    assert "at most 65,536 may be used" in too_long
    (endless,) = problems(draft("{{" * 10_000))
    assert "has no }} soon after it" in endless
    assert "has no subject and no title" in problems(Draft(" ", paragraphs("Hi")))[0]


# In a recipe

STEP = f"  - email: volunteer\n    template: {ADDRESS}\n"


def load(tmp_path: Any, documents: Callable[[str], Draft] | None) -> MessageTemplate:
    """The message of a recipe whose template is a document."""
    path = write_recipe(tmp_path, RECIPE + STEP)
    recipe = load_recipe(path, replace(VOCABULARY, documents=documents))
    found: MessageTemplate = recipe.steps[0].options["template"]
    return found


RECIPE = "recipe: Hi\nfor_each: volunteer in Volunteers\nwhere: everyone\nsteps:\n"


def test_a_recipe_knows_the_document_as_it_was_read(tmp_path: Any) -> None:
    asked = []

    def read(text: str) -> Callable[[str], Draft]:
        return lambda address: asked.append(address) or draft(text)  # type: ignore[func-returns-value]  # notes it

    path = write_recipe(tmp_path, RECIPE + STEP + STEP + "    id: again\n")
    first, other = (
        load_recipe(path, replace(VOCABULARY, documents=read(text))) for text in ("Hi", "Ho")
    )
    assert first.fingerprint != other.fingerprint
    assert asked == [ADDRESS, ADDRESS], "once for each time that the recipe is loaded"
    assert first.unread == ()


def test_names_in_a_document_are_checked_like_those_in_a_file(tmp_path: Any) -> None:
    with pytest.raises(ProblemsFound) as caught:
        load(tmp_path, lambda _: draft("Hi", "Dear {{ volunter.name }}"))
    assert str(caught.value) == (
        'the document "Welcome letter", paragraph 3: email: template: there is nothing called '
        '"volunter" here. Did you mean "volunteer"?'
    )


def test_a_mistake_in_a_document_is_told_there_and_not_in_the_recipe(tmp_path: Any) -> None:
    with pytest.raises(ProblemsFound) as caught:
        load(tmp_path, lambda _: draft("Dear {{ volunteer.name | uper }}"))
    assert str(caught.value).startswith('the document "Welcome letter", paragraph 2: template:')


def test_without_anybody_to_ask_it_is_known_by_its_address(tmp_path: Any) -> None:
    found = load(tmp_path, None)
    assert (found.name, found.unread, found.uses) == (ADDRESS, True, ())
    assert in_words(found) == [f"  - the document at {ADDRESS}, as it stands there then"]
    with pytest.raises(SetupError, match="was not read"):
        found.render({})


@pytest.mark.parametrize(
    "error", [NotFound("Google Docs cannot find it", hint="Share it."), SetupError("nobody has it")]
)
def test_a_document_that_cannot_be_read_is_a_mistake_of_the_recipe(
    tmp_path: Any, error: Exception
) -> None:
    def refuse(_address: str) -> Draft:
        raise error

    with pytest.raises(ProblemsFound) as caught:
        load(tmp_path, refuse)
    assert f"6:15: email: template: the document cannot be read: {error}" in str(caught.value)


def test_a_service_that_does_not_answer_is_no_mistake_of_the_recipe(tmp_path: Any) -> None:
    def down(_address: str) -> Draft:
        raise Unreachable("Google Docs does not answer")

    with pytest.raises(Unreachable):
        load(tmp_path, down)
