"""What other portals and crawlers take: OAI-PMH, OpenSearch, Atom, sitemaps, a search box."""
