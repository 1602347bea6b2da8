"""google_docs: documents of Google as message templates, and as planning documents to write into.

    connections:
      google_docs:
        connector: google_docs
        credentials: {file: /run/secrets/google.json}

Then `template: https://docs.google.com/document/d/1AbC.../edit` in a recipe means that document. It
begins with a paragraph `Subject: ...`; what follows is the message, with {{ volunteer.first_name }}
in it as in a file. Headings, bold, italic, links and lists are kept, other looks are not. It is
read when a plan is made, and a plan that somebody approved is off when the document was changed
since.

Make a service account in the Google Cloud console (IAM and admin, Service accounts, Keys, Add key,
JSON), switch on the Google Docs API (APIs and services, Library), and share each document with the
account's address: as a viewer where it is a template, as an editor where a step writes into it.

It needs the scope https://www.googleapis.com/auth/documents; with `read_only: yes`, for templates
alone, it is https://www.googleapis.com/auth/documents.readonly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, cast

from sheetflow import (
    Connector,
    Draft,
    Finding,
    Identity,
    NotAllowed,
    Notebook,
    NotFound,
    NotKnown,
    Receipt,
    Refused,
    ServiceError,
    SetupError,
    SheetflowError,
    TooFast,
    Writing,
    hookimpl,
    option,
)

from ._google import GoogleSettings, addresses, api, examined, google_service, identities
from ._google_docs_draft import draft_of
from ._google_docs_page import FIELDS, Address, Page, address_of, is_address
from ._google_docs_requests import requests_for, requests_for_lines
from ._google_scopes import DOCS, DOCS_READ_ONLY
from ._google_signin import SignsIn

TRIES = 5
"""How often a line is made anew for a document that somebody else changed meanwhile."""


class GoogleDocs(SignsIn, Notebook):
    """Documents of Google: message templates, and planning documents."""

    name = "google_docs"
    agreed_to = (DOCS,)
    idempotent = True

    @dataclass(frozen=True, kw_only=True)
    class Settings(GoogleSettings):
        """How to sign in, and how often Google may be asked."""

        read_only: bool = option(
            "Whether documents are only read, as templates; then less has to be allowed.",
            default=False,
        )
        documents: Mapping[str, str] | None = option(
            "Names for documents, each with its address, that write_doc may use.", default=None
        )
        reads_per_minute: int = option("Reads a minute for one account.", default=300)
        writes_per_minute: int = option("Writes a minute for one account.", default=60)
        project_reads_per_minute: int = option(
            "Reads a minute for the Google Cloud project.", default=3_000
        )
        project_writes_per_minute: int = option(
            "Writes a minute for the Google Cloud project.", default=600
        )

        def __post_init__(self) -> None:
            super().__post_init__()
            for name, address in (self.documents or {}).items():
                if not is_address(address):
                    raise ValueError(f"documents: {name} is not the address of a Google document.")

    settings: Settings

    @classmethod
    def keeps(cls, address: str) -> bool:
        """Whether it is the address of a Google document."""
        return is_address(address)

    def draft(self, address: str) -> Draft:
        """The document as it is now, without suggestions. Raises ServiceError, SetupError."""
        return draft_of(self._read(address, view="PREVIEW_WITHOUT_SUGGESTIONS"))

    def title(self, document: str) -> str:
        """What people call it."""
        return self._page(document).title

    def holds(self, writing: Writing) -> bool:
        """Whether it stands there already. Raises NotAllowed when it may only be read."""
        page = self._page(writing.document)
        self._must_be_an_editor(page)
        return not requests_for(page, writing)

    def put(self, writing: Writing) -> Receipt:
        """Write it for the document as it is at that moment, so that nobody's words are lost.

        Raises TooFast when somebody writes there all the time.
        """
        self.door.writing(f"into the document {writing.document}")
        self._pages.clear()
        reference = writing.mark or writing.place
        refused: tuple[Refused, str] | None = None
        for _ in range(TRIES):
            page = self._read(writing.document)
            self._must_be_an_editor(page)
            if refused is not None and refused[1] == page.revision:
                raise refused[0]  # nobody has written meanwhile, so that was not the reason
            requests = requests_for(page, writing)
            if not requests:
                return Receipt(reference)
            try:
                self._send(writing.document, requests, page.revision)
            except Refused as error:  # Google has no word of its own for a stale revision
                refused = error, page.revision
            else:
                return Receipt(reference)
        raise _busy(page)

    def put_all(self, writings: Sequence[Writing]) -> Sequence[Receipt | Exception]:
        """As `put`, all lines of one document with one reading and one write."""
        results: dict[int, Receipt | Exception] = {}
        documents: dict[str, list[int]] = {}
        for number, writing in enumerate(writings):
            if writing.mark:
                documents.setdefault(writing.document, []).append(number)
        for document, numbers in documents.items():
            lines = [writings[number] for number in numbers]
            try:
                found = self._put_lines(document, lines) if len(lines) > 1 else ()
            except (ServiceError, SetupError) as error:
                found = [error] * len(lines)
            results.update(zip(numbers, found, strict=False))
        others = [number for number in range(len(writings)) if number not in results]
        single = super().put_all([writings[number] for number in others])
        results.update(zip(others, single, strict=True))
        return [results[number] for number in range(len(writings))]

    def _put_lines(self, document: str, lines: Sequence[Writing]) -> Sequence[Receipt | Exception]:
        """All of these lines or none of them, but for those that cannot stand there."""
        self.door.writing(f"into the document {document}")
        self._pages.clear()
        refused_at = ""
        for _ in range(TRIES):
            page = self._read(document)
            self._must_be_an_editor(page)
            if page.revision == refused_at:  # nobody has written meanwhile: one of them is at fault
                return super().put_all(lines)
            requests, refused = requests_for_lines(page, lines)
            found = [refused.get(n) or Receipt(line.mark) for n, line in enumerate(lines)]
            if not requests:
                return found
            try:
                self._send(document, requests, page.revision)
            except Refused:
                refused_at = page.revision
            except NotKnown as error:
                return self._looked_up(document, found, error)
            else:
                return found
        raise _busy(page)

    def _looked_up(
        self, document: str, found: Sequence[Receipt | Exception], error: NotKnown
    ) -> Sequence[Receipt | Exception]:
        """What became of lines when an answer was lost: those whose marks are there, stand there.

        Of others nobody knows: they may be on their way still.
        """
        try:
            page = self._read(document)
        except ServiceError:
            return [one if isinstance(one, Exception) else error for one in found]
        return [
            one if isinstance(one, Exception) or page.named(one.reference) else error
            for one in found
        ]

    def examine(self) -> Iterable[Finding]:
        """Whether each account is let in, and what it may do with each document that has a name."""
        try:
            yield from examined(self._identities, self._scopes)
        except SheetflowError as error:
            yield Finding.amiss("credentials", error)
            return
        for name in self.settings.documents or {}:
            try:
                may = "be read and written" if self._read(name).revision else "only be read"
                yield Finding(f"document {name}", True, f"can {may}")
            except SheetflowError as error:
                yield Finding.amiss(f"document {name}", error)

    def close(self) -> None:
        """Let the connections go."""
        self.__dict__.pop("_documents", None)
        if client := self.__dict__.pop("_client", None):
            client.close()

    def _send(self, document: str, requests: Sequence[Any], revision: str) -> None:
        """All of it or nothing, for this revision alone. Raises Refused for any other."""
        address = self._address(document)
        body = {"requests": requests, "writeControl": {"requiredRevisionId": revision}}
        self._documents.batchUpdate(documentId=address.id, body=body).execute()

    def _page(self, document: str) -> Page:
        """The document as it was when this session first asked; anew while we may write."""
        if self.door.may_write:
            return self._read(document)
        if document not in self._pages:
            self._pages[document] = self._read(document)
        return self._pages[document]

    def _read(self, document: str, *, view: str = "SUGGESTIONS_INLINE") -> Page:
        """The document now. Only this view's places are those that writing counts by."""
        address = self._address(document)
        asked = self._documents.get(
            documentId=address.id,
            suggestionsViewMode=view,
            includeTabsContent=True,
            fields=FIELDS,
        )
        return Page.read(cast("dict[str, Any]", asked.execute()), address.tab)

    def _address(self, document: str) -> Address:
        """Where a document is, by its name in the settings or its own address."""
        address = address_of((self.settings.documents or {}).get(document, document))
        if address is None:
            raise NotFound(
                f"{document[:60]} is not the address of a Google document.",
                hint="Copy it from the browser: https://docs.google.com/document/d/...",
            )
        return address

    def _must_be_an_editor(self, page: Page) -> None:
        if not page.revision:  # only editors are told it
            raise NotAllowed(
                f'"{page.title}" may only be read.',
                hint=f"Share it with {addresses(self._identities)}, as an editor.",
            )

    @property
    def _scopes(self) -> tuple[str, ...]:
        return (DOCS_READ_ONLY,) if self.settings.read_only else (DOCS,)

    @cached_property
    def _pages(self) -> dict[str, Page]:
        return {}

    @cached_property
    def _identities(self) -> tuple[Identity, ...]:
        """One account, though there be several: what one is told of a revision helps no other."""
        return identities(self.settings, self._scopes, self.door)[:1]

    @cached_property
    def _client(self) -> Any:
        service = google_service("docs", self.settings, self._identities)
        return api(self.door, service, "docs", "v1")

    @cached_property
    def _documents(self) -> Any:
        return self._client.documents()


def _busy(page: Page) -> TooFast:
    return TooFast(
        f'Somebody is writing in "{page.title}" just now.',
        hint="It is tried again a little later.",
        retry_after=timedelta(minutes=1),
    )


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector of this file."""
    return [GoogleDocs]
