"""Links of a release: which there are, and who states them."""
