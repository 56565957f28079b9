"""SRU 1.1, 1.2 and 2.0 at `/sru`: CQL in, records out, for library portals."""
