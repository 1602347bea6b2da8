"""What may reach a terminal, and that it is plain where nobody looks."""

import sys

import pytest
from hypothesis import given, strategies as st

from sheetflow.commands import terminal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("José 李 한 🌻", "José 李 한 🌻"),
        ("a\nb\tc", "a\nb\tc"),
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("bell\x07 back\x08 return\r", "bell� back� return�"),
        ("C1 \x9b31m", "C1 �31m"),
        ("over\u202eride\u202c", "over�ride�"),
        ("\u2068علي\u2069", "\u2068علي\u2069"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("line\u2028line", "line�line"),
        ("half \ud800", "half �"),
    ],
)
def test_text_reads_as_written_but_moves_nothing(text: str, shown: str):
    assert terminal.printable(text) == shown


@given(st.text())
def test_nothing_printable_begins_an_escape_sequence(text: str):
    shown = terminal.printable(text)
    assert len(shown) == len(text)
    assert not {chr(27), chr(0x9B), chr(13), chr(8)} & set(shown)
    shown.encode("utf-8")


def test_a_table_in_a_pipe_is_plain_and_a_line_stays_a_line(capsys):
    from rich.table import Table

    table = Table("Who", "What", box=None)
    table.add_row("[bold]Ana[/bold] :smile:", "x" * 120)
    terminal.results().print(table)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [
        ["Who", "What"],
        ["[bold]Ana[/bold]", ":smile:", "x" * 120],
    ]


def test_remarks_are_not_among_the_results(capsys):
    terminal.say("done")
    terminal.remark("by the way")
    assert capsys.readouterr() == ("done\n", "by the way\n")


def test_nobody_is_there_when_the_input_is_no_terminal(monkeypatch):
    with open("/dev/null") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert terminal.somebody_is_there() is False
