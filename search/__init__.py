"""Answers from a release: full text, SPARQL, pages and programming interfaces."""
