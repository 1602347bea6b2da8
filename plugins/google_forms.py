"""google_forms: the responses of a Google form as a table that can be read.

    connections:
      forms:
        connector: google_forms
        credentials: {file: /run/secrets/google.json}
    tables:
      Sign-ups:
        connector: forms
        form: https://docs.google.com/forms/d/1AbC.../edit

A row is a response, and keeps its id when somebody edits it. The columns are called like the
questions, a row of a grid like `Question [Row]`; two questions of one title, like a question that
is called like a column of ours, are followed by their ids in brackets. There is "Submitted", the
time of the last change, and "Email", where the form collects addresses.

Responses cannot be written into, so a recipe that goes through them has nowhere to leave its
statuses. In the form, open Responses and choose "Link to Sheets"; let the recipe go through that
sheet, and use this table to look things up.

Make a service account in the Google Cloud console (IAM and admin, Service accounts, Keys, Add key,
JSON), switch on the Google Forms API (APIs and services, Library), and share the form with the
account's address as a collaborator: only those may read responses.

It needs two scopes, https://www.googleapis.com/auth/forms.body.readonly for the questions and
https://www.googleapis.com/auth/forms.responses.readonly for the answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any

from sheetflow import (
    Connector,
    Edit,
    Finding,
    Identity,
    LeftAlone,
    NewColumn,
    NewRow,
    SetupError,
    Sheet,
    SheetflowError,
    SheetRow,
    TableReadOnly,
    TableSource,
    digest,
    hookimpl,
    in_words,
    option,
)

from ._google import GoogleSettings, api, examined, google_service, identities
from ._google_forms_addresses import SHEET, form_id
from ._google_forms_questions import (
    EMAIL,
    SUBMITTED,
    cell_of,
    collects_emails,
    moment_of,
    questions_in,
)
from ._google_scopes import FORMS_QUESTIONS, FORMS_RESPONSES
from ._google_signin import SignsIn

SCOPES = (FORMS_QUESTIONS, FORMS_RESPONSES)
PAGE = 5_000
"""Responses of a page: as many as Google gives at most."""


class GoogleForms(SignsIn, Connector):
    """Responses of Google forms, to be read."""

    name = "google_forms"
    agreed_to = SCOPES

    @dataclass(frozen=True, kw_only=True)
    class Settings(GoogleSettings):
        """How to sign in, and how often Google may be asked."""

        reads_per_minute: int = option("Forms that are looked at a minute.", default=390)
        responses_per_minute: int = option(
            "Pages of responses a minute for one account.", default=180
        )
        project_reads_per_minute: int = option(
            "Forms that are looked at a minute for the Google Cloud project.", default=975
        )
        project_responses_per_minute: int = option(
            "Pages of responses a minute for the Google Cloud project.", default=450
        )

    @dataclass(frozen=True, kw_only=True)
    class Place:
        """A form."""

        form: str = option("The form's address where it is edited, or its id.")
        since: str = option(
            "The day, such as 2026-01-31, before which responses are left out.", default=""
        )

    settings: Settings

    def open_table(self, place: Mapping[str, str]) -> TableSource:
        """The responses of the form at `place`. Raises SetupError for what is no form's address."""
        return Responses(self, form_id(place["form"]), _day(place.get("since", "")))

    def form(self, form: str) -> Mapping[str, Any]:
        """A form's questions and settings, as the API gives them."""
        found: Mapping[str, Any] = self._forms(form).get(formId=form).execute()
        return found

    def responses(self, form: str, *, since: datetime | None = None) -> Iterator[Mapping[str, Any]]:
        """Every response, as the API gives it; those that came or changed from `since` on."""
        asked: dict[str, Any] = {"formId": form, "pageSize": PAGE}
        if since is not None:
            stamp = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            asked["filter"] = f"timestamp >= {stamp}"
        forms = self._forms(form)
        while True:
            found = forms.responses().list(**asked).execute()
            yield from found.get("responses", ())
            if not found.get("nextPageToken"):
                return
            asked["pageToken"] = found["nextPageToken"]

    def examine(self) -> Iterable[Finding]:
        """Whether each account is let in."""
        try:
            yield from examined(self._identities, SCOPES)
        except SheetflowError as error:
            yield Finding.amiss("credentials", error)

    def close(self) -> None:
        """Let the connections go."""
        for client in self.__dict__.pop("_clients", ()):
            client.close()

    @cached_property
    def _identities(self) -> tuple[Identity, ...]:
        return identities(self.settings, SCOPES, self.door)

    @cached_property
    def _clients(self) -> tuple[Any, ...]:
        """One for each account."""
        services = (
            google_service("forms", self.settings, (identity,)) for identity in self._identities
        )
        return tuple(api(self.door, service, "forms", "v1") for service in services)

    def _forms(self, form: str) -> Any:
        """The account that reads this form, always the same: a page's token is its own.

        Several accounts share the forms among them, and not the pages of one.
        """
        turn = int(digest(form), 16) % len(self._clients)
        return self._clients[turn].forms()


