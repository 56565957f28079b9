"""`/api/v1`: the release as JSON for other portals."""
