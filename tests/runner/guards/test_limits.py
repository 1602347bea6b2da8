"""A run over its limit reaches nobody; who is held back for another reason does not count."""

from __future__ import annotations

from tests.runner.guards.mailings import Mailing, goes, held, person


def test_over_its_own_limit_nobody_is_reached(mailing: Mailing):
    mailing.recipe(more="limits: {people_per_run: 3}\n")
    mailing.crowd(4)
    says = "Waiting — 4 people at once is over the recipe's limit of 3 (people_per_run)"
    assert set(held(mailing.plan()).values()) == {("limits", says)}
    mailing.run()
    assert mailing.came == []
    mailing.crowd(3)
    mailing.run()
    assert len(mailing.came) == 3


def test_a_recipe_that_says_nothing_has_a_limit_too(mailing: Mailing):
    mailing.crowd(101)
    assert goes(mailing.plan()) == []
    mailing.crowd(100)
    assert len(goes(mailing.plan())) == 100


def test_messages_have_a_limit_of_their_own(mailing: Mailing):
    two = "steps:\n  - write: person\n    id: one\n  - write: person\n    id: two\n"
    mailing.recipe(more=f"limits: {{messages_per_run: 3}}\n{two}")
    assert set(held(mailing.plan()).values()) == {
        (
            "limits",
            "Waiting — 4 messages at once is over the recipe's limit of 3 (messages_per_run)",
        )
    }


def test_who_is_held_back_anyway_does_not_count(mailing: Mailing):
    mailing.recipe(more="limits: {people_per_run: 2}\n")
    mailing.people([person("ana"), person("bo"), *(person(c, **{"Email OK?": ""}) for c in "cde")])
    assert goes(mailing.plan()) == ["ana", "bo"]


def test_somebodys_go_does_not_lift_it(mailing: Mailing):
    mailing.recipe(more="approve: always\nlimits: {people_per_run: 1}\n")
    mailing.agree()
    mailing.run()
    assert mailing.came == []
