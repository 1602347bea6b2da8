"""The one table of the keys of tests.yaml."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sheetflow.language.keys import Key, MapKind
from sheetflow.language.kinds import ChoiceKind, DurationKind, TextKind
from sheetflow.language.nodes import Node
from sheetflow.language.position import Position
from sheetflow.language.reading import UNREAD, Reading
from sheetflow.testing.cases import (
    Answer,
    Expected,
    ExpectedMail,
    ExpectedMeeting,
    GivenRows,
    Name,
    Turn,
)
from sheetflow.testing.kinds import (
    AnyColumn,
    CellsOfRowsKind,
    Columns,
    EditsKind,
    ExpectedKind,
    LinkKind,
    ManyKind,
    MomentKind,
    NameKind,
    ReasonsKind,
    RowsKind,
)

TEXT = TextKind()
PHRASES = ManyKind(TEXT)

MAIL_KEYS = (
    Key("to", NameKind(), "Whom it goes to: an address, or the name of a given row.", True),
    Key("subject", TEXT, "Its subject, whole. Without it: any."),
    Key("says", PHRASES, "What stands somewhere in its text, word for word.", default=()),
)

MEETING_KEYS = (
    Key(
        "with",
        ManyKind(NameKind()),
        "Who is told of it, each in a mail of their own: addresses, or names of given rows.",
        True,
    ),
    Key("title", TEXT, "What calendars show. Without it: anything."),
    Key("at", MomentKind(), "When it begins. Without it: any time."),
    Key("for", DurationKind(), "How long it takes. Without it: any time."),
    Key("place", TEXT, "Where it is: an address, or a link. Without it: anywhere."),
    Key("says", PHRASES, "What stands somewhere in each of the mails.", default=()),
    Key(
        "news",
        ChoiceKind(("new", "changed", "called off")),
        "What it tells them: a new meeting, a new version of one they know, or that it is off.",
        default="new",
    ),
)


def _meeting(found: dict[str, Any]) -> ExpectedMeeting:
    return ExpectedMeeting(
        guests=found["with"],
        title=found["title"],
        starts=found["at"],
        lasts=found["for"],
        place=found["place"],
        says=found["says"],
        news=found["news"],
    )


def _expect_keys(columns: Columns) -> tuple[Key, ...]:
    mail = MapKind(MAIL_KEYS, lambda found: ExpectedMail(**found))
    return (
        Key("mails", ManyKind(mail), "The mails, invitations aside.", default=()),
        Key("meetings", ManyKind(MapKind(MEETING_KEYS, _meeting)), "The invitations.", default=()),
        Key(
            "cells",
            CellsOfRowsKind(columns),
            "The cells that are written, by the row's name. Sheetflow's own columns need not be "
            "told.",
            default=(),
        ),
        Key("rows", RowsKind(columns), "The rows that are added, by table.", default={}),
        Key("deeds", PHRASES, "What a plugin's steps do, in the words of the plan.", default=()),
        Key(
            "left_out",
            ReasonsKind(),
            "People for whom nothing is done, each with a part of the reason.",
            default={},
        ),
    )


NOT_SURE = Key(
    "not_sure",
    ManyKind(NameKind()),
    "People of whom nobody hears whether the mails of this run reached them.",
    default=(),
)


def _again_keys(
    columns: Columns, expected: ExpectedKind, links: Collection[str] | None
) -> tuple[Key, ...]:
    answer = (
        Key("by", NameKind(), "Who answers: an address, or the name of a given row.", True),
        Key("says", LinkKind(links), "What the link is called that they follow.", required=True),
        Key("about", NameKind(), "The row that the mail was about, if they got several."),
    )
    return (
        Key("at", MomentKind(), "When the recipe runs once more.", required=True),
        Key("add", RowsKind(columns), "Rows that came since, below the others.", default={}),
        Key(
            "change",
            EditsKind(columns),
            "Cells that people typed over since. Who types into Go ahead is waited for.",
            default={},
        ),
        Key(
            "answered",
            ManyKind(MapKind(answer, lambda found: Answer(**found))),
            "What people answered since by the links in their mails, one after the other.",
            default=(),
        ),
        NOT_SURE,
        Key("expect", expected, "All that this run does.", required=True),
    )


@dataclass(frozen=True)
class WrittenCase:
    """One test as it is written; what the whole file says holds for it too."""

    name: str
    at: datetime | None
    given: GivenRows
    expect: Expected
    again: tuple[Turn, ...]
    not_sure: tuple[Name, ...] = ()
    position: Position = Position(Path())  # noqa: RUF009 - a frozen value, set by CaseKind


class CaseKind(MapKind[WrittenCase]):
    """One test, which remembers where it stands."""

    def read(self, node: Node, at: Reading) -> WrittenCase:
        found = super().read(node, at)
        return found if found is UNREAD else replace(found, position=node.position)


def case_table(
    columns: Columns | None = None, links: Collection[str] | None = None
) -> tuple[Key, ...]:
    """Every key of tests.yaml. Without `columns`, a table may have any, and so for `links`."""
    columns = columns or AnyColumn()
    expected = ExpectedKind(_expect_keys(columns), lambda found: Expected(**found))
    again = MapKind(_again_keys(columns, expected, links), lambda found: Turn(**found))
    case = CaseKind(
        (
            Key("name", TEXT, "What it shows, as a sentence.", required=True),
            Key("at", MomentKind(), "When the recipe runs. Without it, the file's own at."),
            Key("given", RowsKind(columns), "The rows there are, by table.", default={}),
            NOT_SURE,
            Key("expect", expected, "All that the run does.", required=True),
            Key(
                "again",
                ManyKind(again),
                "Further runs. Right after each run comes another, which must do nothing.",
                default=(),
            ),
        ),
        lambda found: WrittenCase(**found),
    )
    return (
        Key("at", MomentKind(), "When the recipe runs in a test that does not say so itself."),
        Key(
            "given",
            RowsKind(columns),
            "Rows for every test; a test that gives rows of the same table has only its own.",
            default={},
        ),
        Key("tests", ManyKind(case), "The tests.", required=True),
    )
