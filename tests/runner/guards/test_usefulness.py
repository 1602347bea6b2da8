"""What is held back goes out later, or expires where everybody can see it."""

from __future__ import annotations

from datetime import timedelta

from tests.runner.guards.mailings import NOON, Mailing, goes, held, person

TOO_LATE = "Skipped — too late to be useful"


def test_after_its_moment_a_message_is_not_sent(mailing: Mailing):
    mailing.recipe(more="useful_until: Until\n")
    mailing.people(
        [
            person("past", Until="2026-03-14 11:59"),
            person("today", Until="2026-03-14 12:00"),
            person("always"),
            person("odd", Until="3/4"),
        ]
    )
    plan = mailing.plan()
    assert goes(plan) == ["today", "always"]
    assert held(plan)["past"] == ("useful", TOO_LATE)
    assert held(plan)["odd"][1].startswith("Needs you — ")


def test_a_day_without_a_time_is_useful_to_its_end(mailing: Mailing):
    mailing.settings("")
    settings = (mailing.folder / "sheetflow.yaml").read_text("utf-8")
    settings = settings.replace("{Until: date and time}", "{Until: date}")
    (mailing.folder / "sheetflow.yaml").write_text(settings, "utf-8")
    mailing.recipe(more="useful_until: Until\n")
    mailing.people([person("ana", Until="2026-03-14"), person("bo", Until="2026-03-13")])
    assert goes(mailing.plan()) == ["ana"]


def test_what_waited_too_long_expires_and_says_so_for_good(mailing: Mailing):
    mailing.people([person("ana")])
    mailing.recipe(more="useful_for: 7 days\n")
    mailing.settings("contact: {relationship: 1 a month}\n")
    mailing.recipe("other")
    mailing.run("other")
    mailing.run()
    assert mailing.statuses()["ana"].startswith("Waiting — had 1 mail this month")
    mailing.now = NOON + timedelta(days=7)
    mailing.run()
    assert mailing.statuses()["ana"].startswith("Waiting — had 1 mail this month")
    mailing.later(minutes=1)
    for _ in range(2):
        mailing.run()
        assert mailing.statuses()["ana"] == TOO_LATE
        mailing.later(days=40)
    assert len(mailing.came) == 1


def test_what_fits_in_time_goes_out(mailing: Mailing):
    mailing.people([person("ana")])
    mailing.recipe(more="useful_for: 2 days\n")
    mailing.settings("contact: {relationship: 1 a day}\n")
    mailing.recipe("other")
    mailing.run("other")
    mailing.run()
    mailing.later(days=1)
    mailing.run()
    assert len(mailing.came) == 2


def test_a_reminder_that_expired_leaves_the_next_one_alone(mailing: Mailing):
    mailing.people([person("ana")])
    again = "steps:\n  - write: person\n    again: every 3 days\n"
    mailing.recipe(more=f"useful_for: 1 day\n{again}")
    mailing.settings("quiet_hours: none\ncontact: {relationship: none}\n")
    mailing.run()
    mailing.settings("quiet_hours: 00:00 to 23:59\ncontact: {relationship: none}\n")
    mailing.later(days=3)
    mailing.run()
    assert mailing.statuses()["ana"].startswith("Waiting — ")
    mailing.later(days=2)
    mailing.run()
    assert mailing.statuses()["ana"] == TOO_LATE
    mailing.settings("quiet_hours: none\ncontact: {relationship: none}\n")
    mailing.later(days=1)
    mailing.run()
    assert len(mailing.came) == 1
    mailing.later(days=2)
    mailing.run()
    assert len(mailing.came) == 2
