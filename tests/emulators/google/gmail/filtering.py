"""Filters: what a mailbox does by itself with mail that arrives."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.gmail import matching, query
from tests.emulators.google.gmail.model import Mailbox, Message


def apply(box: Mailbox, message: Message) -> list[str]:
    """Run all filters over a message; gives the addresses it is to be forwarded to."""
    forward = []
    for one in box.settings.get("filters", {}).values():
        if fits(one.get("criteria", {}), message, box):
            action = one.get("action", {})
            box.relabel(message, action.get("addLabelIds", ()), action.get("removeLabelIds", ()))
            forward += [action["forward"]] if action.get("forward") else []
    automatic = box.settings.get("autoForwarding", {})
    if automatic.get("enabled"):
        forward.append(automatic["emailAddress"])
    return forward


def fits(criteria: dict[str, Any], message: Message, box: Mailbox) -> bool:
    """Whether a message meets all of a filter's criteria."""
    nodes: list[query.Node] = []
    for name in ("from", "to"):
        if criteria.get(name):
            nodes.append(query.parse(f"{name}:({criteria[name]})"))
    if criteria.get("subject"):
        nodes.append(query.Term("subject", criteria["subject"], phrase=True))
    if criteria.get("query"):
        nodes.append(query.parse(criteria["query"]))
    if criteria.get("negatedQuery"):
        nodes.append(query.Not(query.parse(criteria["negatedQuery"])))
    if criteria.get("hasAttachment"):
        nodes.append(query.Term("has", "attachment"))
    if criteria.get("size"):
        comparison = criteria.get("sizeComparison", "larger")
        operator = comparison if comparison in ("larger", "smaller") else "larger"
        nodes.append(query.Term(operator, str(criteria["size"])))
    return matching.matches(query.AllOf(tuple(nodes)), message, box)
