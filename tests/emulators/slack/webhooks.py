"""Incoming webhooks: a message by one POST, and an answer in plain words."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from tests.emulators.exchanging import Answer, Request
from tests.emulators.slack import texts
from tests.emulators.slack.calls import Method
from tests.emulators.slack.errors import SlackError
from tests.emulators.slack.quotas import Quotas
from tests.emulators.slack.world import World

WEBHOOK = Method("webhook", lambda _call: {}, tier="special")


def answer(world: World, request: Request, quotas: Quotas | None) -> Answer:
    """Post what came to the webhook's channel."""
    try:
        _post(world, request, quotas)
    except SlackError as error:
        found = _plain(error.status, error.error)
        found.headers.update(error.headers)
        return found
    return _plain(200, "ok")


def _post(world: World, request: Request, quotas: Quotas | None) -> None:
    if request.verb != "POST":
        raise SlackError("invalid_payload", status=400)
    hook = world.webhooks.get(request.path)
    if hook is None:
        raise SlackError("no_service", status=404)
    payload = _payload(request)
    place = world.conversations[hook["channel"]]
    if place.is_archived:
        raise SlackError("channel_is_archived", status=410)
    if not (payload.get("text") or payload.get("blocks") or payload.get("attachments")):
        raise SlackError("no_text", status=400)
    if quotas:
        quotas.spend(WEBHOOK, request.path, lambda: place.id, world.now())
    kept = {key: payload[key] for key in ("blocks", "attachments") if payload.get(key)}
    text = texts.stored(str(payload.get("text") or ""), link_names=bool(payload.get("link_names")))
    fields = {"subtype": "bot_message", "text": text, "bot_id": world.bot.bot_id, **kept}
    world.post(place, fields, thread_ts=str(payload.get("thread_ts") or ""))


def _payload(request: Request) -> dict[str, Any]:
    text = request.content.decode("utf-8", "replace")
    if "form" in request.headers.get("content-type", ""):
        text = dict(parse_qsl(text)).get("payload", "")
    try:
        found = json.loads(text)
    except ValueError:
        raise SlackError("invalid_payload", status=400) from None
    if not isinstance(found, dict):
        raise SlackError("invalid_payload", status=400)
    return found


def _plain(status: int, text: str) -> Answer:
    return Answer(status, text.encode(), {"Content-Type": "text/html"}, method="webhook")
