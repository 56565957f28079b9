"""Staged records become works, works become entities and links, and these become a release."""
