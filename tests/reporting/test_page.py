"""The page of a plan: complete, readable by everybody, and deaf to what hostile cells say."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, strategies as some

from sheetflow.reporting.page import LONGEST_LETTER, plan_facts, plan_page
from sheetflow.values import Asked, Blank, Change, LeftOut, Noop, RowRef, Word

from .conftest import MEETING, entry, letter, make_plan

VOID = {"meta", "br", "hr", "link", "img", "input"}


class Page(HTMLParser):
    """The page's elements with their attributes and texts; it fails on tags that do not match."""

    def __init__(self, html):
        super().__init__()
        self.elements, self._open = [], []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        assert self._open.pop()["tag"] == tag

    def handle_data(self, data):
        for element in self._open:
            element["text"] += data

    def all(self, tag, **having):
        return [
            each for each in self.elements if each["tag"] == tag and having.items() <= each.items()
        ]

    def texts(self, tag, **having):
        return [" ".join(each["text"].split()) for each in self.all(tag, **having)]


@pytest.fixture
def page(plan):
    return Page(plan_page(plan))


def test_the_summary_comes_first_and_in_words(page):
    [main] = page.texts("main")
    assert main.startswith(
        "In short 2 people: 2 messages (1 with an invitation) and 2 cells filled in. 3 wait."
        ' 14 are left out. I read the column "E-mail" as Email. What would happen'
    )


def test_every_message_is_there_with_its_subject_and_text(page):
    assert page.texts("dt")[:6] == ["Meeting", "Starts", "Ends", "Zone", "Where", "With"]
    [ana, other] = page.texts("div", **{"class": "letter plain"})
    assert ana == other == "Welcome Hi Ana"
    assert "Ana <ana@example.org>" in page.texts("dd")
    assert "Your coach & more" in page.texts("dd")


def test_each_meeting_is_told_in_the_persons_zone(page):
    assert page.texts("time", datetime="2026-03-17T13:00-04:00") == ["Tue 17 March 2026, 13:00 EDT"]
    assert page.texts("time", datetime="2026-03-17T13:30-04:00") == ["Tue 17 March 2026, 13:30 EDT"]
    assert {"America/New_York", "Ana, lee@x.example"} <= set(page.texts("dd"))


def test_each_cell_is_shown_before_and_after(page):
    rows = page.texts("tr")
    assert rows[:3] == ["ColumnNowAfter", "CoachemptyLee", "Next step dueempty20 March 2026"]


def test_everyone_left_out_is_named_with_the_reason(page):
    [*_, lapsed, before] = page.texts("tr")
    assert lapsed.startswith('12Stage is "Lapsed", not NewPat 20 (row 20), Pat 21')
    assert lapsed.endswith("Pat 31 (row 31)")
    assert before == "2everything was done beforeDi, Ed"


def test_a_person_can_be_found_by_name(page):
    links = {link["href"]: link["text"] for link in page.all("a") if "href" in link}
    assert links["#person-1"] == "Ana"
    ids = [each["id"] for each in page.elements if each.get("id")]
    assert max(Counter(ids).values()) == 1
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)


def test_nothing_runs_and_nothing_is_fetched(plan):
    html = plan_page(plan)
    page = Page(html)
    assert {each["tag"] for each in page.elements}.isdisjoint(
        ["script", "img", "iframe", "form", "input", "link", "object", "embed", "svg", "base"]
    )
    for element in page.elements:
        assert not [name for name in element if name.startswith("on") or name == "style"]
        assert not {"src", "srcset", "action"} & set(element)
    assert {link["href"] for link in page.all("a") if "href" in link} == {
        *("#main", "#people", "#waiting", "#left-out", "#person-1", "#person-2"),
        "https://example.org/",
    }
    assert page.all("a", href="https://example.org/")[0]["rel"] == "noopener noreferrer"
    assert "url(" not in html
    assert "@import" not in html


def test_the_pages_own_policy_allows_its_style_sheet_and_nothing_else(page):
    [style] = page.all("style")
    known = base64.b64encode(hashlib.sha256(style["text"].encode()).digest()).decode()
    [policy] = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy["content"] == (
        f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; form-action 'none'"
    )


