"""Messages: Markdown and a row become text and HTML, and nothing in a cell becomes either."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from sheetflow.errors import ProblemsFound, RowStopped
from sheetflow.language.messages import Message, MessageTemplate, load_message, mail_page, markdown
from sheetflow.language.messages.composing import page_template
from sheetflow.language.messages.placeholders import mark
from sheetflow.language.position import Position
from sheetflow.language.templating import Environment, Fields, Use, empty_value
from sheetflow.values import Blank

FRONT = "---\nsubject: Hi {{ person.name }}\n---\n"


def row(cells: Mapping[str, Any]) -> Fields:
    """A row of a table: None is an empty cell."""
    return Fields(
        lambda column: empty_value(column) if cells[column] is None else cells[column],
        list(cells),
        "person",
    )


def load(folder: Path, body: str, front: str = FRONT, **variants: str) -> MessageTemplate:
    """A template with a body, and perhaps with variants."""
    (folder / "hello.md").write_text(front + body, "utf-8")
    for language, text in variants.items():
        (folder / f"hello.{language}.md").write_text(text, "utf-8")
    return load_message("hello", folder, Environment())


def message(
    folder: Path, body: str, cells: Mapping[str, Any] | None = None, **more: Any
) -> Message:
    """What a row reads."""
    return load(folder, body).render({"person": row({"Name": "Ana", **(cells or {})}), **more})


def text(folder: Path, body: str, cells: Mapping[str, Any] | None = None, **more: Any) -> str:
    """Its text."""
    return message(folder, body, cells, **more).text


def problems(folder: Path, body: str = "Hi", front: str = FRONT, **variants: str) -> list[str]:
    """What is wrong with a template, without the folder."""
    with pytest.raises(ProblemsFound) as caught:
        load(folder, body, front, **variants)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


class Page(HTMLParser):
    """What a browser finds inside <main>: its tags, the addresses in them, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.events: list[object] = []
        self.words = ""
        self._inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self._inside = self._inside or tag == "main"
        self.events.append((tag, sorted((name, value or "") for name, value in attrs)))
        if self._inside:
            self.tags.append(tag)
            self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        """Note an end tag."""
        self._inside = self._inside and tag != "main"
        self.events.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """Note what is read."""
        self.events.append(data)
        self.words += data if self._inside else ""


# The road


def test_a_message_is_subject_text_and_html_in_a_language(tmp_path: Path) -> None:
    found = message(
        tmp_path, "# Hi {{ person.name }},\n\nyour coach is **{{ coach }}**.\n", coach="Lee"
    )
    assert found == Message(
        "Hi Ana", "Hi Ana,\n\nyour coach is Lee.\n", found.html, language="en", direction="ltr"
    )
    page = Page(found.html)
    assert page.tags == ["main", "h1", "p", "strong"]
    assert page.words.split("\n") == ["", "Hi Ana,", "your coach is Lee.", ""]


def test_what_a_template_uses_has_its_place_in_its_own_file(tmp_path: Path) -> None:
    template = load(tmp_path, "Hi\n\n  {{ coach.name }}", es=FRONT + "{{ coach.zone }}")
    file = tmp_path / "hello.md"
    assert template.uses == (
        Use("person", "name", 2, 16, file),
        Use("coach", "name", 6, 6, file),
        Use("person", "name", 2, 16, tmp_path / "hello.es.md"),
        Use("coach", "zone", 4, 4, tmp_path / "hello.es.md"),
    )


def test_the_fingerprint_follows_every_file(tmp_path: Path) -> None:
    one = load(tmp_path, "Hi").fingerprint
    assert load(tmp_path, "Hi").fingerprint == one
    assert (
        len({one, load(tmp_path, "Ho").fingerprint, load(tmp_path, "Hi", es=FRONT).fingerprint})
        == 3
    )


