"""A campaign of three people and two coaches, at noon on 14 March 2026."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.runner.campaigns import POST_OFFICE, SETTINGS, Campaign

PEOPLE = [
    {"Code": "a", "Name": "Ana Ruiz", "Email": "ana@example.org", "Region": "North"},
    {"Code": "b", "Name": "Bo Kim", "Email": "bo@example.org", "Region": "North"},
    {"Code": "c", "Name": "Cem Oz", "Email": "cem@example.org", "Region": "South"},
]
MORE = {"Coach": "", "Stage": "", "Starts": ""}
COACHES = [
    {"Name": "Lee Park", "Email": "lee@example.org", "Region": "North"},
    {"Name": "Maya Ortiz", "Email": "maya@example.org", "Region": "South"},
]


@pytest.fixture
def campaign(tmp_path: Path, now: datetime) -> Campaign:
    """The campaign, with a recipe that posts everybody a card."""
    (tmp_path / "sheetflow.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "post_office.py").write_text(POST_OFFICE, encoding="utf-8")
    made = Campaign(tmp_path, now)
    made.table("people", [{**row, **MORE} for row in PEOPLE])
    made.table("coaches", COACHES)
    made.recipe(
        """\
        recipe: Cards
        for_each: person in People
        where: everyone
        steps:
          - post: Hello {{ person.name }}
        """
    )
    return made
