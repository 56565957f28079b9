"""SPARQL over a release: the gate, the worker processes, the formats."""