# Text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("one\n\n\n\ntwo", "one\n\ntwo\n"),
        ("one\ntwo  \nthree\\\nfour", "one\ntwo\nthree\nfour\n"),
        ("- a\n- b\n  - c\n- d\n\nend", "- a\n- b\n  - c\n- d\n\nend\n"),
        ("- a\n\n- b\n\n  more", "- a\n\n- b\n\n  more\n"),
        ("3. a\n4. b", "3. a\n4. b\n"),
        ("> quoted\n> twice", "> quoted\n> twice\n"),
        ("[Join](https://x.org/a)", "Join (https://x.org/a)\n"),
        ("[https://x.org](https://x.org)", "https://x.org\n"),
        ("<https://x.org> and https://y.org/a.", "https://x.org and https://y.org/a.\n"),
        ("[write](mailto:a@x.org) [call](tel:+4930)", "write (a@x.org) call (+4930)\n"),
        ("*a* **b** `c`", "a b c\n"),
        ("a\n\n---\n\nb", "a\n\n----------\n\nb\n"),
        ("```\ncode {{ person.name }}\n```\nend", "code Ana\n\nend\n"),
        ("<b>raw</b> &amp; {a}", "<b>raw</b> & {a}\n"),
        ("Thanks,\n---\nLee", "Thanks,\n\n----------\n\nLee\n"),
        ("    not code", "not code\n"),
        ("{{ '{{' }} {\\{ x }} {% raw %}{{ y }}{% endraw %} {", "{{ {{ x }} {{ y }} {\n"),
        ("a{# a note #}b", "ab\n"),
    ],
)
def test_markdown_is_readable_as_text(tmp_path: Path, body: str, expected: str) -> None:
    assert text(tmp_path, body) == expected


@pytest.mark.parametrize(
    ("body", "with_coat", "without"),
    [
        ("A {% if coat %}b {% endif %}c", "A b c\n", "A c\n"),
        ("A\n{% if coat %}\nb\n{% endif %}\nc", "A\nb\nc\n", "A\nc\n"),
        ("A\n\n{% if coat %}\nb\n{% endif %}\n\nc", "A\n\nb\n\nc\n", "A\n\nc\n"),
        ("A\n\n{% if coat %}b{% endif %}\n\nc", "A\n\nb\n\nc\n", "A\n\nc\n"),
        ("{% if coat %}\nb\n\nb\n{% else %}\nd\n{% endif %}\n", "b\n\nb\n", "d\n"),
        ("{% if coat %}b\n\nb{% endif %}", "b\n\nb\n", "\n"),
        ("- a\n{% if coat %}\n- b\n{% endif %}\n- c", "- a\n- b\n- c\n", "- a\n- c\n"),
        ("- a\n  {% if coat %}\n  - b\n  {% endif %}", "- a\n\n  - b\n", "- a\n"),
        ("{% if coat %}\n# b\n{% elif person.name %}\nd\n{% endif %}", "b\n", "d\n"),
        ("**{% if coat %}b{% else %}d{% endif %}** e", "b e\n", "d e\n"),
        ("- a {% if coat %}\n- b\n{% endif %}", "- a\n- b\n", "- a\n"),
        ("a {% if coat %}- b{% endif %} c", "a - b c\n", "a  c\n"),
        ("A\n{% if coat %}\nb\n{% endif %}\n\nc", "A\nb\n\nc\n", "A\n\nc\n"),
        ("{% set a = coat %}\n\n{{ a }}", "yes\n", "no\n"),
        ("{% if coat %}\n{% if person.name %}\nb\n{% endif %}\n{% endif %}\nc", "b\nc\n", "c\n"),
    ],
)
def test_parts_of_a_message_can_depend_on_the_row(
    tmp_path: Path, body: str, with_coat: str, without: str
) -> None:
    template = load(tmp_path, body)
    context = {"person": row({"Name": "Ana"})}
    assert template.render({**context, "coat": True}).text == with_coat
    assert template.render({**context, "coat": False}).text == without


def test_a_short_line_ends_where_it_ends_and_a_long_one_flows(tmp_path: Path) -> None:
    long = "This line is as long as the window of the editor it was written in,\nand goes on.\n\n"
    closing = "When: {{ person.name }}\nWhere: {{ person.name }}\n\nThanks,\nLee"
    found = message(tmp_path, long + closing)
    assert found.text == (
        "This line is as long as the window of the editor it was written in,\nand goes on.\n\n"
        "When: Ana\nWhere: Ana\n\nThanks,\nLee\n"
    )
    assert Page(found.html).tags == ["main", "p", "p", "br", "p", "br"]


