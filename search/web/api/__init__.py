"""`/api/v1`: the release as JSON for other portals."""

from search.web.api.search import ApiAnswer, search_answer

__all__ = ["ApiAnswer", "search_answer"]
