"""The search language of Drive."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from tests.emulators.google.drive.matching import QueryError
from tests.emulators.google.drive.query import parse

SHEET = {
    "name": "Sign-ups of May",
    "mimeType": "application/vnd.google-apps.spreadsheet",
    "modifiedTime": datetime(2026, 5, 2, 10, tzinfo=UTC),
    "createdTime": datetime(2026, 4, 1, tzinfo=UTC),
    "trashed": False,
    "starred": True,
    "sharedWithMe": False,
    "parents": {"folder-1", "root"},
    "owners": {"ann@example.org", "me"},
    "writers": {"ann@example.org", "me", "bob@example.org"},
    "readers": {"ann@example.org", "me", "bob@example.org"},
    "properties": {"chapter": "north"},
    "appProperties": None,
    "fullText": "Sign-ups of May\nAda Lovelace wants to host a meeting",
    "viewedByMeTime": None,
    "visibility": "limited",
}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "name = 'Sign-ups of May'",
        "name = 'sign-ups OF may'",
        "name contains 'Sign'",
        "name contains 'may'",
        "name contains 'sign-up'",
        'name = "Sign-ups of May"',
        "name != 'x'",
        "mimeType = 'application/vnd.google-apps.spreadsheet'",
        "mimeType contains 'spreadsheet'",
        "mimeType != 'application/vnd.google-apps.folder'",
        "modifiedTime > '2026-05-02T09:59:59'",
        "modifiedTime >= '2026-05-02T10:00:00Z'",
        "modifiedTime <= '2026-05-02T12:00:00+02:00'",
        "modifiedTime > '2026-05-02T09:00:00.000Z' and createdTime < '2026-04-02T00:00:00'",
        "trashed = false",
        "trashed=false",
        "trashed=False AND starred=True",
        "trashed != true",
        "starred = true and not trashed = true",
        "not sharedWithMe",
        "'folder-1' in parents",
        "'root' in parents",
        "not 'folder-2' in parents",
        "'me' in owners",
        "'bob@example.org' in writers",
        "'bob@example.org' in readers and not 'bob@example.org' in owners",
        "properties has { key='chapter' and value='north' }",
        "properties has {key='chapter' and value='north'} and trashed=false",
        "not appProperties has { key='chapter' and value='north' }",
        "fullText contains 'lovelace'",
        "fullText contains '\"Ada Lovelace\"'",
        "visibility = 'limited'",
        "(name = 'x' or name contains 'Sign') and (trashed = false)",
        "name = 'x' and name = 'y' or trashed = false",
        "not (name = 'x' or name = 'y')",
        "viewedByMeTime != '2026-01-01T00:00:00'",
    ],
)
def test_a_query_finds_the_file(query):
    assert parse(query)(SHEET)


@pytest.mark.parametrize(
    "query",
    [
        "name contains 'ups of June'",
        "name contains 'igns'",
        "name = 'Sign'",
        "modifiedTime > '2026-05-02T10:00:00'",
        "trashed = true",
        "sharedWithMe",
        "sharedWithMe = true",
        "'folder-2' in parents",
        "properties has { key='chapter' and value='south' }",
        "appProperties has { key='chapter' and value='north' }",
        "fullText contains 'love'",
        "fullText contains '\"Lovelace Ada\"'",
        "not trashed = false",
        "viewedByMeTime > '2026-01-01T00:00:00'",
    ],
)
def test_a_query_passes_the_file_over(query):
    assert not parse(query)(SHEET)


@pytest.mark.parametrize(
    "query",
    [
        "name",
        "name =",
        "name = Sign",
        "name = 'open",
        "nome = 'x'",
        "name > 'x'",
        "trashed = maybe",
        "trashed = 'no'",
        "modifiedTime > 'yesterday'",
        "parents = 'folder-1'",
        "name has { key='a' and value='b' }",
        "properties has { key='a' }",
        "properties has { value='b' and key='a' }",
        "(name = 'x'",
        "name = 'x')",
        "name = 'x' name = 'y'",
        "and name = 'x'",
        "name = 'x' and",
        "fullText = 'x'",
        "# name = 'x'",
    ],
)
def test_what_is_no_query_is_refused(query):
    with pytest.raises(QueryError):
        parse(query)


@given(st.text(min_size=1, max_size=30))
def test_any_name_can_be_asked_for_when_it_is_escaped(name):
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    assert parse(f"name = '{escaped}' and trashed = false")({"name": name, "trashed": False})


@given(st.text(max_size=40))
def test_any_text_is_a_query_or_is_refused(text):
    with contextlib.suppress(QueryError):
        assert parse(text)(SHEET) in (True, False)