def test_a_loop_makes_one_list(tmp_path: Path) -> None:
    body = "You:\n\n- first\n{% for day in days %}\n- {{ day }}\n{% endfor %}\n- last\n\nBye"
    found = message(tmp_path, body, days=["Mon", "Tue"])
    assert found.text == "You:\n\n- first\n- Mon\n- Tue\n- last\n\nBye\n"
    assert Page(found.html).tags == ["main", "p", "ul", "li", "li", "li", "li", "p"]


def test_a_list_may_be_all_loop(tmp_path: Path) -> None:
    body = "{% for day in days %}\n1. {{ day }}\n{% endfor %}"
    found = message(tmp_path, body, days=["Mon", "Tue"])
    assert found.text == "- Mon\n- Tue\n"
    assert Page(found.html).tags == ["main", "ol", "li", "li"]


signs = st.sampled_from(
    [
        *("a", " ", "\n", "\n\n", "**", "*", "- b", "1. c", "> d", "# e", "`", "  ", "\n- "),
        *("[f](https://x.org)", "{{ person.name }}", "---"),
    ]
)
parts = st.lists(signs, max_size=6).map("".join)
bodies = st.recursive(
    parts,
    lambda inner: st.tuples(parts, inner, parts, inner, parts).map(
        lambda five: "{}{{% if coat %}}{}{}{{% else %}}{}{{% endif %}}{}".format(*five)
    ),
    max_leaves=4,
)


@settings(max_examples=200)
@given(bodies)
def test_a_message_is_well_formed_whatever_its_parts(body: str) -> None:
    environment = Environment()
    parsed = markdown.parse(mark(body, environment.sandbox("text")))
    if parsed.flaws:
        return
    page = environment.trusted(page_template(parsed, "en", has_preview=False), "html")
    for coat in (True, False):
        events = Page(page.render({"person": row({"Name": "A"}), "coat": coat, "_subject": ""}))
        assert_well_formed(events.events)


def assert_well_formed(events: list[object]) -> None:
    """Every tag that opens closes, in the right order."""
    opened: list[str] = []
    for event in events:
        if isinstance(event, tuple) and event[0] not in ("meta", "br", "hr"):
            opened.append(event[0])
        elif isinstance(event, str) and event[:1] == "/":
            assert opened.pop() == event[1:]
    assert opened == []


# Hostile cells


@pytest.mark.parametrize(
    "cell",
    [
        "*Ana*",
        "[x](javascript:alert(1))",
        "<script>alert(1)</script>",
        "# hi",
        "- item",
        "1. item",
        "> quote",
        "|a|b|",
        "`code`",
        "![x](https://x.org/y.png)",
        "<https://x.org>",
        "&amp; &lt;",
        "a\\*b",
        "{{ 7*7 }} {% if %}",
        "zq0q <!--zq1q-->",
        "</main></body><style>",
        '"><img src=x onerror=alert(1)>',
        "---",
        "https://evil.example",
    ],
)
def test_what_a_person_wrote_is_printed_as_they_wrote_it(tmp_path: Path, cell: str) -> None:
    body = "Hi {{ person.note }},\n\n{{ person.note }}\n\n- **{{ person.note }}**\n"
    found = message(tmp_path, body, {"Note": cell})
    assert found.text == f"Hi {cell},\n\n{cell}\n\n- {cell}\n"
    page = Page(found.html)
    assert page.tags == ["main", "p", "p", "ul", "li", "strong"]
    assert page.words.split("\n")[1:4] == [f"Hi {cell},", cell, ""]
    assert page.links == []


