"""Pairs of entities that a person should look at: titles suggest, they never merge."""

from graph.suggest.pairs import Suggestion, objection, weigh
from graph.suggest.search import MAX_BLOCK, Crowd, Suggestions, open_suggestions
from graph.suggest.sketch import Sketch, sketch_of

__all__ = [
    "MAX_BLOCK",
    "Crowd",
    "Sketch",
    "Suggestion",
    "Suggestions",
    "objection",
    "open_suggestions",
    "sketch_of",
    "weigh",
]
