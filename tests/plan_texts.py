"""A whole plan as one text, as it is saved and as it is printed: for plans that are short."""

from __future__ import annotations

import io

from sheetflow.reporting.plan_text import plan_lines
from sheetflow.reporting.planfile import plan_from, plan_in_json
from sheetflow.values import Plan


def plan_to_json(plan: Plan) -> str:
    """What stands in the file of a saved plan."""
    return "".join(plan_in_json(plan))


def plan_from_json(text: str) -> Plan:
    """The plan that was saved."""
    return plan_from(io.StringIO(text))


def plan_text(plan: Plan, *, width: int = 80) -> str:
    """What is printed where there is no terminal."""
    return "\n".join(plan_lines(plan, width=width))