ROWS = Environment()
HOSTILE = """\
---
subject: "Hi {{ person.a }}"
preheader: "For {{ person.b }}"
---
# {{ person.a }}

{% if person.b %}
- {{ person.b }} and *{{ person.a }}*
{% endif %}
- [{{ person.a }}](https://x.org/?q={{ person.b }} "{{ person.a }}") `{{ person.b }}`

> {{ person.b }}

[mail](mailto:{{ person.b }})
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> MessageTemplate:
    folder = tmp_path_factory.mktemp("templates")
    (folder / "hello.md").write_text(HOSTILE, "utf-8")
    return load_message("hello", folder, ROWS)


def shape(html: str) -> list[object]:
    """The page without what was filled in: its tags, and which attributes they have."""
    return [
        (event[0], [name for name, _ in event[1]]) if isinstance(event, tuple) else event
        for event in Page(html).events
        if isinstance(event, tuple) or (isinstance(event, str) and event[:1] == "/")
    ]


letters = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), min_size=1, max_size=40)


@given(a=letters, b=letters)
def test_no_cell_changes_the_shape_of_a_page(hostile: MessageTemplate, a: str, b: str) -> None:
    """Apart from <bdi> around what runs in the other direction, which no cell can write itself."""
    usual = shape(hostile.render({"person": row({"A": "Ana", "B": "bo"})}).html)
    found = hostile.render({"person": row({"A": f"x{a}", "B": f"x{b}"})})
    without_bdi = [event for event in shape(found.html) if event not in (("bdi", []), "/bdi")]
    slashes = [event for event in without_bdi if isinstance(event, tuple)]
    assert slashes == [event for event in usual if isinstance(event, tuple)]
    for link in Page(found.html).links:
        assert link.startswith(("https://x.org/?q=", "mailto:"))


@given(a=letters, b=letters)
def test_styling_once_gives_what_styling_each_mail_gives(
    hostile: MessageTemplate, a: str, b: str
) -> None:
    (variant,) = hostile.variants
    context = {"person": row({"A": a, "B": b}), "_subject": f"Hi {a}", "_preheader": f"For {b}"}
    body = HOSTILE.partition("---\n#")[2]
    parsed = markdown.parse(mark(f"#{body}", ROWS.sandbox("text")))
    plain = ROWS.trusted(page_template(parsed, "en", has_preview=True, inline=False), "html")
    slowly = Page(mail_page.inlined(plain.render(context)))
    quickly = Page(variant.html.render(context))
    assert "".join(map(str, quickly.events)) == "".join(map(str, slowly.events))


def test_a_link_from_a_cell_must_lead_to_the_web_to_mail_or_to_a_telephone(tmp_path: Path) -> None:
    template = load(tmp_path, "[Join]({{ person.link }}) or <{{ person.link }}>")
    found = template.render({"person": row({"Name": "A", "Link": 'https://x.org/?a=1&b="2'[:19]})})
    assert found.text == "Join (https://x.org/?a=1&) or https://x.org/?a=1&\n"
    assert Page(found.html).links == ["https://x.org/?a=1&"] * 2
    for address in ("javascript:alert(1)", "data:x", "x.org", "https://x.org/\n", "vbscript:x"):
        with pytest.raises(RowStopped, match="is not a link"):
            template.render({"person": row({"Name": "A", "Link": address + " x"})})


def test_a_cell_inside_an_address_stays_inside_its_part(tmp_path: Path) -> None:
    body = "[a](https://x.org/{{ person.name }}?b=1) [b](mailto:{{ person.name }}?subject=Hi)"
    found = message(tmp_path, body, {"Name": "@evil.org/?q=1&b#c <x>"})
    assert Page(found.html).links == [
        "https://x.org/%40evil.org%2F%3Fq%3D1%26b%23c%20%3Cx%3E?b=1",
        "mailto:@evil.org%2F%3Fq%3D1%26b%23c%20%3Cx%3E?subject=Hi",
    ]


def test_a_link_that_a_step_will_give_is_shown_by_its_name(tmp_path: Path) -> None:
    body = "[Join]({{ meeting }}) <{{ meeting }}> [q](https://x.org/?u={{ meeting }})"
    found = message(tmp_path, body, meeting=Blank("Zoom link"))
    assert found.text == "Join (‹Zoom link›) ‹Zoom link› q (https://x.org/?u=‹Zoom link›)\n"
    assert Page(found.html).links[:2] == ["‹Zoom link›"] * 2


def test_a_subject_is_one_line_whatever_a_cell_holds(tmp_path: Path) -> None:
    found = message(tmp_path, "x", {"Name": "Ana\r\nBcc: x@y.org\x00\u2028  end"})
    assert found.subject == "Hi Ana Bcc: x@y.org end"


def test_lines_of_a_cell_stay_lines(tmp_path: Path) -> None:
    found = message(tmp_path, "{{ person.note }}", {"Note": "one\r\ntwo\n\n\n\nthree"})
    assert found.text == "one\ntwo\n\nthree\n"
    assert "one<br>\ntwo<br>\n" in found.html


# The page


def test_the_page_fetches_nothing_and_says_its_language(tmp_path: Path) -> None:
    found = message(tmp_path, "[a](https://x.org)")
    events = [event for event in Page(found.html).events if isinstance(event, tuple)]
    tags = {tag: dict(attributes) for tag, attributes in events}
    assert found.html.startswith("<!DOCTYPE html>")
    assert (tags["html"]["lang"], tags["html"]["dir"]) == ("en", "ltr")
    assert not {"img", "link", "script", "iframe"} & set(tags)
    assert "url(" not in found.html
    assert "@import" not in found.html
    assert "max-width: 600px" in tags["main"]["style"]
    assert "color: #0b57d0" in tags["a"]["style"]
    assert "prefers-color-scheme: dark" in found.html
    assert "<title>Hi Ana</title>" in found.html


def test_a_preheader_is_there_for_mail_programs_only(tmp_path: Path) -> None:
    front = "---\nsubject: Hi\npreheader: For {{ person.name }}\n---\n"
    found = load(tmp_path, "Text", front).render({"person": row({"Name": "<Ana>"})})
    assert "For &lt;Ana&gt;</div>" in found.html
    assert found.text == "Text\n"


@pytest.mark.parametrize("language", ["ar", "he", "fa", "ur"])
def test_languages_that_run_to_the_left_do_so_with_names_kept_apart(
    tmp_path: Path, language: str
) -> None:
    template = load(tmp_path, "Hi", **{language: FRONT + "مرحبا {{ person.name }}!"})
    found = template.render({"person": row({"Name": "Ana"})}, language)
    assert (found.direction, found.language) == ("rtl", language)
    assert found.text == "مرحبا \u2068Ana\u2069!\n"
    assert f'lang="{language}" dir="rtl"' in found.html
    assert "مرحبا <bdi>Ana</bdi>!" in found.html
    assert "\u2068" not in found.html


def test_a_name_that_runs_to_the_left_is_kept_apart_too(tmp_path: Path) -> None:
    found = message(tmp_path, "{{ person.name }}: 3", {"Name": "عمر"})
    assert found.text == "\u2068عمر\u2069: 3\n"
    assert "<bdi>عمر</bdi>: 3" in found.html


# Languages


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("ES-mx", "es"),
        ("es_AR", "es"),
        ("Español", "es"),
        ("spanish (Mexico)", "es"),
        ("pt-BR", "pt-BR"),
        ("pt", "en"),
        ("Klingon", "en"),
        ("English", "en"),
    ],
)
def test_the_persons_language_is_found_however_it_is_written(
    tmp_path: Path, asked: str, language: str
) -> None:
    template = load(tmp_path, "Hi", **{"es": FRONT + "Hola", "pt-BR": FRONT + "Oi"})
    assert template.languages == ("en", "es", "pt-BR")
    assert template.render({"person": row({"Name": "A"})}, asked).language == language


def test_the_default_may_be_in_any_language(tmp_path: Path) -> None:
    front = "---\nsubject: Hallo\nlanguage: de\n---\n"
    assert load(tmp_path, "Hi", front).languages == ("de",)
    (tmp_path / "hello.md").write_text(FRONT, "utf-8")
    assert load_message("hello", tmp_path, Environment(), language="fr").languages == ("fr",)


def test_times_follow_the_language_of_the_message(tmp_path: Path) -> None:
    template = load(tmp_path, "{{ at | day }}", es=FRONT + "{{ at | day }}")
    context = {"person": row({"Name": "A"}), "at": "2026-11-03", "zone": ZoneInfo("Europe/Berlin")}
    assert template.render(context).text == "Tue 3 Nov\n"
    assert template.render(context, "es").text == "mar 3 nov\n"


# Mistakes


def test_all_mistakes_of_all_variants_are_told_at_once(tmp_path: Path) -> None:
    front = "---\nsubjct: Hi\nsubject: Hi {{ person.name|uper }}\n---\n"
    assert problems(tmp_path, "Hi\n{{ x|lenght }}", front, es="No front matter") == [
        "hello.es.md:1:1: template: it has no front matter, so there is no subject."
        " Begin the file with three lines: ---, subject: Your subject, ---.",
        'hello.md:2:1: template: there is no key "subjct". Did you mean "subject"?',
    ]
    assert problems(
        tmp_path, "Hi\n{{ x|lenght }}", front.replace("subjct: Hi\n", ""), es=FRONT
    ) == [
        'hello.md:2:28: template: subject: there is no filter "uper". Did you mean "upper"?',
        'hello.md:5:6: template: there is no filter "lenght". Did you mean "length"?',
    ]


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("", "1:1: template: it has no front matter"),
        ("---\nsubject: Hi\n", "1:1: template: its front matter has no end"),
        ("---\n---\n", "2:1: template: it has no subject. Write subject: and a text."),
        ("---\nsubject:\n---\n", "has no subject"),
        ("---\n- a\n---\n", "2:1: template: the front matter has no keys."),
        ("---\nsubject: [a]\n---\n", '2:10: template: "subject" is one line of text.'),
        ("---\nsubject: Hi\nlanguage: Spanish!\n---\n", '"Spanish!" is not a language.'),
        ("---\nsubject: {{ x }}\n---\n", "2:"),
        ("---\nsubject: a\nsubject: b\n---\n", "3:1"),
    ],
)
def test_front_matter_that_cannot_be_meant(tmp_path: Path, front: str, words: str) -> None:
    (found, *_) = problems(tmp_path, "Text", front)
    assert words in found


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "one\n\n[x](javascript:alert(1))",
            '6:5: template: a link leads to "javascript:alert(1)".',
        ),
        ("[x](page.html)", 'a link leads to "page.html". Begin it with https://'),
        ("\n\n[x]({% if a %}https://x.org{% endif %})", "6:1: template: a link leads to"),
        ("![x](https://x.org/y.png)", "a picture would be fetched from elsewhere."),
        (
            "one\n**a {% if b %} c** d{% endif %}",
            "5:1: template: {% if b %} begins inside one part",
        ),
        ("{% if b %}**{% endif %} a**", "begins inside one part of the text"),
        ("{% if b %}\n- a\n  - c\n\n  {% endif %}\n", "begins inside one part of the text"),
        ("{{ x", "this cannot be read"),
    ],
)
def test_markdown_that_cannot_be_meant(tmp_path: Path, body: str, words: str) -> None:
    (found, *_) = problems(tmp_path, body)
    assert words in found


def test_a_template_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "welcome.md").write_text(FRONT, "utf-8")
    (tmp_path / "welcome.es.md").write_text(FRONT, "utf-8")
    (tmp_path / "farewell.md").write_text(FRONT, "utf-8")
    asked = Position(tmp_path / "recipe.yaml", 7, 5)
    for name, cure in (
        ("welcom", 'Did you mean "welcome"?'),
        ("x", 'There are "farewell" and "welcome".'),
        ("../welcome", 'Did you mean "welcome"?'),
    ):
        with pytest.raises(ProblemsFound) as caught:
            load_message(name, tmp_path, Environment(), position=asked)
        assert str(caught.value) == (
            f'{tmp_path}/recipe.yaml:7:5: template: there is no template "{name}". {cure}'
        )


def test_a_variant_must_be_named_after_a_language(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "Hi", Spanish=FRONT)
    assert found == (
        'hello.Spanish.md: template: "Spanish" is not a language. Name the file like hello.es.md.'
    )
    (tmp_path / "hello.Spanish.md").unlink()
    (found,) = problems(tmp_path, "Hi", es="---\nsubject: Hi\nlanguage: fr\n---\n")
    assert "the file's name says es, this says fr." in found


def test_a_file_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "hello.md").write_bytes(b"---\nsubject: \xff\n---\n")
    with pytest.raises(ProblemsFound, match="it is not UTF-8 text"):
        load_message("hello", tmp_path, Environment())
    (tmp_path / "hello.md").write_bytes(b"x" * 300_000)
    with pytest.raises(ProblemsFound, match="larger than 256 KB"):
        load_message("hello", tmp_path, Environment())


def test_files_from_other_systems_are_read_too(tmp_path: Path) -> None:
    content = "\ufeff" + FRONT.replace("\n", "\r\n") + "one\r\n\r\n{{ person.name }}\r\n"
    (tmp_path / "hello.md").write_bytes(content.encode())
    found = load_message("hello", tmp_path, Environment()).render({"person": row({"Name": "A"})})
    assert found.text == "one\n\nA\n"
