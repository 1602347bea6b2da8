"""Tell somebody by mail that a run was due and is not done: once, and not again until it is well.

The mail goes through the workspace's own sender, and not through the ledger's turn at applying,
which may be what is amiss.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from sheetflow.errors import NotKnown, SetupError, SheetflowError
from sheetflow.hosting.health import Health, Owed
from sheetflow.hosting.journal import Journal
from sheetflow.ledger.incidents import Incidents
from sheetflow.network.door import Door
from sheetflow.plugin.connector import Mail, Mailer
from sheetflow.values import digest
from sheetflow.workspace import Workspace


def tell(health: Health, workspace: Workspace, incidents: Incidents, journal: Journal) -> None:
    """Send one mail about what is newly amiss, and forget what is well again.

    Who is written to stands in the ledger before the mail goes out. If it was certainly not taken,
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
    """Whether the mail was taken, or may have been."""
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
    door = Door(may_write=True, pacer=workspace.pacer, bill=workspace.bill, clock=workspace.clock)
    with closing(workspace.opened(None, door)) as opened:
        sender = opened.sender(hosting.alert_from)
        mailer = opened.connection(sender.by)
        if not isinstance(mailer, Mailer):
            raise SetupError(f"{sender.by} carries no mail.")
        message = _message(news, at, workspace)
        message["From"] = sender.address
        mail = Mail(sender.address, hosting.alert, message["Message-ID"], message.as_bytes())
        mailer.deliver(mail)


def _message(news: Sequence[Owed], at: datetime, workspace: Workspace) -> EmailMessage:
    first, count = news[0].recipe, len(news)
    what = f"{first} has not run" if count == 1 else f"{count} recipes have not run"
    host = workspace.settings.hosting.alert.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["To"] = workspace.settings.hosting.alert
    message["Subject"] = f"Sheetflow: {what}"
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<alert-{digest(*(owed.recipe for owed in news), str(at))}@{host}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers it
    lines = [f"{workspace.settings.organization.name}: this was due and is not done."]
    lines += ["", *(f"- {' '.join(owed.in_words().split())}" for owed in news), "", _WHAT_NOW]
    message.set_content("\n".join(lines))
    return message


_WHAT_NOW = """\
Sheetflow tries again by itself. To see more, where it runs: sheetflow run --due --list, and
sheetflow doctor. You hear of it again only if it happens again after it was well."""
