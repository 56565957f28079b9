"""Figures of a coverage report as people see them: titles, words, tables, charts."""
