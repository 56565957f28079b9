"""What remote SPARQL endpoints say of our identifiers, kept apart from what was harvested."""
