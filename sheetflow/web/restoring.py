"""After an old ledger was put back: what is in question, and a person's answer to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from sheetflow.hosting.restoring import Following, Overtaken, Right, Standing, answer, follows, look
from sheetflow.reporting.groups import counted, one_line
from sheetflow.web.access import Role
from sheetflow.web.pages import moment, page
from sheetflow.web.visit import Refused, Visit
from sheetflow.workspace import Workspace

ANSWERS = 5
"""How many earlier answers the page tells."""

_CHOICES = {
    "sheets": (
        Right.SHEETS,
        "The sheets are right.",
        "Every run since the copy came to its end. What rows were told since is not done again; "
        "all else goes on.",
    ),
    "nothing": (
        Right.NOTHING,
        "Nothing is sure.",
        "A run was cut off since, or you cannot tell. What rows were told since is not done again, "
        "and whoever is due now is asked about first.",
    ),
    "ledger": (
        Right.LEDGER,
        "The ledger is right.",
        "It was only moved, or nothing was sent since. It goes on from what it knows.",
    ),
}
"""What may be answered, by how a form calls it: what it means, and when to take it."""


@dataclass(frozen=True)
class _Chosen:
    """What the visitor is about to say: the answer, and which recipes may have run."""

    name: str
    ran: tuple[str, ...]

    @property
    def right(self) -> Right:
        """What they say is right."""
        return _CHOICES[self.name][0]


def restored(visit: Visit) -> Response:
    """What is in question and what may be answered; or, once that is chosen, what follows."""
    workspace = visit.site.workspace()
    with visit.site.planning():
        standing = look(workspace)
    query = visit.request.query_params
    chosen = _chosen(query.get("right", ""), query.getlist("ran"), workspace)
    return _shown(visit, workspace, standing, chosen)


def answer_it(visit: Visit) -> Response:
    """Keep the visitor's answer, if what they looked at is still what is in question."""
    workspace = visit.site.workspace()
    chosen = _chosen(visit.form.get("right", ""), _ran_in(visit.form), workspace)
    if chosen is None:
        raise Refused(400, "Say what is right: the sheets, the ledger, or that nothing is sure.")
    seen = visit.form.get("seen", "")
    try:
        with visit.site.planning():
            rows = answer(workspace, chosen.right, chosen.ran, who=visit.who, seen=seen or "none")
    except Overtaken as overtaken:
        if not overtaken.now.is_open:
            return visit.done("/restored", "This was settled meanwhile. Nothing was changed.")
        return _shown(visit, workspace, overtaken.now, None, overtaken=True, status=409)
    doubts = f" {_rows(rows)} left as they are, or will ask." if rows else ""
    text = f"Kept: {chosen.right}.{doubts} Look at each plan before you go on."
    return visit.done("/", text)


def _shown(
    visit: Visit,
    workspace: Workspace,
    standing: Standing,
    chosen: _Chosen | None,
    *,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    zone = workspace.clock.zone
    told: dict[str, Any] = {
        "visit": visit,
        "is_open": standing.is_open,
        "sentences": [one_line(sentence, 600) for sentence in standing.sentences],
        "may_answer": visit.may(Role.ADMIN),
        "overtaken": overtaken,
        "seen": standing.mark,
        "before": [
            {"who": one_line(said.who), "right": said.right, "at": moment(said.at, zone)}
            for said in standing.answers[:ANSWERS]
        ],
    }
    if chosen is None or not standing.is_open:
        return page(
            visit.session,
            "restored.html",
            status=status,
            title="Is this ledger the right one?",
            choices=[(name, says, when) for name, (_, says, when) in _CHOICES.items()],
            recipes=[(card.id, one_line(card.name)) for card in visit.site.cards(workspace)],
            **told,
        )
    found = follows(standing, chosen.right, chosen.ran, workspace.clock.now())
    return page(
        visit.session,
        "restored_sure.html",
        title=f"Is it so that {chosen.right}?",
        chosen=chosen,
        what_follows=what_follows(chosen.right, found),
        **told,
    )


def what_follows(right: Right, found: Following) -> Sequence[str]:
    """What an answer does, in sentences."""
    said = []
    if found.done:
        said.append(f"{_rows(found.done)} taken as done: nothing is done for them again.")
    if found.ask:
        said.append(f"{_will(found.ask)} say Not sure, until somebody answers in the row or here.")
    if found.again:
        said.append(f"{_may(found.again)} be written to once more, although the sheet says more.")
    match right:
        case Right.NOTHING:
            said.append("Whoever is due now will say Not sure, too, and gets nothing before that.")
        case Right.SHEETS:
            said.append("All else goes on: the next runs do whatever is due.")
        case Right.LEDGER:
            said.append("The ledger stays as it is, and the next runs do whatever is due by it.")
    return said


def _chosen(name: str, ran: Collection[str], workspace: Workspace) -> _Chosen | None:
    if name not in _CHOICES:
        return None
    unknown = [one for one in ran if one not in workspace.recipes]
    if unknown:
        raise Refused(400, "There is no such recipe in this workspace.")
    return _Chosen(name, tuple(sorted(set(ran))))


def _ran_in(form: Mapping[str, Any]) -> list[str]:
    """The recipes that the confirming form names: each is called as its folder or file is."""
    return [name for name in str(form.get("ran", "")).split("/") if name]


def _rows(count: int) -> str:
    return counted(count, "row is", "rows are")


def _will(count: int) -> str:
    return counted(count, "row will", "rows will")


def _may(count: int) -> str:
    return counted(count, "row may", "rows may")