@dataclass
class Responses:
    """The responses of one form, the questions being its headers."""

    forms: GoogleForms
    form: str
    since: datetime | None = None
    _seen: Mapping[str, Any] = field(default_factory=dict)
    """The form as it was when it was last read."""

    @property
    def name(self) -> str:
        """The form's title, once it was read."""
        info = self._seen.get("info", {})
        title = str(info.get("title") or info.get("documentTitle") or self.form)
        return f'the form "{" ".join(title.split())[:60]}"'

    def read(self) -> Sheet:
        """Every response, the oldest first. Raises TableError or TableBusy in words."""
        with in_words():
            self._seen = self.forms.form(self.form)
            found = list(self.forms.responses(self.form, since=self.since))
        found.sort(key=lambda one: (moment_of(one["createTime"]), one["responseId"]))
        emails = collects_emails(self._seen, found)
        questions = questions_in(self._seen, emails=emails)
        ours = (SUBMITTED, EMAIL) if emails else (SUBMITTED,)
        rows = [SheetRow((*ours, *(question.title for question in questions)), 1)]
        for number, response in enumerate(found, start=2):
            answers = response.get("answers", {})
            cells: list[object] = [moment_of(response["lastSubmittedTime"])]
            if emails:
                cells.append(response.get("respondentEmail") or None)
            cells += [cell_of(question, answers.get(question.id)) for question in questions]
            rows.append(SheetRow(tuple(cells), number, id=str(response["responseId"])))
        return Sheet(tuple(rows), digest([(row.id, row.cells) for row in rows]))

    def ready(self) -> None:
        """Raises TableReadOnly: nothing is written into responses; it says where instead."""
        if not self._seen:
            with suppress(SheetflowError):  # its title and sheet are good to know, and no more
                self._seen = self.forms.form(self.form)
        linked = self._seen.get("linkedSheetId")
        sheet = f" ({SHEET.format(linked)})" if linked else ""
        link = "" if linked else ' In the form, open Responses and choose "Link to Sheets".'
        raise TableReadOnly(
            f"{self.name} can only be read, so there is no place for statuses.",
            hint=f"Let the recipe go through the sheet that collects its responses{sheet}.{link}",
        )

    def write(
        self,
        sheet: Sheet,  # noqa: ARG002 - nothing is written
        edits: Sequence[Edit],  # noqa: ARG002 - as above
        *,
        new_columns: Sequence[NewColumn] = (),  # noqa: ARG002 - as above
        new_rows: Sequence[NewRow] = (),  # noqa: ARG002 - as above
    ) -> Sequence[LeftAlone]:
        """Raises TableReadOnly: nothing can be written into responses."""
        self.ready()
        return ()


def _day(text: str) -> datetime | None:
    """The beginning of a day, in UTC."""
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise SetupError(f"since: {text[:40]} is no day.", hint="Write 2026-01-31.") from None


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector of this file."""
    return [GoogleForms]
