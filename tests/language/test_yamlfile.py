"""Everything YAML does to people who only want to write a few lines, and what they are told."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from sheetflow.language.nodes import Document, Items, Map, Node, Scalar
from sheetflow.language.problems import Problems
from sheetflow.language.yaml.building import MOST_ALIASES, MOST_DEEP
from sheetflow.language.yamlfile import MOST_BYTES, parse_yaml, read_yaml

FILE = Path("r.yaml")


def plain(node: Node) -> object:
    """A node as plain Python values."""
    match node:
        case Scalar(text):
            return text
        case Items(items):
            return [plain(item) for item in items]
        case Map(entries):
            return {entry.key.text: plain(entry.value) for entry in entries}


def read(text: str) -> tuple[Document | None, list[str]]:
    """The document in a text, and what is told about it."""
    problems = Problems()
    document = parse_yaml(text, FILE, problems)
    return document, [str(problem) for problem in sorted(problems)]


def value(text: str) -> object:
    """What a text without mistakes says."""
    document, told = read(text)
    assert told == []
    assert document is not None
    return plain(document.root)


def told(text: str) -> list[str]:
    """What is told about a text."""
    return read(text)[1]


@pytest.mark.parametrize(
    "written",
    [
        "9:00",
        "19:30",
        "01234",
        "NO",
        "no",
        "Yes",
        "on",
        "off",
        "null",
        "~",
        "true",
        "+49 170 1234567",
        "0491234",
        "1e5",
        "0x10",
        "0o17",
        ".inf",
        "2026-03-14",
        "1_000",
        "=1+1",
        "100%",
        "<<",
    ],
)
def test_every_value_stays_the_text_it_was_written_as(written: str):
    assert value(f"a: {written}\n") == {"a": written}
    assert value(f"- {written}\n") == [written]
    assert value(f"{written}: a\n") == {written: "a"}


def test_a_key_called_on_is_no_truth():
    assert value("on: change\nyes: no\n") == {"on": "change", "yes": "no"}


def test_each_value_knows_its_place_and_whether_it_was_quoted():
    document, _ = read("a: one\nb:\n  - 'two'\n  - |\n    three\n")
    assert document is not None
    assert isinstance(document.root, Map)
    one = document.root.get("a")
    two, three = document.root.get("b").items  # type: ignore[union-attr]  # it is a list
    assert isinstance(one, Scalar)
    assert (one.quoted, one.position.line, one.position.column) == (False, 1, 4)
    assert (two.quoted, two.position.line, two.position.column) == (True, 3, 5)
    assert (two.inside.line, two.inside.column) == (3, 6)
    assert (three.quoted, three.inside.line, three.inside.column) == (True, 5, 5)


def test_a_front_matter_counts_lines_from_where_it_stands():
    problems = Problems()
    parse_yaml("a: 1\na: 2\n", FILE, problems, first_line=2)
    assert [str(problem) for problem in problems] == [
        "r.yaml:3:1: a: this key stands here twice; the first is on line 2. Keep one of them."
    ]


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistake(tmp_path: Path):
    path = tmp_path / "r.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    problems = Problems()
    document = read_yaml(path, problems)
    assert document is not None
    assert plain(document.root) == {"a": "1", "b": "2"}
    assert list(problems) == []


TRAPS = {
    "a key twice": (
        "where:\n  Status: is New\n  Status: is Old\n",
        [
            "r.yaml:3:3: Status: this key stands here twice; the first is on line 2."
            " Keep one of them."
        ],
    ),
    "braces at the beginning of a value": (
        "status: {{ coach.name }} is it\n",
        [
            "r.yaml:1:9: status: YAML takes an unquoted {{ for a map."
            ' Put it in quotes: status: "{{ coach.name }} is it"'
        ],
    ),
    "braces that are all of a value": (
        "subject: {{ Name }}\n",
        [
            "r.yaml:1:10: subject: YAML takes an unquoted {{ for a map."
            ' Put it in quotes: subject: "{{ Name }}"'
        ],
    ),
    "braces in a list": (
        "with: [a, {{ b }}]\n",
        ['r.yaml:1:11: with: YAML takes an unquoted {{ for a map. Write: with: [a, "{{ b }}"]'],
    ),
    "braces in a map": (
        "set: {Stage: {{ b }}}\n",
        ['r.yaml:1:14: set: YAML takes an unquoted {{ for a map. Write: set: {Stage: "{{ b }}"}'],
    ),
    "a colon in a value": (
        "about: Reminder: your call\n",
        [
            "r.yaml:1:8: about: a colon with a space after it is not read as part of a text."
            ' Put it in quotes: about: "Reminder: your call"'
        ],
    ),
    "a value cut by a number sign": (
        "status: Call #2 booked\n",
        [
            'r.yaml:1:9: comment: everything after " #" is a comment,'
            ' so this value is cut to "Call".'
            ' Write "Call #2 booked", or move the comment to a line of its own.'
        ],
    ),
    "a value that begins with a number sign": (
        "status: #2 booked\n",
        [
            'r.yaml:1:8: comment: everything after " #" is a comment, so this value is empty.'
            ' Write "#2 booked", or move the comment to a line of its own.'
        ],
    ),
    "a comment beside a quoted value": (
        'status: "Booked" # at last\n',
        ["r.yaml:1:18: comment: it stands beside a value. Give it a line of its own."],
    ),
    "a comment beside a key": (
        "steps: # all of them\n  - email: you\n",
        ["r.yaml:1:8: comment: it stands beside a value. Give it a line of its own."],
    ),
    "a tab": (
        "where:\n\tCoach: is empty\n\tStatus: is New\n",
        [
            "r.yaml:2:1: YAML: there is a tab here, and programs do not agree how wide it is."
            " Use spaces.",
            "r.yaml:3:1: YAML: there is a tab here, and programs do not agree how wide it is."
            " Use spaces.",
        ],
    ),
    "a tab after a colon": (
        "status:\tSent\n",
        [
            "r.yaml:1:8: YAML: there is a tab here, and programs do not agree how wide it is."
            " Use spaces."
        ],
    ),
    "a Python object": (
        "status: !!python/object/apply:os.system ['true']\n",
        [
            'r.yaml:1:9: YAML: "!!python/object/apply:os.system" is a tag,'
            " and tags are not used here."
            " Remove it, or put the whole value in quotes if it is text."
        ],
    ),
    "an exclamation": (
        "status: !important\n",
        [
            'r.yaml:1:9: YAML: "!important" is a tag, and tags are not used here.'
            " Remove it, or put the whole value in quotes if it is text."
        ],
    ),
    "a star": (
        "where:\n  Name: *starred\n",
        [
            'r.yaml:2:9: YAML: "*starred" refers to something that is not written above.'
            " Put it in quotes if it is text."
        ],
    ),
    "an alias of itself": (
        "a: &a [*a]\n",
        [
            'r.yaml:1:8: YAML: "*a" refers to something that is not written above.'
            " Put it in quotes if it is text."
        ],
    ),
    "an at sign": (
        "status: @home\n",
        [
            "r.yaml:1:9: status: a value that begins with @ is not read as text."
            ' Put it in quotes: status: "@home"'
        ],
    ),
    "a header with an at sign": (
        "where:\n  @handle: is empty\n",
        [
            "r.yaml:2:3: @handle: this key is not read as text."
            ' Put it in quotes: "@handle": is empty'
        ],
    ),
    "a header in brackets": (
        "where:\n  [x] done: is empty\n",
        [
            "r.yaml:2:3: [x] done: this key is not read as text."
            ' Put it in quotes: "[x] done": is empty'
        ],
    ),
    "a header that is a star": (
        "where:\n  *: is empty\nsteps: a\n",
        ['r.yaml:2:3: *: this key is not read as text. Put it in quotes: "*": is empty'],
    ),
    "a header with a percent sign": (
        "where:\n  % done: is empty\n",
        ['r.yaml:2:3: % done: this key is not read as text. Put it in quotes: "% done": is empty'],
    ),
    "a header with a dash": (
        "where:\n  Name: is empty\n  - notes: is empty\n",
        [
            "r.yaml:3:3: - notes: this key is not read as text."
            ' Put it in quotes: "- notes": is empty'
        ],
    ),
    "a header with a colon": (
        "where:\n  Date: call: is empty\n",
        [
            "r.yaml:2:9: Date: a colon with a space after it is not read as part of a text."
            ' Put it in quotes: Date: "call: is empty"'
        ],
    ),
    "a quote that ends too early": (
        'status: "Matched" with you\n',
        [
            "r.yaml:1:9: status: a value that begins with a quote must also end with it."
            " Put it in quotes: status: '\"Matched\" with you'"
        ],
    ),
    "no space after a colon": (
        "recipe: x\nstatus:Sent\nabout: y\n",
        ["r.yaml:2:7: status: there is no space after the colon. Write: status: Sent"],
    ),
    "a line moved by a space": (
        "steps:\n  - email: you\n   template: welcome\n",
        [
            "r.yaml:3:4: YAML: this line is not in line with the ones it belongs to."
            " Begin it with 4 spaces."
        ],
    ),
    "a greater-than sign": (
        "Age: > 5\n",
        [
            "r.yaml:1:6: Age: a value that begins with > is not read as text."
            ' Put it in quotes: Age: "> 5"'
        ],
    ),
    "no-break spaces": (
        "where:\n\u00a0 Coach: is empty\n",
        [
            "r.yaml:2:1: YAML: this line begins with spaces that are none for a program"
            " (no-break spaces). Write plain spaces."
        ],
    ),
    "another colon": (
        "where:\n  Coach： is empty\n  Status: is New\n",
        ["r.yaml:2:8: Coach: this sign looks like a colon, and is another. Write: Coach: is empty"],
    ),
    "a bracket that is not closed": (
        "with: [a, b\nfor: c\n",
        ["r.yaml:1:7: with: the [ that opens here is not closed. Close it: with: [a, b]"],
    ),
    "a step without its dash": (
        "steps:\n  - email: a\n    email: b\n",
        [
            "r.yaml:3:5: email: this key stands here twice; the first is on line 2."
            " Keep one of them, or begin a new item with a dash."
        ],
    ),
    "a tab that no width cures": (
        "steps:\n    - a: b\n\tc: d\n",
        [
            "r.yaml:3:1: YAML: there is a tab here, and programs do not agree how wide it is."
            " Use spaces."
        ],
    ),
    "two documents": (
        "a: 1\n---\nb: 2\n",
        ["r.yaml:2:1: YAML: a second document begins here. Put it into a file of its own."],
    ),
    "a key that is a list": (
        "? [a, b]\n: c\n",
        ["r.yaml:1:3: YAML: a key must be a plain word or text. Put it in quotes if it is text."],
    ),
    "a character that does not exist": (
        'a: b\nc: "\\Uffffffff"\n',
        [
            "r.yaml:2:4: c: a value that begins with a quote must also end with it."
            " Put it in quotes: c: '\"\\Uffffffff\"'"
        ],
    ),
    "a tab between key and value in a map": (
        "a: {b:\tc}\n",
        [
            "r.yaml:1:7: YAML: there is a tab here, and programs do not agree how wide it is."
            " Use spaces."
        ],
    ),
    "a control character": (
        "a: \x01\n",
        [
            "r.yaml:1:4: YAML: it cannot be read from here on: it holds an invisible control"
            " character. Look at this line and the one above: spaces in front, a colon and a space"
            " after a key."
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), TRAPS.values(), ids=TRAPS)
def test_a_trap_is_told_with_its_cure(text: str, expected: list[str]):
    assert told(text) == expected


def test_the_cure_of_a_line_is_taken_to_find_the_mistakes_below_it():
    assert told("a: {{ x }}\nb: c: d\ne: 1\ne: 2\n") == [
        'r.yaml:1:4: a: YAML takes an unquoted {{ for a map. Put it in quotes: a: "{{ x }}"',
        "r.yaml:2:4: b: a colon with a space after it is not read as part of a text."
        ' Put it in quotes: b: "c: d"',
        "r.yaml:4:1: e: this key stands here twice; the first is on line 3. Keep one of them.",
    ]


def test_checks_go_on_with_what_a_number_sign_left_over():
    document, _ = read("a: 40 # for now\nb: #2 booked\n")
    assert document is not None
    assert plain(document.root) == {"a": "40", "b": "#2 booked"}


@pytest.mark.parametrize("text", ["a: Call#2\n", 'a: "Call #2"\n', "a: |\n  Call #2\n  # no\n"])
def test_a_number_sign_inside_a_text_is_no_comment(text: str):
    assert told(text) == []


def test_comments_on_their_own_lines_are_kept_with_their_place():
    document, _ = read("# first\nwhere:\n  # of shifts: is empty\n  Coach: is empty\n")
    assert document is not None
    assert [(c.text, c.position.line, c.position.column) for c in document.comments] == [
        ("# first", 1, 1),
        ("# of shifts: is empty", 3, 3),
    ]


def test_an_entry_knows_the_lines_that_belong_to_it():
    document, _ = read("where:\n  a: b\n  # c\nsteps:\n  - d\n# e")
    assert document is not None
    assert isinstance(document.root, Map)
    assert [entry.last_line for entry in document.root.entries] == [3, 6]


def test_a_few_aliases_are_fine():
    assert value("a: &a {b: c}\nd: [*a, *a]\n") == {"a": {"b": "c"}, "d": [{"b": "c"}] * 2}


def test_half_a_character_becomes_a_mark_that_can_be_printed():
    assert value('a: "\\ud800"\n') == {"a": "\ufffd"}


def bomb() -> str:
    """Nine lines that would be a thousand million values."""
    names = "abcdefghij"
    lines = [f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]" for a, b in pairwise(names)]
    return "\n".join([f"a: &a [{', '.join(['x'] * 10)}]", *lines, ""])


TOO_DEEP = f"YAML: this is nested more than {MOST_DEEP} levels deep. Make it simpler."
TOO_MANY = "YAML: there are more than 10,000 keys and values. Make it simpler."

HOSTILE = {
    "a bomb of aliases": (bomb(), f"r.yaml:4:36: {TOO_MANY}"),
    "lists in lists": ("[" * 3000, f"r.yaml:1:31: {TOO_DEEP}"),
    "maps in maps": (
        "".join(f"{' ' * level}a:\n" for level in range(700)),
        f"r.yaml:31:31: {TOO_DEEP}",
    ),
    "dashes": ("- " * 3000, f"r.yaml:1:61: {TOO_DEEP}"),
    "a long list": ("a:\n" + "  - x\n" * 30_000, f"r.yaml:9999:5: {TOO_MANY}"),
    "many aliases": (
        "a: &a x\nb:\n" + "  - *a\n" * 60,
        f"r.yaml:{3 + MOST_ALIASES}:5: YAML: there are more than 50 aliases (*name)."
        " Make it simpler.",
    ),
}


@pytest.mark.parametrize(("text", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_costs_one_problem_and_no_time(text: str, expected: str):
    started = time.process_time()
    assert told(text) == [expected]
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text",
    [
        "{" * 3000,
        "{{ " * 3000,
        "a: b: c\n" * 20_000,
        'a: "' + "x\n" * 100_000,
        "#\n" * 100_000,
        "&a " * 50_000,
        "? " * 50_000,
        "a: @\n" * 20_000,
        "\t\n" * 50_000,
    ],
    ids=lambda text: text[:6].strip(),
)
def test_a_long_file_of_mistakes_ends_soon(text: str):
    started = time.process_time()
    told(text)
    assert time.process_time() - started < 2


def test_a_file_of_ten_megabytes_is_not_read(tmp_path: Path):
    path = tmp_path / "r.yaml"
    path.write_bytes(b"a: 1\n" * 2_000_000)
    problems = Problems()
    started = time.process_time()
    assert read_yaml(path, problems) is None
    assert time.process_time() - started < 1
    assert [str(problem) for problem in problems] == [
        f"{path}: file: it is larger than {MOST_BYTES // 1024} KB."
        " Split it, or move long texts into templates."
    ]


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path):
    path = tmp_path / "r.yaml"
    problems = Problems()
    assert read_yaml(path, problems) is None
    assert [str(problem) for problem in problems] == [
        f"{path}: file: it cannot be read: No such file or directory."
        " Check its name and its rights."
    ]


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path):
    path = tmp_path / "r.yaml"
    path.write_bytes("a: 1\nb: café\n".encode("latin-1"))
    problems = Problems()
    assert read_yaml(path, problems) is None
    assert [str(problem) for problem in problems] == [
        f"{path}:2:7: file: it is not UTF-8 text. Save it again as UTF-8."
    ]


PIECES = st.sampled_from(
    [
        *("a", "b: ", ": ", "- ", "\n", "\n  ", "\t", "# ", " #", '"', "'", "{{ x }}", "[", "]"),
        *("{", "}", "&a ", "*a", "!!x ", "|", ">", "? ", "---\n", "%", "@", "`", "\\", "\u2028"),
        *("é", "\x00", ","),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60))
def test_no_text_is_worse_than_a_problem(text: str):
    document, problems = read(text)
    assert document is not None or problems
