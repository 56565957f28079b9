"""Questions on links: ready-made queries, and later network analysis."""
