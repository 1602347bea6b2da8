"""The gate's own guards, one a file. Each can deny or delay, nothing else."""

from __future__ import annotations

from sheetflow.plugin.guard import Guard
from sheetflow.runner.guards.limits import DeclaredLimits

OWN: tuple[type[Guard], ...] = (DeclaredLimits,)
