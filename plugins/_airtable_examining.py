"""What a token of Airtable is, for `sheetflow doctor`: whose, what it reaches, what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sheetflow import Finding, Limit, NotAllowed, SheetflowError

from ._airtable_client import Client

NEEDED: Mapping[str, str] = {
    "data.records:read": "to read records",
    "data.records:write": "to tell rows what happened",
    "schema.bases:read": "to know the fields of tables",
}
"""The scopes without which nothing works, and what for."""

HELPFUL: Mapping[str, str] = {
    "schema.bases:write": "adds the fields for statuses by itself",
    "webhook:manage": "can be told what changes",
}
_WHERE = "Add it to the token at airtable.com/create/tokens."
_MAY_WRITE = ("edit", "create", "owner")


def examined(client: Client) -> Iterator[Finding]:
    """Who it is; which scopes, where Airtable tells; which bases."""
    try:
        who = client.whoami()
    except SheetflowError as error:
        yield Finding.amiss("token", error)
        return
    yield Finding("token", True, f"belongs to {who.get('email') or who.get('id', 'somebody')}")
    scopes = who.get("scopes")
    if scopes is not None:  # Airtable tells them of some kinds of token only
        yield from _scopes(scopes)
    try:
        bases = client.bases()
    except NotAllowed as error:
        yield Finding("bases", False, error.message, f"It needs schema.bases:read. {_WHERE}")
    except SheetflowError as error:
        yield Finding.amiss("bases", error)
    else:
        yield from _bases(bases)


def calls_counted(month: Limit, used: int, *, scarce: bool) -> Finding:
    """How many calls of this month Sheetflow counted, and of how many, where that is declared.

    `scarce` says that few are left.
    """
    if not month.count:
        return Finding("calls", True, f"about {used:,} this month, counted here; others' are not")
    says = f"about {used:,} of {month.count:,} calls this month, counted here; others' are not"
    if used >= month.count:
        return Finding("calls", False, says, "The rest goes on with the next month.")
    few = "Few are left: docs/airtable.md tells what asks less."
    return Finding("calls", True, says, few if scarce else "")


def _scopes(scopes: Sequence[str]) -> Iterator[Finding]:
    lacking = [scope for scope in NEEDED if scope not in scopes]
    for scope in lacking:
        yield Finding("scopes", False, f"lacks {scope}, {NEEDED[scope]}", _WHERE)
    if not lacking:
        more = [text for scope, text in HELPFUL.items() if scope in scopes]
        yield Finding("scopes", True, "; ".join(("has all it needs", *more)))


def _bases(bases: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    if not bases:
        hint = "Under Access, add the base to the token at airtable.com/create/tokens."
        yield Finding("bases", False, "reaches no base", hint)
        return
    names = ", ".join(str(base.get("name", base["id"])) for base in bases[:10])
    yield Finding("bases", True, f"reaches {names}" + (" …" if len(bases) > 10 else ""))
    for base in bases:
        if base.get("permissionLevel", "owner") not in _MAY_WRITE:
            says = f"may only read {base.get('name', base['id'])}"
            yield Finding("bases", True, says)
