"""A repository that misbehaves on purpose, over real sockets, and the claims about harvesting it.

`holdings` are its records, `paging` its styles of token, `repository` answers, `faults` spoil the
answers, `server` puts them on the wire, `scenario` and `scenarios_*` say what must come of it.
"""