def test_it_can_be_read_by_ear_and_by_keyboard(page):
    assert page.all("html")[0]["lang"] == "en"
    assert [len(page.all(tag)) for tag in ("header", "main", "footer", "h1", "nav")] == [1] * 5
    assert page.all("a")[0] == {
        "tag": "a",
        "class": "skip",
        "href": "#main",
        "text": "Skip to the plan",
    }
    levels = [int(each["tag"][1]) for each in page.elements if re.fullmatch("h[1-6]", each["tag"])]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(th.get("scope") in ("col", "row") for th in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    for section in (*page.all("section"), *page.all("article")):
        assert section["aria-labelledby"] in [each.get("id") for each in page.elements]


def test_each_message_says_its_language_and_direction(page):
    spoken = [(each["lang"], each["dir"]) for each in page.all("div", **{"class": "letter"})]
    assert spoken == [("en", "ltr"), ("ar", "rtl")]


def test_a_language_that_is_none_is_not_claimed():
    wrong = letter(language='x" onclick="alert(1)')
    page = Page(plan_page(make_plan(entry("1", "A", "email", Change("x", data={"letter": wrong})))))
    assert "lang" not in page.all("div", **{"class": "letter"})[0]


HOSTILE_TEXTS = [
    "</style><script>",
    "{{ 7*7 }}",
    "--><b>",
    "<!--",
    "]]>",
    "' onclick='x",
    '"><img src=x>',
    "\x00",
]
texts = (some.text(max_size=30) | some.sampled_from(HOSTILE_TEXTS)).map(lambda text: f"x{text}")


def page_saying(one, other):
    words = letter(subject=one, text=other, name=one, to=other, sender=one)
    told = {**MEETING, "title": one, "place": other, "people": [{"name": one, "email": other}]}
    change = Change(one, data={"letter": words, "meeting": told}, cells={one: other})
    plan = make_plan(
        entry("1", one, "email", change, was={one: other}, awaits=(one,)),
        left_out=(LeftOut(RowRef("P", "2"), one, other),),
        notices=(one,),
    )
    return Page(plan_page(plan))


@given(texts, texts)
def test_no_text_becomes_markup(one, other):
    shape = [(each["tag"], *sorted(each)) for each in page_saying(one, other).elements]
    assert shape == [(each["tag"], *sorted(each)) for each in page_saying("x", "x").elements]


@given(texts)
def test_a_hostile_letter_leaves_only_plain_marks(text):
    words = letter(html=f"<html><body><p>{text}</p></body></html>")
    page = Page(plan_page(make_plan(entry("1", "A", "m", Change("s", data={"letter": words})))))
    assert not {"script", "img", "iframe", "svg"} & {each["tag"] for each in page.elements}
    assert not [name for each in page.elements for name in each if name.startswith("on")]


def test_a_huge_letter_is_cut_and_says_so():
    words = letter(text="x" * (LONGEST_LETTER + 5), html="")
    html = plan_page(make_plan(entry("1", "A", "email", Change("s", data={"letter": words}))))
    assert "(5 more characters)" in html
    assert len(html) < 2 * LONGEST_LETTER


def test_a_value_not_known_yet_is_named():
    change = Change("set", cells={"Link": Blank("Zoom link")})
    page = Page(plan_page(make_plan(entry("1", "A", "set", change, awaits=("Zoom link",)))))
    assert "Known only then: Zoom link." in page.texts("p")
    assert "Linkempty‹Zoom link›" in page.texts("tr")


def test_a_step_that_may_have_been_done_says_so():
    doubtful = entry("1", "A", "email", Change("write"), doubtful=True)
    page = Page(plan_page(make_plan(doubtful, entry("1", "A", "set", Change("fill in")))))
    assert any(text.startswith("It may have been done already") for text in page.texts("p"))


def test_an_empty_and_a_halted_plan_are_pages_too():
    empty, halted = Page(plan_page(make_plan())), Page(plan_page(make_plan(halted="No column.")))
    assert "In short Nothing to do." in empty.texts("main")
    assert empty.all("nav") == []
    assert "Nothing can be done now. No column." in halted.texts("p")


def test_five_thousand_people_fit_into_a_page_that_opens_folded():
    words = letter(html="<p>Hi</p>" * 20)
    html = plan_page(
        make_plan(
            *(
                entry(str(n), f"P{n}", "email", Change("write", data={"letter": words}))
                for n in range(5_000)
            )
        )
    )
    assert html.count("<article") == 5_000
    assert len(html) < 20_000_000
    assert "<details open" not in html


ASKS = 'tick "Go ahead" to send (Match)'


def waiting_for_ticks():
    """Two rows that wait for a tick, one of which would get a mail and a cell."""
    ana = Change("write to Ana", data={"letter": letter()})
    cell = Change("Lee is the coach", cells={"Coach": "Lee"})
    held = Noop(ASKS, Word.WAITING, guard="go ahead")
    return make_plan(
        entry("1", "Ana", "email", held),
        entry("2", "Bo", "assign", held),
        asks={row: Asked(who, ASKS, {}, "") for row, who in (("1", "Ana"), ("2", "Bo"))},
        asked=(
            entry("1", "Ana", "email", ana),
            entry("2", "Bo", "assign", cell),
            entry("1", "Ana", "assign", cell),
        ),
    )


def test_what_each_tick_would_let_go_out_is_shown_with_the_whole_message():
    page = Page(plan_page(waiting_for_ticks()))
    assert page.texts("h2")[1:3] == [
        "What a tick would let go out",
        "Who waits for a person, or for time",
    ]
    assert page.texts("h3") == ["Ana", "Bo"]
    assert page.texts("h4") == [
        "email: write to Ana",
        "assign: Lee is the coach",
        "assign: Lee is the coach",
    ]
    assert page.texts("strong")[:2] == [f"Waiting — {ASKS}", "Ana"]
    assert "Ana <ana@example.org>" in page.texts("dd")
    assert page.texts("div", **{"class": "letter plain"}) == ["Welcome Hi Ana"]
    assert page.texts("a", href="#asked") == ["What a tick would let go out"]


def test_of_very_many_who_wait_for_a_tick_the_dashboard_shows_some_and_says_how_many_more():
    facts = plan_facts(waiting_for_ticks(), most=1)
    assert [person["name"] for person in facts["asked"]] == ["Ana"]
    assert facts["more_asked"] == 1
