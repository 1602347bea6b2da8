"""A plan and a run of which most is in files are the same plan and the same run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings, strategies as st

from sheetflow.reporting.summary import run_summary
from tests.plan_texts import plan_text
from tests.runner.campaigns import POST_OFFICE, SETTINGS, Campaign
from tests.runner.conftest import COACHES

RECIPE = """\
recipe: Cards
for_each: person in People
where:
  Stage: is empty
steps:
  - assign: coach from Coaches
    same: Region
    save_in: Coach
  - post: "{{ person.name }}, {{ coach.name }} will call you"
status: Card {{ card.number }}
limits: {people_per_run: 1000}
"""

people = st.lists(
    st.fixed_dictionaries(
        {
            "Code": st.sampled_from(["a", "b", "c", "d", "e", "f", "g", ""]),
            "Name": st.sampled_from(["Ana Ruiz", "Bo Kim", "Cem Oz", "Cy", ""]),
            "Email": st.sampled_from(["a@example.org", "b@example.org", "at home", ""]),
            "Region": st.sampled_from(["North", "South", "West", ""]),
            "Stage": st.sampled_from(["", "", "", "new"]),
            "Coach": st.sampled_from(["", "", "Lee Park", "nobody"]),
            "Starts": st.just(""),
        }
    ),
    min_size=1,
    max_size=9,
)


def said(folder: Path, now: datetime, rows: list[dict[str, str]]) -> list[object]:
    """All that is planned, done and told in two runs over these rows."""
    (folder / "plugins").mkdir(parents=True)
    (folder / "sheetflow.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "plugins" / "post_office.py").write_text(POST_OFFICE, encoding="utf-8")
    campaign = Campaign(folder, now)
    campaign.table("people", rows)
    campaign.table("coaches", COACHES)
    campaign.recipe(RECIPE)
    campaign.order(Bo="busy", Cy="refused")
    found: list[object] = []
    for _ in range(2):
        plan = campaign.plan()
        run = campaign.run(plan=plan)
        outcomes = [(each.entry, each.status, each.state) for each in run.outcomes]
        found += [list(plan.entries), list(plan.left_out), plan.notices, plan_text(plan)]
        found += [outcomes, [(each.entry.change, each.status) for each in run.told]]
        found += [run_summary(run), campaign.rows(), campaign.taken]
        campaign.order()
        campaign.later(hours=1)
    return found


@given(people)
@settings(max_examples=8, phases=(Phase.explicit, Phase.generate))
def test_what_is_in_files_is_planned_done_and_told_alike(
    tmp_path_factory: pytest.TempPathFactory, now: datetime, rows: list[dict[str, str]]
):
    short = said(tmp_path_factory.mktemp("short") / "it", now, rows)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sheetflow.spool.IN_MEMORY", 0)
        patched.setattr("sheetflow.runner.outcomes._HELD", 0)
        patched.setattr("sheetflow.spool.BLOCK", 2)
        patched.setattr("sheetflow.runner.writeback._AT_ONCE", 2)
        patched.setattr("sheetflow.runner.identities._AT_ONCE", 2)
        long = said(tmp_path_factory.mktemp("long") / "it", now, rows)
    for one, other in zip(short, long, strict=True):
        assert one == other
