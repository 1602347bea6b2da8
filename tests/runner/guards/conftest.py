"""A mailing with two people, at noon."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runner.guards.mailings import Mailing, person


@pytest.fixture
def mailing(tmp_path: Path) -> Mailing:
    """Ana and Bo may be written to, and the recipe `news` writes to everybody."""
    made = Mailing(tmp_path)
    made.set_up()
    made.people([person("ana"), person("bo")])
    made.recipe()
    return made
