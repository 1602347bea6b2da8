"""The dashboard beside what monitors ask."""

from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from sheetflow.web.app import beside, make_app
from tests.web.conftest import HERE

PATHS = ("/healthz", "/metrics")


@pytest.mark.parametrize(("peer", "status"), [("127.0.0.1", 200), ("203.0.113.9", 403)])
def test_monitors_are_answered_on_this_machine_alone(folder, peer, status):
    app = beside(make_app(folder), PlainTextResponse("fine"), PATHS)
    client = TestClient(app, base_url=HERE, client=(peer, 1))
    for path in PATHS:
        assert client.get(path).status_code == status
    assert client.get("/runs").status_code == 200
    assert client.get("/healthz/more").status_code in (303, 404)
