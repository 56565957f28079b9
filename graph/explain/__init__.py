"""Why things are one, why they are not, and where each field comes from: read out of a release."""

from graph.explain.account import compare, explain
from graph.explain.conflicts import find_conflicts

__all__ = ["compare", "explain", "find_conflicts"]
