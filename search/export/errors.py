"""What can go wrong with a selection; what goes wrong with a file is `search.errors.ExportFailed`.

SearchError
  NothingSelected        the asker: no entity of the release is meant; nothing is written
  QueryRefused
    SelectionRefused     the asker: a SPARQL query that selects no entities, or not in this format
"""

from search.errors import QueryRefused, SearchError


class NothingSelected(SearchError):
    """A selection that matches nothing; no file is written for it."""


class SelectionRefused(QueryRefused):
    """A query that cannot be a selection, or not for the format that is asked for."""
