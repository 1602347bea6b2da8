"""A campaign of a few people, once as .csv files and once as a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.workspaces import KINDS, Campaign, Person


@pytest.fixture(params=KINDS)
def campaign(request: pytest.FixtureRequest, tmp_path: Path) -> Campaign:
    """Five people, two of them in the South, and nothing wrong with any of them."""
    made = Campaign(tmp_path / "campaign", request.param)
    made.set_up(
        [
            Person("kestrel"),
            Person("plover", region="South"),
            Person("wagtail"),
            Person("dunlin", region="South"),
            Person("siskin"),
        ]
    )
    return made
