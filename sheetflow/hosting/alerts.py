"""Tell somebody that a run was due and is not done: once, and not again until it is well.

It goes through the workspace's own sender, and not through the ledger's turn at applying,
which may be what is amiss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sheetflow.errors import NotKnown, SheetflowError
from sheetflow.hosting.health import Health, Owed
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.notices import Notice, deliver
from sheetflow.ledger.incidents import Incidents
from sheetflow.values import digest
from sheetflow.workspace import Workspace

NOBODY: Mapping[str, str] = MappingProxyType({})


def tell(
    health: Health,
    workspace: Workspace,
    incidents: Incidents,
    journal: Journal,
    *,
    owners: Mapping[str, str] = NOBODY,
) -> None:
    """Send one notice about what is newly amiss, and forget what is well again.

    It goes to whom the settings name; and, where they name somebody, what is about a recipe goes to
    its owner, too. Who is told stands in the ledger before it goes out. If it was certainly not
    taken, it is tried again the next time. Raises LedgerError.
    """
    told = incidents.open()
    amiss = _amiss(health, workspace.settings.hosting.alert, owners)
    owed = {one.recipe for one in health.owed}
    over = told.keys() - {what for some in amiss.values() for what in some}
    for what in over:
        incidents.end(what)
    for recipe in sorted({what.partition(_FOR)[0] for what in over} - owed):
        journal.say("well again", recipe=recipe)
    for to, some in amiss.items():
        news = {what: one for what, one in some.items() if what not in told}
        news = {what: one for what, one in news.items() if incidents.begin(what, health.at)}
        if news and not _sent(to, list(news.values()), health.at, workspace, journal):
            for what in news:
                incidents.end(what)


def _amiss(
    health: Health, alert: str, owners: Mapping[str, str]
) -> Mapping[str, Mapping[str, Owed]]:
    """What whoever is told is to hear of, by what it is called in the ledger."""
    if not alert:
        return {}
    found: dict[str, dict[str, Owed]] = {alert: {one.recipe: one for one in health.owed}}
    for one in health.owed:
        owner = owners.get(one.recipe, "")
        if owner and owner.casefold() != alert.casefold():
            found.setdefault(owner, {})[f"{one.recipe}{_FOR}{owner}"] = one
    return found


def _sent(
    to: str, news: Sequence[Owed], at: datetime, workspace: Workspace, journal: Journal
) -> bool:
    """Whether it was taken, or may have been."""
    names = ", ".join(owed.recipe for owed in news)
    try:
        _deliver(to, news, at, workspace)
    except NotKnown as error:
        journal.say("alert may have been sent", recipes=names, says=str(error))
    except SheetflowError as error:
        journal.say("alert could not be sent", recipes=names, says=str(error))
        return False
    else:
        journal.say("alert sent", recipes=names)
    return True


def _deliver(to: str, news: Sequence[Owed], at: datetime, workspace: Workspace) -> None:
    hosting = workspace.settings.hosting
    first, count = news[0].recipe, len(news)
    what = f"{first} has not run" if count == 1 else f"{count} recipes have not run"
    lines = [f"{workspace.settings.organization.name}: this was due and is not done."]
    lines += ["", *(f"- {' '.join(owed.in_words().split())}" for owed in news), "", _WHAT_NOW]
    notice = Notice(
        f"alert-{digest(*_named(to, hosting.alert), *(owed.recipe for owed in news), str(at))}",
        to,
        f"Sheetflow: {what}",
        "\n".join(lines),
        sender=hosting.alert_from,
        by=hosting.alert_by,
    )
    deliver(notice, workspace, at)


def _named(to: str, alert: str) -> Sequence[str]:
    """What tells the notice to an owner from the one to everybody."""
    return [] if to == alert else [to]


_FOR = "\n"
"""Stands between a recipe and its owner, where the ledger keeps that the owner was told."""


_WHAT_NOW = """\
Sheetflow tries again by itself. To see more, where it runs: sheetflow run --due --list, and
sheetflow doctor. You hear of it again only if it happens again after it was well."""
