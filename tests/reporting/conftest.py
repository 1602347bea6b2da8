"""A plan with a bit of everything, for the reports to show."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from sheetflow.values import Change, Entry, Key, LeftOut, Noop, Plan, RowRef, Word

BERLIN = ZoneInfo("Europe/Berlin")
HOSTILE = '<script>alert("x")</script>'
HTML = f"""<!DOCTYPE html><html><head><title>t</title><style>p {{ color: red }}</style></head>
<body onload="x()"><div class="preview" style="display:none">Your coach &amp; more</div><main>
<h1 style="color:red">Welcome</h1><p onclick="x()">Hi <strong>Ana</strong>,
<a href="javascript:alert(1)">this</a> and <a href="https://example.org/">our page</a></p>
<script>alert(2)</script><img src="https://tracker.example/x.gif"><iframe src="https://x"></iframe>
{HOSTILE}<form action="https://x"><input name="x"></form></main></body></html>"""


def letter(**more):
    usual = {
        "to": "ana@example.org",
        "name": "Ana",
        "sender": "hello@riverside.example",
        "subject": "Welcome",
        "text": "Welcome\n\nHi Ana\n",
        "html": HTML,
        "language": "en",
    }
    return {**usual, **more}


MEETING = {
    "title": "Welcome call",
    "starts": "2026-03-17T13:00:00-04:00",
    "ends": "2026-03-17T13:30:00-04:00",
    "zone": "America/New_York",
    "place": "https://meet.example.org/our-room",
    "people": [{"name": "Ana", "email": "ana@example.org"}, {"name": "", "email": "lee@x.example"}],
    "method": "REQUEST",
}


def entry(row, who, step, deed, **more):
    return Entry(Key("", "match", step, "People", row), step, who, deed, **more)


def make_plan(*entries, **more):
    return Plan(
        recipe="match",
        name="Match new volunteers",
        fingerprint="0123456789abcdef",
        chapter="",
        table="People",
        made_at=datetime(2026, 3, 14, 12, tzinfo=BERLIN),
        entries=entries,
        **more,
    )


@pytest.fixture
def plan():
    cells = {"Coach": "Lee", "Next step due": date(2026, 3, 20)}
    invited = {"letter": letter(), "meeting": MEETING}
    return make_plan(
        entry("1", "Ana", "assign", Change("Lee is the coach", cells=cells), was={"Coach": None}),
        entry("1", "Ana", "meet", Change("invite Ana", data=invited)),
        entry("2", HOSTILE, "email", Change("write", data={"letter": letter(language="ar")})),
        entry("2", HOSTILE, "email", Noop("Lee: no e-mail address", Word.NEEDS_YOU)),
        entry("3", "Bo", "", Noop("two addresses here, keep one", Word.NEEDS_YOU)),
        entry("4", "Cy", "", Noop("two addresses here, keep one", Word.NEEDS_YOU)),
        entry("5", "Di", "email", Noop("already done 2 Mar 10:00", Word.DONE, quiet=True)),
        entry("6", "Ed", "email", Noop("already done 3 Mar 10:00", Word.DONE, quiet=True)),
        left_out=tuple(
            LeftOut(RowRef("People", f"x{n}"), f"Pat {n}", 'Stage is "Lapsed", not New', n)
            for n in range(20, 32)
        ),
        notices=('I read the column "E-mail" as Email.',),
    )
