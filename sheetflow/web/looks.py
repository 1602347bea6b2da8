"""The style sheet and the mark in the tab, which every page of ours asks for."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from sheetflow.web.pages import icon, style, style_path
from sheetflow.web.public import Asked

FOREVER = {"cache-control": "public, max-age=31536000, immutable"}


def style_sheet(asked: Asked) -> Response:
    """The one style sheet; under another name there is none."""
    if asked.request.url.path != style_path():
        return PlainTextResponse("There is no such style.\n", 404)
    return Response(style(), media_type="text/css", headers=FOREVER)


def mark(_asked: Asked) -> Response:
    """The mark in a browser's tab."""
    return Response(icon(), media_type="image/svg+xml", headers=FOREVER)
