"""What somebody is asked to agree to: the plan as their Go would have it carried out."""

from __future__ import annotations

from dataclasses import dataclass

from sheetflow.language.recipe import Recipe
from sheetflow.ledger.records import Approval
from sheetflow.runner.approving import Changed, approval_of, changes_since
from sheetflow.runner.memory import LedgerMemory
from sheetflow.runner.planning import gated, propose
from sheetflow.runner.session import Session
from sheetflow.values import Plan


@dataclass(frozen=True)
class Asked:
    """A plan that somebody is asked to agree to: as it would be carried out with their Go.

    `approval` is what they would give, `given` the one before, and `changed` what differs from it.
    """

    plan: Plan
    approval: Approval
    given: Approval | None
    changed: Changed


def propose_a_go(recipe: Recipe, session: Session, who: str) -> Asked:
    """What `who` would agree to now. Reads only."""
    proposal = propose(recipe, session)
    approval = approval_of(proposal, who, session.tools.clock.now())
    memory = LedgerMemory(session, recipe.id)
    plan = gated(proposal, recipe, session, approval=approval)
    changed = changes_since(proposal.entries, recipe, memory)
    return Asked(plan, approval, memory.approval, changed)
