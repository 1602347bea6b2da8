"""The gate's own guards, one a file. Each can deny or delay, nothing else."""

from __future__ import annotations

from sheetflow.plugin.guard import Guard, RunGuard
from sheetflow.runner.guards.approval import Approved
from sheetflow.runner.guards.caps import ContactCaps
from sheetflow.runner.guards.consent import Consent
from sheetflow.runner.guards.go_ahead import GoAhead
from sheetflow.runner.guards.limits import DeclaredLimits
from sheetflow.runner.guards.quiet_hours import QuietHours
from sheetflow.runner.guards.suppression import Suppressed
from sheetflow.runner.guards.switch import SwitchedOn
from sheetflow.runner.guards.usefulness import StillUseful
from sheetflow.runner.guards.usual import LearnedLimit

OWN: tuple[type[Guard], ...] = (
    SwitchedOn,
    Suppressed,
    Consent,
    StillUseful,
    GoAhead,
    QuietHours,
    ContactCaps,
)
"""Those that look at each change, in the order in which they are asked."""

OF_THE_RUN: tuple[type[RunGuard], ...] = (DeclaredLimits, LearnedLimit, Approved)
"""Those that look at all that the others let through."""
