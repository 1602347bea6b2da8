"""Templates: what a row may put into a text, and what nobody can make a text do."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sheetflow.errors import Problem, ProblemsFound, RowStopped, TableError
from sheetflow.language.position import Position
from sheetflow.language.templating import Environment, Fields, Use, empty_value, slug
from sheetflow.secrets import Secret
from sheetflow.values import Blank, CellError

FILE = Path("recipe.yaml")
AT = Position(FILE, 10, 5)
BERLIN = ZoneInfo("Europe/Berlin")
CALL = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)


def row(cells: Mapping[str, Any], label: str = "person") -> Fields:
    """A row of a table: None is an empty cell."""
    return Fields(
        lambda column: empty_value(column) if cells[column] is None else cells[column],
        list(cells),
        label,
    )


def render(text: str, cells: Mapping[str, Any] | None = None, **more: Any) -> str:
    """What a template gives for a row called `person`."""
    template = Environment().template(text, AT, "status")
    return template.render({"person": row(cells or {}), **more})


def stopped(text: str, cells: Mapping[str, Any] | None = None, **more: Any) -> str:
    """What the row says when the template cannot be filled in."""
    with pytest.raises(RowStopped) as caught:
        render(text, cells, **more)
    return str(caught.value.status)


def problems(text: str) -> list[str]:
    """What is wrong with a template."""
    with pytest.raises(ProblemsFound) as caught:
        Environment().template(text, AT, "status")
    return [str(problem) for problem in caught.value.problems]


def holds(text: str, cells: Mapping[str, Any] | None = None, **more: Any) -> bool:
    """Whether a condition holds for a row called `person`."""
    condition = Environment().expression(text, AT, "where")
    return condition.holds({"person": row(cells or {}), **more})


# Columns


def test_a_column_is_found_by_its_header_and_by_its_name_after_a_dot() -> None:
    cells = {"First name": "Ana", "E-mail": "ana@example.org", "2nd choice": "Tue", "Región": "S"}
    text = '{{ person.first_name }} {{ person["First name"] }} {{ person.e_mail }}'
    assert render(text + " {{ person._2nd_choice }} {{ person.región }}", cells) == (
        "Ana Ana ana@example.org Tue S"
    )


def test_a_column_may_be_called_like_a_method() -> None:
    names = ["items", "keys", "values", "get", "update", "copy", "pop", "_lookup", "__class__"]
    cells = {name: f"cell {name}" for name in names}
    for name in names[:-1]:
        assert render(f"{{{{ person.{name} }}}}", cells) == f"cell {name}"
    assert render('{{ person["__class__"] }}', cells) == "cell __class__"


def test_an_unknown_column_is_named_with_the_nearest_one() -> None:
    cells = {"First name": "Ana", "Region": "South"}
    assert stopped("{{ person.frist_name }}", cells) == (
        'Needs you — person has no "frist_name". Did you mean "First name"?'
    )
    assert stopped("{{ person.zebra }}", cells) == 'Needs you — person has no "zebra".'
    assert stopped('{{ person.zebra | default("x") }}', cells) == (
        'Needs you — person has no "zebra".'
    )


def test_two_columns_that_sound_alike_need_their_headers() -> None:
    cells = {"First name": "Ana", "First-Name": "Bo"}
    assert stopped("{{ person.first_name }}", cells) == (
        "Needs you — \"first_name\" could be 'First name' or 'First-Name'"
    )
    assert render('{{ person["First-Name"] }}', cells) == "Bo"


def test_python_code_may_read_fields_too() -> None:
    fields = row({"First name": "Ana"})
    assert (fields.first_name, fields["First name"]) == ("Ana", "Ana")
    with pytest.raises(AttributeError):
        _ = fields.__wrapped__
    with pytest.raises(TypeError):
        list(fields)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("First name", "first_name"),
        (" E-mail  address* ", "e_mail_address"),
        ("Año", "año"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full_width"),
        ("1st", "_1st"),
        ("!?", ""),
    ],
)
def test_a_slug_is_the_header_in_small_letters(header: str, name: str) -> None:
    assert slug(header) == name


# Empty cells


def test_an_empty_cell_that_is_printed_stops_the_row() -> None:
    assert stopped("Hi {{ person.first_name }}", {"First name": None}) == (
        'Needs you — the text uses "First name", which is empty here'
    )


@pytest.mark.parametrize(
    ("text", "given_text"),
    [
        ('{{ person.name | default("friend") }}', "friend"),
        ('{{ person.name | upper | default("friend") }}', "friend"),
        ('{{ person.name[:1] | default("friend") }}', "friend"),
        ("{{ person.name is defined }}", "no"),
        ("{{ person.name is empty }}", "yes"),
        ("{% if person.name %}a{% else %}b{% endif %}", "b"),
        ('{{ "a" if person.name else "b" }}', "b"),
        ('{{ person.name == "" }}', "yes"),
        ('{{ person.name == "Ana" }}', "no"),
        ('{{ person.name != "Ana" }}', "yes"),
        ("{{ person.name > 3 }}", "no"),
        ('{{ "a" in person.name }}', "no"),
        ('{{ person.name in ["", "New"] }}', "yes"),
        ("{{ person.name | length }}", "0"),
        ("{% for x in person.name %}a{% else %}b{% endfor %}", "b"),
    ],
)
def test_an_empty_cell_can_be_asked_about(text: str, given_text: str) -> None:
    assert render(text, {"Name": None}) == given_text


@pytest.mark.parametrize(
    "text", ["{{ person.name + 1 }}", "{{ 1 + person.name }}", "{{ person.name ~ 'x' }}"]
)
def test_nothing_is_worked_out_from_an_empty_cell(text: str) -> None:
    assert "which is empty here" in stopped(text, {"Name": None})


# Blanks


def test_what_a_step_will_give_is_shown_by_its_name() -> None:
    link = Blank("Zoom link")
    assert render("Join {{ person.link }}", {"Link": link}) == "Join ‹Zoom link›"
    assert render("{{ meeting }} {{ meeting ~ '!' }}", meeting=link) == "‹Zoom link› ‹Zoom link›!"
    assert render("{{ meeting.link | default('x') }}", meeting={"link": link}) == "‹Zoom link›"


@pytest.mark.parametrize(
    "text",
    [
        "{% if meeting %}x{% endif %}",
        "{{ meeting | upper }}",
        "{{ meeting == 'x' }}",
        "{{ meeting < 3 }}",
        "{{ meeting + 'x' }}",
        "{{ meeting.start }}",
        "{{ meeting is empty }}",
        "{{ 'x' in meeting }}",
        "{{ 'x' | replace('x', meeting) }}",
        "{% for x in meeting %}{% endfor %}",
    ],
)
def test_nothing_is_decided_on_what_is_not_known_yet(text: str) -> None:
    assert stopped(text, meeting=Blank("Zoom link")) == (
        "Needs you — the text decides on the Zoom link, which is only known after its step"
    )


# How values are written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (2.5, "2.5"),
        (0.1 + 0.2, "0.3"),
        (Decimal("10.50"), "10.5"),
        (1234567.0, "1234567"),
        (True, "yes"),
        (False, "no"),
        (date(2026, 3, 14), "14 March 2026"),
        (datetime(2026, 3, 14), "14 March 2026"),
        (datetime(2026, 3, 14, tzinfo=UTC), "14 March 2026"),
        (CALL, "Tue 3 Nov, 18:00 CET"),
        (["a", 2.0], "a, 2"),
    ],
)
def test_a_cell_is_printed_as_a_person_writes_it(value: object, text: str) -> None:
    assert render("{{ person.cell }}", {"Cell": value}, zone=BERLIN) == text


@pytest.mark.parametrize(
    ("text", "language", "given_text"),
    [
        ("{{ at | day }}", "", "Tue 3 Nov"),
        ("{{ at | time }}", "", "18:00"),
        ("{{ at | day_and_time }}", "", "Tue 3 Nov, 18:00 CET"),
        ("{{ at | date }}", "", "3 November 2026"),
        ("{{ at | day_and_time }}", "es-MX", "mar 3 nov, 18:00 CET"),
        ("{{ at | date }}", "es", "3 de noviembre de 2026"),
        ("{{ at | day_and_time }}", "fr", "mar. 3 nov., 18:00 CET"),
        ("{{ at | day }}", "de", "Di, 3. Nov."),
        ("{{ at | day_and_time }}", "ar", "الثلاثاء 3 نوفمبر، 18:00 CET"),
        ("{{ at | date }}", "xx", "3 November 2026"),
    ],
)
def test_times_are_told_in_the_readers_zone_and_language(
    text: str, language: str, given_text: str
) -> None:
    assert render(text, at=CALL, zone=BERLIN, language=language) == given_text


def test_a_zone_without_an_abbreviation_is_named_by_its_town() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    assert render("{{ at | day_and_time }}", at=CALL, zone=zone) == "Tue 3 Nov, 14:00 (Sao Paulo)"


def test_dates_can_be_texts_if_nobody_can_misread_them() -> None:
    assert render("{{ at | day }}", at="2026-11-03") == "Tue 3 Nov"
    assert stopped("{{ at | day }}", at="3/4/2026") == 'Needs you — "3/4/2026" is not a date'
    assert stopped("{{ at | time }}", at=date(2026, 11, 3)) == (
        'Needs you — "2026-11-03" has no time of day'
    )


@pytest.mark.parametrize(
    ("text", "given_text"),
    [
        ('{{ "ana maria" | first_word | capitalize }}', "Ana"),
        ('{{ "a; b" | split(";") | join(" and ") }}', "a and b"),
        ('{{ "a, b" | split | length }}', "2"),
        ('{{ "long text" | truncate(5) }}', "long…"),
        ('{{ "3.50" | number + 1 }}', "4.5"),
        ('{{ "a b/c" | urlencode }}', "a%20b%2Fc"),
        ("{{ [3, 1, 2] | sort | first }}", "1"),
        ('{{ "x" | replace("x", "y") ~ 1 }}', "y1"),
        ("{{ 7 is odd and 8 is divisibleby 4 }}", "yes"),
    ],
)
def test_there_are_filters_for_what_messages_need(text: str, given_text: str) -> None:
    assert render(text) == given_text


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.org", "x", ""),
        *("https://x.org/\nBcc: y", 'https://x.org/"onclick="', " javascript:alert(1)", "ht tp:x"),
    ],
)
def test_only_web_mail_and_telephone_are_links(address: str) -> None:
    assert stopped("{{ person.link | link }}", {"Link": address}).endswith("is not a link")


def test_a_link_is_kept_as_it_is_but_for_other_letters() -> None:
    link = "https://x.org/a?b=1&c=%20#d"
    assert render("{{ person.link | link }}", {"Link": link}) == link
    assert render("{{ person.link | link }}", {"Link": "tel:+49301234"}) == "tel:+49301234"
    assert render("{{ person.link | link }}", {"Link": "https://x.org/é"}) == "https://x.org/%C3%A9"


@pytest.mark.parametrize("value", [Secret("hidden"), object(), {"a": 1}, print])
def test_what_is_no_value_of_a_cell_is_not_printed(value: object) -> None:
    assert "cannot be written out" in stopped("{{ person.cell }}", {"Cell": value})


def test_a_whole_row_is_not_printed() -> None:
    assert "a whole row" in stopped("{{ person }}", {"Name": "Ana"})


def test_a_cell_with_an_error_makes_the_row_wait() -> None:
    cells = {"Cell": CellError("#REF!")}
    assert stopped("{{ person.cell }}", cells) == "Waiting — a cell in this row shows #REF!"


# Hostile cells


@pytest.mark.parametrize(
    "cell",
    ["{{ 7*7 }}", "{% include '/etc/passwd' %}", "{# x #}", "${x}", "<script>", "=A1", "*a*"],
)
def test_a_cell_is_data_and_never_a_template(cell: str) -> None:
    assert render("{{ person.name }}", {"Name": cell}) == cell


@given(st.text())
def test_no_cell_puts_control_signs_into_a_line(cell: str) -> None:
    printed = render("Hi {{ person.name }}", {"Name": cell})
    printed.encode("utf-8")
    assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in printed)
    assert not set(printed) & set("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069")


@given(st.text())
def test_a_cell_in_html_is_escaped_the_same_whatever_stands_beside_it(cell: str) -> None:
    page = Environment().template("{{ person.note }}", AT, "message", mode="html")
    alone, beside = (page.render({"person": row({"Note": f".{cell}{end}"})}) for end in ".&")
    assert beside == alone.removesuffix("</bdi>").removesuffix(".") + "&amp;" + (
        "</bdi>" if alone.endswith("</bdi>") else ""
    )


def test_line_breaks_stay_where_a_text_has_lines() -> None:
    cells = {"Notes": "one\r\ntwo\x0bthree\u2028four\x00\tfive"}
    assert render("Notes: {{ person.notes }}", cells) == "Notes: one two three four five"
    assert render("Notes:\n{{ person.notes }}", cells) == "Notes:\none\ntwo\nthree\nfour five"


def test_a_cell_of_a_million_signs_stops_the_row() -> None:
    assert stopped("{{ person.notes }}", {"Notes": "x" * 1_000_000}) == (
        'Needs you — "Notes" holds 1,000,000 characters, too many for a text'
    )


# What a template may not do


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ ''.__class__ }}", '"__class__" is not a column.'),
        ("{{ x.a.__init__.__globals__ }}", '"__init__" is not a column.'),
        ("{{ ''|attr('__class__') }}", 'there is no filter "attr".'),
        ("{{ x|map(attribute='a') }}", 'there is no filter "map".'),
        ("{{ x|safe }}", 'there is no filter "safe".'),
        ("{{ x|_ready }}", 'there is no filter "_ready".'),
        ("{{ 'x'|center(50000000) }}", 'there is no filter "center".'),
        ("{{ '%d'|format(1) }}", 'there is no filter "format".'),
        ("{{ 9**99999 }}", "a power is not worked out here."),
        ("{{ range(3) }}", '"range(…)" cannot be called.'),
        ("{{ x.upper() }}", '"upper(…)" cannot be called. Use | upper.'),
        ("{{ cycler('a') }}", '"cycler(…)" cannot be called.'),
        ("{{ x()() }}", "nothing can be called here."),
        ("{{ _x }}", 'there is no name "_x".'),
        ("{{ self }}", 'there is no name "self".'),
        ("{% include '/etc/passwd' %}", "include is not allowed."),
        ("{% import 'x' as y %}", "import is not allowed."),
        ("{% from 'x' import y %}", "import is not allowed."),
        ("{% extends 'x' %}", "extends is not allowed."),
        ("{% block x %}{% endblock %}", "block is not allowed."),
        ("{% macro x() %}{% endmacro %}", "macro is not allowed."),
        ("{% set x %}a{% endset %}", "assignblock is not allowed."),
        ("{% filter upper %}a{% endfilter %}", "filterblock is not allowed."),
        ("{% with x = 1 %}{% endwith %}", "with is not allowed."),
        ("{% for x in y recursive %}{% endfor %}", "a loop may not go into itself."),
        ("{{ {'a': 1} }}", "a {…} table of values is not allowed."),
        ("{% do x %}", "this cannot be read: encountered unknown tag 'do'."),
        ("{{ x", "this cannot be read: unexpected end of template"),
        ("{% if x %}", "this cannot be read: unexpected end of template"),
        ("{{ 'x }}", "this cannot be read: unexpected char"),
        ("{{ x is emtpy }}", 'there is no test "emtpy". Did you mean "empty"?'),
        ("{{ x|uper }}", 'there is no filter "uper". Did you mean "upper"?'),
        ("{{ x|upper(*y) }}", "a filter is used in a way that is not allowed."),
        ("{{" + "(" * 300 + "1" + ")" * 300 + "}}", "this is nested too deeply."),
        ("{{" + "+".join("1" * 3000) + "}}", "this is nested too deeply."),
        ("{{" + "-" * 20000 + "1}}", "this is nested too deeply."),
        ("{% if x %}" * 200 + "{% endif %}" * 200, "this is nested too deeply."),
        ("{% for a in x %}" * 25 + "{% endfor %}" * 25, "this is nested too deeply."),
        ("{{" + "9" * 5000 + "}}", "a number here is too long."),
        ("x" * 70_000, "this text has 70,000 characters, at most 65,536 may be used."),
    ],
)
def test_a_template_that_goes_beyond_messages_is_a_problem(text: str, problem: str) -> None:
    found = problems(text)
    assert any(f"status: {problem}" in each for each in found), found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ 'a' * 100000000 }}", "uses * on something that is not a number"),
        ("{{ '%100000000d' % 1 }}", "uses % on something that is not a number"),
        ("{{ 99999999 * 99999999 * 99999999 }}", "a number in the text grows too big"),
        ("{% set a = x ~ x ~ x %}{% set b = a ~ a ~ a %}{{ b }}", "a text grows too long"),
        ("{% set a = x + x + x %}{% set b = a + a + a %}{{ b }}", "a text grows too long"),
        ("{{ x | replace('x', x) }}", "a text grows too long"),
        ("{{ x | replace('', x) }}", "replaces nothing by something"),
        ("{{ x }}" * 60, "the text grows too long"),
        ("{{ x | join(x) }}", "goes through something that is not a list"),
        ("{% for a in many %}{% for b in many %}{% endfor %}{% endfor %}", "a loop too often"),
        ("{% for a in many %}{% for b in many %}{{ x|upper }}{% endfor %}{% endfor %}", "too"),
        ("{% for a in x %}{% endfor %}", "goes through something that is not a list"),
        ("{% for a in person %}{% endfor %}", "goes through something that is not a list"),
        ("{{ x.upper }}", 'uses "upper" of something that has no such part'),
        ("{{ x.real }}", 'uses "real" of something that has no such part'),
        ("{{ at.tzinfo }}", 'uses "tzinfo" of something that has no such part'),
    ],
)
def test_what_would_grow_without_end_stops_the_row_in_no_time(text: str, words: str) -> None:
    begun = time.process_time()
    said = stopped(text, x="x" * 20_000, many=[1] * 3000, at=CALL)
    assert words in said
    assert time.process_time() - begun < 2


def test_a_template_as_slow_as_can_be_is_still_bounded() -> None:
    body = "{{ x | upper | lower | replace('a', 'b') | length }}" * 20
    text = "{% for a in many %}" + body + "{% endfor %}"
    begun = time.process_time()
    assert "a loop too often" in stopped(text, x="ǅ" * 30_000, many=[1] * 3000)
    render("{% for a in few %}" + body + "{% endfor %}", x="ǅ" * 30_000, few=[1] * 10)
    assert time.process_time() - begun < 5


def test_a_loop_of_usual_size_runs() -> None:
    text = "{{ loop.index }}. {{ day }}{% if not loop.last %}, {% endif %}"
    text = f"{{% for day in days %}}{text}{{% endfor %}}"
    assert render(text, days=["Mon", "Tue"]) == "1. Mon, 2. Tue"


def test_a_value_worked_out_in_a_text_can_go_wrong_for_a_row() -> None:
    assert stopped("{{ 1 / n }}", n=0) == "Needs you — a sum in the text divides by zero"
    assert "do not go together" in stopped("{{ 'a' < 1 }}")
    assert "do not go together" in stopped("{{ 'a' + 1 }}")
    assert stopped("{{ 'x' | number }}") == 'Needs you — "x" is not a number'


def test_a_name_nobody_knows_stops_the_row() -> None:
    assert stopped("{{ coach.name }}") == (
        'Needs you — the text uses "coach", which is not known here'
    )


def test_what_goes_wrong_behind_a_column_is_not_blamed_on_the_text() -> None:
    def lookup(_column: str) -> Any:
        raise TableError("the table is gone")

    template = Environment().template("{{ person.name }}", AT, "status")
    with pytest.raises(TableError):
        template.render({"person": Fields(lookup, ["Name"])})


# Places and uses


def test_a_problem_stands_where_the_author_wrote_it() -> None:
    text = "Hi {{ person.name | uper }},\n\n  {% if x is emtpy %}\n  {% endif %}"
    with pytest.raises(ProblemsFound) as caught:
        Environment().template(text, AT, "email: subject")
    assert caught.value.problems == (
        Problem(
            FILE, 10, 25, "email: subject", 'there is no filter "uper".', 'Did you mean "upper"?'
        ),
        Problem(
            FILE, 12, 15, "email: subject", 'there is no test "emtpy".', 'Did you mean "empty"?'
        ),
    )


def test_a_mistake_in_the_syntax_has_its_place_too() -> None:
    with pytest.raises(ProblemsFound) as caught:
        Environment().template("one\n  {% unknown %}", AT, "status")
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (11, 10)


def test_what_a_template_uses_is_known_with_its_places() -> None:
    text = (
        'Hi {{ person.first_name }} {{ person["Last name"] }}\n'
        "{% for day in person.days %}{{ day }} {{ loop.index }}{% endfor %}"
        "{% set zone = coach.zone %}{{ zone }}"
        "{% if link %}{{ coach.name | default(link) }}{% endif %}"
    )
    template = Environment().template(text, AT, "status")
    assert template.uses == (
        Use("person", "first_name", 10, 11, FILE),
        Use("person", "Last name", 10, 35, FILE),
        Use("person", "days", 11, 19, FILE),
        Use("coach", "zone", 11, 85, FILE),
        Use("link", None, 11, 114, FILE),
        Use("coach", "name", 11, 124, FILE),
        Use("link", None, 11, 145, FILE),
    )


def test_a_text_without_places_is_plain_and_stays_as_it_is() -> None:
    template = Environment().template("Waiting for {a} 100% #1", AT, "status")
    assert (template.is_plain, template.uses) == (True, ())
    assert template.render({}) == template.text == "Waiting for {a} 100% #1"
    assert not Environment().template("{{ 1 }}", AT, "status").is_plain
    assert not Environment().template("a{# note #}b", AT, "status").is_plain


# Conditions


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("person.age > 17", True),
        ('person.name == "Ana" and person.age < 18', False),
        ("not person.notes", True),
        ("person.notes is defined", False),
        ("person.age in [17, 18]", True),
        ('"n" in person.name', True),
    ],
)
def test_a_condition_is_true_or_false(text: str, truth: bool) -> None:
    assert holds(text, {"Age": 18.0, "Name": "Ana", "Notes": None}) is truth


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("person.name", 'a condition gives "Ana", which is neither true nor false'),
        ("person.name and person.name", 'a condition gives "Ana", which is neither true nor false'),
        ("1", 'a condition gives "1", which is neither true nor false'),
        ("person.notes", 'the text uses "Notes", which is empty here'),
        ("person", 'a condition gives "a row", which is neither true nor false'),
    ],
)
def test_a_condition_that_is_neither_stops_the_row(text: str, words: str) -> None:
    with pytest.raises(RowStopped) as caught:
        holds(text, {"Name": "Ana", "Notes": None})
    assert caught.value.status.text == words


def test_a_condition_on_what_is_not_known_yet_stops_the_row() -> None:
    with pytest.raises(RowStopped, match="only known after its step"):
        holds("meeting", meeting=Blank("Zoom link"))


@pytest.mark.parametrize("text", ["person.age >", "{{ person.age }}", "person.age > 3 }}", "a b"])
def test_a_condition_that_is_none_is_a_problem(text: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        Environment().expression(text, AT, "where")
    assert caught.value.problems[0].line == 10


def test_a_conditions_uses_are_known() -> None:
    condition = Environment().expression("person.age > 3", AT, "where")
    assert condition.uses == (Use("person", "age", 10, 5, FILE),)
    assert condition.text == "person.age > 3"


# Plugins' filters


def test_a_plugin_may_add_filters_but_replaces_none() -> None:
    added = {"shout": lambda text: f"{text}!", "upper": lambda text: "mine"}
    environment = Environment(added)
    template = environment.template("{{ 'a' | shout }} {{ 'a' | upper }}", AT, "status")
    assert template.render({}) == "a! A"


def test_a_plugins_filter_that_breaks_stops_the_row_only() -> None:
    def broken(_value: object) -> str:
        raise RuntimeError("with details nobody needs")

    template = Environment({"broken": broken}).template("{{ 'a' | broken }}", AT, "status")
    with pytest.raises(RowStopped) as caught:
        template.render({})
    assert caught.value.status.text == 'the filter "broken" cannot use this value (RuntimeError)'


def test_what_escapes_values_leaves_the_authors_own_words_alone() -> None:
    template = Environment().template("*Hi* {{ person.name | upper }}, {{ 1 }}", AT, "post")
    found = template.render({"person": row({"Name": "*an*"})}, escape=lambda text: f"[{text}]")
    assert found == "*Hi* [*AN*], [1]"


def test_what_escapes_values_changes_no_comparison() -> None:
    template = Environment().template("{{ person.name if person.name == '<a>' }}", AT, "post")
    assert template.render({"person": row({"Name": "<a>"})}, escape=lambda _: "x") == "x"
