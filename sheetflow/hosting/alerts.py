"""Tell somebody that a run was due and is not done: once, and not again until it is well.

It goes through the workspace's own sender, and not through the ledger's turn at applying,
which may be what is amiss.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sheetflow.errors import NotKnown, SheetflowError
from sheetflow.hosting.health import Health, Owed
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.notices import Notice, deliver
from sheetflow.ledger.incidents import Incidents
from sheetflow.values import digest
from sheetflow.workspace import Workspace


def tell(health: Health, workspace: Workspace, incidents: Incidents, journal: Journal) -> None:
    """Send one notice about what is newly amiss, and forget what is well again.

    Who is told stands in the ledger before it goes out. If it was certainly not taken,
    it is tried again the next time. Raises LedgerError.
    """
    told = incidents.open()
    amiss = {owed.recipe: owed for owed in health.owed}
    for recipe in told.keys() - amiss.keys():
        incidents.end(recipe)
        journal.say("well again", recipe=recipe)
    if not workspace.settings.hosting.alert:
        return
    news = [owed for name, owed in amiss.items() if name not in told]
    news = [owed for owed in news if incidents.begin(owed.recipe, health.at)]
    if news and not _sent(news, health.at, workspace, journal):
        for owed in news:
            incidents.end(owed.recipe)


def _sent(news: Sequence[Owed], at: datetime, workspace: Workspace, journal: Journal) -> bool:
    """Whether it was taken, or may have been."""
    names = ", ".join(owed.recipe for owed in news)
    try:
        _deliver(news, at, workspace)
    except NotKnown as error:
        journal.say("alert may have been sent", recipes=names, says=str(error))
    except SheetflowError as error:
        journal.say("alert could not be sent", recipes=names, says=str(error))
        return False
    else:
        journal.say("alert sent", recipes=names)
    return True


def _deliver(news: Sequence[Owed], at: datetime, workspace: Workspace) -> None:
    hosting = workspace.settings.hosting
    first, count = news[0].recipe, len(news)
    what = f"{first} has not run" if count == 1 else f"{count} recipes have not run"
    lines = [f"{workspace.settings.organization.name}: this was due and is not done."]
    lines += ["", *(f"- {' '.join(owed.in_words().split())}" for owed in news), "", _WHAT_NOW]
    notice = Notice(
        f"alert-{digest(*(owed.recipe for owed in news), str(at))}",
        hosting.alert,
        f"Sheetflow: {what}",
        "\n".join(lines),
        sender=hosting.alert_from,
        by=hosting.alert_by,
    )
    deliver(notice, workspace, at)


_WHAT_NOW = """\
Sheetflow tries again by itself. To see more, where it runs: sheetflow run --due --list, and
sheetflow doctor. You hear of it again only if it happens again after it was well."""
