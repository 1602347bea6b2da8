"""Pictures: the same told by columns, in a sentence and in a table; of nothing, one and many."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sheetflow.ledger.records import Funnel, Load
from sheetflow.runner.running import run
from sheetflow.values import Word
from sheetflow.web import pictures
from sheetflow.workspace import Workspace
from tests.web.conftest import HOSTILE, words

TODAY = date(2026, 3, 14)
BERLIN = ZoneInfo("Europe/Berlin")


def test_nothing_is_said_and_not_drawn(browser):
    said = browser.text("/pictures")
    assert "Nothing went out in the last 30 days." in said
    assert '<rect class="part' not in browser.get("/pictures").text


def test_one_message_is_seen_said_and_in_the_table():
    told = pictures.per_day({(TODAY, "Sent"): 1}, TODAY)
    assert told["says"] == "In the last 30 days: 1 sent. Most on 14 Mar: 1."
    assert told["rows"] == [("14 Mar", ["1"])]
    assert told["columns"] == [
        {
            "x": "97.000%",
            "wide": "2.667%",
            "parts": [{"y": "0.0", "height": "160.0", "kind": "sent"}],
        }
    ]


def test_one_among_many_is_still_seen():
    counts = {(TODAY, "Sent"): 100_000, (TODAY, "Not sure"): 1}
    (column,) = pictures.per_day(counts, TODAY)["columns"]
    assert [part["kind"] for part in column["parts"]] == ["sent", "not-sure"]
    assert float(column["parts"][1]["height"]) == pictures.LEAST


COUNTS = st.dictionaries(
    st.tuples(
        st.integers(0, 40).map(lambda back: TODAY - timedelta(days=back)),
        st.sampled_from([word.value for word in Word]),
    ),
    st.integers(0, 10**9),
    max_size=30,
)


@given(COUNTS)
def test_every_column_fits_and_the_table_adds_up(counts):
    told = pictures.per_day(counts, TODAY)
    for column in told["columns"]:
        assert 0 <= float(column["x"][:-1]) <= 100 - float(column["wide"][:-1])
        for part in column["parts"]:
            bottom = float(part["y"]) + float(part["height"])
            assert 0 <= float(part["y"]) <= pictures.HEIGHT
            assert bottom <= pictures.HEIGHT + pictures.LEAST * len(Word)
    table = sum(int(count.replace(",", "")) for _, row in told["rows"] for count in row)
    first = pictures.first_day(TODAY)
    assert table == sum(count for (day, _), count in counts.items() if day >= first)


@given(st.integers(0, 10**12))
def test_the_end_of_a_scale_is_near_and_never_below(most):
    top = pictures.round_up(most)
    assert most <= top <= max(2 * most, 1)


@pytest.mark.parametrize(
    ("found", "says", "wide"),
    [
        (Funnel(0, 0, 0), "Of 0 rows that matched, 0 are done and 0 are held.", ["0%"] * 3),
        (Funnel(1, 0, 1), "Of 1 row that matched, 1 is done and 0 are held.",
         ["100.00%", "100.00%", "0.00%"]),
        (Funnel(8, 1, 5), "Of 8 rows that matched, 5 are done and 1 is held.",
         ["100.00%", "62.50%", "12.50%", "25.00%"]),
    ],
)  # fmt: skip
def test_a_funnel_says_how_far_rows_came(found, says, wide):
    at = datetime(2026, 3, 14, 9, tzinfo=BERLIN)
    told = pictures.funnel(("r/1", at, found), BERLIN)
    assert told is not None
    assert (told["says"], [bar["wide"] for bar in told["bars"]]) == (says, wide)
    assert told["run"] == "/runs/r%2F1"


def test_before_the_first_run_there_is_no_funnel():
    assert pictures.funnel(None, BERLIN) is None


def test_a_load_is_told_against_the_room_and_the_fullest_come_first():
    people = [
        Load("Ana", 1, 4),
        Load("Bo", 5, 4),
        Load("Cy", 3),
        Load("Di", 2, 2),
        Load("Ed", 0, 0),
    ]
    told = pictures.load("assign-coach", people, 0)
    assert told["says"] == "5 people: 1 has more than their room, 2 are full and 2 can take more."
    assert [(bar["name"], bar["says"], bar["over"], bar["wide"]) for bar in told["bars"]] == [
        ("Bo", "5 of 4", True, "100.00%"),
        ("Di", "2 of 2", False, "40.00%"),
        ("Ed", "0 of 0", False, "0.00%"),
        ("Ana", "1 of 4", False, "20.00%"),
        ("Cy", "3", False, "60.00%"),
    ]
    assert told["rows"][4] == ("Cy", "3", "")


def test_of_very_many_people_the_fullest_are_drawn_and_more_are_listed():
    told = pictures.load("assign", [Load(f"Coach {n}", n, 10) for n in range(1_000)], 0)
    assert (len(told["bars"]), len(told["rows"])) == (pictures.SHOWN, pictures.LISTED)
    assert (told["unseen"], told["untold"]) == (980, 500)


ASSIGN = """\
recipe: Coaches
for_each: person in People
where: everyone
steps:
  - assign: coach from Coaches
    room: Room
    save_in: Coach
"""
COACHES = """
  Coaches:
    file: coaches.csv
    key: Name
    person: { name: Name }
"""


def test_a_run_leaves_what_its_pictures_show(browser, folder, ran, time_now):
    said = browser.text("/recipes/welcome")
    assert "Of 6 rows that matched, 5 are done and 1 is held." in said
    assert "In the last 30 days: 5 sent." in said
    assert "In the last 30 days: 5 sent. Most on" in browser.text("/pictures")


def test_who_was_given_how_many_stands_on_the_page_of_the_recipe(browser, folder, time_now, ran):
    settings = folder / "sheetflow.yaml"
    text = settings.read_text("utf-8").replace("tables:\n", f"tables:{COACHES}")
    settings.write_text(text.replace("[Stage]", "[Stage, Coach]"), "utf-8")
    people = folder / "people.csv"
    lines = people.read_text("utf-8").splitlines()
    people.write_text(
        "\n".join([f"{lines[0]},Coach", *(f"{each}," for each in lines[1:])]), "utf-8"
    )
    quoted = HOSTILE.replace('"', '""')
    (folder / "coaches.csv").write_text(f'Name,Room\nLee,2\n"{quoted}",9\n', "utf-8")
    (folder / "recipes/coaches.yaml").write_text(ASSIGN, "utf-8")
    workspace = Workspace.open(folder, clock=ran.clock)
    run(workspace.recipe("coaches"), workspace)
    page = browser.get("/recipes/coaches").text
    assert "2 people: 1 is full and 1 can take more." in words(page)
    assert "Lee: 2 of 2" in words(page)
    assert "<script>" not in page


def test_a_picture_is_well_formed_and_has_a_title_and_a_description(browser, ran):
    page = browser.get("/pictures").text
    drawn = page[page.index('<svg class="drawn"') :]
    drawn = drawn[: drawn.rindex("</svg>", 0, drawn.index("<details>")) + len("</svg>")]
    root = ElementTree.fromstring(drawn)
    assert root.attrib["role"] == "img"
    named = {child.attrib.get("id") for child in root if child.tag in ("title", "desc")}
    assert set(root.attrib["aria-labelledby"].split()) == named
    assert "style=" not in page
